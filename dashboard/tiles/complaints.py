"""Complaints of the last 30 minutes and of today, and what most are about."""

import msgspec
from pydantic import Field

from dashboard.picture import Picture, whole
from dashboard.scope import SITE, ScopeName, scope_of
from dashboard.status import ratio_of
from pulse.kpi.board import Scope
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Complaints, 30 min", "投诉（30 分钟）")


class Options(Strict):
    """Complaints about what, and how many classes are named at most."""

    scope: ScopeName = SITE
    rows: int = Field(4, ge=1, le=8)


class Complaints(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws."""

    recent: int | None
    today: int | None
    by_category: list[tuple[dict[str, str], int]]
    """What people call the class, and how many."""


def frame(picture: Picture, options: Options) -> Complaints:
    """The complaints of the scope; None where nobody tells complaints."""
    scope = scope_of(picture.board, options.scope) or Scope(title="")
    by_category = scope.last_30m.get("complaints_by_category")
    counted = sorted(by_category.items(), key=lambda item: (-item[1], item[0])) if isinstance(by_category, dict) else []
    name_of = picture.saying.name_of
    return Complaints(
        recent=whole(ratio_of(scope, "last_30m", "complaints")),
        today=whole(ratio_of(scope, "today", "complaints")),
        by_category=[(name_of(category).by_language(), count) for category, count in counted[: options.rows]],
    )
