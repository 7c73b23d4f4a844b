"""Complaints of the gravest grade, one by one or several with one cause.

In: a Board. Out: one sample for the site, or for each queue asked for; unknown where no source tells complaints.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from alerts.figures import WINDOWS
from alerts.frame import Contributor
from alerts.sample import SITE, Context, Sample, counts
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit
from pulse.tables import Strict
from pulse.text import Text

UNIT = Unit.COUNT
TITLE = Text("P1 complaint", "一级投诉")
CLUSTER_TITLE = Text("P1 complaints with one cause", "同因一级投诉")
P1 = "p1_complaints_by_pair"


class Options(Strict):
    """The keys of a rule of this kind."""

    window: Literal["last_5m", "last_30m"] = "last_30m"
    cluster: int = Field(1, ge=1)
    """So many with one class and line of business; 1 is any complaint of the grade."""


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for the site; where queues are asked for, one for each of them."""
    scopes = context.scopes(board) if context.queues else {SITE: board.site}
    return [_sample(name, scope, board.at, options, context) for name, scope in scopes.items()]


def _sample(name: str, scope: Scope, at: int, options: Options, context: Context) -> Sample:
    told = getattr(scope, options.window).get(P1)
    by_pair = counts(told)
    # Of two causes with as many complaints the first by name is told, so that the words do not jump.
    most = max(sorted(by_pair), key=by_pair.__getitem__, default=None)
    number = 0 if most is None else by_pair[most]
    reached = number >= options.cluster
    return Sample(
        scope=name,
        at=at,
        title=_title(scope, most if reached else None, options, context),
        why=_why(sum(by_pair.values()), most, number, options, context),
        value=float(number),
        threshold=float(options.cluster),
        breaching=None if told is None else reached,
        clear=None if told is None else not reached,
        contributors=_contributors(by_pair, context),
    )


def _contributors(by_pair: dict[str, int], context: Context) -> tuple[Contributor, ...]:
    total = sum(by_pair.values())
    ordered = sorted(by_pair.items(), key=lambda found: (-found[1], found[0]))
    return tuple(Contributor("pair", pair, count / total, context.name_of(pair).by_language()) for pair, count in ordered)


def _title(scope: Scope, pair: str | None, options: Options, context: Context) -> Text:
    title = TITLE if options.cluster == 1 else CLUSTER_TITLE
    cause = context.name_of(pair) if pair else None
    en, zh = (f" ({cause.en})", f"（{cause.zh}）") if cause else ("", "")
    if scope.channel is None:
        return Text(f"{title.en}{en}", f"{title.zh}{zh}")
    return Text(f"{title.en}{en}, {scope.titled('en')}", f"{title.zh}{zh}，{scope.titled('zh')}")


def _why(total: int, pair: str | None, number: int, options: Options, context: Context) -> Text:
    span = WINDOWS[options.window]
    if pair is None:
        return Text(f"none {span.en}", f"{span.zh}没有")
    cause = context.name_of(pair)
    return Text(f"{total} {span.en}, {number} of them {cause.en}", f"{span.zh} {total} 件，其中{cause.zh} {number} 件")
