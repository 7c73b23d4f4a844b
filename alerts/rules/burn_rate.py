"""The service-level budget is being used up too fast: over a long stretch and, still, over a short one.

In: judged contacts of both stretches. Out: one sample for each queue, or one for the site; unknown until history was read.
Source: multi-window burn-rate alerts of site reliability engineering (burn rate = miss rate / allowed rate).
"""

from collections.abc import Sequence
from math import sqrt
from typing import Literal

from pydantic import Field, model_validator

from alerts.sample import SITE, Context, Sample
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit
from pulse.kpi.service_level import Judged
from pulse.tables import Duration, Strict
from pulse.text import Language, Text
from pulse.written import duration, written

UNIT = Unit.RATIO
TITLE = Text("SL budget burning", "服务水平预算消耗过快")
_Z = 1.96
"""95 % of a normal distribution lie within so many standard deviations."""


class Options(Strict):
    """The keys of a rule of this kind."""

    long: Duration = 3600.0
    short: Duration = 300.0
    """It is over once this stretch no longer burns so fast."""
    rate: float = Field(14.4, gt=1)
    """So many times the allowed misses."""
    at_most_percent: float = Field(90, gt=0, le=100)
    """Raises at this share of misses at the latest: a goal of 80 % can never burn faster than 5 times."""
    of: Literal["queues", "site"] = "queues"
    min_contacts: int = Field(20, ge=1)
    """A long stretch with fewer judged contacts raises nothing."""

    @model_validator(mode="after")
    def _in_order(self) -> "Options":
        if self.short >= self.long:
            raise ValueError(f"got short = {duration(self.short)}, expected less than long ({duration(self.long)})")
        return self

    def limit_ratio(self, goal_ratio: float) -> float:
        """The share of misses from which on the budget burns too fast."""
        return min(self.rate * (1 - goal_ratio), self.at_most_percent / 100)


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each queue asked for, or one for the site."""
    scopes = {SITE: board.site} if options.of == "site" else context.scopes(board)
    return [_sample(name, scope, board.at, options, context) for name, scope in scopes.items()]


def _sample(name: str, scope: Scope, at: int, options: Options, context: Context) -> Sample:
    long, short = context.judged(name, options.long), context.judged(name, options.short)
    limit = None if scope.goal_ratio is None else options.limit_ratio(scope.goal_ratio)
    share = _share(long)
    return Sample(
        scope=name,
        at=at,
        title=_title(scope, options),
        why=_why(long, short, limit, options),
        value=share,
        threshold=limit,
        breaching=_is_breaching(long, short, scope.goal_ratio, options),
        clear=None if short is None or limit is None else not _burns(short, limit),
    )


def _is_breaching(long: Judged | None, short: Judged | None, goal_ratio: float | None, options: Options) -> bool | None:
    if long is None or short is None or goal_ratio is None:
        return None
    limit = options.limit_ratio(goal_ratio)
    # Few contacts may miss by chance: the misses must be surely more than the allowed ones.
    is_sure = long.all >= options.min_contacts and lower_bound(long.missed, long.all) > 1 - goal_ratio
    return is_sure and _burns(long, limit) and _burns(short, limit)


def lower_bound(hits: int, trials: int) -> float:
    """The lower end of the 95 % Wilson score interval of a share (E. B. Wilson, 1927), as a ratio; raises ZeroDivisionError on no trial."""
    share, z2 = hits / trials, _Z**2
    spread = _Z * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return (share + z2 / (2 * trials) - spread) / (1 + z2 / trials)


def _burns(part: Judged, limit_ratio: float) -> bool:
    share = _share(part)
    return share is not None and share >= limit_ratio


def _share(part: Judged | None) -> float | None:
    return part.missed / part.all if part and part.all else None


def _title(scope: Scope, options: Options) -> Text:
    if options.of == "site":
        return TITLE
    return Text(f"{scope.titled('en')}: {TITLE.en}", f"{scope.titled('zh')}：{TITLE.zh}")


def _why(long: Judged | None, short: Judged | None, limit: float | None, options: Options) -> Text:
    told = [(_share(part), part.all if part else None, length) for part, length in ((long, options.long), (short, options.short))]
    en = [f"{written(share, Unit.RATIO)} of {written(count, Unit.COUNT)} missed in {duration(length)}" for share, count, length in told]
    zh = [
        f"{duration(length, Language.ZH)}内 {written(count, Unit.COUNT)} 个中有 {written(share, Unit.RATIO)} 未达标"
        for share, count, length in told
    ]
    least = written(limit, Unit.RATIO)
    return Text(f"{', '.join(en)}; alarm from {least} in both", f"{'，'.join(zh)}；两者均达 {least} 时告警")
