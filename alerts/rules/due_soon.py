"""What waits longest has used up so much of its promise: a contact of the queue, or the oldest of its backlog.

In: a Board. Out: one sample for each queue; unknown where nobody tells single waits. Three tables make the usual ladder: at 80 % of
the promise, once it is broken (100 %), and half as long again after it (150 %), each with a level of its own.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, model_validator

from alerts.sample import Context, Sample
from alerts.tuning import Tuning, percent_at
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit
from pulse.tables import Duration, Strict
from pulse.text import Language, Text
from pulse.written import written

UNIT = Unit.RATIO
TITLE = Text("Promise due soon", "承诺即将到期")
BROKEN_TITLE = Text("Promise broken", "承诺已超时")


class Options(Strict):
    """The keys of a rule of this kind."""

    of: Literal["contacts", "backlog"] = "contacts"
    promise: Duration | None = Field(None, gt=0)
    """What is promised to the backlog, such as 24h; a contact's promise is the target of its queue."""
    used_percent: float = Field(80, gt=0, le=1000)
    """Raises at this share of the promise."""
    shortest: Duration = 300.0
    """Queues that promise less are left out: their seconds are told by the service level."""

    @model_validator(mode="after")
    def _knows_its_promise(self) -> "Options":
        if (self.of == "backlog") != (self.promise is not None):
            raise ValueError('expected promise for of = "backlog", and only there: a contact\'s promise is the target of its queue')
        return self


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each queue asked for whose promise is long enough."""
    promised = {name: (scope, _promise_s(scope, options)) for name, scope in context.scopes(board).items()}
    return [
        _sample(name, scope, promise_s, board.at, options)
        for name, (scope, promise_s) in promised.items()
        if promise_s is not None and promise_s >= options.shortest
    ]


def tuning(_options: Options) -> Tuning:
    """Its limit is a share of the promise."""
    return Tuning(
        is_low=False,
        at=lambda value: {"used_percent": max(0.1, min(1000.0, percent_at(value, is_low=False)))},
        widest={"used_percent": 0.001},
    )


def _sample(name: str, scope: Scope, promise_s: float, at: int, options: Options) -> Sample:
    age_s, is_empty = _oldest_s(scope, promise_s, options)
    used = None if age_s is None else age_s / promise_s
    limit = options.used_percent / 100
    title = BROKEN_TITLE if limit >= 1 else TITLE
    return Sample(
        scope=name,
        at=at,
        title=Text(f"{scope.titled('en')}: {title.en.lower()}", f"{scope.titled('zh')}：{title.zh}"),
        why=_why(age_s, promise_s, options),
        value=used,
        threshold=limit,
        breaching=False if is_empty else None if used is None else used >= limit,
        clear=True if is_empty else None if used is None else used < limit,
    )


def _promise_s(scope: Scope, options: Options) -> float | None:
    return options.promise if options.of == "backlog" else scope.target_s


def _oldest_s(scope: Scope, promise_s: float, options: Options) -> tuple[float | None, bool]:
    """The age of what waits longest, and whether nothing waits at all."""
    if options.of == "backlog":
        backlog = scope.backlog
        return (None, False) if backlog is None else (backlog.oldest_age_s, backlog.open == 0)
    left_s = scope.contact_time_left_s
    return None if left_s is None else promise_s - left_s, scope.waiting == 0


def _why(age_s: float | None, promise_s: float, options: Options) -> Text:
    age, promise = (Text(*(written(span_s, Unit.SECONDS, language) for language in Language)) for span_s in (age_s, promise_s))
    percent = f"{options.used_percent:g} %"
    return Text(
        f"the oldest waits {age.en} of {promise.en} promised; alarm from {percent}",
        f"最早的已等待 {age.zh}，承诺 {promise.zh}；达 {percent} 时告警",
    )
