"""A back-test as lines for a terminal, and as JSON.

In: a `Trial`. Out: text in English; in JSON instants are epoch ms, durations seconds.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from alerts.backtest import Stood
from alerts.fields import LEVELS, number
from alerts.fired import Judgement
from alerts.ruleset import LoadedRule
from alerts.tried import Changes, Suggestion, Trial
from pulse.tables import Graver, Rule
from pulse.written import duration

_MOST_LINES = 40
_DURATIONS = ("raise_for", "clear_for")


def rule_line(rule: LoadedRule) -> str:
    """One rule on one line."""
    of = f"  queues {', '.join(rule.queues)}" if rule.queues else ""
    times = f"raise_for {rule.policy.raise_for_ms / 1000:g}s  clear_for {rule.policy.clear_for_ms / 1000:g}s"
    hours = f"  schedule {', '.join(rule.schedule.names)}" if rule.schedule else ""
    return f"{rule.name}  {rule.kind}  level {LEVELS[rule.policy.level]}  {times}{of}{hours}  {keys_line(rule.written)}".rstrip()


def keys_line(keys: Changes) -> str:
    """Keys as they stand in the file."""
    return "  ".join(f"{key} = {toml_value(value)}" for key, value in keys.items() if value is not None)


def rule_toml(name: str, rule: Rule) -> str:
    """A rule's table as the file may have it: only keys that were given, durations in seconds."""
    graver = (["", f"[[rules.{name}.graver]]", *_given(one, Graver)] for one in rule.graver)
    return "\n".join([f"[rules.{name}]", *_given(rule, Rule), *chain.from_iterable(graver)])


def _given(table: Rule | Graver, model: type[Rule | Graver]) -> Iterator[str]:
    for key in model.model_fields:
        if key in table.model_fields_set and key != "graver":
            value = getattr(table, key)
            yield f"{key} = {toml_value(f'{value:g}s' if key in _DURATIONS and value is not None else value)}"
    yield from (f"{key} = {toml_value(value)}" for key, value in table.options.items())


def toml_value(value: Any) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{toml_value(key)} = {toml_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def trial_lines(trial: Trial, zone: ZoneInfo) -> Iterator[str]:
    """What a person reads."""
    run, said = trial.run, trial.said
    yield rule_line(run.rule)
    if run.first_at is None or run.last_at is None:
        yield "no Board was kept in this stretch: there is nothing to judge"
        return
    yield f"{run.boards} Boards from {_time(run.first_at, zone)} to {_time(run.last_at, zone)} ({zone.key})"
    yield f"{_alerts(len(run.alerts))}, {len(run.alerts) / said.days:.2f} a day, {max(said.per_day.values(), default=0)} on the worst day"
    yield f"standing {_percent(said.standing_ratio)} of the time; shorter than 5 min: {said.short}; again within 15 min: {said.flaps}"
    yield from (f"  {day}  {count}" for day, count in said.per_day.items())
    yield from (f"  shift {title.en}: {count}" for title, count in said.per_shift)
    yield from (_alert_line(alert, zone) for alert in run.alerts[:_MOST_LINES])
    if len(run.alerts) > _MOST_LINES:
        yield f"… and {len(run.alerts) - _MOST_LINES} more; --json has them all"
    yield from (_incident_line(one, zone) for one in said.incidents)
    yield from _suggestion_lines(trial.suggestion, said.days)
    yield from (f"note: {note.en}" for note in said.notes)


def trial_json(trial: Trial) -> bytes:
    """Everything as one JSON object."""
    run, said = trial.run, trial.said
    told = {
        "rule": {"name": run.rule.name, "kind": run.rule.kind, "level": run.rule.policy.level, "keys": dict(run.rule.written)},
        "first_at": run.first_at,
        "last_at": run.last_at,
        "boards": run.boards,
        "days": said.days,
        "alerts": [_alert_map(alert) for alert in run.alerts],
        "per_day": said.per_day,
        "per_shift": [{"shift": title.by_language(), "alerts": count} for title, count in said.per_shift],
        "standing_ratio": said.standing_ratio,
        "short": said.short,
        "flaps": said.flaps,
        "incidents": [_incident_map(one) for one in said.incidents],
        "suggestion": trial.suggestion,
        "notes": [note.by_language() for note in said.notes],
    }
    return msgspec.json.encode(told)


def _alert_line(alert: Stood, zone: ZoneInfo) -> str:
    until = f"{duration(alert.lasted_s)}" if alert.is_cleared else "still standing"
    beyond = f"worst {number(alert.worst) or '—'} against {number(alert.threshold) or '—'}"
    return f"  {_time(alert.raised_at, zone)}  {alert.scope}  {until}  {beyond}  {alert.why.en}"


def _incident_line(one: Judgement, zone: ZoneInfo) -> str:
    what = f"incident {one.incident.id} ({one.incident.rule}, {one.incident.scope}, {_time(one.incident.opened_at, zone)})"
    if one.delay_s is None:
        return f"{what}: missed"
    return f"{what}: found {duration(abs(one.delay_s))} {'before' if one.delay_s < 0 else 'after'} it was opened"


def _suggestion_lines(suggestion: Suggestion | None, days: float) -> Iterator[str]:
    if suggestion is not None:
        yield f"suggested: {keys_line(suggestion.keys)}"
        yield (
            f"  {_alerts(suggestion.searched)} on the recorded values; run again with these keys: {suggestion.confirmed},"
            f" {suggestion.confirmed / days:.2f} a day"
        )


def _alert_map(alert: Stood) -> Mapping[str, Any]:
    return {
        "scope": alert.scope,
        "raised_at": alert.raised_at,
        "cleared_at": alert.cleared_at,
        "lasted_s": alert.lasted_s,
        "value": alert.value,
        "worst": alert.worst,
        "threshold": alert.threshold,
        "title": alert.title.by_language(),
        "why": alert.why.by_language(),
    }


def _incident_map(one: Judgement) -> Mapping[str, Any]:
    known = one.incident
    return {
        "id": known.id,
        "rule": known.rule,
        "scope": known.scope,
        "opened_at": known.opened_at,
        "found": one.found is not None,
        "delay_s": one.delay_s,
    }


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count} alerts"


def _time(at: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"


def _percent(ratio: float | None) -> str:
    return "—" if ratio is None else f"{ratio * 100:.1f} %"
