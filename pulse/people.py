"""[people] of pulse.toml: by which ways somebody is reached who is named in the log, such as the author of a silence.

In: a table of the config. Out: the same, checked, and found by a name.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class Person(BaseModel):
    """[people."NAME"]: a person by the name they act under."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    notify: tuple[str, ...]
    """Names of [notify] tables that reach them."""


def bare_name(who: str) -> str:
    """A name without the roles the log puts behind it, in small letters: what two names of one person have in common."""
    return who.partition(" (")[0].strip().casefold()


def ways_to(people: Mapping[str, Person], who: str) -> tuple[str, ...]:
    """The channels that reach somebody; none where the file does not know them."""
    return next((person.notify for name, person in people.items() if bare_name(name) == bare_name(who)), ())
