"""All routes of the API, and those of them that tell what KPIs mean and what they were.

In: nothing. Out: the table that requests are checked by and that describes itself.
"""

from functools import cache
from itertools import islice
from typing import Any

from dashboard.api.columns import Column, Form
from dashboard.api.figures import By, Figures, Wanted, kpis_by
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.parameters import Choice, Choices, Moment, Parameter
from dashboard.api.problem import Fault, too_much, unfit
from pulse.api_token import ApiScope
from pulse.definitions import definitions
from pulse.text import Text
from sql.due import Grain
from sql.history import History

DAY_MS = 86_400_000
LASTS_S, SETTLED_LASTS_S = 15, 300
"""A running stretch grows by the minute; one that is over changes only by late records."""
MOST_FIGURES = 100_000
GRAINS = {"day": Grain.DAY, "hour": Grain.HOUR, "15m": Grain.QUARTER}
MOST_DAYS = {Grain.DAY: 1100, Grain.HOUR: 186, Grain.QUARTER: 31}

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
_NUMBERS = tuple(kpi for kpi in definitions() if kpi in kpis_by(By.QUEUE))
_DAY = Column("day", Form.DAY, Text("The day of the site it belongs to.", "所属日期（按站点时区）。"))

FIGURES = (
    Column("at", Form.INSTANT, Text("The first instant of the stretch.", "时段起点。")),
    _DAY,
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
            "How many contacts or answers the value is made of; null where that says nothing.",
            "取值所依据的数量；无意义时为 null。",
        ),
    ),
)
KPIS = (
    Column("name", Form.TEXT, Text("How other routes call it.", "其他接口中的名称。")),
    Column("title_en", Form.TEXT, Text("Its name in English.", "英文名称。")),
    Column("title_zh", Form.TEXT, Text("Its name in Chinese.", "中文名称。")),
    Column("unit", Form.TEXT, Text("count, s (seconds), ratio (0 to 1), score or counts_by_name.", "单位。")),
    Column("better", Form.TEXT, Text("Which way is good: higher, lower or neither.", "趋好方向：higher、lower 或 neither。")),
    Column("formula_en", Form.TEXT, Text("How it is formed, in English.", "英文公式。")),
    Column("formula_zh", Form.TEXT, Text("How it is formed, in Chinese.", "中文公式。")),
    Column("exclusions_en", Form.TEXT, Text("What is left out, in English.", "英文排除项。")),
    Column("exclusions_zh", Form.TEXT, Text("What is left out, in Chinese.", "中文排除项。")),
    Column("mixes_channels", Form.TRUTH, Text("Whether one value over several channels says anything.", "跨渠道合并取值是否有意义。")),
    Column("version", Form.WHOLE, Text("The version of the definition.", "定义版本。")),
    Column("since", Form.DAY, Text("The day from which that version holds.", "该版本生效日期。")),
)


def _kpis(_asking: Asking) -> Answer:
    rows = [
        {
            "name": kpi.name,
            "title_en": kpi.title.en,
            "title_zh": kpi.title.zh,
            "unit": kpi.unit.value,
            "better": kpi.better.value,
            "formula_en": kpi.formula.en,
            "formula_zh": kpi.formula.zh,
            "exclusions_en": kpi.exclusions.en,
            "exclusions_zh": kpi.exclusions.zh,
            "mixes_channels": kpi.mixes_channels,
            "version": kpi.version,
            "since": kpi.since.isoformat(),
        }
        for kpi in definitions().values()
    ]
    return Answer(rows=rows, lasts_s=SETTLED_LASTS_S)


def _figures(asking: Asking) -> Answer:
    given, by, grain = asking.values, By(asking.values["by"]), GRAINS[asking.values["grain"]]
    check_span(given, MOST_DAYS[grain], str(given["grain"]))
    wanted = Wanted(kpis=given["kpi"], start=given["from"], end=given["to"], grain=grain, by=by)
    mixed = [kpi for kpi in wanted.kpis if kpi not in kpis_by(by)]
    if mixed:
        says_more = Text("by=channel or by=queue: over several channels it says nothing", "by=channel 或 by=queue：跨渠道合并没有意义")
        raise unfit(*(Fault("kpi", f'"{kpi}" with by={by.value}', says_more) for kpi in mixed))
    figures = Figures(asking.database, asking.config, wanted, asking.now)
    rows = list(islice(figures.rows(), MOST_FIGURES + 1))
    if len(rows) > MOST_FIGURES:
        raise too_much(Fault("rows", f"more than {MOST_FIGURES}", _fewer("pulse export figures")))
    counted_until = History(asking.database).watched_until(asking.site)
    facts = {**_told_of(asking), "from": figures.start, "to": figures.end, "grain": given["grain"], "by": by.value}
    return Answer(
        rows=rows,
        facts={**facts, "counted_until": None if counted_until is None else min(counted_until, figures.end)},
        lasts_s=SETTLED_LASTS_S if figures.end <= asking.now - DAY_MS else LASTS_S,
    )


def check_span(given: Any, most_days: int, of: str) -> None:
    """Raises a Problem where a stretch is empty, or longer than one answer holds."""
    span_ms = given["to"] - given["from"]
    if span_ms <= 0:
        raise unfit(Fault("from, to", "an end that is not after the beginning", Text("to after from", "to 晚于 from")))
    # A day of 25 hours is still one day.
    if span_ms > most_days * DAY_MS + DAY_MS // 24:
        allowed = Text(f"at most {most_days} days at once for {of}", f"{of} 一次最多 {most_days} 天")
        raise too_much(Fault("from, to", f"{span_ms / DAY_MS:.0f} days", allowed))


def _fewer(command: str) -> Text:
    return Text(f"a shorter stretch, a coarser grain or fewer KPIs; or {command}", f"缩短时段、放大粒度或减少指标；或使用 {command}")


def _told_of(asking: Asking) -> dict[str, Any]:
    return {"site": asking.site, "zone": asking.config.site.zone}


SITE = (
    Column("site", Form.TEXT, Text("The name of the site.", "站点名称。")),
    Column("zone", Form.TEXT, Text("Its time zone, in which its days begin.", "站点时区，日期以此为准。")),
)
SPAN = (
    Column("from", Form.INSTANT, Text("The first instant that was looked at.", "查询起点。")),
    Column("to", Form.INSTANT, Text("The end that was left out.", "查询终点（不含）。")),
)
_SHAPE = (
    Column("grain", Form.TEXT, Text("How long each stretch is.", "时段粒度。")),
    Column("by", Form.TEXT, Text("What rows are of.", "统计维度。")),
    Column("counted_until", Form.INSTANT, Text("Until when the site was counted; null where nobody knows.", "已统计至；未知为 null。")),
)


@cache
def operations() -> tuple[Operation, ...]:
    """Every route."""
    return (
        Operation(
            name="kpis",
            path="/kpis",
            says=Text("What each KPI means: definition, unit, version.", "各指标的定义、单位与版本。"),
            needs=None,
            columns=KPIS,
            answer=_kpis,
        ),
        Operation(
            name="figures",
            path="/figures",
            says=Text(
                "KPIs by day, hour or quarter of an hour, of the site or its parts. What was not recorded has no row.",
                "按日、小时或 15 分钟统计的指标，可按站点或其组成部分查询。未记录的时段没有数据行。",
            ),
            needs=ApiScope.FIGURES,
            parameters=(
                Parameter(
                    name="kpi",
                    kind=Choices(_NUMBERS),
                    says=Text("Which KPIs.", "指标。"),
                    default="offered,answered,abandoned,service_level",
                ),
                FROM,
                TO,
                Parameter(name="grain", kind=Choice(tuple(GRAINS)), says=Text("How long each stretch is.", "时段粒度。"), default="day"),
                Parameter(name="by", kind=Choice(tuple(By)), says=Text("What is told apart.", "统计维度。"), default="site"),
            ),
            facts=(*SITE, *SPAN, *_SHAPE),
            columns=FIGURES,
            answer=_figures,
        ),
    )
