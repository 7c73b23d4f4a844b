"""A rule of a config with some of its keys changed, and its back-test over recorded history; nothing is saved.

In: a config, a name, changes as people write them, history. Out: a `LoadedRule`, a `Trial`; or one ConfigError with every fault.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from alerts.backtest import Run, Walking
from alerts.fired import KnownIncident, Said, said_of
from alerts.past import Recorded, Stretch
from alerts.ruleset import LoadedRule, load_rules
from alerts.suggest import suggested
from alerts.timeline import stood_by
from alerts.tuning import Tuning
from pulse.config import Config, ConfigError, Fault, faults_of
from pulse.tables import Rule
from pulse.text import Text
from sql.history import History
from sql.models import Incident

Changes = Mapping[str, Any]
"""Keys of a rule's table; None takes a key away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A limit with at most so many alerts a day."""

    keys: Changes
    searched: int
    """Alerts on the recorded values."""
    confirmed: int
    """Alerts when the rule itself was run again with these keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of a rule on history."""

    run: Run
    said: Said
    suggestion: Suggestion | None
    """None where none was asked for, or the rule has no one limit."""


def written_changes(pairs: Sequence[str], where: str = "--set") -> Changes:
    """The changes of texts such as raise_above=45s; `key=` takes a key away. Raises ConfigError for what has no =, written in `where`."""
    faults = [Fault(where=where, message=f'got "{pair}", expected key=value') for pair in pairs if not pair.partition("=")[1]]
    if faults:
        raise ConfigError(faults)
    return {key.strip(): _value(text.strip()) for key, _, text in (pair.partition("=") for pair in pairs)}


def tried_rule(config: Config, name: str, changes: Changes) -> LoadedRule:
    """The rule `name` with changes; raises ConfigError with every fault."""
    if name not in config.rules:
        known = ", ".join(sorted(config.rules)) or "none: the file has no [rules.NAME] table"
        raise ConfigError([Fault(where=f"{config.path.name}, rules", message=f'got "{name}", expected one of {known}')])
    rule = _changed(config.rules[name], changes, f"{config.path.name}, rules.{name}")
    (loaded,) = load_rules(config.model_copy(update={"rules": {name: rule}}))
    return loaded


def tried(config: Config, history: History, rule: LoadedRule, stretch: Stretch, per_day: float | None = None) -> Trial:
    """The back-test of a rule over a stretch of history, with a limit for `per_day` alerts a day where one is asked for."""
    tuning = tuning_of(rule) if per_day is not None else None
    if tuning is None or per_day is None:
        (run,), unreadable = _runs(config, history, stretch, rule)
        return _trial(config, history, run, unreadable)
    widest_rule = with_keys(rule, tuning.widest)
    (run, widest), unreadable = _runs(config, history, stretch, rule, widest_rule)
    found = suggested(widest, tuning, per_day)
    suggestion = None
    if found is not None:
        keys = tuning.at(found.limit)
        (confirmed,), _ = _runs(config, history, stretch, with_keys(rule, keys))
        suggestion = Suggestion(keys=keys, searched=found.alerts, confirmed=len(confirmed.alerts))
    return _trial(config, history, run, unreadable, suggestion)


def tuning_of(rule: LoadedRule) -> Tuning | None:
    """How the rule's limit is moved; None where it has no one limit."""
    offered = getattr(rule.module, "tuning", None)
    found: Tuning | None = None if offered is None else offered(rule.options)
    return found


def with_keys(rule: LoadedRule, changes: Changes) -> LoadedRule:
    """The rule with other keys of its own kind; raises ValidationError where they cannot be."""
    kept = {key: value for key, value in {**rule.written, **changes}.items() if value is not None}
    return replace(rule, options=rule.module.Options.model_validate(kept), written=kept)


def _runs(config: Config, history: History, stretch: Stretch, *rules: LoadedRule) -> tuple[list[Run], int]:
    """One reading of history for rules of one kind that look at the same windows."""
    recorded = Recorded(history, config, stretch)
    walking = [Walking(rule, recorded.past()) for rule in rules]
    for board in recorded.boards(rules[0]):
        for one in walking:
            one.take(board)
    return [one.run() for one in walking], recorded.unreadable


def _trial(config: Config, history: History, run: Run, unreadable: int, suggestion: Suggestion | None = None) -> Trial:
    known = []
    if run.first_at is not None and run.last_at is not None:
        end = run.last_at + run.every_ms
        rows = history.incidents(config.site.name, run.first_at, end)
        moves = history.signal_moves(config.site.name, run.first_at, end)
        known = [_known(row, moves.get(row.id, []), end) for row in rows]
    said = said_of(run, config.zone, config.planned_shifts, known, unreadable)
    return Trial(run=run, said=said, suggestion=suggestion)


def _known(row: Incident, moves: Sequence[tuple[int, str, str]], end: int) -> KnownIncident:
    until = end if row.closed_at is None else row.closed_at
    stood = stood_by(moves, until) or ((row.opened_at, until),)
    title = Text(row.title.get("en", row.rule), row.title.get("zh", row.title.get("en", row.rule)))
    return KnownIncident(id=row.id, rule=row.rule, scope=row.scope, title=title, opened_at=row.opened_at, stood=stood)


def _changed(rule: Rule, changes: Changes, where: str) -> Rule:
    given = {key: value for key, value in changes.items() if value is not None}
    try:
        parsed = Rule.model_validate({"kind": rule.kind, **given})
    except ValidationError as error:
        raise ConfigError(faults_of(error, where)) from error
    own = {key: getattr(rule, key) for key in rule.model_fields_set & set(Rule.model_fields) if key not in changes or key == "kind"}
    new = {key: getattr(parsed, key) for key in given if key in Rule.model_fields}
    options = {key: value for key, value in rule.options.items() if key not in changes}
    return Rule.model_construct(None, **{**own, **new, **options, **parsed.options})


def _value(text: str) -> Any:
    if not text:
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
