"""The customers' way through the centre, and what they complained about, from counts.

In: what the site counted. Out: steps and classes of complaints; a step that no source tells has no count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from dashboard.report.counted import Counted
from dashboard.report.ports import Pair
from pulse.config import Config
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.complaints import PAIR
from pulse.kpi.snapshot import Complained, Step
from pulse.text import Language, Text
from pulse.written import UNKNOWN

STEPS: Mapping[str, tuple[Text, tuple[tuple[str, ...], ...], str | None]] = {
    "asked": (Text("Asked", "提出"), (("offered",),), None),
    "left": (Text("Left waiting", "等待中离开"), (("abandoned",),), None),
    "answered": (Text("Answered", "应答"), (("answered",),), "asa_s"),
    "solved": (Text("Solved", "解决"), (("resolved",),), "resolution_s"),
    "rated": (Text("Rated", "评价"), (("csat_responses",), ("nps_promoters", "nps_passives", "nps_detractors")), None),
}
"""Each step with its name, the sums of figures that tell it, and the KPI that tells how long it took."""


def journey(counted: Counted, channels: Sequence[Counted]) -> Iterator[Step]:
    """How many came so far, from asking to rating; a mean time only where there is one channel, a call and a mail have none."""
    for name, (title, sums, timed) in STEPS.items():
        known = [count for count in (_sum(counted, names) for names in sums) if count is not None]
        mean_s = counted.value(timed) if timed and len(channels) == 1 else None
        # Who rated on two scales is one customer: the larger number is sure, their sum is not.
        count = max(known, default=None)
        of = msgspec.UNSET if count is None else _asked_where_told(channels, sums)
        yield Step(name=name, titles=title.by_language(), count=count, mean_s=mean_s, of=of)


def share_text(step: Step, steps: Iterable[Step], language: Language) -> str:
    """Which part of who asked came so far: of all, or of those in channels that tell the step."""
    whole = next((one.count for one in steps if one.count), None) if step.of is msgspec.UNSET else step.of
    if step.count is None or not whole:
        return UNKNOWN
    percent = f"{step.count / whole * 100:.0f} %"
    return percent if step.of is msgspec.UNSET else words(language)["report.share_of"].format(percent=percent, of=f"{whole:,}")


def _asked_where_told(channels: Sequence[Counted], sums: Sequence[Sequence[str]]) -> int | msgspec.UnsetType:
    kinds = {definitions()[name].told_by for names in sums for name in names}
    asked = [(_sum(one, ("offered",)) or 0, not kinds.isdisjoint(one.told)) for one in channels]
    of = sum(count for count, is_told in asked if is_told)
    return msgspec.UNSET if of == sum(count for count, _ in asked) else of


def complaints(counted: Counted, customers: Mapping[Pair, int] | None, config: Config) -> tuple[Complained, ...]:
    """Each class of complaints in each line of business, the most frequent first."""
    found = sorted(counted.tally.by(PAIR).items(), key=lambda one: (-one[1], one[0]))
    return tuple(_complained(pair, count, customers, config) for pair, count in found)


def _complained(pair: str, count: int, customers: Mapping[Pair, int] | None, config: Config) -> Complained:
    category, _, line = pair.partition("/")
    return Complained(
        category=category,
        business_line=line,
        titles=config.name_of(pair).by_language(),
        complaints=count,
        customers=customers.get((category, line)) if customers else None,
    )


def _sum(counted: Counted, names: Iterable[str]) -> int | None:
    found = [counted.value(name) for name in names]
    return None if None in found else int(sum(value or 0 for value in found))
