"""Occupancy: how much of their ready time people work; for chat, how much of the chats they could hold they do hold."""

from pulse.kpi.kpi import Better, Kpi, Scene, Unit, Value, ratio
from pulse.text import Text

SLOTS_USED, SLOTS_OFFERED = "slots_used_ms", "slots_offered_ms"


def _occupancy(scene: Scene) -> Value:
    tally = scene.tally
    worked_ms = tally.count("agent_busy_ms") + tally.count("agent_acw_ms")
    return ratio(worked_ms, worked_ms + tally.count("agent_ready_ms"))


def _slot_occupancy(scene: Scene) -> Value:
    return ratio(scene.tally.count(SLOTS_USED), scene.tally.count(SLOTS_OFFERED))


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="occupancy_ratio",
        title=Text("Occupancy", "坐席占用率"),
        unit=Unit.RATIO,
        better=Better.NEITHER,
        formula=Text("(talk + hold + after-call work) / (that + ready time)", "(通话 + 保持 + 话后处理) / (前者 + 就绪时间)"),
        exclusions=Text(
            "paused and logged-off time; a person in several queues gives each an equal part", "暂停与离线时间；多队列坐席时间平均分摊"
        ),
        source=Text("agent states", "坐席状态"),
        value=_occupancy,
    ),
    Kpi(
        name="slot_occupancy_ratio",
        title=Text("Chat slot occupancy", "在线会话槽占用率"),
        unit=Unit.RATIO,
        better=Better.NEITHER,
        formula=Text("slot-seconds used / slot-seconds offered", "已用会话槽秒数 / 可用会话槽秒数"),
        exclusions=Text("time in which the source was silent", "数据源无响应的时间"),
        source=Text("queue states that tell slots", "给出会话槽的队列状态"),
        value=_slot_occupancy,
    ),
)
