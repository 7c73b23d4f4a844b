"""[teams] and [escalation] of pulse.toml: who is told when nobody acknowledges an alert in time, and who of them is on duty.

In: tables of the config. Out: the steps of a level, and the person of a team in a shift.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pulse.durations import seconds
from pulse.names import Names
from pulse.text import Text, itself

EVERY_S: Mapping[int, float] = {1: 300.0, 2: 600.0, 3: 900.0}
"""Between two steps where the file says nothing: as long as there is to acknowledge."""


class Team(BaseModel):
    """[teams.NAME]: people who are told together."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Names | None = None
    notify: tuple[str, ...] = ()
    """Names of [notify] tables that reach it."""
    on_duty: Mapping[str, str] = {}
    """Who answers for it, by the name of a shift."""

    def called(self, name: str) -> Text:
        """What people call it."""
        return self.title.text if self.title else itself(name)


@dataclass(frozen=True, slots=True)
class RuleOwner:
    """Who answers for a rule: a team or a person."""

    called: Text
    is_team: bool

    @property
    def told(self) -> dict[str, str] | None:
        """What messages say of them, by language: a person's name never leaves the house."""
        return self.called.by_language() if self.is_team else None


class Escalation(BaseModel):
    """[escalation.LEVEL]: the first step is due when the time to acknowledge is over, each further one `every` later."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    steps: tuple[str, ...] = Field(min_length=1)
    """Names of [teams] tables, one after the other."""
    every: Annotated[float, BeforeValidator(seconds)] | None = Field(None, gt=0)
    repeat: bool = False
    """The last one is told again and again until somebody acknowledges."""

    def team(self, taken: int) -> str | None:
        """The team that is told next after so many steps were taken; None where all were."""
        if taken < len(self.steps):
            return self.steps[taken]
        return self.steps[-1] if self.repeat else None

    def every_s(self, level: int) -> float:
        """The seconds between two steps of a level."""
        return EVERY_S[level] if self.every is None else self.every


def unknown_names(
    teams: Mapping[str, Team], escalation: Mapping[str, Escalation], channels: Collection[str], shifts: Collection[str]
) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """Where in the file a team, channel or shift is named that is not there: place, name, the kind of table, the names there are."""
    for level, one in escalation.items():
        yield from ((f"escalation.{level}.steps", team, "teams", teams) for team in one.steps if team not in teams)
    for name, team in teams.items():
        yield from ((f"teams.{name}.notify", way, "notify", channels) for way in team.notify if way not in channels)
        yield from ((f"teams.{name}.on_duty", shift, "shifts", shifts) for shift in team.on_duty if shift not in shifts)
