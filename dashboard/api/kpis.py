"""What each KPI means, for programs that label and add up what they read.

In: the definitions. Out: a row for each.
"""

from dashboard.api.columns import Column, Form
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.span import SETTLED_LASTS_S
from pulse.definitions import definitions, figures
from pulse.text import Text

COLUMNS = (
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
    Column("in_figures", Form.TRUTH, Text("Whether /figures tells it; else only Boards do.", "/figures 是否提供；否则仅见于看板。")),
    Column("version", Form.WHOLE, Text("The version of the definition.", "定义版本。")),
    Column("since", Form.DAY, Text("The day from which that version holds.", "该版本生效日期。")),
)


def kpis(_asking: Asking) -> Answer:
    """Every KPI."""
    told = figures()
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
            "in_figures": kpi in told,
            "version": kpi.version,
            "since": kpi.since.isoformat(),
        }
        for kpi in definitions().values()
    ]
    return Answer(rows=rows, lasts_s=SETTLED_LASTS_S)


def operations() -> tuple[Operation, ...]:
    """The routes of this file."""
    return (
        Operation(
            name="kpis",
            path="/kpis",
            says=Text("What each KPI means: definition, unit, version.", "各指标的定义、单位与版本。"),
            needs=None,
            columns=COLUMNS,
            answer=kpis,
        ),
    )
