"""All routes of the API: the one table that requests are checked by, answers are formed by and the description is made of.

In: nothing. Out: operations.
"""

from functools import cache

from dashboard.api import boards, contacts, figures, incidents, kpis, snapshots
from dashboard.api.operation import Operation
from dashboard.api.span import SITE
from pulse.api_token import ApiScope
from pulse.kpi.board import Board
from pulse.kpi.snapshot import Snapshot
from pulse.text import Text


@cache
def operations() -> tuple[Operation, ...]:
    """Every route."""
    return (
        Operation(
            name="kpis",
            path="/kpis",
            says=Text("What each KPI means: definition, unit, version.", "各指标的定义、单位与版本。"),
            needs=None,
            columns=kpis.COLUMNS,
            answer=kpis.kpis,
        ),
        Operation(
            name="figures",
            path="/figures",
            says=Text(
                "KPIs by day, hour or quarter of an hour, of the site or its parts. What was not recorded has no row.",
                "按日、小时或 15 分钟统计的指标，可按站点或其组成部分查询。未记录的时段没有数据行。",
            ),
            needs=ApiScope.FIGURES,
            parameters=figures.parameters(),
            facts=figures.FACTS,
            columns=figures.COLUMNS,
            answer=figures.figures,
        ),
        Operation(
            name="board",
            path="/board",
            says=Text(
                "The latest Board, or the one of a past minute; instants in it are epoch ms.",
                "最新看板，或过去某分钟的看板；其中时刻为毫秒时间戳。",
            ),
            needs=ApiScope.FIGURES,
            parameters=boards.PARAMETERS,
            columns=boards.COLUMNS,
            whole=Board,
            answer=boards.board,
        ),
        Operation(
            name="incidents",
            path="/incidents",
            says=Text("The incidents opened in a stretch of time, the newest first.", "某时段内发生的事件，最新在前。"),
            needs=ApiScope.INCIDENTS,
            parameters=incidents.PARAMETERS,
            facts=incidents.FACTS,
            columns=incidents.COLUMNS,
            answer=incidents.incidents,
        ),
        Operation(
            name="snapshots",
            path="/snapshots",
            says=Text("The days, weeks and months that are frozen, the newest day first.", "已冻结的日、周、月快照，最新在前。"),
            needs=ApiScope.SNAPSHOTS,
            parameters=snapshots.LIST_PARAMETERS,
            facts=SITE,
            columns=snapshots.LISTED,
            answer=snapshots.listed,
        ),
        Operation(
            name="snapshot",
            path="/snapshots/{edition}/{day}",
            says=Text(
                "One frozen day, week or month, byte by byte; instants in it are epoch ms. CSV has its figures.",
                "一份已冻结的快照（逐字节原样）；其中时刻为毫秒时间戳。CSV 为其指标。",
            ),
            needs=ApiScope.SNAPSHOTS,
            places=snapshots.PLACES,
            columns=snapshots.FIGURES,
            whole=Snapshot,
            answer=snapshots.frozen,
        ),
        Operation(
            name="contacts",
            path="/contacts",
            says=Text("Single contacts, redacted, the oldest first, a page at a time.", "单条联系记录（已脱敏），最早在前，分页返回。"),
            needs=ApiScope.CONTACTS,
            parameters=contacts.PARAMETERS,
            facts=contacts.FACTS,
            columns=contacts.COLUMNS,
            has_pages=True,
            answer=contacts.contacts,
        ),
    )
