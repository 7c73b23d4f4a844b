"""Complaints: how many, about what, in which line of business."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, ratio
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text

UNKNOWN = "unknown"
CATEGORY, BUSINESS_LINE, PAIR = "complaint_category=", "complaint_line=", "complaint_pair="
P1_PAIR = "complaint_p1="
P1_LEVELS = frozenset({"p1", "major"})
"""The grades of a complaint that need the special group at once, in any case; so does priority 1."""


def is_p1(event: ContactEvent) -> bool:
    """Whether a complaint is of the gravest grade."""
    return event.priority == 1 or (event.level or "").casefold() in P1_LEVELS


def _count_complaint(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    category, line = event.category or UNKNOWN, event.business_line or UNKNOWN
    tally.add("complaints")
    tally.add(f"{CATEGORY}{category}")
    tally.add(f"{BUSINESS_LINE}{line}")
    tally.add(f"{PAIR}{category}/{line}")
    if is_p1(event):
        tally.add(f"{P1_PAIR}{category}/{line}")


COUNTS: Counts = {ContactEventType.COMPLAINT: _count_complaint}


def _per_thousand(scene: Scene) -> Value:
    share = ratio(scene.tally.count("complaints"), scene.tally.count("offered"))
    return None if share is None else share * 1000


def _by(name: str, prefix: str, title: Text) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.COUNTS_BY_NAME,
        better=Better.LOWER,
        formula=Text("complaints counted by name", "按名称统计的投诉数"),
        exclusions=Text("none; without a name they count as unknown", "无；未命名者计为 unknown"),
        source=Text("complaint events", "投诉事件"),
        value=lambda scene: scene.tally.by(prefix),
        told_by=ContactEventType.COMPLAINT,
    )


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="complaints",
        title=Text("Complaints", "投诉"),
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=Text("complaints received", "收到的投诉数"),
        exclusions=Text("none", "无"),
        source=Text("complaint events", "投诉事件"),
        value=lambda scene: scene.tally.count("complaints"),
        told_by=ContactEventType.COMPLAINT,
    ),
    Kpi(
        name="complaints_per_thousand",
        title=Text("Complaints per 1,000 contacts", "每千次联系投诉数"),
        unit=Unit.SCORE,
        better=Better.LOWER,
        formula=Text("1,000 × complaints / offered", "1000 × 投诉 / 呼入"),
        exclusions=Text("none", "无"),
        source=Text("complaint and queue events", "投诉与队列事件"),
        value=_per_thousand,
        told_by=ContactEventType.COMPLAINT,
    ),
    _by("complaints_by_category", CATEGORY, Text("Complaints by class", "投诉分类")),
    _by("complaints_by_business_line", BUSINESS_LINE, Text("Complaints by business line", "业务线投诉")),
    _by("complaints_by_pair", PAIR, Text("Complaints by class and line", "投诉分类与业务线")),
    _by("p1_complaints_by_pair", P1_PAIR, Text("P1 complaints by class and line", "一级投诉分类与业务线")),
)
