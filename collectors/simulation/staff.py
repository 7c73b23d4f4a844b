"""Who is on duty when: shifts that follow the day profile, lunch and training. Pure: nothing here remembers.

In: contacts a day, wall instants. Out: the roster of agents with steady keys, and each one's duty.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt

from collectors.simulation.plan import DAY_MS, HOUR_MS, QUEUES, TEAMS, TeamPlan, contacts_per_minute, expected_share

_MINUTE_MS = 60_000
DUTY_EVERY_MS = 5 * _MINUTE_MS
_HALF_HOUR_MS = HOUR_MS // 2
_SHIFT_STARTS_H = (6, 14, 22)
_SHIFT_MS = 8 * HOUR_MS
_OFFICE_H = (7.5, 20.5)
_SHRINKAGE = 1.09
"""Agents needed for one at work: lunch and training."""
REINFORCEMENTS = 12


class Duty(StrEnum):
    """What an agent is meant to do."""

    OFF = "off"
    ON = "on"
    LUNCH = "lunch"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Member:
    """One agent of the roster; `number` counts within team and shift, -1 is a reinforcement."""

    key: str
    team: int
    shift: int
    number: int
    queues: tuple[str, ...]
    slots: int = 1


def roster(contacts_per_day: float) -> tuple[Member, ...]:
    """All agents of the centre; the same volume always gives the same keys."""
    members: list[Member] = []
    for index, team in enumerate(TEAMS):
        for shift in range(len(_SHIFT_STARTS_H)):
            for number in range(_largest(team, shift, contacts_per_day)):
                skills = team.skills[number % len(team.skills)]
                members.append(Member(f"a-{len(members) + 1:03d}", index, shift, number, skills, team.slots))
    first = len(members) + 1
    helpers = [Member(f"a-{first + number:03d}", -1, -1, -1, ("logistics",)) for number in range(REINFORCEMENTS)]
    return (*members, *helpers)


def levels(contacts_per_day: float, wall_ms: int) -> tuple[int, ...]:
    """How many agents each team has on duty, breaks included."""
    return tuple(_level(team, contacts_per_day, wall_ms) for team in TEAMS)


def duty(member: Member, wanted: tuple[int, ...], wall_ms: int) -> Duty:
    """What a member is meant to do at a wall instant, `wanted` being the levels then."""
    shift, in_shift_ms = shift_at(wall_ms)
    if member.shift != shift or member.number >= wanted[member.team]:
        return Duty.OFF
    lunch_ms = 5 * HOUR_MS + member.number * 35 % 150 * _MINUTE_MS
    if lunch_ms <= in_shift_ms < lunch_ms + _HALF_HOUR_MS:
        return Duty.LUNCH
    training_ms = 4 * HOUR_MS + member.number * 25 % 75 * _MINUTE_MS
    if member.number % 4 == 3 and training_ms <= in_shift_ms < training_ms + 20 * _MINUTE_MS:
        return Duty.TRAINING
    return Duty.ON


def shift_at(wall_ms: int) -> tuple[int, int]:
    """The shift of a wall instant and the ms since it began."""
    shift, in_shift_ms = divmod((wall_ms - _SHIFT_STARTS_H[0] * HOUR_MS) % DAY_MS, _SHIFT_MS)
    return shift, in_shift_ms


def _level(team: TeamPlan, contacts_per_day: float, wall_ms: int) -> int:
    if team.office:
        return _office_level(team, contacts_per_day, wall_ms)
    per_minute = contacts_per_minute(contacts_per_day, wall_ms - wall_ms % _HALF_HOUR_MS + _HALF_HOUR_MS // 2)
    load = per_minute * _minutes_of_work(team)
    return max(2, ceil(_SHRINKAGE * (load + team.safety * sqrt(load))))


def _office_level(team: TeamPlan, contacts_per_day: float, wall_ms: int) -> int:
    opens_h, closes_h = _OFFICE_H
    if not opens_h * HOUR_MS <= wall_ms % DAY_MS < closes_h * HOUR_MS:
        return 0
    work_h = 1.1 * contacts_per_day * _minutes_of_work(team) / 60
    return max(2, ceil(_SHRINKAGE * work_h / (closes_h - opens_h)))


def _minutes_of_work(team: TeamPlan) -> float:
    """The agent minutes one contact of the whole centre means for the team."""
    return sum(expected_share(name) * (QUEUES[name].talk_s + QUEUES[name].acw_s) / 60 for name in team.queues) / team.slots


def _largest(team: TeamPlan, shift: int, contacts_per_day: float) -> int:
    begins_ms = _SHIFT_STARTS_H[shift] * HOUR_MS
    instants = [day * DAY_MS + begins_ms + step for day in range(7) for step in range(0, _SHIFT_MS, _HALF_HOUR_MS)]
    return max(_level(team, contacts_per_day, instant) for instant in instants)
