"""The open alerts, gravest first, with who owns them."""

import msgspec
from pydantic import Field

from alerts.frame import IncidentRow
from dashboard.picture import Picture
from dashboard.status import Status, incident_status
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Open alerts", "未关闭告警")


class Options(Strict):
    """How many are shown at most."""

    rows: int = Field(4, ge=1, le=12)


class Ticker(msgspec.Struct, frozen=True, kw_only=True):
    """One open incident."""

    id: int
    level: int
    status: Status
    title: dict[str, str]
    owner: str | None
    """None where nobody owns it, and on screens that show no names."""
    opened_at: int
    acknowledged: bool
    is_over: bool
    no_data: bool
    drill: bool
    muted: str | None
    """What kind of thing keeps it quiet."""


class Alerts(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws; what does not fit is counted."""

    rows: list[Ticker]
    more: int


def frame(picture: Picture, options: Options) -> Alerts:
    """The gravest open incidents."""
    every = picture.alerts.incidents
    shown = every[: options.rows]
    return Alerts(rows=[_ticker(row, picture.names_shown) for row in shown], more=len(every) - len(shown))


def _ticker(row: IncidentRow, names_shown: bool) -> Ticker:
    return Ticker(
        id=row.id,
        level=row.level,
        status=incident_status(row.level, stands=not row.is_over),
        title=row.title,
        owner=row.owner if names_shown else None,
        opened_at=row.opened_at,
        acknowledged=row.owner is not None,
        is_over=row.is_over,
        no_data=row.no_data,
        drill=row.drill,
        muted=row.muted.kind if row.muted else None,
    )
