"""Self-service: the share of bot sessions that were solved without a person."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, ratio
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text


def _count_session(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    if event.channel is Channel.BOT:
        tally.add("bot_sessions")


def _count_solved(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    if event.channel is Channel.BOT:
        tally.add("bot_solved")


COUNTS: Counts = {ContactEventType.OFFERED: _count_session, ContactEventType.RESOLVED: _count_solved}


def _share(scene: Scene) -> Value:
    return ratio(scene.tally.count("bot_solved"), scene.tally.count("bot_sessions"))


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="self_service_ratio",
        title=Text("Self-service share", "自助服务占比"),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=Text("bot sessions solved without a person / bot sessions", "无人工介入解决的机器人会话 / 机器人会话"),
        exclusions=Text("every channel but bots", "机器人以外的渠道"),
        source=Text("bot events: offered, and resolved where no person was needed", "机器人事件：进入，以及无需人工即解决"),
        value=_share,
        told_by=ContactEventType.RESOLVED,
    ),
)
