"""Figures from outside: which are asked for, how many may be, how they are told.

In: what is asked for. Out: a row for each stretch, scope and KPI.
"""

from functools import cache
from itertools import islice

from dashboard.api.columns import Column, Form
from dashboard.api.figure_rows import By, Figures, Wanted, kpis_by
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.parameters import Choice, Choices, Parameter
from dashboard.api.problem import Fault, too_much, unfit
from dashboard.api.span import DAY_MS, FROM, LASTS_S, SETTLED_LASTS_S, SITE, SPAN, TO, check_span, span_of
from pulse.api_token import ApiScope
from pulse.text import Text
from sql.due import Grain
from sql.history import History

MOST_ROWS = 100_000
GRAINS = {"day": Grain.DAY, "hour": Grain.HOUR, "15m": Grain.QUARTER}
MOST_DAYS = {Grain.DAY: 1100, Grain.HOUR: 186, Grain.QUARTER: 31}
DEFAULT_KPIS = "offered,answered,abandoned,service_level"

COLUMNS = (
    Column("at", Form.INSTANT, Text("The first instant of the stretch.", "时段起点。")),
    Column("day", Form.DAY, Text("The day of the site it belongs to.", "所属日期（按站点时区）。")),
    Column("by", Form.TEXT, Text("What the row is of: site, channel, queue, business_line, segment or category.", "统计维度。")),
    Column("name", Form.TEXT, Text("Which of them; empty for contacts of which it was not told.", "维度取值；未告知者为空。")),
    Column("channel", Form.TEXT, Text("Its channel; null where it may have several.", "渠道；可能有多个时为 null。")),
    Column("over", Form.TRUTH, Text("Whether the stretch was over when this was told.", "时段是否已结束。")),
    Column("kpi", Form.TEXT, Text("The name of the KPI, as /kpis has it.", "指标名称，见 /kpis。")),
    Column("unit", Form.TEXT, Text("count, s (seconds), ratio (0 to 1) or score.", "单位：count、s（秒）、ratio（0 至 1）或 score。")),
    Column("value", Form.NUMBER, Text("Its value; null where it cannot be known, never 0 instead.", "取值；未知为 null，不以 0 代替。")),
    Column(
        "count",
        Form.WHOLE,
        Text(
            "How many contacts or answers it is made of; 0 beside a null value: nothing came; null beside one: nobody tells.",
            "取值所依据的数量；值为 null 时，0 表示无联系，null 表示无来源告知。",
        ),
    ),
)
FACTS = (
    *SITE,
    *SPAN,
    Column("grain", Form.TEXT, Text("How long each stretch is.", "时段粒度。")),
    Column("by", Form.TEXT, Text("What rows are of.", "统计维度。")),
    Column("counted_until", Form.INSTANT, Text("Until when the site was counted; null where nobody knows.", "已统计至；未知为 null。")),
)


@cache
def parameters() -> tuple[Parameter, ...]:
    """What may be asked for."""
    kpi, grain = Text("Which KPIs.", "指标。"), Text("How long each stretch is.", "时段粒度。")
    return (
        Parameter(name="kpi", kind=Choices(kpis_by(By.QUEUE)), says=kpi, default=DEFAULT_KPIS),
        FROM,
        TO,
        Parameter(name="grain", kind=Choice(tuple(GRAINS)), says=grain, default="day"),
        Parameter(name="by", kind=Choice(tuple(By)), says=Text("What is told apart.", "统计维度。"), default=By.SITE.value),
    )


def figures(asking: Asking) -> Answer:
    """The figures of a stretch."""
    given = asking.values
    grain = GRAINS[given["grain"]]
    check_span(given, MOST_DAYS[grain], str(given["grain"]))
    wanted = Wanted(kpis=given["kpi"], start=given["from"], end=given["to"], grain=grain, by=By(given["by"]))
    check_kpis(wanted)
    found = Figures(asking.database, asking.config, wanted, asking.now)
    rows = list(islice(found.rows(), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        fewer = Text("a shorter stretch, a coarser grain, fewer KPIs; or pulse export", "缩短时段、放大粒度、减少指标；或使用 pulse export")
        raise too_much(Fault("rows", Text(f"more than {MOST_ROWS}", f"超过 {MOST_ROWS} 行"), fewer))
    counted_until = History(asking.database).watched_until(asking.site)
    told = {"grain": given["grain"], "by": given["by"], "counted_until": counted_until and min(counted_until, found.end)}
    lasts_s = SETTLED_LASTS_S if found.end <= asking.now - DAY_MS else LASTS_S
    return Answer(rows=rows, facts={**span_of(asking, found.start, found.end), **told}, lasts_s=lasts_s)


def check_kpis(wanted: Wanted) -> None:
    """Raises a Problem for KPIs that say nothing of such scopes."""
    apart = Text("by=channel or by=queue: over several channels it says nothing", "by=channel 或 by=queue：跨渠道合并没有意义")
    mixed = [kpi for kpi in wanted.kpis if kpi not in kpis_by(wanted.by)]
    if mixed:
        raise unfit(*(Fault("kpi", f'"{kpi}" with by={wanted.by.value}', apart) for kpi in mixed))


def operations() -> tuple[Operation, ...]:
    """The routes of this file."""
    return (
        Operation(
            name="figures",
            path="/figures",
            says=Text(
                "KPIs by day, hour or quarter of an hour, of the site or its parts. What was not recorded has no row; "
                "where it was, each KPI that is asked for has one, null where it is known to be unknown.",
                "按日、小时或 15 分钟统计的指标，可按站点或其组成部分查询。未记录的时段没有数据行；已记录的时段每个指标一行，未知为 null。",
            ),
            needs=ApiScope.FIGURES,
            parameters=parameters(),
            facts=FACTS,
            columns=COLUMNS,
            answer=figures,
        ),
    )
