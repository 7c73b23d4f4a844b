"""Reads what Prometheus and other clients of an Alertmanager post: a JSON list of alerts.

In: a body. Out: alerts, and a fault for each one that cannot be taken; the others of its list still count. Sizes are
bounded and texts cleaned before anything else sees them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from alerts.external import ExternalAlert, fingerprint_of
from alerts.fields import address, clean

MOST_LABELS, MOST_ANNOTATIONS = 64, 32
MOST_NAME, MOST_VALUE = 128, 1000
MOST_ANNOTATION = 2000
_READ_OF_ANNOTATION = 2 * MOST_ANNOTATION
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_YEAR_OF_NOTHING = 1
"""Clients written in Go send the first instant of year 1 for a time they do not give."""

Cleaner = Callable[[str], str]
"""Takes identities of people out of a text."""


class UnreadableAlerts(ValueError):
    """The body is no list of alerts; says where, what was found, what is allowed."""


class MissingLabels(UnreadableAlerts):
    """An alert has no labels at all."""


class _Posted(msgspec.Struct, rename="camel"):
    labels: dict[str, str]
    annotations: dict[str, str] | None = None
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    ends_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")


_list_decoder, _decoder = msgspec.json.Decoder(list[msgspec.Raw]), msgspec.json.Decoder(_Posted)


@dataclass(frozen=True, slots=True)
class Post:
    """What a body held."""

    alerts: tuple[ExternalAlert, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How bodies are read at one site."""

    resolve_timeout_s: float
    """How long the word of a client is good for that gives no end."""
    redact: Cleaner
    kept: frozenset[str] = frozenset()
    """Values that are no identity though they may look like one: the names of queues."""

    def read(self, body: bytes, now: int) -> Post:
        """The alerts of a body; raises UnreadableAlerts where it is no list, or none of its parts is an alert."""
        try:
            parts = _list_decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise UnreadableAlerts(str(error)) from error
        read = [_read(part, place) for place, part in enumerate(parts)]
        unreadable = [one for one in read if isinstance(one, UnreadableAlerts)]
        if unreadable and len(unreadable) == len(read):
            raise unreadable[0]
        faults = {place: fault for place, one in enumerate(read) if (fault := _fault(one, place))}
        alerts = tuple(self._alert(one, now) for place, one in enumerate(read) if place not in faults and isinstance(one, _Posted))
        return Post(alerts, tuple(faults.values()))

    def _alert(self, posted: _Posted, now: int) -> ExternalAlert:
        labels = {name: value for name, value in posted.labels.items() if value}
        starts_at, ends_at = _instant(posted.starts_at), _instant(posted.ends_at)
        is_over = ends_at is not None and ends_at <= now
        return ExternalAlert(
            fingerprint=fingerprint_of(labels),
            labels={name: value if value in self.kept else clean(self.redact(value), MOST_VALUE) for name, value in labels.items()},
            annotations=self._cleaned(posted.annotations or {}),
            starts_at=starts_at if starts_at is not None else ends_at if is_over and ends_at is not None else now,
            told_at=now,
            valid_until=ends_at if ends_at is not None else now + round(self.resolve_timeout_s * 1000),
            over_at=ends_at if is_over else None,
            link=address(posted.generator_url),
        )

    def _cleaned(self, annotations: Mapping[str, str]) -> dict[str, str]:
        first = list(annotations.items())[:MOST_ANNOTATIONS]
        return {name: clean(self.redact(value[:_READ_OF_ANNOTATION]), MOST_ANNOTATION) for name, value in first}


def _read(part: msgspec.Raw, place: int) -> "_Posted | UnreadableAlerts":
    """One part of the list, or why it is no alert."""
    try:
        return _decoder.decode(part)
    except (msgspec.MsgspecError, UnicodeError) as error:
        kind = MissingLabels if "required field `labels`" in str(error) else UnreadableAlerts
        return kind(f"{place}: {error}")


def _fault(one: "_Posted | UnreadableAlerts", place: int) -> str | None:
    """What is wrong with a part of the list: where, found, allowed; None where nothing is."""
    if isinstance(one, UnreadableAlerts):
        return str(one)
    fault = _fault_in(one)
    return None if fault is None else f"{place}.{fault}"


def _fault_in(posted: _Posted) -> str | None:
    if not any(posted.labels.values()):
        return "labels: got none, expected at least one label pair"
    if len(posted.labels) > MOST_LABELS:
        return f"labels: got {len(posted.labels)}, expected {MOST_LABELS} or fewer"
    for name in (*posted.labels, *(posted.annotations or {})):
        if len(name) > MOST_NAME or not _NAME.fullmatch(name):
            return f'labels, annotations: got the name "{clean(name, 40)}", expected letters, digits and _ ({MOST_NAME} at most)'
    longest = max(map(len, posted.labels.values()))
    if longest > MOST_VALUE:
        return f"labels: got a value of {longest} characters, expected {MOST_VALUE} or fewer"
    starts_at, ends_at = _instant(posted.starts_at), _instant(posted.ends_at)
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        return "endsAt: got a time before startsAt, expected the start time before the end time"
    return None


def _instant(at: datetime | None) -> int | None:
    return None if at is None or at.year == _YEAR_OF_NOTHING else round(at.timestamp() * 1000)
