"""How long a handled contact took: talk, hold and after-call work."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, milliseconds, ratio
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text


def _count_completed(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    tally.add("handled")
    if event.talk_s is None and event.hold_s is None and event.acw_s is None:
        return
    tally.add("handled_known")
    for name, duration_s in (("talk_ms", event.talk_s), ("hold_ms", event.hold_s), ("acw_ms", event.acw_s)):
        if duration_s:
            tally.add(name, milliseconds(duration_s))


COUNTS: Counts = {ContactEventType.COMPLETED: _count_completed}


def _aht_s(scene: Scene) -> Value:
    tally = scene.tally
    spent_s = tally.seconds("talk_ms") + tally.seconds("hold_ms") + tally.seconds("acw_ms")
    return ratio(spent_s, tally.count("handled_known"))


def _sum_kpi(name: str, counted: str, title: Text) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        formula=Text("sum over handled contacts", "处理完成联系的总和"),
        exclusions=Text("contacts still being handled", "仍在处理中的联系"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: scene.tally.seconds(counted),
    )


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="handled",
        title=Text("Handled", "处理完成"),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        formula=Text("contacts whose handling ended", "处理结束的联系数"),
        exclusions=Text("contacts still being handled", "仍在处理中的联系"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: scene.tally.count("handled"),
    ),
    Kpi(
        name="aht_s",
        title=Text("Average handle time", "平均处理时长"),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        formula=Text("(talk + hold + after-call work) / handled", "(通话 + 保持 + 话后处理) / 处理完成数"),
        exclusions=Text(
            "contacts whose durations the source does not tell; Asterisk has no after-call work",
            "来源未给出时长的联系；Asterisk 无话后处理",
        ),
        source=Text("queue events", "队列事件"),
        value=_aht_s,
        mixes_channels=False,
    ),
    _sum_kpi("talk_s", "talk_ms", Text("Talk time", "通话总时长")),
    _sum_kpi("hold_s", "hold_ms", Text("Hold time", "保持总时长")),
    _sum_kpi("acw_s", "acw_ms", Text("After-call work", "话后处理总时长")),
)
