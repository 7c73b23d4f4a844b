"""The ledger as people read it: what is promised where since when, and what was changed in which version.

In: the ledger and a day. Out: rows of plain texts in one language.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from dashboard.incident_index import place_of
from pulse.config import Config
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Unit
from pulse.text import Language
from pulse.written import UNKNOWN, duration, written
from sql.ledger import BEGINNING, CHANNEL, GOAL, KPI, QUEUE, SITE, Ledger
from sql.memory_tables import DefinitionVersion

PROMISE_COLUMNS = ("scope", "goal", "promised_time", "short", "formula", "version", "since")
CHANGE_COLUMNS = ("since", "what", "version", "changed", "owner")


def promise_rows(ledger: Ledger, day: date, language: Language) -> list[tuple[str, ...]]:
    """What each scope on record promises on a day, by `PROMISE_COLUMNS`; of a queue that promises what its channel does there is no row."""
    names = sorted(ledger.names(GOAL), key=lambda name: (name != SITE, name))
    rows = (ledger.in_force(GOAL, name, day) for name in names)
    return [_promise(row, ledger, day, language) for row in rows if row is not None and row.content]


def change_rows(ledger: Ledger, language: Language) -> list[tuple[str, ...]]:
    """Every version that changed something, the newest first, by `CHANGE_COLUMNS`."""
    known = [ledger.versions(kind, name) for kind in (KPI, GOAL) for name in ledger.names(kind)]
    pairs = [pair for versions in known for pair in pairwise(versions)]
    newest = sorted(pairs, key=lambda pair: (pair[1].since, pair[1].first_seen_at), reverse=True)
    return [_change(before, after, ledger.config, language) for before, after in newest]


def _promise(row: DefinitionVersion, ledger: Ledger, day: date, language: Language) -> tuple[str, ...]:
    told, inside = row.content, _inside(row.name, ledger, day)
    by_queue = words(language)["definitions.by_queue"]
    # A contact is in time by the target of its queue: where queues differ, what stands above them is nobody's.
    times = (
        duration(told["target_s"], language) if {goal.target_s for goal in inside} <= {told["target_s"]} else by_queue,
        duration(told["short_s"], language) if {goal.short_s for goal in inside} <= {told["short_s"]} else by_queue,
    )
    since = words(language)["definitions.ever"] if row.since == BEGINNING else row.since
    formula = str(told["formula"]).upper()
    return (_scope(row.name, ledger.config, language), written(told["goal_ratio"], Unit.RATIO), *times, formula, str(row.version), since)


def _inside(scope: str, ledger: Ledger, day: date) -> list[QueueGoal]:
    """What the queues promise over which a scope stands; none of a queue."""
    promised = ledger.on(day)
    queues = ((name, queue.channel) for name, queue in ledger.config.queues.items())
    return [promised.queue_goal(name, channel) for name, channel in queues if scope in (SITE, f"{CHANNEL}{channel}")]


def _change(before: DefinitionVersion, after: DefinitionVersion, config: Config, language: Language) -> tuple[str, ...]:
    kpi = definitions().get(after.name)
    what = _scope(after.name, config, language) if after.kind == GOAL else kpi.title.in_(language) if kpi else after.name
    return (after.since, what, str(after.version), _differences(before, after, language), after.owner or UNKNOWN)


def _differences(before: DefinitionVersion, after: DefinitionVersion, language: Language) -> str:
    said = words(language)
    if not after.content:
        return said["definitions.as_its_channel"]
    was, now = _flat(before, language), _flat(after, language)
    names = [name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)]
    return "; ".join(f"{name}: {was.get(name, UNKNOWN)} → {now.get(name, UNKNOWN)}" for name in names)


def _flat(row: DefinitionVersion, language: Language) -> dict[str, str]:
    """The content as names and values people read."""
    said = words(language)
    told = {said[f"definitions.field_{name}"]: _value(name, value, language) for name, value in row.content.items() if name != "targets"}
    targets: Mapping[str, float] = row.content.get("targets", {})
    kpis = {name: definitions()[name] for name in targets if name in definitions()}
    return {
        **told,
        **{kpi.title.in_(language): written(targets[name], kpi.unit, language) for name, kpi in kpis.items()},
        said["definitions.field_owner"]: row.owner or UNKNOWN,
    }


def _value(name: str, value: Any, language: Language) -> str:
    if isinstance(value, dict):
        return str(value.get(language.value, UNKNOWN))
    if name == "goal_ratio":
        return written(value, Unit.RATIO)
    return duration(value, language) if name.endswith("_s") else str(value).upper() if name == "formula" else str(value)


def _scope(name: str, config: Config, language: Language) -> str:
    said = words(language)
    if name == SITE:
        return said["console.whole_site"]
    if name.startswith(CHANNEL):
        return said[f"channel.{name.removeprefix(CHANNEL)}"]
    return f"{said['definitions.queue']} · {place_of(name.removeprefix(QUEUE), config).in_(language)}"
