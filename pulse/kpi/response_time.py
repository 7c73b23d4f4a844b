"""How long answered contacts waited: ASA, the sum behind it, and percentiles."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, ratio, told
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.kpi.traffic import LONGEST_WAIT, left_queue
from pulse.text import Text


def _count_answered(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    tally.add("answered")
    wait_ms = left_queue(event, tally)
    if wait_ms is not None:
        tally.add("wait_answered_known")
        tally.add("wait_answered_ms", wait_ms)
        tally.observe("wait_answered", wait_ms)


COUNTS: Counts = {ContactEventType.ANSWERED: _count_answered}


def _asa_s(scene: Scene) -> Value:
    return ratio(scene.tally.seconds("wait_answered_ms"), scene.tally.count("wait_answered_known"))


def _p90_s(scene: Scene) -> Value:
    waited_s, longest = scene.tally.quantile_s("wait_answered", 0.9), scene.tally.peaks.get(LONGEST_WAIT)
    # A bucket is told by its middle, which may lie above the longest of all waits.
    return waited_s if waited_s is None or longest is None else min(waited_s, longest / 1000)


_ANSWERED_ONLY = Text("contacts that were not answered", "未接听的联系")

KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="answered",
        title=Text("Answered", "接听"),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        formula=Text("contacts an agent took", "坐席接起的联系数"),
        exclusions=Text("none", "无"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: told(scene.tally, "answered"),
    ),
    Kpi(
        name="asa_s",
        title=Text("Average speed of answer", "平均应答速度"),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        formula=Text("sum of waits of answered / answered", "接听联系的等待总和 / 接听数"),
        exclusions=_ANSWERED_ONLY,
        source=Text(
            "queue events; not the same as AMI's Holdtime, which is a moving average", "队列事件；不同于 AMI 的 Holdtime（移动平均）"
        ),
        value=_asa_s,
        mixes_channels=False,
    ),
    Kpi(
        name="wait_answered_s",
        title=Text("Waited until answered", "接听前等待总和"),
        unit=Unit.SECONDS,
        better=Better.NEITHER,
        formula=Text("sum of waits of answered contacts", "接听联系的等待总和"),
        exclusions=_ANSWERED_ONLY,
        source=Text("queue events", "队列事件"),
        value=lambda scene: scene.tally.seconds("wait_answered_ms"),
    ),
    Kpi(
        name="wait_p90_s",
        title=Text("Wait, 90th percentile", "等待 P90"),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        formula=Text("90 % of answered contacts waited no longer (log buckets of 5 %)", "90% 的接听联系等待不超过此值（5% 对数分桶）"),
        exclusions=_ANSWERED_ONLY,
        source=Text("queue events", "队列事件"),
        value=_p90_s,
        mixes_channels=False,
    ),
)
