"""The stretches a chart has along its axis, and the ones each is compared with.

In: a question, today's date, a zone. Out: days, weeks or months of the site's calendar, the running one last.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from dashboard.report.stretch import NO_HOLIDAYS, Holidays, Stretch, compared, stretch_of
from dashboard.trends.question import SPANS, Compare, Question
from pulse.kpi.snapshot import Edition

_DAY = timedelta(days=1)


def stretches(question: Question, today: date, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """The stretches that hold the days of the span, the oldest first."""
    last_day = min(question.last or today, today)
    day = last_day - (SPANS[question.span] - 1) * _DAY
    found = []
    while day <= last_day:
        found.append(stretch_of(question.step, day, zone))
        day = found[-1].last + _DAY
    return tuple(found)


def counterparts(shown: tuple[Stretch, ...], compare: Compare, holidays: Holidays = NO_HOLIDAYS) -> tuple[Stretch, ...]:
    """What each stretch is compared with; nothing where nothing is."""
    if compare is Compare.NONE or not shown:
        return ()
    if compare is Compare.LAST_YEAR:
        return tuple(compared(stretch, holidays)["last_year"] for stretch in shown)
    move = _months_back(len(shown)) if shown[0].edition is Edition.MONTHLY else _days_back((shown[-1].last - shown[0].first).days + 1)
    return tuple(move(stretch) for stretch in shown)


def _days_back(days: int) -> Callable[[Stretch], Stretch]:
    whole_weeks = timedelta(days=-(-days // 7) * 7)
    return lambda stretch: replace(stretch, first=stretch.first - whole_weeks, last=stretch.last - whole_weeks)


def _months_back(months: int) -> Callable[[Stretch], Stretch]:
    def moved(stretch: Stretch) -> Stretch:
        number = stretch.first.year * 12 + stretch.first.month - 1 - months
        return stretch_of(Edition.MONTHLY, date(number // 12, number % 12 + 1, 1), stretch.zone)

    return moved
