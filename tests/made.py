"""Makes records and folds for tests; every default is a plain call in the queue `support`."""

from typing import Any
from zoneinfo import ZoneInfo

from pulse.kpi.filing import Counting
from pulse.kpi.goal import QueueGoal
from pulse.kpi.hours import OpenHours
from pulse.kpi.records import AgentState, AgentStateType, Channel, ContactEvent, ContactEventType, CounterWindow, QueueState
from pulse.kpi.shift import Shift
from pulse.kpi.tally import Tally
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, FoldSettings
from pulse.text import itself
from sql.filing import Files
from sql.pseudonyms import Pseudonyms
from sql.session import Database

NOON = 1_795_435_200_000
"""2026-11-23 12:00 UTC."""
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def shift(name: str, begins: int, ends: int, zone: str = "UTC") -> Shift:
    """A shift of every day, from and until so many minutes after midnight."""
    return Shift(name, itself(name), OpenHours(ZoneInfo(zone), (((begins, ends),),) * 7))


EARLY_AND_LATE = (shift("early", 6 * 60, 12 * 60 + 3), shift("late", 12 * 60 + 3, 12 * 60 + 6))
"""One changes to the other three minutes after noon, and that one ends three minutes later."""


def tally(**named: int) -> Tally:
    """Counts by name."""
    made = Tally()
    for name, count in named.items():
        made.add(name, count)
    return made


def contact(type_: str, contact_id: str = "c1", at: int = NOON, **facts: Any) -> ContactEvent:
    source, queue = facts.pop("source", "phone"), facts.pop("queue", "support")
    known = {
        "site": "site",
        "source": source,
        "event_id": f"{source}|{queue}|{contact_id}|{type_}|{at}",
        "contact_id": contact_id,
        "queue": queue,
        "channel": Channel.VOICE,
        "at": at,
        "type": ContactEventType(type_),
    }
    return ContactEvent(**(known | facts))


def queue_state(at: int = NOON, **facts: Any) -> QueueState:
    known = {"site": "site", "source": "ami", "queue": "support", "channel": Channel.VOICE, "at": at, "received_at": at}
    return QueueState(**(known | facts))


def agent(name: str, state: str, *queues: str, at: int = NOON, **facts: Any) -> AgentState:
    return AgentState(site="site", source="ami", agent=name, at=at, state=AgentStateType(state), queues=queues, **facts)


def counters(start: int, end: int, **facts: Any) -> CounterWindow:
    known = {"site": "site", "source": "ami", "queue": "support", "channel": Channel.VOICE, "start": start, "end": end}
    return CounterWindow(**(known | facts))


def settings(zone: str = "UTC", goal: QueueGoal | None = None, **facts: Any) -> FoldSettings:
    promise = goal or QueueGoal()
    return FoldSettings(
        site="site", zone=ZoneInfo(zone), goal_of=lambda _queue, _channel: promise, channel_goal=lambda _channel: promise, **facts
    )


def empty_fold(zone: str = "UTC", goal: QueueGoal | None = None, **facts: Any) -> Fold:
    return Fold(settings(zone, goal, **facts), catalogue())


def contact_files(database: Database, site: str = "site") -> Files:
    """The files of a site that promises what all do."""
    return Files(database, site, Counting(catalogue().counts, lambda _queue, _channel, _at: QueueGoal()), Pseudonyms(b"key"))
