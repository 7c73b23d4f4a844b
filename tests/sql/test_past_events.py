"""Contacts on record become the events they were made of."""

import pytest
from made import HOUR, MINUTE, NOON, SECOND

from pulse.kpi.records import ContactEventType, RatingScale
from sql.contact_tables import ComplaintRow, ContactRow
from sql.past_events import PastEvents

NEVER = dict.fromkeys(column.name for column in ContactRow.__table__.columns if column.nullable)
DAY = 24 * HOUR


def visit(contact_id, at=NOON, **facts):
    known = {"site": "site", "at": at, "contact_id": contact_id, "queue": "support", "channel": "voice", "attributes": {}}
    return ContactRow(**(NEVER | known | facts))


def complaint(event_id, at, **facts):
    known = {"site": "site", "at": at, "event_id": event_id, "contact_id": "c", "queue": "support", "channel": "voice", "attributes": {}}
    return ComplaintRow(**(known | facts))


@pytest.fixture
def keep(database):
    def rows(*some):
        with database.write() as session:
            session.add_all(some)
        return PastEvents(database, "site")

    return rows


def told(past, start=NOON - HOUR, end=NOON + HOUR):
    return sorted((event.at - NOON, event.type.value) for event in past.events(start, end))


@pytest.mark.both_databases
def test_a_contact_tells_again_all_that_it_went_through(keep):
    past = keep(
        visit(
            "a", offered_at=NOON, left_at=NOON + 9 * SECOND, outcome="answered", wait_s=9.0, completed_at=NOON + MINUTE, talk_s=50.0,
            rated_at=NOON + 2 * MINUTE, csat=4.0,
            more=[{"type": "rated", "at": NOON + 2 * MINUTE, "rating": {"scale": "nps_10", "value": 9.0}}],
        ),
        complaint("x", NOON + 3 * MINUTE, category="billing"),
    )  # fmt: skip

    assert told(past) == [
        (0, "offered"),
        (9 * SECOND, "answered"),
        (MINUTE, "completed"),
        (2 * MINUTE, "rated"),
        (2 * MINUTE, "rated"),
        (3 * MINUTE, "complaint"),
    ]
    events = {event.type: event for event in past.events(NOON, NOON + HOUR)}
    assert (events[ContactEventType.ANSWERED].wait_s, events[ContactEventType.COMPLETED].talk_s) == (9.0, 50.0)
    assert {event.rating.scale for event in past.events(NOON, NOON + HOUR) if event.rating} == set(RatingScale)
    assert len({event.event_id for event in past.events(NOON, NOON + HOUR)}) == 6


def test_a_contact_that_still_waits_from_days_before_is_told_and_one_that_had_left_is_not(keep):
    past = keep(
        visit("waits", at=NOON - 2 * DAY, offered_at=NOON - 2 * DAY),
        visit("left", at=NOON - 2 * DAY, offered_at=NOON - 2 * DAY, left_at=NOON - DAY, outcome="answered", wait_s=1.0),
        visit("leaves", at=NOON - 2 * DAY, offered_at=NOON - 2 * DAY, left_at=NOON + MINUTE, outcome="answered", wait_s=1.0),
    )

    assert told(past) == [(-2 * DAY, "offered"), (-2 * DAY, "offered"), (MINUTE, "answered")]


def test_a_contact_that_was_not_let_in_is_told_as_refused(keep):
    assert told(keep(visit("a", outcome="refused", left_at=NOON))) == [(0, "refused")]


def test_the_past_of_contacts_begins_with_the_first_one_of_the_site(keep):
    past = keep(visit("a", at=NOON + MINUTE), visit("b"), visit("c", at=NOON - DAY, site="elsewhere"))

    assert past.first_at() == NOON
