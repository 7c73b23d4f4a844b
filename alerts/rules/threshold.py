"""A figure is above or below a limit: any KPI that is one number, or what stands now.

In: a Board. Out: one sample for each queue, or one for the site; unknown where the figure is.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from operator import gt, lt
from typing import Annotated, Literal

from pydantic import AllowInfNan, Field, field_validator, model_validator

from alerts.figures import Figure, Window, figures
from alerts.sample import SITE, Context, Sample, is_idle, number
from alerts.tuning import Tuning, rounded
from pulse.kpi.board import Board, Scope
from pulse.kpi.kpi import Unit
from pulse.tables import Strict
from pulse.text import Language, Text
from pulse.written import read, written

TITLE = Text("Figure beyond its limit", "指标越限")

Limit = str | int | Annotated[float, AllowInfNan(False)]


class Options(Strict):
    """The keys of a rule of this kind; limits are written as people write them: "5%", "90s", 12."""

    figure: str
    window: Window = "last_30m"
    of: Literal["queues", "site"] = "queues"
    raise_above: Limit | None = None
    raise_below: Limit | None = None
    clear_at: Limit | None = None
    """From here on it is over; without it, as soon as the limit is kept."""
    min_contacts: int = Field(0, ge=0)
    """A window with fewer offered contacts raises nothing."""

    @field_validator("figure")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in figures():
            raise ValueError(f'got "{name}", expected one of {", ".join(figures())}')
        return name

    @model_validator(mode="after")
    def _limits_are_read(self) -> "Options":
        if (self.raise_above is None) == (self.raise_below is None):
            raise ValueError("expected either raise_above or raise_below")
        if self.is_worse(self.clear_from, than=self.limit):
            raise ValueError(f"clear_at: got {self.clear_at}, expected it on the good side of the limit {self._limit}")
        return self

    @cached_property
    def watched(self) -> Figure:
        """The figure."""
        return figures()[self.figure]

    @property
    def is_low(self) -> bool:
        """Whether what lies below the limit is bad."""
        return self.raise_above is None

    @cached_property
    def limit(self) -> float:
        """The limit, in the figure's unit."""
        return self._read("raise_below" if self.is_low else "raise_above", self._limit)

    @cached_property
    def clear_from(self) -> float:
        """Where it is over, in the figure's unit."""
        return self.limit if self.clear_at is None else self._read("clear_at", self.clear_at)

    def is_worse(self, value: float, *, than: float) -> bool:
        """Whether a value lies further to the bad side than another."""
        return value < than if self.is_low else value > than

    @property
    def _limit(self) -> Limit | None:
        return self.raise_below if self.is_low else self.raise_above

    def _read(self, key: str, limit: Limit | None) -> float:
        try:
            return read(limit, self.watched.unit)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each queue asked for, or one for the site."""
    scopes = {SITE: board.site} if options.of == "site" else context.scopes(board)
    return [_sample(name, scope, board.at, options) for name, scope in scopes.items()]


_WIDEST: Mapping[Unit, tuple[Limit, Limit]] = {
    Unit.RATIO: ("0%", "100%"),
    Unit.SECONDS: ("0s", "36500d"),
    Unit.COUNT: (-1, 1_000_000_000),
    Unit.SCORE: (-1_000_000, 1_000_000),
}
"""The limits above and below which everything lies."""


def tuning(options: Options) -> Tuning:
    """Its limit is a value of the figure."""
    unit, is_low = options.watched.unit, options.is_low
    key, beyond = "raise_below" if is_low else "raise_above", options.clear_from - options.limit

    def at(value: float) -> dict[str, Limit | None]:
        limit = _limit_at(value, unit, is_low=is_low)
        return {key: limit, "clear_at": _limit_at(value + beyond, unit, is_low=is_low) if beyond else None}

    return Tuning(is_low=is_low, at=at, widest={key: _WIDEST[unit][is_low], "clear_at": None}, clears_after=abs(beyond))


def _limit_at(value: float, unit: Unit, *, is_low: bool) -> Limit:
    """A value as people write a limit."""
    if unit is Unit.RATIO:
        return f"{min(100.0, max(0.0, rounded(value * 100, 0.1, is_low=is_low))):g}%"
    if unit is Unit.SECONDS:
        return f"{max(0.0, rounded(value, 1, is_low=is_low)):.0f}s"
    return round(rounded(value, 1, is_low=is_low)) if unit is Unit.COUNT else rounded(value, 0.01, is_low=is_low)


def suspects(scopes: Mapping[str, Scope], options: Options) -> Collection[str]:
    """The queues of which a sample may be anything but well: cheap, for it looks at every one of them at every Board."""
    watched, limit, window = options.watched, options.limit, options.window
    read, is_worse = watched.now or (lambda scope: watched.of(scope, window)), lt if options.is_low else gt
    bad = {name for name, scope in scopes.items() if (value := read(scope)) is None or is_worse(value, limit)}
    if not options.min_contacts:
        return bad
    return bad | {name for name, scope in scopes.items() if number(getattr(scope, window).get("offered")) is None}


def _sample(name: str, scope: Scope, at: int, options: Options) -> Sample:
    value = options.watched.of(scope, options.window)
    # What stands now is known at an idle queue too: where it is not, nothing tells of it.
    idle = value is None and options.watched.now is None and is_idle(scope, options.window)
    return Sample(
        scope=name,
        at=at,
        title=_title(scope, options),
        why=_why(value, options),
        value=value,
        threshold=options.limit,
        breaching=False if idle else _is_breaching(value, scope, options),
        clear=True if idle else None if value is None else not options.is_worse(value, than=options.clear_from),
    )


def _is_breaching(value: float | None, scope: Scope, options: Options) -> bool | None:
    offered = number(getattr(scope, options.window).get("offered")) if options.min_contacts else 0
    if value is None or offered is None:
        return None
    return options.is_worse(value, than=options.limit) and offered >= options.min_contacts


def _title(scope: Scope, options: Options) -> Text:
    title, low = options.watched.title, options.is_low
    en, zh = f"{title.en} {'below' if low else 'above'} limit", f"{title.zh}{'低于' if low else '高于'}限值"
    if options.of == "site":
        return Text(en, zh)
    return Text(f"{scope.titled('en')}: {en}", f"{scope.titled('zh')}：{zh}")


def _why(value: float | None, options: Options) -> Text:
    unit, span, low = options.watched.unit, options.watched.span(options.window), options.is_low
    reached, limit = (Text(*(written(one, unit, language) for language in Language)) for one in (value, options.limit))
    return Text(
        f"{reached.en} {span.en}, alarm {'below' if low else 'above'} {limit.en}",
        f"{span.zh} {reached.zh}，{'低于' if low else '高于'} {limit.zh} 告警",
    )
