"""One visit of a contact to a queue, gathered from its events; and the events made of it again.

In: contact events, in any order. Out: a `Contact` that counts exactly as its events did, for drilling down and for rebuilding
a past Board. An event that a visit already knows changes nothing: telling the same file twice adds it once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from pulse.kpi.records import Channel, ContactEvent, ContactEventType, Rating, RatingScale

_Type = ContactEventType
OUTCOMES = frozenset(
    {_Type.REFUSED, _Type.ANSWERED, _Type.ABANDONED, _Type.OVERFLOWED, _Type.WITHDRAWN, _Type.LOST, _Type.CALLBACK_REQUESTED}
)
"""How a visit to a queue can end, or not begin."""
More = dict[str, Any]
"""An event that found its place taken: type, at, and what it carried."""


class Contact(msgspec.Struct, kw_only=True):
    """One visit; instants are epoch ms, durations seconds, None where nothing of the kind was told."""

    contact_id: str
    queue: str
    channel: Channel
    at: int
    """The first instant that was told."""
    offered_at: int | None = None
    left_at: int | None = None
    outcome: ContactEventType | None = None
    wait_s: float | None = None
    completed_at: int | None = None
    talk_s: float | None = None
    hold_s: float | None = None
    acw_s: float | None = None
    agent: str | None = None
    transferred_at: int | None = None
    first_reply_at: int | None = None
    first_reply_s: float | None = None
    resolved_at: int | None = None
    resolution_s: float | None = None
    reopened_at: int | None = None
    rated_at: int | None = None
    csat: float | None = None
    nps: float | None = None
    customer: str | None = None
    segment: str | None = None
    business_line: str | None = None
    category: str | None = None
    priority: int | None = None
    attributes: dict[str, str] = {}
    more: list[More] | None = None


_INSTANTS: Mapping[ContactEventType, str] = {
    **dict.fromkeys(OUTCOMES, "left_at"),
    _Type.OFFERED: "offered_at",
    _Type.COMPLETED: "completed_at",
    _Type.TRANSFERRED: "transferred_at",
    _Type.FIRST_REPLY: "first_reply_at",
    _Type.RESOLVED: "resolved_at",
    _Type.REOPENED: "reopened_at",
    _Type.RATED: "rated_at",
}
"""Where a visit keeps when a kind of event happened; what has no such place goes to `more`."""
_DIMENSIONS = ("customer", "segment", "business_line", "category", "priority")
_CARRIED = ("wait_s", "talk_s", "hold_s", "acw_s", "agent")


def begun(event: ContactEvent) -> Contact:
    """The visit of which this is the first event; it must still be told."""
    return Contact(contact_id=event.contact_id, queue=event.queue, channel=event.channel, at=event.at)


def knows(contact: Contact, event: ContactEvent) -> bool:
    """Whether a visit was told this before."""
    place = _INSTANTS.get(event.type)
    if place is not None and getattr(contact, place) == event.at and (event.type not in OUTCOMES or contact.outcome is event.type):
        told, kept = _further(event), _GIVE[event.type](contact)
        if all(told.get(name) == value for name, value in kept.items() if name != "agent"):
            return True
    return contact.more is not None and _further(event) in contact.more


def tell(contact: Contact, event: ContactEvent) -> None:
    """Adds what an event tells to its visit, which does not know it yet."""
    place = _INSTANTS.get(event.type)
    if place is None or getattr(contact, place) is not None:
        contact.more = [*(contact.more or ()), _further(event)]
    else:
        setattr(contact, place, event.at)
        _TAKE.get(event.type, _take_outcome)(contact, event)
    _describe(contact, event)


def events_of(contact: Contact, site: str, source: str) -> Iterator[ContactEvent]:
    """The events the visit was gathered from, as far as they count; their ids follow from what happened."""
    known: dict[str, Any] = {name: getattr(contact, name) for name in _DIMENSIONS}
    known |= {name: getattr(contact, name) for name in ("contact_id", "queue", "channel", "attributes")}
    for number, told in enumerate([*_told(contact), *(contact.more or ())]):
        facts = {name: value for name, value in told.items() if name not in ("type", "at", "rating")}
        rating = told.get("rating")
        yield ContactEvent(
            **known,
            **facts,
            site=site,
            source=source,
            event_id=f"{contact.contact_id}|{contact.queue}|{contact.at}|{number}",
            at=told["at"],
            type=_Type(told["type"]),
            rating=msgspec.convert(rating, Rating) if rating else None,
        )


def _told(contact: Contact) -> Iterator[More]:
    for type_, place in _INSTANTS.items():
        at = getattr(contact, place)
        if at is not None and (type_ not in OUTCOMES or type_ is contact.outcome):
            yield {"type": type_, "at": at, **{name: value for name, value in _GIVE[type_](contact).items() if value is not None}}


def _take_outcome(contact: Contact, event: ContactEvent) -> None:
    contact.outcome, contact.wait_s = event.type, event.wait_s
    contact.agent = event.agent or contact.agent


def _take_handling(contact: Contact, event: ContactEvent) -> None:
    contact.talk_s, contact.hold_s, contact.acw_s = event.talk_s, event.hold_s, event.acw_s
    contact.agent = event.agent or contact.agent


def _take_reply(contact: Contact, event: ContactEvent) -> None:
    contact.first_reply_s = event.wait_s


def _take_solution(contact: Contact, event: ContactEvent) -> None:
    contact.resolution_s = event.wait_s


def _take_rating(contact: Contact, event: ContactEvent) -> None:
    if event.rating is not None:
        setattr(contact, "csat" if event.rating.scale is RatingScale.CSAT_5 else "nps", event.rating.value)


def _nothing(_contact: Contact, _event: ContactEvent) -> None:
    """There is nothing but the instant."""


_TAKE: Mapping[ContactEventType, Callable[[Contact, ContactEvent], None]] = {
    _Type.OFFERED: _nothing,
    _Type.COMPLETED: _take_handling,
    _Type.TRANSFERRED: _nothing,
    _Type.FIRST_REPLY: _take_reply,
    _Type.RESOLVED: _take_solution,
    _Type.REOPENED: _nothing,
    _Type.RATED: _take_rating,
}
_GIVE: Mapping[ContactEventType, Callable[[Contact], More]] = {
    **dict.fromkeys(OUTCOMES, lambda contact: {"wait_s": contact.wait_s, "agent": contact.agent}),
    _Type.OFFERED: lambda _: {},
    _Type.COMPLETED: lambda contact: {name: getattr(contact, name) for name in ("talk_s", "hold_s", "acw_s", "agent")},
    _Type.TRANSFERRED: lambda _: {},
    _Type.FIRST_REPLY: lambda contact: {"wait_s": contact.first_reply_s},
    _Type.RESOLVED: lambda contact: {"wait_s": contact.resolution_s},
    _Type.REOPENED: lambda _: {},
    _Type.RATED: lambda contact: {"rating": _rating(contact)},
}


def _rating(contact: Contact) -> More | None:
    if contact.csat is not None:
        return {"scale": RatingScale.CSAT_5, "value": contact.csat}
    return None if contact.nps is None else {"scale": RatingScale.NPS_10, "value": contact.nps}


def _further(event: ContactEvent) -> More:
    facts = {name: value for name in _CARRIED if (value := getattr(event, name)) is not None}
    rating = {} if event.rating is None else {"rating": msgspec.to_builtins(event.rating)}
    return {"type": event.type.value, "at": event.at, **facts, **rating}


def _describe(contact: Contact, event: ContactEvent) -> None:
    for name in _DIMENSIONS:
        if getattr(contact, name) is None:
            setattr(contact, name, getattr(event, name))
    if event.attributes:
        contact.attributes = {**event.attributes, **contact.attributes}
