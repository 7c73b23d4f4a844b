"""More complaints than chance explains, and what makes the rise.

In: a Board and the hourly baseline. Out: one sample for the site, or for each queue asked for; unknown where there is
no history to compare with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from alerts.frame import Contributor
from alerts.sample import SITE, Baseline, Context, Sample, counts, number
from pulse.forecast.spike import Criteria, Part, Spike, contributors, judge
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit, Value
from pulse.tables import Strict
from pulse.text import Text

UNIT = Unit.COUNT
TITLE = Text("More complaints than normal", "投诉异常增多")
TOTAL = "complaints"

_WINDOW_S = {"last_5m": 300.0, "last_30m": 1800.0}
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way complaints are split: its KPI on the Board and the prefix of its counts in history."""

    name: str
    kpi: str
    prefix: str


DIMENSIONS = (
    Dimension("category", "complaints_by_category", "complaint_category="),
    Dimension("business_line", "complaints_by_business_line", "complaint_line="),
    Dimension("pair", "complaints_by_pair", "complaint_pair="),
)
"""From wide to narrow: of two equal explanations the narrower is told."""


class Options(Strict):
    """The keys of a rule of this kind."""

    window: Literal["last_5m", "last_30m"] = "last_30m"
    dimension: Literal["total", "category", "business_line", "pair"] = "total"
    """What is watched: all complaints, or each value of a dimension, the most surprising of which is told."""
    p: float = Field(1e-3, gt=0, le=0.05)
    """Raises at this probability or less; with a dimension, shared among its values."""
    excess: float = Field(5.0, ge=0)
    """Raises only this many complaints above the expected ones."""
    clear_p: float = Field(0.05, gt=0, le=0.5)
    """Clears above this probability."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """The verdict on one count; `value` is the dimension's, None for the total."""

    value: str | None
    spike: Spike
    baseline: Baseline
    tests: int


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for the site; where queues are asked for, one for each of them."""
    scopes = context.scopes(board) if context.queues else {SITE: board.site}
    return [_sample(name, scope, board.at, options, context) for name, scope in scopes.items()]


def _sample(name: str, scope: Scope, at: int, options: Options, context: Context) -> Sample:
    window: dict[str, Value] = getattr(scope, options.window)
    finding = _most_surprising(name, window, options, context)
    if finding is None:
        why = Text("no history to compare with yet", "尚无可比较的历史数据")
        return Sample(scope=name, at=at, title=_title(scope, None), why=why, breaching=None, clear=None)
    spike = finding.spike
    shares = _contributors(name, window, options, context) if spike.is_spike else ()
    about = None if finding.value is None else context.name_of(finding.value)
    return Sample(
        scope=name,
        at=at,
        title=_title(scope, about),
        why=_why(finding, options.window),
        value=float(spike.observed),
        threshold=float(spike.smallest_visible),
        breaching=spike.is_spike,
        clear=spike.p_value * finding.tests > options.clear_p,
        contributors=shares,
    )


def _most_surprising(scope: str, window: dict[str, Value], options: Options, context: Context) -> _Finding | None:
    watched = _watched(window, options.dimension)
    tests = max(1, len(watched))
    window_s = _WINDOW_S[options.window]
    # Who looks at many values finds one by chance: the probability is shared among them.
    criteria = Criteria(max_p=options.p / tests, min_excess=options.excess, looks_per_day=_DAY_S / window_s)
    found = []
    for value, (count_name, observed) in watched.items():
        baseline = context.expected(scope, count_name, window_s)
        if baseline is not None:
            verdict = judge(observed, baseline.expected, baseline.dispersion, criteria)
            found.append(_Finding(value, verdict, baseline, tests))
    return min(found, key=lambda finding: (not finding.spike.is_spike, finding.spike.p_value), default=None)


def _watched(window: dict[str, Value], dimension: str) -> dict[str | None, tuple[str, int]]:
    """The counts to be judged by the dimension's value; nothing where the Board does not tell them."""
    total = number(window.get(TOTAL))
    if total is None:
        return {}
    split = next((one for one in DIMENSIONS if one.name == dimension), None)
    values = counts(window.get(split.kpi)) if split else {}
    if split is None or not values:
        return {None: (TOTAL, int(total))}
    return {value: (f"{split.prefix}{value}", count) for value, count in values.items()}


def _contributors(scope: str, window: dict[str, Value], options: Options, context: Context) -> tuple[Contributor, ...]:
    window_s = _WINDOW_S[options.window]
    normal = context.expected(scope, TOTAL, window_s)
    rise = (number(window.get(TOTAL)) or 0.0) - (normal.expected if normal else 0.0)
    split = {}
    for dimension in DIMENSIONS:
        parts = {}
        for value, observed in counts(window.get(dimension.kpi)).items():
            baseline = context.expected(scope, f"{dimension.prefix}{value}", window_s)
            parts[value] = Part(observed, baseline.expected if baseline else 0.0)
        split[dimension.name] = parts
    return tuple(
        Contributor(share.dimension, share.value, share.share_ratio, context.name_of(share.value).by_language())
        for share in contributors(split, rise)
    )


def _title(scope: Scope, about: Text | None) -> Text:
    """What is wrong first: on a wall the end may not fit. Of the whole site its name says nothing new."""
    en, zh = (f" ({about.en})", f"（{about.zh}）") if about else ("", "")
    if scope.channel is None:
        return Text(f"{TITLE.en}{en}", f"{TITLE.zh}{zh}")
    return Text(f"{TITLE.en}{en}, {scope.titled('en')}", f"{TITLE.zh}{zh}，{scope.titled('zh')}")


def _why(finding: _Finding, window: str) -> Text:
    spike, minutes = finding.spike, round(_WINDOW_S[window] / 60)
    en = f"{spike.observed} in {minutes} min, {spike.expected:.1f} expected ({finding.baseline.basis.en})"
    zh = f"{minutes} 分钟内 {spike.observed} 件，预期 {spike.expected:.1f} 件（{finding.baseline.basis.zh}）"
    if spike.is_spike:
        rarity = _rarity(spike.one_in_days)
        en, zh = f"{en}; by chance {rarity.en}", f"{zh}；偶然出现的概率为{rarity.zh}"
    else:
        en, zh = f"{en}; visible from {spike.smallest_visible}", f"{zh}；自 {spike.smallest_visible} 件起可见"
    return Text(en, zh)


def _rarity(one_in_days: float) -> Text:
    if one_in_days >= 365_000:
        return Text("less than once in 1,000 years", "千年不足一次")
    if one_in_days >= 730:
        return Text(f"once in {one_in_days / 365:.0f} years", f"每 {one_in_days / 365:.0f} 年一次")
    return Text(f"once in {max(1, one_in_days):.0f} days", f"每 {max(1, one_in_days):.0f} 天一次")
