"""Frozen days, weeks and months from outside: which there are, and each as it was frozen, byte by byte.

In: what is asked for. Out: rows of the list, or the JSON that was kept; in CSV its figures.
"""

from collections.abc import Iterator

from dashboard.api.columns import Column, Form, Row
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.parameters import Choice, Day, Parameter
from dashboard.api.problem import Fault, nothing_there
from dashboard.api.span import LASTS_S, SITE, site_of
from pulse.api_token import ApiScope
from pulse.kpi.snapshot import Edition, Snapshot, decode_snapshot
from pulse.text import Text
from sql import snapshots

FROZEN_LASTS_S = 3600

LISTED = (
    Column("edition", Form.TEXT, Text("daily, weekly or monthly.", "daily、weekly 或 monthly。")),
    Column("day", Form.DAY, Text("The first day it is about.", "起始日期。")),
    Column("frozen_at", Form.INSTANT, Text("When it was frozen.", "冻结时刻。")),
    Column("sha", Form.TEXT, Text("The hash (SHA-256) of what is kept.", "内容的 SHA-256 哈希。")),
)
FIGURES = (
    Column("edition", Form.TEXT, Text("daily, weekly or monthly.", "daily、weekly 或 monthly。")),
    Column("day", Form.DAY, Text("The first day it is about.", "起始日期。")),
    Column("part", Form.TEXT, Text("site, channel or business_line.", "site、channel 或 business_line。")),
    Column("name", Form.TEXT, Text("Which of them.", "名称。")),
    Column("kpi", Form.TEXT, Text("The name of the KPI, as /kpis has it.", "指标名称，见 /kpis。")),
    Column("value", Form.NUMBER, Text("Its value; null where it was not known.", "取值；未知为 null。")),
    Column("target", Form.NUMBER, Text("What it should reach.", "目标值。")),
    Column("verdict", Form.TEXT, Text("met, missed, no_target or unknown.", "met、missed、no_target 或 unknown。")),
    Column("before", Form.NUMBER, Text("The stretch right before.", "上一期。")),
    Column("last_week", Form.NUMBER, Text("The same weekday a week earlier.", "上周同日。")),
    Column("last_year", Form.NUMBER, Text("The same period last year.", "去年同期。")),
    Column("to_date", Form.NUMBER, Text("The month, or of a month the year, so far.", "本月（或本年）至今。")),
    Column("count", Form.WHOLE, Text("How many contacts or answers it is made of.", "取值所依据的数量。")),
)
_EDITION = Parameter(name="edition", kind=Choice(tuple(Edition)), says=Text("daily, weekly or monthly.", "daily、weekly 或 monthly。"))
LIST_PARAMETERS = (_EDITION,)
PLACES = (_EDITION, Parameter(name="day", kind=Day(), says=Text("The first day it is about.", "起始日期。")))
_OF_A_FIGURE = ("kpi", "value", "target", "before", "last_week", "last_year", "to_date", "count")


def listed(asking: Asking) -> Answer:
    """Every one, the newest day first."""
    edition = asking.values["edition"]
    found = snapshots.listed(asking.database, asking.site, None if edition is None else Edition(edition))
    rows = [{"edition": one.edition.value, "day": one.day, "frozen_at": one.frozen_at, "sha": one.sha} for one in found]
    return Answer(rows=rows, facts=site_of(asking), lasts_s=LASTS_S)


def frozen(asking: Asking) -> Answer:
    """One, as it was frozen."""
    edition, day = Edition(asking.values["edition"]), asking.values["day"]
    content = snapshots.content(asking.database, asking.site, edition, day)
    if content is None:
        allowed = Text("one that /api/v1/snapshots lists", "/api/v1/snapshots 列出的快照")
        raise nothing_there(Fault("edition, day", f"{edition.value} {day}", allowed))
    return Answer(rows=list(snapshot_rows(decode_snapshot(content))), body=content, lasts_s=FROZEN_LASTS_S)


def snapshot_rows(snapshot: Snapshot) -> Iterator[Row]:
    """Its figures: of the site, of channels, of lines of business."""
    parts = [("site", snapshot.site, snapshot.figures)]
    parts += [("channel", section.name, section.figures) for section in snapshot.channels]
    parts += [("business_line", section.name, section.figures) for section in snapshot.business_lines]
    for part, name, figures in parts:
        for figure in figures:
            told = {field: getattr(figure, field) for field in _OF_A_FIGURE}
            same = {"edition": snapshot.edition.value, "day": snapshot.day, "part": part, "name": name}
            yield {**same, **told, "verdict": figure.verdict.value}


def operations() -> tuple[Operation, ...]:
    """The routes of this file."""
    return (
        Operation(
            name="snapshots",
            path="/snapshots",
            says=Text("The days, weeks and months that are frozen, the newest day first.", "已冻结的日、周、月快照，最新在前。"),
            needs=ApiScope.SNAPSHOTS,
            parameters=LIST_PARAMETERS,
            facts=SITE,
            columns=LISTED,
            answer=listed,
        ),
        Operation(
            name="snapshot",
            path="/snapshots/{edition}/{day}",
            says=Text(
                "One frozen day, week or month, byte by byte; instants in it are epoch ms. CSV has its figures.",
                "一份已冻结的快照（逐字节原样）；其中时刻为毫秒时间戳。CSV 为其指标。",
            ),
            needs=ApiScope.SNAPSHOTS,
            places=PLACES,
            columns=FIGURES,
            whole=Snapshot,
            answer=frozen,
        ),
    )
