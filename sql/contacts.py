"""Rows of contacts and complaints as what they stand for: a visit, an event.

In: rows. Out: visits, and events that name history as their source.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from pulse.kpi.contact import Contact
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from sql.contact_tables import ComplaintRow

SOURCE = "history"
"""Whom events made anew name as their source."""
_OF_A_CONTACT = frozenset(Contact.__struct_fields__)


def contact_of(row: Mapping[str, Any]) -> Contact:
    """The visit of a row, by its columns."""
    return msgspec.convert({name: value for name, value in row.items() if name in _OF_A_CONTACT}, Contact)


def complaint_of(row: ComplaintRow) -> ContactEvent:
    """The event of a complaint."""
    return ContactEvent(
        site=row.site,
        source=SOURCE,
        event_id=row.event_id,
        contact_id=row.contact_id,
        queue=row.queue,
        channel=Channel(row.channel),
        at=row.at,
        type=ContactEventType.COMPLAINT,
        priority=row.priority,
        segment=row.segment,
        business_line=row.business_line,
        category=row.category,
        level=row.level,
        sentiment=row.sentiment,
        text=row.text,
        customer=row.customer,
        attributes=row.attributes,
    )
