"""What keeps an alert quiet: a maintenance window, a silence somebody made, or another alert that explains it.

In: the alert, and what stands now. Out: the first that applies, or nothing. Pure. What is quiet is recorded and shown all the
same; only messages wait.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from operator import itemgetter

from alerts.sample import SITE
from pulse.maintenance import OpenWindow, matches
from pulse.text import Text

ANY = "*"
"""In place of a rule's name: all of them."""


class Kind(StrEnum):
    """What kind of thing keeps an alert quiet."""

    MAINTENANCE = "maintenance"
    SILENCE = "silence"
    INHIBITION = "inhibition"


@dataclass(frozen=True, slots=True)
class Subject:
    """An alert of which it is asked whether it is kept quiet."""

    rule: str
    scope: str
    level: int
    incident_id: int | None = None
    sources: frozenset[str] = frozenset()
    """The sources that feed its queue, where all of them are silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What somebody wants to hear nothing of for a while; rule and scope may hold * and ?."""

    id: int
    rule: str = ANY
    scope: str = ANY
    level: int
    """The gravest level it hides: what becomes graver is told."""
    starts_at: int
    ends_at: int
    by: str
    comment: str = ""
    lifted_at: int | None = None

    def stands(self, now: int) -> bool:
        """Whether it hides something at an instant (epoch ms)."""
        return self.starts_at <= now < self.ends_at and self.lifted_at is None

    def hides(self, subject: Subject) -> bool:
        """Whether an alert is one of those it is about."""
        return subject.level >= self.level and (matches(subject.rule, self.rule)) and (matches(subject.scope, self.scope))


@dataclass(frozen=True, slots=True)
class Inhibitor:
    """A standing alert that keeps others quiet; `rules` are the ones it names, ANY all that are no graver than it is."""

    subject: Subject
    title: Text
    rules: tuple[str, ...]

    def explains(self, other: Subject) -> bool:
        """Whether it is the cause of another alert, as far as scopes and sources tell."""
        own = self.subject
        if own.rule == other.rule or not self._names(other):
            return False
        return own.scope in {SITE, other.scope, *other.sources}

    def _names(self, other: Subject) -> bool:
        return other.rule in self.rules or (ANY in self.rules and other.level >= self.subject.level)


class Inhibitors:
    """Alerts that keep others quiet, found by where they stand and what they name, so that no alert is held against all of them."""

    def __init__(self, some: Iterable[Inhibitor] = ()) -> None:
        self._places = defaultdict[tuple[str, str], list[tuple[int, Inhibitor]]](list)
        self._count = 0
        for one in some:
            self.add(one)

    def add(self, one: Inhibitor) -> None:
        """Puts one behind the others."""
        for rule in dict.fromkeys(one.rules):
            self._places[one.subject.scope, rule].append((self._count, one))
        self._count += 1

    def explaining(self, other: Subject) -> Inhibitor | None:
        """The first of them that explains an alert; None where none does."""
        places = product({SITE, other.scope, *other.sources}, {other.rule, ANY})
        found = (next((known for known in self._places.get(place, ()) if known[1].explains(other)), None) for place in places)
        first = min((known for known in found if known is not None), key=itemgetter(0), default=None)
        return None if first is None else first[1]

    def __len__(self) -> int:
        return self._count


def effective(inhibitors: Iterable[Inhibitor]) -> Inhibitors:
    """Those that keep others quiet: one that is itself explained by an earlier one does not, so that two never silence each other.

    The gravest come first, then the oldest.
    """
    found = Inhibitors()
    for one in sorted(inhibitors, key=lambda one: (one.subject.level, one.subject.incident_id is None, one.subject.incident_id or 0)):
        if found.explaining(one.subject) is None:
            found.add(one)
    return found


@dataclass(frozen=True, slots=True)
class Mute:
    """What keeps one alert quiet."""

    kind: Kind
    by: str
    """The window's name, the silence's id, the other incident's id."""
    until: int | None
    why: Text

    @property
    def key(self) -> str:
        """Its name among all that keep alerts quiet."""
        return f"{self.kind}:{self.by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Everything that keeps alerts quiet at one instant."""

    now: int
    windows: Sequence[OpenWindow] = ()
    silences: Sequence[Silence] = ()
    inhibitors: Inhibitors = field(default_factory=Inhibitors)

    @property
    def keeps_any(self) -> bool:
        """Whether there is anything that could keep an alert quiet."""
        return bool(self.windows or self.silences or len(self.inhibitors))

    def mute_of(self, subject: Subject) -> Mute | None:
        """What keeps an alert quiet; None where nothing does."""
        found = (stage(self, subject) for stage in STAGES)
        return next((mute for mute in found if mute is not None), None)


def _in_maintenance(quiet: Quiet, subject: Subject) -> Mute | None:
    for window in quiet.windows:
        if window.planned.hides(subject.rule, subject.scope, subject.level):
            why = Text(f"maintenance: {window.title.en}", f"维护：{window.title.zh}")
            return Mute(Kind.MAINTENANCE, window.name, window.ends_at, why)
    return None


def _silenced(quiet: Quiet, subject: Subject) -> Mute | None:
    hiding = [silence for silence in quiet.silences if silence.stands(quiet.now) and silence.hides(subject)]
    if not hiding:
        return None
    last = max(hiding, key=lambda silence: (silence.ends_at, silence.id))
    return Mute(Kind.SILENCE, str(last.id), last.ends_at, Text(f"silenced by {last.by}", f"{last.by} 已静默"))


def _inhibited(quiet: Quiet, subject: Subject) -> Mute | None:
    inhibitor = quiet.inhibitors.explaining(subject)
    if inhibitor is None:
        return None
    incident = inhibitor.subject.incident_id
    why = Text(f"explained by: {inhibitor.title.en}", f"由以下告警引起：{inhibitor.title.zh}")
    return Mute(Kind.INHIBITION, str(incident or inhibitor.subject.rule), None, why)


STAGES: tuple[Callable[[Quiet, Subject], Mute | None], ...] = (_in_maintenance, _silenced, _inhibited)
"""In the order in which they are asked."""
