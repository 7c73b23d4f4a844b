"""How long people wait for the first human reply and for the solution, on the business-hours clock of their queue.

A first reply and a solution carry `wait_s`, the time since the contact began or was handed over to people; of it only the
time in which the queue was open counts. A bot's greeting is no reply: a source tells first_reply for people only.
"""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Count, Counts, Kpi, Scene, Unit, Value, milliseconds, ratio
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text


def open_wait_ms(event: ContactEvent, goal: QueueGoal) -> int | None:
    """The open time in ms of the wait that ended with this event; None where the source does not tell the wait."""
    if event.wait_s is None:
        return None
    wait_ms = milliseconds(event.wait_s)
    return wait_ms if goal.hours is None else goal.hours.open_ms(event.at - wait_ms, event.at)


def _count_timed(name: str) -> Count:
    def count(event: ContactEvent, goal: QueueGoal, tally: Tally) -> None:
        tally.add(name)
        wait_ms = open_wait_ms(event, goal)
        if wait_ms is not None:
            tally.add(f"{name}_known")
            tally.add(f"{name}_ms", wait_ms)
            tally.observe(name, wait_ms)

    return count


def _count_reopened(_event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    tally.add("reopened")


COUNTS: Counts = {
    ContactEventType.FIRST_REPLY: _count_timed("first_replies"),
    ContactEventType.RESOLVED: _count_timed("resolved"),
    ContactEventType.REOPENED: _count_reopened,
}


def _mean_s(name: str, title: Text, counted: str, told_by: ContactEventType, exclusions: Text) -> Kpi:
    def value(scene: Scene) -> Value:
        return ratio(scene.tally.seconds(f"{counted}_ms"), scene.tally.count(f"{counted}_known"))

    return Kpi(
        name=name,
        title=title,
        unit=Unit.SECONDS,
        better=Better.LOWER,
        formula=Text("sum of open time / contacts that tell it", "营业时间内等待总和 / 已知联系数"),
        exclusions=exclusions,
        source=Text("ticket, mail and chat events, on the queue's business hours", "工单、邮件与聊天事件，按队列营业时间计"),
        value=value,
        mixes_channels=False,
        told_by=told_by,
    )


def _p90_s(name: str, title: Text, counted: str, told_by: ContactEventType, exclusions: Text) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.SECONDS,
        better=Better.LOWER,
        formula=Text("90 % took no longer (log buckets of 5 %)", "90% 不超过此值（5% 对数分桶）"),
        exclusions=exclusions,
        source=Text("ticket, mail and chat events, on the queue's business hours", "工单、邮件与聊天事件，按队列营业时间计"),
        value=lambda scene: scene.tally.quantile_s(counted, 0.9),
        mixes_channels=False,
        told_by=told_by,
    )


def _number(name: str, title: Text, formula: Text, better: Better, told_by: ContactEventType) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.COUNT,
        better=better,
        formula=formula,
        exclusions=Text("none", "无"),
        source=Text("ticket, mail and chat events", "工单、邮件与聊天事件"),
        value=lambda scene: scene.tally.count(name),
        told_by=told_by,
    )


_REPLY, _SOLVED, _AGAIN = ContactEventType.FIRST_REPLY, ContactEventType.RESOLVED, ContactEventType.REOPENED
_NOT_REPLIED = Text("contacts nobody has replied to yet, and a bot's greeting", "尚未回复的联系；机器人问候")
_NOT_SOLVED = Text("contacts that are still open", "尚未解决的联系")

KPIS: tuple[Kpi, ...] = (
    _mean_s("frt_s", Text("First response time", "首次响应时间"), "first_replies", _REPLY, _NOT_REPLIED),
    _p90_s("frt_p90_s", Text("First response, 90th percentile", "首次响应 P90"), "first_replies", _REPLY, _NOT_REPLIED),
    _number(
        "first_replies",
        Text("First replies", "首次回复数"),
        Text("contacts that got their first human reply", "获得首次人工回复的联系数"),
        Better.HIGHER,
        _REPLY,
    ),
    _mean_s("resolution_s", Text("Resolution time", "解决时长"), "resolved", _SOLVED, _NOT_SOLVED),
    _p90_s("resolution_p90_s", Text("Resolution, 90th percentile", "解决时长 P90"), "resolved", _SOLVED, _NOT_SOLVED),
    _number("resolved", Text("Resolved", "已解决"), Text("contacts that were solved", "已解决的联系数"), Better.HIGHER, _SOLVED),
    _number("reopened", Text("Reopened", "重新打开"), Text("solved contacts opened again", "解决后重新打开的联系数"), Better.LOWER, _AGAIN),
)
