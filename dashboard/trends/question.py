"""What somebody asks of history, and how it stands in the address of the page, so that a link shows the same.

In: the parts of an address. Out: a `Question` without what is not allowed in it, and what that is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from dashboard.address import Wrong, nearest, unknown_names, wrong_words
from pulse.definitions import definitions, figures
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Edition

SPANS: Mapping[str, int] = {"4w": 28, "8w": 56, "13w": 91, "26w": 182, "1y": 364, "2y": 728}
"""How many days a span looks back; whole weeks, so that every weekday is in it equally often."""
MOST_KPIS = 4
CHANNEL = "channel:"
"""What the name of a channel that is looked at alone begins with, for a queue may be called the same."""
SHORT_SPANS = ("4w", "8w", "13w")
"""Those of the pattern of the week, which is made of quarters of an hour."""
_FIRST_DAY = date(1970, 1, 1)
_Word = TypeVar("_Word", bound=StrEnum)
_NAMES = ("chart", "kpi", "by", "grain", "span", "compare", "end", "only")
_BEHIND = ("at", "what", "of", "after")
"""What names the contacts behind a number."""


class Chart(StrEnum):
    """What is drawn."""

    TIME = "time"
    WEEK = "week"
    """By weekday and half hour."""
    WAITS = "waits"
    PARETO = "pareto"
    PEOPLE = "people"
    GOALS = "goals"


class By(StrEnum):
    """What a line stands for."""

    SITE = "site"
    CHANNEL = "channel"
    QUEUE = "queue"
    BUSINESS_LINE = "business_line"
    SEGMENT = "segment"
    CATEGORY = "category"


SLICED = frozenset({By.BUSINESS_LINE, By.SEGMENT, By.CATEGORY})
"""What parts of queues are told apart by."""


class Compare(StrEnum):
    """What lies beneath."""

    LAST_YEAR = "last_year"
    BEFORE = "before"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    chart: Chart = Chart.TIME
    kpis: tuple[str, ...] = ("offered", "service_level")
    by: By = By.SITE
    step: Edition = Edition.DAILY
    span: str = "8w"
    compare: Compare = Compare.LAST_YEAR
    last: date | None = None
    """The last day it is about; None: today, as far as it has come."""
    only: str = ""
    """The queue that is looked at alone, or the channel as `channel:NAME`; empty: all of them."""

    @property
    def is_compared(self) -> bool:
        """Whether anything may lie beneath: of many lines nobody could tell which belongs to which."""
        return self.chart is Chart.WAITS or self.by in (By.SITE, By.CHANNEL) or (self.by is By.QUEUE and self.is_of_one_queue)

    @property
    def is_of_one_queue(self) -> bool:
        """Whether one queue is looked at alone."""
        return bool(self.only) and channel_of(self.only) is None


def channel_of(only: str) -> Channel | None:
    """The channel that is looked at alone; None where it is a queue or everything."""
    name = only.removeprefix(CHANNEL)
    return Channel(name) if only != name and name in set(Channel) else None


def offered_kpis() -> tuple[str, ...]:
    """The figures that have one number a stretch, in the order of their definitions."""
    return tuple(kpi.name for kpi in figures())


def asked(parts: Mapping[str, str]) -> Question:
    """The question of an address."""
    known = Question()
    kpis = tuple(dict.fromkeys(name for name in parts.get("kpi", "").split(",") if name in offered_kpis()))[:MOST_KPIS]
    return Question(
        chart=_one_of(Chart, parts.get("chart"), known.chart),
        kpis=kpis or known.kpis,
        by=_one_of(By, parts.get("by"), known.by),
        step=_one_of(Edition, parts.get("grain"), known.step),
        span=parts["span"] if parts.get("span") in SPANS else known.span,
        compare=_one_of(Compare, parts.get("compare"), known.compare),
        last=_day(parts.get("end", "")),
        only=parts.get("only", ""),
    )


def misread(parts: Mapping[str, str], alone: Collection[str], today: date) -> tuple[Wrong, ...]:
    """What of an address is not in its question; only some may be looked at `alone`, and no day after `today`."""
    words = {"chart": Chart, "by": By, "grain": Edition, "span": SPANS, "compare": Compare, "only": alone}
    return (*wrong_words(parts, words), *_wrong_kpis(parts), *_wrong_end(parts, today), *unknown_names(parts, _NAMES, *_BEHIND))


def _wrong_kpis(parts: Mapping[str, str]) -> Iterator[Wrong]:
    offered, written = offered_kpis(), parts.get("kpi")
    names = dict.fromkeys(written.split(",")) if written else ()
    yield from (Wrong("kpi", name, nearest(name, offered)) for name in names if name not in offered)
    known = [name for name in names if name in offered]
    yield from (Wrong("kpi", name, f"≤ {MOST_KPIS}") for name in known[MOST_KPIS:])


def _wrong_end(parts: Mapping[str, str], today: date) -> Iterator[Wrong]:
    written = parts.get("end")
    if written and (day := _day(written)) is None:
        yield Wrong("end", written, f"YYYY-MM-DD, ≥ {_FIRST_DAY}")
    elif written and day > today:
        yield Wrong("end", written, f"≤ {today}")


def address_of(question: Question) -> dict[str, str]:
    """The parts of its address; what nobody chose is left out."""
    parts = {
        "chart": question.chart.value,
        "kpi": ",".join(question.kpis),
        "by": question.by.value,
        "grain": question.step.value,
        "span": question.span,
        "compare": question.compare.value,
    }
    if question.last is not None:
        parts["end"] = question.last.isoformat()
    if question.only:
        parts["only"] = question.only
    return parts


def spans_for(chart: Chart) -> tuple[str, ...]:
    """The spans a chart may look back, the shortest first."""
    return SHORT_SPANS if chart is Chart.WEEK else tuple(SPANS)


def mixes(kpis: tuple[str, ...], by: By) -> bool:
    """Whether a line would put several channels into one value that says nothing."""
    return by not in (By.CHANNEL, By.QUEUE) and any(not definitions()[name].mixes_channels for name in kpis)


def _one_of(kind: type[_Word], written: str | None, otherwise: _Word) -> _Word:
    return kind(written) if written in set(kind) else otherwise


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None
