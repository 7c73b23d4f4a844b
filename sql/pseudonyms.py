"""The names under which contacts of erased customers stay: made of their ids by the site's key, so that what is told again is known.

In: the key, ids of contacts, events. Out: names that lead back to nobody without the key, and events that carry nothing else.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.records import ContactEvent
from sql.contact_tables import ComplaintRow, ContactRow
from sql.parts import parts

_ERASED = "erased-"
_DIGITS = 32


class Pseudonyms:
    """Those of one site."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, word: str) -> str:
        """The name that stands for the id of a contact or an event: the same each time, 32 hex digits after "erased-"."""
        return _ERASED + hmac.digest(self._key, b"pulse erased\0" + word.encode(), sha256).hex()[:_DIGITS]

    def erased(self, session: Session, site: str, contacts: Sequence[str]) -> dict[str, str]:
        """The contacts whose customers were erased, each with the name that stands for it."""
        ids = {self.of(contact): contact for contact in contacts}
        return {ids[name]: name for name in _known(session, site, list(ids))}

    def nameless(self, events: Iterable[ContactEvent], erased: Mapping[str, str]) -> list[ContactEvent]:
        """The events in their order, those of the given contacts without whatever leads to their customer."""
        return [self._without(event, erased[event.contact_id]) if event.contact_id in erased else event for event in events]

    def _without(self, event: ContactEvent, name: str) -> ContactEvent:
        return msgspec.structs.replace(event, contact_id=name, event_id=self.of(event.event_id), customer=None, text=None)


def _known(session: Session, site: str, names: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for model in (ContactRow, ComplaintRow):
        for some in parts(names):
            known.update(session.scalars(select(model.contact_id).where(model.site == site, model.contact_id.in_(some))))
    return known
