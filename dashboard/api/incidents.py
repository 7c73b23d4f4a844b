"""Incidents from outside: what was raised when, how grave it was and how it ended; owners only for tokens that may read names.

In: what is asked for. Out: a row for each incident, the newest first.
"""

from zoneinfo import ZoneInfo

from alerts.actions import CAUSES
from alerts.frame import Work
from dashboard.api.columns import Column, Form, Row
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.parameters import Choice, Parameter
from dashboard.api.problem import Fault, too_much
from dashboard.api.span import FROM, LASTS_S, SITE, SPAN, TO, check_span, span_of
from pulse.api_token import ApiScope
from pulse.clock import day_of
from pulse.text import Text
from sql.incidents import Wanted, find_incidents
from sql.models import Incident

MOST_ROWS, MOST_DAYS = 1000, 1100
WITHOUT, ALSO = "without", "also"

COLUMNS = (
    Column("id", Form.WHOLE, Text("Its number.", "编号。")),
    Column("opened_at", Form.INSTANT, Text("When it was opened.", "发生时刻。")),
    Column("day", Form.DAY, Text("The day of the site it was opened on.", "发生日期（按站点时区）。")),
    Column("closed_at", Form.INSTANT, Text("When it was closed; null while it is not.", "关闭时刻；未关闭为 null。")),
    Column("rule", Form.TEXT, Text("The rule that raised it.", "触发规则。")),
    Column("kind", Form.TEXT, Text("The kind of that rule.", "规则类型。")),
    Column("scope", Form.TEXT, Text("What it is about.", "范围。")),
    Column("level", Form.WHOLE, Text("Its level; 1 is the gravest.", "级别，1 为最高。")),
    Column("worst_level", Form.WHOLE, Text("The gravest it ever had.", "曾达到的最高级别。")),
    Column("signal", Form.TEXT, Text("Whether its alert stands.", "告警状态。")),
    Column("work", Form.TEXT, Text("How far people have come.", "处理状态。")),
    Column("no_data", Form.TRUTH, Text("Whether its source is silent.", "来源是否无数据。")),
    Column("drill", Form.TRUTH, Text("Whether it belongs to a drill.", "是否演练。")),
    Column("title_en", Form.TEXT, Text("What it is called in English.", "英文标题。")),
    Column("title_zh", Form.TEXT, Text("What it is called in Chinese.", "中文标题。")),
    Column("why_en", Form.TEXT, Text("Why it was raised, in English.", "英文原因。")),
    Column("why_zh", Form.TEXT, Text("Why it was raised, in Chinese.", "中文原因。")),
    Column("value", Form.NUMBER, Text("The value it had last.", "最近取值。")),
    Column("threshold", Form.NUMBER, Text("The limit it crossed.", "阈值。")),
    Column("contributors", Form.TREE, Text("What the rise is made of.", "主要构成。")),
    Column("cause", Form.TEXT, Text("The class of its cause, once it is closed.", "原因类别（关闭后）。")),
    Column("acknowledge_by", Form.INSTANT, Text("Until when somebody had to own it.", "应确认时限。")),
    Column("owner", Form.TEXT, Text("Who owns it. Scope names.", "负责人。需权限 names。"), ApiScope.NAMES),
)
FACTS = (*SITE, *SPAN)
_OF_THE_ROW = tuple(one.name for one in COLUMNS if one.name != "day" and not one.name.endswith(("_en", "_zh")))
PARAMETERS = (
    FROM,
    TO,
    Parameter(name="level", kind=Choice(("1", "2", "3")), says=Text("Only those of a level.", "仅限该级别。")),
    Parameter(name="work", kind=Choice(tuple(Work)), says=Text("Only those people have come so far with.", "仅限该处理状态。")),
    Parameter(name="cause", kind=Choice(tuple(CAUSES)), says=Text("Only those of a cause.", "仅限该原因类别。")),
    Parameter(
        name="drills", kind=Choice((WITHOUT, ALSO)), says=Text("Whether those of drills are told.", "是否包含演练。"), default=WITHOUT
    ),
)


def incidents(asking: Asking) -> Answer:
    """The incidents opened in a stretch."""
    given, config = asking.values, asking.config
    check_span(given, MOST_DAYS, "incidents")
    level = None if given["level"] is None else int(given["level"])
    wanted = Wanted(start=given["from"], end=given["to"], level=level, work=given["work"], cause=given["cause"])
    found = find_incidents(asking.database, asking.site, wanted, MOST_ROWS + 1).rows
    if len(found) > MOST_ROWS:
        allowed = Text(
            f"at most {MOST_ROWS}: a shorter stretch, or pulse export incidents",
            f"最多 {MOST_ROWS} 条：缩短时段，或使用 pulse export incidents",
        )
        raise too_much(Fault("rows", Text(f"more than {MOST_ROWS}", f"超过 {MOST_ROWS} 行"), allowed))
    rows = [incident_row(one, config.zone) for one in found if given["drills"] == ALSO or not one.drill]
    return Answer(rows=rows, facts=span_of(asking, given["from"], given["to"]), lasts_s=LASTS_S)


def incident_row(one: Incident, zone: ZoneInfo) -> Row:
    """The row of an incident, with all columns."""
    told = {f"{what}_{language}": getattr(one, what).get(language) for what in ("title", "why") for language in ("en", "zh")}
    return {**{name: getattr(one, name) for name in _OF_THE_ROW}, **told, "day": day_of(one.opened_at, zone).isoformat()}


def operations() -> tuple[Operation, ...]:
    """The routes of this file."""
    return (
        Operation(
            name="incidents",
            path="/incidents",
            says=Text("The incidents opened in a stretch of time, the newest first.", "某时段内发生的事件，最新在前。"),
            needs=ApiScope.INCIDENTS,
            parameters=PARAMETERS,
            facts=FACTS,
            columns=COLUMNS,
            answer=incidents,
        ),
    )
