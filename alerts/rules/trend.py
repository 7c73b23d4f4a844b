"""A figure is worse each day than the day before, so many days running: satisfaction that falls since Monday.

In: the values of the days that are over. Out: one sample for each queue, or one for the site; unknown where a day is.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AllowInfNan, Field, field_validator, model_validator

from alerts.figures import Figure, figures
from alerts.sample import SITE, Context, Sample
from pulse.definitions import definitions
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Better
from pulse.tables import Strict
from pulse.text import Language, Text
from pulse.written import UNKNOWN, read, written

TITLE = Text("Figure worse day by day", "指标逐日变差")
_SPARE_DAYS = 7
"""So many days with too few contacts are passed over."""

Step = str | int | Annotated[float, AllowInfNan(False)]


class Options(Strict):
    """The keys of a rule of this kind; `at_least` is written as people write it: "5%", "90s", 0.2."""

    figure: str
    days: int = Field(3, ge=2, le=14)
    """So many days in a row, each worse than the day before it."""
    goes: Literal["down", "up"] | None = None
    """Which way is bad; without it, the way that is bad for the figure."""
    at_least: Step = 0
    """How much it must have moved in all."""
    min_contacts: int = Field(0, ge=0)
    """A day with fewer offered contacts is passed over, as one on which the site is closed."""
    of: Literal["queues", "site"] = "queues"

    @field_validator("figure")
    @classmethod
    def _is_of_days(cls, name: str) -> str:
        of_days = [figure.name for figure in figures().values() if figure.now is None]
        if name not in of_days:
            raise ValueError(f'got "{name}", expected one of {", ".join(of_days)}')
        return name

    @model_validator(mode="after")
    def _says_something(self) -> "Options":
        if self.goes is None and self.watched.better is Better.NEITHER:
            raise ValueError(f'goes: is missing, expected "down" or "up": {self.figure} is neither better high nor low')
        if self.of == "site" and not definitions()[self.figure].mixes_channels:
            raise ValueError(f'of: got "site", expected "queues": {self.figure} has no value over several channels')
        if self.least < 0:
            raise ValueError(f"at_least: got {self.at_least}, expected 0 or more")
        return self

    @cached_property
    def watched(self) -> Figure:
        """The figure."""
        return figures()[self.figure]

    @property
    def is_down(self) -> bool:
        """Whether falling is bad."""
        return self.goes == "down" if self.goes else self.watched.better is Better.HIGHER

    @cached_property
    def least(self) -> float:
        """How much it must have moved in all, in the figure's unit."""
        try:
            return 0.0 if self.at_least == 0 else read(self.at_least, self.watched.unit)
        except ValueError as error:
            raise ValueError(f"at_least: {error}") from error

    def worsening(self, before: float, after: float) -> float:
        """By how much the later value is worse; 0 or less where it is not."""
        return before - after if self.is_down else after - before


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each queue asked for, or one for the site."""
    scopes = {SITE: board.site} if options.of == "site" else context.scopes(board)
    return [_sample(name, scope, board.at, options, _values(name, options, context)) for name, scope in scopes.items()]


def _values(scope: str, options: Options, context: Context) -> Sequence[float | None]:
    """The last days that count, oldest first: one more than must be worse than the one before."""
    needed = options.days + 1
    if not options.min_contacts:
        return context.daily(scope, options.figure, needed)[-needed:]
    asked = needed + _SPARE_DAYS
    values, offered = (context.daily(scope, name, asked) for name in (options.figure, "offered"))
    if len(values) != len(offered):
        # A day went by between the two questions.
        return ()
    return [value for value, count in zip(values, offered, strict=True) if count is None or count >= options.min_contacts][-needed:]


def _sample(name: str, scope: Scope, at: int, options: Options, values: Sequence[float | None]) -> Sample:
    return Sample(
        scope=name,
        at=at,
        title=_title(scope, options),
        why=_why(values, options),
        value=values[-1] if values else None,
        breaching=_is_breaching(values, options),
        clear=_is_clear(values, options),
    )


def _steps(values: Sequence[float | None], options: Options) -> list[float | None]:
    """By how much each day was worse than the one before, the newest last."""
    days = pairwise(values)
    return [None if before is None or after is None else options.worsening(before, after) for before, after in days]


def _is_breaching(values: Sequence[float | None], options: Options) -> bool | None:
    """One day that was no worse is enough to say no; only days that are all known say yes."""
    steps = _steps(values, options)
    if any(step is not None and step <= 0 for step in steps):
        return False
    known = [step for step in steps if step is not None]
    if len(known) < options.days:
        return None
    return sum(known) >= options.least


def _is_clear(values: Sequence[float | None], options: Options) -> bool | None:
    """Over with the first day that is no worse than the one before it."""
    newest = next(iter(_steps(values, options)[::-1]), None)
    return None if newest is None else newest <= 0


def _title(scope: Scope, options: Options) -> Text:
    title = options.watched.title
    en, zh = f"{title.en} {'falls' if options.is_down else 'rises'} day by day", f"{title.zh}连日{'下降' if options.is_down else '上升'}"
    if options.of == "site":
        return Text(en, zh)
    return Text(f"{scope.titled('en')}: {en}", f"{scope.titled('zh')}：{zh}")


def _why(values: Sequence[float | None], options: Options) -> Text:
    unit, (fall, fell) = options.watched.unit, ("falls", "下降") if options.is_down else ("rises", "上升")
    told = Text(*(" → ".join(written(value, unit, language) for value in values) or UNKNOWN for language in Language))
    least = Text(*(written(options.least, unit, language) for language in Language))
    in_all = Text(f" by {least.en} or more in all", f"且累计达到 {least.zh} ") if options.least else Text("", "")
    return Text(
        f"{told.en} on the last days; alarm after {options.days} {fall} in a row{in_all.en}",
        f"近几日 {told.zh}；连续 {options.days} 天{fell}{in_all.zh}时告警",
    )
