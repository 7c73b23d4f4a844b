"""One route of the API as data: its address, what it needs, what it takes and what it tells. Checks, answers and description all read it.

In: nothing but values. Out: `Operation`, what it is asked with and what it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.api.columns import Column, Row
from dashboard.api.parameters import Choice, Parameter
from pulse.api_token import ApiScope
from pulse.config import Config
from pulse.kpi.board import Board
from pulse.text import Language, Text
from sql.session import Database

PREFIX = "/api/v1"
CSV, JSON = "csv", "json"
COMMON = (
    Parameter(
        name="format",
        kind=Choice((JSON, CSV)),
        says=Text("JSON unless CSV is asked for, here or by Accept: text/csv.", "默认 JSON；可在此或以 Accept: text/csv 指定 CSV。"),
    ),
    Parameter(
        name="lang",
        kind=Choice(tuple(Language)),
        says=Text("Of the words of a refusal; else Accept-Language.", "拒绝请求时说明所用语言；否则取 Accept-Language。"),
    ),
)
"""What every route takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request that may be answered."""

    database: Database
    config: Config
    board: Board | None
    """The latest one that this process has seen."""
    scopes: frozenset[ApiScope]
    values: Mapping[str, Any]
    """Of the parameters, by name."""
    now: int

    @property
    def site(self) -> str:
        """The name of the site."""
        return self.config.site.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is told: rows, and facts about them; or in JSON a whole that is told as it is kept."""

    rows: Sequence[Row]
    facts: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    next_cursor: str | None = None
    """Where the next page begins; None where there is none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    lasts_s: int = 0
    """For how long nobody need ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route; `answer` may wait for the database and raises a Problem where it cannot tell."""

    name: str
    path: str
    """With {name} where a parameter stands in it."""
    says: Text
    needs: ApiScope | None
    """The scope without which it answers nobody; None where any token will do."""
    parameters: tuple[Parameter, ...] = ()
    places: tuple[Parameter, ...] = ()
    """The parameters that stand in the path."""
    facts: tuple[Column, ...] = ()
    columns: tuple[Column, ...]
    whole: type | None = None
    """The struct whose JSON is told; None where rows are."""
    has_pages: bool = False
    answer: Callable[[Asking], Answer]

    @property
    def query(self) -> tuple[Parameter, ...]:
        """Everything that may stand after the question mark."""
        return (*self.parameters, *COMMON)

    @property
    def address(self) -> str:
        """The whole path."""
        return f"{PREFIX}{self.path}"

    def columns_for(self, scopes: frozenset[ApiScope]) -> tuple[Column, ...]:
        """The columns that a token with these scopes may read."""
        return tuple(one for one in self.columns if one.needs is None or one.needs in scopes)
