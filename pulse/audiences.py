"""Who is told of an incident besides those who work on it: [statements] of pulse.toml.

Pure data: nothing comes in; the audiences, their names and the shape of their tables go out.
"""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from pulse.text import Text


class Audience(StrEnum):
    """Somebody to whom one approved text is sent."""

    CUSTOMERS = "customers"
    STAFF = "staff"
    PARTNERS = "partners"


AUDIENCE_NAMES: Mapping[Audience, Text] = {
    Audience.CUSTOMERS: Text("Customers", "客户"),
    Audience.STAFF: Text("Staff", "员工"),
    Audience.PARTNERS: Text("Partners", "合作伙伴"),
}


class AudienceTable(BaseModel):
    """[statements.AUDIENCE]: by which ways it is told, and who must look first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    notify: tuple[str, ...] = ()
    """Names of [notify] tables."""
    second_person: bool = True
    """Where people log in, a statement is approved by another person than its author."""
