"""What the page of trends reads: history's sums as lines, patterns and shares; kept by the end of what is asked about.

In: a question and until when it is answered (epoch ms). Out: plain values, small enough to be kept; raises what the database raises.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import streamlit as st

from dashboard.data import PAST_TTL_S, database, ledger, this_minute
from dashboard.report.goals import Goals
from dashboard.report.stretch import NO_HOLIDAYS, Holidays, Stretch
from dashboard.serving import serving
from dashboard.trends.alone import holds
from dashboard.trends.lines import Axis, ByDay, Line, begun, lines
from dashboard.trends.pareto import Cause, pareto
from dashboard.trends.people import Worked, worked
from dashboard.trends.question import SLICED, By, Chart, Compare, Question, channel_of
from dashboard.trends.stretches import counterparts, stretches
from dashboard.trends.waits import Waits, waits_of
from dashboard.trends.week import PATTERNS, Cell, half_hours, pattern
from pulse.clock import day_of
from pulse.definitions import definitions
from pulse.kpi.complaints import BUSINESS_LINE, CATEGORY, UNKNOWN
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Unit
from pulse.kpi.records import Channel
from pulse.kpi.tally import Tally, add_to, merged
from sql.day_facts import complainers_by
from sql.due import Grain
from sql.history import History
from sql.ledger import Ledger, Promised
from sql.rolled import Rolled

MOST_KEPT = 128
_WITH_SPREAD = "_p90_"
"""What the names of percentiles have in them: they are formed of distributions, which are long and read for nothing else."""


def answered_until(question: Question) -> int:
    """Until when (epoch ms) is answered: the running minute, of a past span its end; so that is kept as long as nobody needs the room."""
    minute, zone = this_minute(), serving().config.zone
    return min(minute, stretches(question, day_of(minute, zone), zone)[-1].end)


def axis_of(question: Question, until: int) -> Axis:
    """The stretches of a question."""
    zone = serving().config.zone
    # The instant after the last one belongs to the next day.
    shown = stretches(question, day_of(until - 1, zone), zone)
    return Axis(shown, counterparts(shown, question.compare, _holidays(question, shown)) if question.is_compared else (), until)


def _holidays(question: Question, shown: tuple[Stretch, ...]) -> Holidays:
    """What moves a day of the line beneath away from 52 weeks before; a whole span, as of waits, stays in one piece."""
    calendar = serving().config.calendar
    if calendar is None or question.chart is not Chart.TIME or question.compare is not Compare.LAST_YEAR:
        return NO_HOLIDAYS
    return calendar.holidays_a_year_earlier(range(shown[0].first.year, shown[-1].last.year + 1))


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def trend_lines(question: Question, until: int) -> tuple[Axis, dict[str, list[Line]]]:
    """The lines of each figure, and the axis they have: it begins where anything is known."""
    axis = replace(axis_of(question, until), begun_at=_begun_at())
    return begun(axis, lines_along(question, axis))


def lines_along(question: Question, axis: Axis) -> dict[str, list[Line]]:
    """The lines of each figure along an axis."""
    channels: dict[str, str] = {}
    days = _days(question, axis, channels)
    promise = _promise(question.by, channels, ledger())
    return {kpi: lines(kpi, axis, days, promise) for kpi in question.kpis}


def spans_of(axis: Axis) -> list[tuple[int, int]]:
    """What is read: from the first to the last instant, once where the two spans meet; holidays beneath may be out of turn."""
    spans = [(min(one.start for one in part), max(one.end for one in part)) for part in (axis.beneath, axis.shown) if part]
    if len(spans) == 2 and spans[0][1] >= spans[1][0]:
        return [(spans[0][0], spans[1][1])]
    return spans


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def known_queues(question: Question, until: int) -> dict[str, str]:
    """The channel of each queue of the config, and of each other that history knows of these days."""
    configured = {name: queue.channel.value for name, queue in serving().config.queues.items()}
    shown = axis_of(question, until).shown
    return rolled().queues(shown[0].start, shown[-1].end) | configured


def _begun_at() -> int | None:
    served = serving()
    return History(database(served.database_url)).first_at(served.config.site.name)


def rolled() -> Rolled:
    """The sums of the site."""
    served = serving()
    return Rolled(database(served.database_url), served.config.site.name, served.config.zone)


def _days(question: Question, axis: Axis, channels: dict[str, str]) -> ByDay:
    """What each part counted by day; the channel of each queue is noted in `channels`."""
    read, found = rolled(), {}
    has_spread = any(_WITH_SPREAD in kpi for kpi in question.kpis)
    for start, end in spans_of(axis):
        if question.by in SLICED:
            found |= read.parts(Grain.DAY, start, end, question.by.value)
            continue
        for day, queues in read.by(Grain.DAY, start, end, spread=has_spread).items():
            found[day] = parts_of(_looked_at(question, queues), question.by)
            channels |= {queue: channel for queue, (channel, _) in queues.items()}
    return found


def _looked_at(question: Question, queues: Mapping[str, tuple[str, Tally]]) -> Mapping[str, tuple[str, Tally]]:
    if question.by is not By.QUEUE or not question.only:
        return queues
    return {queue: counted for queue, counted in queues.items() if holds(question.only, queue, counted[0])}


def parts_of(queues: Mapping[str, tuple[str, Tally]], by: By) -> dict[str, Tally]:
    """The tallies of queues, put together by what a line stands for."""
    return _grouped((_part(by, queue, channel), tally) for queue, (channel, tally) in queues.items())


def _part(by: By, queue: str, channel: str) -> str:
    return {By.QUEUE: queue, By.CHANNEL: channel}.get(by, "")


def _grouped(named: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for name, tally in named:
        add_to(found, name, tally)
    return found


def _promise(by: By, channels: Mapping[str, str], known: Ledger) -> Callable[[str, date], QueueGoal]:
    @cache
    def goal(name: str, promised: Promised) -> QueueGoal:
        if by is By.QUEUE:
            return promised.queue_goal(name, Channel(channels[name]))
        return Goals(promised).goal(Channel(name) if by is By.CHANNEL else None)

    return lambda name, day: goal(name, known.on(day))


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def week_pattern(question: Question, until: int) -> list[Cell]:
    """The pattern of the week of its first figure."""
    kpi, shown = question.kpis[0], axis_of(question, until).shown
    channel, its_channel = channel_of(question.only), known_queues(question, until).get(question.only)
    queue, span = question.only if question.is_of_one_queue else "", (shown[0].start, min(shown[-1].end, until))
    found = rolled().sums(Grain.QUARTER, *span, PATTERNS[kpi], queue=queue, channel=channel or "")
    goals = Goals(ledger().on(shown[-1].last))
    goal = goals.queue_goal(question.only, Channel(its_channel)) if its_channel else goals.goal(channel)
    days = rolled().sums(Grain.DAY, *span, ("offered",)) if definitions()[kpi].unit is Unit.COUNT else {}
    return pattern(kpi, found, goal, serving().config.zone, half_hours(days, span[1], serving().config.zone))


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def waits(question: Question, until: int) -> tuple[Waits, Waits | None]:
    """How long answered contacts waited, and how long in what the span is compared with."""
    axis = axis_of(question, until)
    begun_at = _begun_at()
    # As of a snapshot: what lies partly before history began is no comparison.
    is_known = bool(axis.beneath) and begun_at is not None and begun_at <= axis.beneath[0].start
    return _waits(axis.shown, question.only), _waits(axis.beneath, question.only) if is_known else None


def _waits(shown: tuple[Stretch, ...], only: str) -> Waits:
    total = rolled().total(shown[0].start, shown[-1].end, spread=True)
    return waits_of(merged(tally for queue, (channel, tally) in total.items() if holds(only, queue, channel)))


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def causes(question: Question, until: int) -> list[Cause]:
    """Complaints by class or line of business."""
    served, shown = serving(), axis_of(question, until).shown
    start, end = shown[0].start, shown[-1].end
    by = question.by if question.by in (By.CATEGORY, By.BUSINESS_LINE) else By.CATEGORY
    found = merged(tally for _, tally in rolled().total(start, end).values())
    named = found.by(CATEGORY if by is By.CATEGORY else BUSINESS_LINE)
    people = complainers_by(database(served.database_url), served.config.site.name, start, end, by.value)
    return pareto(named, {name or UNKNOWN: count for name, count in people.items()})


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_KEPT, show_spinner=False)
def people_time(question: Question, until: int) -> list[Worked]:
    """Hours of people by state."""
    axis = axis_of(question, until)
    days = rolled().by(Grain.DAY, axis.shown[0].start, axis.shown[-1].end)
    return worked(axis.shown, {day: parts_of(queues, By.SITE)[""] for day, queues in days.items()}, until)
