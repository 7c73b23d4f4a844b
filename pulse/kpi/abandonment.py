"""Abandonment: contacts that left by themselves; time-outs, overflow and call-backs are not abandons."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, ratio, told
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.kpi.traffic import left_queue
from pulse.text import Text


def _count_abandoned(event: ContactEvent, goal: QueueGoal, tally: Tally) -> None:
    tally.add("abandoned")
    wait_ms = left_queue(event, tally)
    if wait_ms is None:
        return
    tally.add("wait_abandoned_ms", wait_ms)
    if wait_ms <= goal.short_s * 1000:
        tally.add("short_abandoned")


COUNTS: Counts = {ContactEventType.ABANDONED: _count_abandoned}


def _abandonment_ratio(scene: Scene) -> Value:
    short = scene.tally.count("short_abandoned")
    return ratio(scene.tally.count("abandoned") - short, scene.tally.count("offered") - short)


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="abandoned",
        title=Text("Abandoned", "放弃"),
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=Text("contacts that hung up while waiting, short ones among them", "等待中主动离开的联系数（含短时放弃）"),
        exclusions=Text("time-outs, overflow, call-back requests", "超时、溢出、回拨请求"),
        source=Text("queue events; AMI's Abandoned counts more", "队列事件；AMI 的 Abandoned 计数更多"),
        value=lambda scene: told(scene.tally, "abandoned"),
    ),
    Kpi(
        name="short_abandoned",
        title=Text("Short abandons", "短时放弃"),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=Text("abandoned with a wait ≤ the short limit", "等待不超过短时上限的放弃数"),
        exclusions=Text("contacts whose wait is unknown", "等待时间未知的联系"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: told(scene.tally, "short_abandoned"),
    ),
    Kpi(
        name="abandonment_ratio",
        title=Text("Abandonment", "放弃率"),
        unit=Unit.RATIO,
        better=Better.LOWER,
        formula=Text("(abandoned − short) / (offered − short)", "(放弃 − 短时放弃) / (呼入 − 短时放弃)"),
        exclusions=Text("short abandons", "短时放弃"),
        source=Text("queue events", "队列事件"),
        value=_abandonment_ratio,
    ),
    Kpi(
        name="wait_abandoned_s",
        title=Text("Waited until abandoned", "放弃前等待总和"),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        formula=Text("sum of waits of abandoned contacts", "放弃联系的等待总和"),
        exclusions=Text("contacts whose wait is unknown", "等待时间未知的联系"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: scene.tally.seconds("wait_abandoned_ms"),
    ),
)
