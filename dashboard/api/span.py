"""What routes over a stretch of time have in common: how it is asked for, how long it may be, how it is told.

In: a request's values. Out: parameters, columns and facts; a Problem where the stretch cannot be.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.api.columns import Column, Form
from dashboard.api.operation import Asking
from dashboard.api.parameters import Moment, Parameter
from dashboard.api.problem import Fault, too_much, unfit
from pulse.text import Text

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
LASTS_S, SETTLED_LASTS_S = 15, 300
"""A running stretch grows by the minute; one that is over changes only by late records."""

FROM = Parameter(
    name="from",
    kind=Moment(),
    says=Text("The first day of the site, or an instant.", "起始日期（按站点时区）或时刻。"),
    is_required=True,
)
TO = Parameter(
    name="to",
    kind=Moment(days_later=1),
    says=Text("The last day of the site, which is told whole, or an instant, which is left out.", "结束日期（含当日）或时刻（不含）。"),
    is_required=True,
)
SITE = (
    Column("site", Form.TEXT, Text("The name of the site.", "站点名称。")),
    Column("zone", Form.TEXT, Text("Its time zone, in which its days begin.", "站点时区，日期以此为准。")),
)
SPAN = (
    Column("from", Form.INSTANT, Text("The first instant that was looked at.", "查询起点。")),
    Column("to", Form.INSTANT, Text("The end that was left out.", "查询终点（不含）。")),
)


def check_span(given: Mapping[str, Any], most_days: int, of: str) -> None:
    """Raises a Problem where a stretch is empty, or longer than one answer holds."""
    span_ms = given["to"] - given["from"]
    if span_ms <= 0:
        raise unfit(
            Fault("from, to", Text("an end that is not after the beginning", "终点不晚于起点"), Text("to after from", "to 晚于 from"))
        )
    # A day of 25 hours is still one day.
    if span_ms > most_days * DAY_MS + HOUR_MS:
        allowed = Text(f"at most {most_days} days at once for {of}", f"{of} 一次最多 {most_days} 天")
        raise too_much(Fault("from, to", Text(f"{span_ms / DAY_MS:.0f} days", f"{span_ms / DAY_MS:.0f} 天"), allowed))


def site_of(asking: Asking) -> dict[str, Any]:
    """Of which site it is told."""
    return {"site": asking.site, "zone": asking.config.site.zone}


def span_of(asking: Asking, start: int, end: int) -> dict[str, Any]:
    """Of which site and stretch (epoch ms, the end left out) it is told."""
    return {**site_of(asking), "from": start, "to": end}
