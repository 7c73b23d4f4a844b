"""A message in Alertmanager's terms: labels that say which alert it is, annotations that say what is known of it, and times.

In: the payload of a message. Out: alerts as an Alertmanager takes them, and the body of the webhook that it sends (version 4).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from alerts.external import fingerprint_of
from alerts.fields import LEVELS, address, clean, number
from alerts.message import Message
from alerts.words import LANGUAGES, Spoken

SEVERITIES: Mapping[int, str] = {1: "critical", 2: "warning", 3: "info"}
STANDS, OVER = "firing", "resolved"
_NEVER = "0001-01-01T00:00:00Z"
"""What a webhook of theirs gives for an end that is not known."""
_GROUPED_BY = ("site", "incident")
_CHANGES_LEVEL = ("escalated", "eased")


def state_of(payload: Mapping[str, Any]) -> str:
    """Whether the alert stands after this message; that it ended with its rule can only be said there in the description."""
    return OVER if payload.get("state") in ("cleared", "removed") else STANDS


def levels_left(payload: Mapping[str, Any]) -> tuple[int, ...]:
    """The levels an incident may have had before: with other labels it is another alert there, which ends."""
    rose = payload["state"] == "raised" and payload["at"] > payload["opened_at"]
    if not rose and payload["state"] not in _CHANGES_LEVEL:
        return ()
    return tuple(level for level in SEVERITIES if level != payload["level"])


def labels_of(payload: Mapping[str, Any], level: int | None = None) -> dict[str, str]:
    """What makes it this alert and no other; an Alertmanager routes by it."""
    told = payload["level"] if level is None else level
    known = {
        "alertname": clean(payload["rule"]),
        "site": clean(payload["site"]),
        "scope": clean(payload["scope"]),
        "kind": clean(payload["kind"]),
        "incident": clean(payload["incident"]),
        "level": LEVELS.get(told, ""),
        "severity": SEVERITIES.get(told, ""),
        "drill": "true" if payload.get("drill") else "",
    }
    return {name: value for name, value in known.items() if value}


def annotations_of(payload: Mapping[str, Any], spoken: Spoken) -> dict[str, str]:
    """What is known of it, in every language spoken."""
    known = {
        "summary": _said(payload["title"], spoken),
        "description": _said(payload["why"], spoken),
        "value": number(payload.get("value")) or number(payload.get("value_at_raise")),
        "threshold": number(payload.get("threshold")),
        "runbook_url": clean(payload.get("runbook")),
    }
    return {name: text for name, text in known.items() if text}


def webhook_body(message: Message, spoken: Spoken) -> dict[str, Any]:
    """What an Alertmanager would post of the incident, which is a group of its own; many told together are one group."""
    alerts = [alert for payload in message.each for alert in _alerts_told(payload, spoken)]
    labels, annotations = _shared(alerts, "labels"), _shared(alerts, "annotations")
    grouped = {name: labels[name] for name in _GROUPED_BY if name in labels}
    return {
        "version": "4",
        "groupKey": "{}:{" + ", ".join(f'{name}="{value}"' for name, value in grouped.items()) + "}",
        "truncatedAlerts": 0,
        "status": STANDS if any(one["status"] == STANDS for one in alerts) else OVER,
        "receiver": message.key.rpartition("/")[2],
        "groupLabels": grouped,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": (address(message.payload.get("link")) or "").partition("?")[0],
        "alerts": alerts,
    }


def posted(payload: Mapping[str, Any], spoken: Spoken, good_until: int) -> list[dict[str, Any]]:
    """What is posted to an Alertmanager: it stands until `good_until` (epoch ms), or ended at the instant of the message."""
    ends_at = payload["at"] if state_of(payload) == OVER else payload.get("good_until", good_until)
    ended = [_alert(payload, spoken, payload["at"], level) for level in levels_left(payload)]
    return [_alert(payload, spoken, ends_at), *ended]


def _alerts_told(payload: Mapping[str, Any], spoken: Spoken) -> list[dict[str, Any]]:
    left = (_told(payload, spoken, OVER, level) for level in levels_left(payload))
    return [_told(payload, spoken, state_of(payload)), *left]


def _shared(alerts: Sequence[Mapping[str, Any]], what: str) -> dict[str, str]:
    return {name: value for name, value in alerts[0][what].items() if all(one[what].get(name) == value for one in alerts)}


def _told(payload: Mapping[str, Any], spoken: Spoken, state: str, level: int | None = None) -> dict[str, Any]:
    alert = _alert(payload, spoken, payload["at"] if state == OVER else None, level)
    return {"status": state, **alert, "fingerprint": fingerprint_of(alert["labels"])}


def _alert(payload: Mapping[str, Any], spoken: Spoken, ends_at: int | None, level: int | None = None) -> dict[str, Any]:
    return {
        "labels": labels_of(payload, level),
        "annotations": annotations_of(payload, spoken),
        "startsAt": written(payload["opened_at"]),
        "endsAt": _NEVER if ends_at is None else written(max(ends_at, payload["opened_at"])),
        "generatorURL": address(payload.get("link")) or "",
    }


def written(at: int) -> str:
    """An instant as RFC 3339 in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _said(texts: Mapping[str, str], spoken: Spoken) -> str:
    return " / ".join(dict.fromkeys(clean(texts.get(language)) for language in LANGUAGES[spoken]))
