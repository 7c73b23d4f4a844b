"""How many contacts came and how they left; the counts every other KPI stands on."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Count, Counts, Kpi, Scene, Unit, Value, milliseconds, told
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text

LONGEST_WAIT = "wait_left"
"""The peak every KPI file raises for a contact that left the queue."""


def left_queue(event: ContactEvent, tally: Tally) -> int | None:
    """The wait in ms of a contact that leaves the queue, kept as a peak; None where the source does not tell it."""
    if event.wait_s is None:
        return None
    wait_ms = milliseconds(event.wait_s)
    tally.raise_peak(LONGEST_WAIT, wait_ms)
    return wait_ms


def _count_as(name: str) -> Count:
    def count(_event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
        tally.add(name)

    return count


def _count_leaving_as(name: str) -> Count:
    def count(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
        tally.add(name)
        left_queue(event, tally)

    return count


def _counted(name: str, title: Text, formula: Text, exclusions: Text, better: Better = Better.NEITHER) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.COUNT,
        better=better,
        formula=formula,
        exclusions=exclusions,
        source=Text("queue events", "队列事件"),
        value=lambda scene: told(scene.tally, name),
    )


def _max_wait_s(scene: Scene) -> Value:
    longest_ms = scene.tally.peaks.get(LONGEST_WAIT)
    return None if longest_ms is None else longest_ms / 1000


COUNTS: Counts = {
    ContactEventType.OFFERED: _count_as("offered"),
    ContactEventType.REFUSED: _count_as("refused"),
    ContactEventType.OVERFLOWED: _count_leaving_as("overflowed"),
    ContactEventType.WITHDRAWN: _count_leaving_as("withdrawn"),
    ContactEventType.LOST: _count_leaving_as("lost"),
    ContactEventType.CALLBACK_REQUESTED: _count_leaving_as("callback_requested"),
    ContactEventType.TRANSFERRED: _count_as("transferred"),
}

_NONE = Text("none", "无")
_OUTSIDE_SERVICE_LEVEL = Text("stands outside the service level", "不计入服务水平")

KPIS: tuple[Kpi, ...] = (
    _counted(
        "offered",
        Text("Offered", "呼入"),
        Text("contacts that entered the queue", "进入队列的联系数"),
        Text("refused contacts", "被拒入队的联系"),
    ),
    _counted("refused", Text("Refused", "拒入"), Text("contacts not let into the queue", "未能进入队列的联系数"), _NONE, Better.LOWER),
    _counted(
        "overflowed",
        Text("Overflowed", "溢出"),
        Text("left by time-out, by key, or because no agent was there", "因超时、按键或无坐席而离开队列的联系数"),
        _OUTSIDE_SERVICE_LEVEL,
        Better.LOWER,
    ),
    _counted("withdrawn", Text("Withdrawn", "撤回"), Text("taken back by the source", "被来源系统撤回的联系数"), _OUTSIDE_SERVICE_LEVEL),
    _counted(
        "lost",
        Text("Lost", "丢失"),
        Text("waiting when their queue restarted", "队列重启时仍在等待的联系数"),
        _OUTSIDE_SERVICE_LEVEL,
        Better.LOWER,
    ),
    _counted(
        "callback_requested",
        Text("Call-backs", "回拨请求"),
        Text("left the queue for a call-back", "转为回拨的联系数"),
        _OUTSIDE_SERVICE_LEVEL,
    ),
    _counted("transferred", Text("Transferred", "转接"), Text("handed on after an agent answered", "坐席接听后转出的联系数"), _NONE),
    Kpi(
        name="max_wait_s",
        title=Text("Longest wait", "最长等待"),
        unit=Unit.SECONDS,
        better=Better.LOWER,
        formula=Text("longest wait of all that left the queue, however they left", "所有离开队列的联系中最长的等待时间"),
        exclusions=Text("contacts whose wait the source does not tell", "来源未给出等待时间的联系"),
        source=Text("queue events", "队列事件"),
        value=_max_wait_s,
        mixes_channels=False,
    ),
)
