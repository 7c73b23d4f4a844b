"""What a back-test says: how often, how long, how noisy, which incidents it would have found, and what it could not judge.

In: a `Run`, the site's zone and shifts, and known incidents. Out: a `Said`, plain enough for a table, a chart or JSON. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.backtest import Run, Stood
from alerts.lifecycle import REJOIN_MS
from alerts.suggest import days_of
from pulse.kpi.shift import Shift, current_shift
from pulse.text import Language, Text
from pulse.written import duration

SHORT_S = 300.0
"""An alert that was over sooner told nobody anything."""
EARLY_MS = 15 * 60_000
"""An alert that was over for longer when the incident opened did not find it."""
BETWEEN_SHIFTS = Text("between shifts", "班次之间")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIncident:
    """An incident people worked on."""

    id: int
    rule: str
    scope: str
    title: Text
    opened_at: int
    stood: tuple[tuple[int, int], ...]
    """From when to when (epoch ms) its signal stood, each time; when somebody closed it says nothing of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether an incident would have been found."""

    incident: KnownIncident
    found: Stood | None
    """None where it would have been missed."""

    @property
    def delay_s(self) -> float | None:
        """How long after the incident was opened the alert would have been raised; below 0 is sooner. None where missed."""
        return None if self.found is None else (self.found.raised_at - self.incident.opened_at) / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The result of a back-test in figures."""

    days: float
    per_day: dict[str, int]
    """Alerts by the site's date; days without one are left out."""
    per_shift: tuple[tuple[Text, int], ...]
    """Empty where the site has no shifts."""
    standing_ratio: float | None
    """The share of time in which any alert stood."""
    short: int
    flaps: int
    """Alerts raised again in the same scope within 15 minutes of clearing."""
    incidents: tuple[Judgement, ...]
    notes: tuple[Text, ...]
    """What could not be judged, and how it was judged instead."""


def said_of(run: Run, zone: ZoneInfo, shifts: Sequence[Shift], known: Iterable[KnownIncident], unreadable: int = 0) -> Said:
    """The figures of a run."""
    days = Counter(f"{datetime.fromtimestamp(alert.raised_at / 1000, zone):%Y-%m-%d}" for alert in run.alerts)
    return Said(
        days=days_of(run),
        per_day=dict(sorted(days.items())),
        per_shift=_per_shift(run.alerts, shifts),
        standing_ratio=_standing_ratio(run),
        short=sum(alert.is_cleared and alert.lasted_s < SHORT_S for alert in run.alerts),
        flaps=_flaps(run.alerts),
        incidents=tuple(_judged(one, run) for one in known if one.scope in run.series),
        notes=(*_notes(run), *_unreadable(unreadable)),
    )


def _per_shift(alerts: Sequence[Stood], shifts: Sequence[Shift]) -> tuple[tuple[Text, int], ...]:
    if not shifts:
        return ()
    found = Counter(running.name if (running := current_shift(shifts, alert.raised_at)) else None for alert in alerts)
    named = [(shift.title, found[shift.name]) for shift in shifts]
    return (*named, (BETWEEN_SHIFTS, found[None])) if found[None] else tuple(named)


def _standing_ratio(run: Run) -> float | None:
    if run.first_at is None or run.last_at is None:
        return None
    stood_ms, reached = 0, run.first_at
    for alert in run.alerts:
        end = alert.until if alert.is_cleared else run.last_at + run.every_ms
        stood_ms += max(0, end - max(reached, alert.raised_at))
        reached = max(reached, end)
    return stood_ms / (run.last_at + run.every_ms - run.first_at)


def _flaps(alerts: Sequence[Stood]) -> int:
    cleared: dict[str, int] = {}
    flaps = 0
    for alert in alerts:
        flaps += alert.scope in cleared and alert.raised_at - cleared[alert.scope] <= REJOIN_MS
        cleared[alert.scope] = alert.until
    return flaps


def _judged(incident: KnownIncident, run: Run) -> Judgement:
    of_scope = (alert for alert in run.alerts if alert.scope == incident.scope)
    return Judgement(incident=incident, found=next((alert for alert in of_scope if _met(alert, incident)), None))


def _met(alert: Stood, incident: KnownIncident) -> bool:
    return any(alert.raised_at <= end and alert.until >= start - EARLY_MS for start, end in incident.stood)


def _notes(run: Run) -> Iterable[Text]:
    policy, every_s = run.rule.policy, run.every_ms / 1000
    every, raise_for, clear_for = (
        Text(*(duration(span_s, language) for language in Language))
        for span_s in (every_s, policy.raise_for_ms / 1000, policy.clear_for_ms / 1000)
    )
    if run.rule.sees_alerts:
        yield Text(
            "this rule judges the alerts of the others, and Boards do not hold them: it cannot be back-tested",
            "该规则依据其他告警判断，看板中没有告警：无法回测",
        )
    if run.rule.sees_outside:
        yield Text(
            "this rule judges what other programs post, and Boards do not hold it: it cannot be back-tested",
            "该规则依据外部系统推送的告警判断，看板中没有这些告警：无法回测",
        )
    elif run.boards and not run.series:
        yield Text("the rule said nothing on any of these Boards", "该规则在这些看板上没有任何判断")
    if policy.raise_for_ms == 0:
        yield Text(
            f"raise_for is 0 s, Boards are {every.en} apart: raised at the first that breaches; what came and went between two is not seen",
            f"raise_for 为 0 秒，看板间隔 {every.zh}：在首个越限的看板触发，两个看板之间出现又消失的情况看不到",
        )
    elif policy.raise_for_ms < run.every_ms:
        yield Text(
            f"raise_for is {raise_for.en}, Boards are {every.en} apart: raised at the second in a row that breaches",
            f"raise_for 为 {raise_for.zh}，看板间隔 {every.zh}：在连续第二个越限的看板触发",
        )
    if policy.clear_for_ms % run.every_ms:
        yield Text(
            f"clear_for is {clear_for.en}: cleared at the first Board after it, up to {every.en} late",
            f"clear_for 为 {clear_for.zh}：在其后首个看板恢复，最多晚 {every.zh}",
        )
    yield from _gaps(run)


def _unreadable(boards: int) -> tuple[Text, ...]:
    return (Text(f"{boards} Boards could not be read", f"{boards} 个看板无法读取"),) if boards else ()


def _gaps(run: Run) -> Iterable[Text]:
    expected = 0 if run.first_at is None or run.last_at is None else (run.last_at - run.first_at) // run.every_ms + 1
    if expected > run.boards:
        missing = f"{(expected - run.boards) / expected * 100:.1f} %"
        yield Text(f"{missing} of the time has no Board: nothing is raised or cleared there", f"{missing} 的时段没有看板，不触发也不恢复")
    if run.unknown_ratio:
        unknown = f"{run.unknown_ratio * 100:.1f} %"
        yield Text(
            f"{unknown} of the samples knew nothing: a source was silent, or history was too short for what the rule asks",
            f"{unknown} 的样本未知：数据源无响应，或历史不足以回答规则的问题",
        )
    if run.failed:
        yield Text(f"the rule failed on {run.failed} Boards", f"规则在 {run.failed} 个看板上出错")
