"""A week in review: what missed its target, which incidents there were and why, and what was promised and is not done.

In: counts of each day by channel, incidents, promises and the config. Out: rows to be read in a meeting; pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Kpi, Scene
from pulse.kpi.records import Channel
from pulse.kpi.tally import Tally, merged
from pulse.promises import Promises
from sql.ledger import Ledger
from sql.models import FollowUp, Incident

SERVICE_LEVEL = "service_level"
Days = Mapping[int, Mapping[str, Tally]]
"""The counts of each day by channel, by the day's first instant (epoch ms); days without a record are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One KPI that missed its target on one day, of a channel or, where that is None, of the site."""

    day: int
    channel: Channel | None
    kpi: str
    value: float
    target: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a weekly meeting looks at."""

    misses: tuple[Miss, ...]
    """The day first, the site before its channels."""
    days: int
    """Of how many days anything was recorded."""
    incidents: tuple[Incident, ...]
    """Drills are left out."""
    causes: Mapping[str | None, int]
    """How many incidents had which cause, the most frequent first; None is not yet known."""
    follow_ups: tuple[FollowUp, ...]
    """Every promise that is open, whenever it was made."""


def review_of(days: Days, incidents: Iterable[Incident], follow_ups: Sequence[FollowUp], ledger: Ledger) -> Review:
    """The review of the days that are given, each judged by what was promised then."""
    real = tuple(incident for incident in incidents if not incident.drill)
    causes = Counter(incident.cause for incident in real)
    return Review(
        misses=tuple(miss for day, channels in sorted(days.items()) for miss in misses_of(day, channels, ledger.at(day))),
        days=len(days),
        incidents=real,
        causes=dict(causes.most_common()),
        follow_ups=tuple(follow_ups),
    )


def misses_of(day: int, channels: Mapping[str, Tally], promised: Promises) -> Iterator[Miss]:
    """What one day missed; a KPI that mixes no channels is judged by channel only, and one without a value not at all."""
    scopes: list[tuple[Channel | None, Tally, QueueGoal]] = [(None, merged(channels.values()), promised.site_goal)]
    known = [channel for channel in Channel if channel.value in channels]
    scopes += [(channel, channels[channel.value], promised.channel_goal(channel)) for channel in known]
    for channel, tally, goal in scopes:
        for kpi in definitions().values():
            miss = _miss(day, channel, kpi, (Scene(tally, goal), _target(promised, kpi, channel)))
            if miss is not None:
                yield miss


def _miss(day: int, channel: Channel | None, kpi: Kpi, judged: tuple[Scene, float | None]) -> Miss | None:
    scene, target = judged
    if target is None or kpi.better is Better.NEITHER or (channel is None and not kpi.mixes_channels):
        return None
    value = kpi.value(scene)
    if value is None or isinstance(value, dict):
        return None
    missed = value < target if kpi.better is Better.HIGHER else value > target
    return Miss(day=day, channel=channel, kpi=kpi.name, value=value, target=target) if missed else None


def _target(promised: Promises, kpi: Kpi, channel: Channel | None) -> float | None:
    """A service level is judged by its goal; a channel by its own targets only, for the site's are told with the site."""
    if kpi.name == SERVICE_LEVEL:
        return (promised.channel_goal(channel) if channel else promised.site_goal).goal_ratio
    if channel is None:
        return promised.targets.of(kpi.name)
    own = promised.targets.channels.get(channel, {}).get(kpi.name)
    return own if kpi.mixes_channels else promised.targets.of(kpi.name, channel)
