"""The ledger of definitions: what each KPI meant and what each scope promised, from which day on; a version is added, none is changed.

In: the config in force and the site's day. Out: new versions; a `Ledger` that answers what held on a past day. Of a scope of which nothing
is on record the config answers.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, cached_property, lru_cache, partial
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.orm import Session

from pulse.config import Config
from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal, ServiceLevelFormula
from pulse.kpi.interval import QUARTER_MS
from pulse.kpi.kpi import Kpi
from pulse.kpi.records import Channel
from pulse.targets import Targets, Values
from sql.memory_tables import DefinitionVersion
from sql.session import Database

KPI, GOAL = "kpi", "goal"
BEGINNING = date.min.isoformat()
"""From when the first version holds: nobody knows that anything else was meant before."""
SITE, CHANNEL, QUEUE = "site", "channel:", "queue:"
_MOST_KNOWN = 4096
_GONE: Mapping[str, Any] = {}
"""The content of a queue that promises nothing of its own any more: it promises what its channel does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One definition as it is in force."""

    kind: str
    name: str
    content: Mapping[str, Any]
    owner: str | None = None

    @property
    def sha(self) -> str:
        """What stands for content and owner, in hexadecimal digits."""
        return sha256(msgspec.json.encode((self.content, self.owner), order="deterministic")).hexdigest()


def entries_of(config: Config) -> Iterator[Entry]:
    """Every definition that is in force: the KPIs, and the promises of the site, its channels and its queues."""
    for name, kpi in definitions().items():
        given = config.definitions.get(name)
        yield Entry(KPI, name, _meaning(kpi), given.owner if given else None)
    yield Entry(GOAL, SITE, {**_promise(config.site_goal), "targets": dict(config.targets.site)})
    for channel in Channel:
        targets = dict(config.targets.channels.get(channel, {}))
        yield Entry(GOAL, f"{CHANNEL}{channel}", {**_promise(config.channel_goal(channel)), "targets": targets})
    for name, queue in config.queues.items():
        yield Entry(GOAL, f"{QUEUE}{name}", _promise(config.queue_goal(name, queue.channel)))


def keep(session: Session, site: str, entries: Iterable[Entry], seen: tuple[int, date]) -> list[DefinitionVersion]:
    """Adds a version of each definition that is not as it was; `seen` is the instant (epoch ms) and the site's day."""
    at, today = seen
    known = {(row.kind, row.name): row for row in _newest(session, site)}
    wanted = {(entry.kind, entry.name): entry for entry in entries}
    gone = {key: Entry(*key, _GONE) for key in known if key[0] == GOAL and key not in wanted}
    changed = [entry for key, entry in (wanted | gone).items() if key not in known or known[key].sha != entry.sha]
    rows = [_row(site, entry, known.get((entry.kind, entry.name)), (at, today)) for entry in changed]
    if rows:
        session.execute(insert(DefinitionVersion), rows)
    return [DefinitionVersion(**row) for row in rows]


class Ledger:
    """What held on which day."""

    def __init__(self, config: Config, versions: Iterable[DefinitionVersion] = ()) -> None:
        self.config = config
        self._versions: dict[tuple[str, str], list[DefinitionVersion]] = defaultdict(list)
        self._promised = cache(partial(Promised, self))
        # A day of any zone begins with a quarter of an hour.
        self._promised_in = lru_cache(_MOST_KNOWN)(lambda quarter: self.at(quarter * QUARTER_MS))
        self._goal_of = lru_cache(_MOST_KNOWN)(lambda promised, queue, channel: promised.queue_goal(queue, channel))
        for row in sorted(versions, key=lambda row: row.version):
            self._versions[row.kind, row.name].append(row)
        self._changes = sorted({date.fromisoformat(row.since) for rows in self._versions.values() for row in rows})

    @classmethod
    def read(cls, database: Database, config: Config) -> "Ledger":
        """Everything that is on record of the config's site."""
        with database.read() as session:
            return cls(config, session.scalars(select(DefinitionVersion).where(DefinitionVersion.site == config.site.name)).all())

    def versions(self, kind: str, name: str) -> Sequence[DefinitionVersion]:
        """The versions of a definition, the first one first."""
        return self._versions.get((kind, name), [])

    def names(self, kind: str) -> list[str]:
        """What is on record of a kind."""
        return sorted(name for known, name in self._versions if known == kind)

    def in_force(self, kind: str, name: str, day: date) -> DefinitionVersion | None:
        """The version that held on a day: the newest of those that had begun; None where nothing is on record."""
        begun = [row for row in self.versions(kind, name) if row.since <= day.isoformat()]
        return begun[-1] if begun else None

    def on(self, day: date) -> "Promised":
        """What was promised on a day; the days between two changes have it in common, a year of them is asked for at once."""
        begun = bisect_right(self._changes, day)
        return self._promised(self._changes[begun - 1] if begun else date.min)

    def at(self, instant: int) -> "Promised":
        """What was promised on the site's day that holds an instant (epoch ms)."""
        return self.on(datetime.fromtimestamp(instant / 1000, self.config.zone).date())

    def queue_goal_at(self, queue: str, channel: Channel, instant: int) -> QueueGoal:
        """What a queue promised at an instant (epoch ms); for many instants, one after another."""
        goal: QueueGoal = self._goal_of(self._promised_in(instant // QUARTER_MS), queue, channel)
        return goal

    def goal_on(self, day: date, scope: str) -> QueueGoal:
        """What site, channel:NAME or queue:NAME promised on a day."""
        kind, _, name = scope.partition(":")
        if kind == "queue":
            queue = self.config.queues.get(name)
            return self.on(day).queue_goal(name, queue.channel if queue else Channel.VOICE)
        return self.on(day).channel_goal(Channel(name)) if kind == "channel" else self.on(day).site_goal


@dataclass(frozen=True)
class Promised:
    """What was promised from one change of the ledger until the next; `Promises` as the config has it, for those days."""

    ledger: Ledger
    since: date

    @property
    def site_goal(self) -> QueueGoal:
        """What the whole site was judged by."""
        return self._goal(SITE, self.ledger.config.site_goal)

    @cached_property
    def targets(self) -> Targets:
        """What KPIs should have reached: asked for each figure of a page."""
        now = self.ledger.config.targets
        channels = {channel: self._targets(f"{CHANNEL}{channel}", now.channels.get(channel, {})) for channel in Channel}
        return Targets(self._targets(SITE, now.site), channels)

    def channel_goal(self, channel: Channel) -> QueueGoal:
        """What a channel promised."""
        return self._goal(f"{CHANNEL}{channel}", self.ledger.config.channel_goal(channel))

    def queue_goal(self, queue: str, channel: Channel) -> QueueGoal:
        """What a queue of a channel promised; one that had no promise of its own promised what its channel did."""
        scope, config = f"{QUEUE}{queue}", self.ledger.config
        row = self.ledger.in_force(GOAL, scope, self.since)
        if (row is None and queue in config.queues) or (row is not None and row.content):
            return self._goal(scope, config.queue_goal(queue, channel))
        return self.channel_goal(channel)

    def _goal(self, scope: str, otherwise: QueueGoal) -> QueueGoal:
        row = self.ledger.in_force(GOAL, scope, self.since)
        if row is None:
            return otherwise
        told = row.content
        formula = ServiceLevelFormula(told["formula"])
        return replace(otherwise, target_s=told["target_s"], goal_ratio=told["goal_ratio"], short_s=told["short_s"], formula=formula)

    def _targets(self, scope: str, otherwise: Values) -> Values:
        row = self.ledger.in_force(GOAL, scope, self.since)
        return otherwise if row is None else row.content.get("targets", {})


def _meaning(kpi: Kpi) -> dict[str, Any]:
    texts = {name: getattr(kpi, name).by_language() for name in ("formula", "exclusions", "source")}
    return {**texts, "unit": kpi.unit.value, "better": kpi.better.value, "version": kpi.version, "since": kpi.since.isoformat()}


def _promise(goal: QueueGoal) -> dict[str, Any]:
    return {"target_s": goal.target_s, "goal_ratio": goal.goal_ratio, "short_s": goal.short_s, "formula": goal.formula.value}


def _row(site: str, entry: Entry, before: DefinitionVersion | None, seen: tuple[int, date]) -> dict[str, Any]:
    at, today = seen
    return {
        "site": site,
        "kind": entry.kind,
        "name": entry.name,
        "version": before.version + 1 if before else 1,
        "since": today.isoformat() if before else BEGINNING,
        "content": dict(entry.content),
        "sha": entry.sha,
        "owner": entry.owner,
        "first_seen_at": at,
    }


def _newest(session: Session, site: str) -> Iterable[DefinitionVersion]:
    key = (DefinitionVersion.kind, DefinitionVersion.name)
    last = select(*key, func.max(DefinitionVersion.version)).where(DefinitionVersion.site == site).group_by(*key)
    query = select(DefinitionVersion).where(DefinitionVersion.site == site, tuple_(*key, DefinitionVersion.version).in_(last))
    return session.scalars(query)
