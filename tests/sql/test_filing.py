"""Filing by contact: events that wait are filed once, together with what slices and complaints are made of them."""

from zoneinfo import ZoneInfo

import pytest
from made import MINUTE, NOON, SECOND, contact, contact_files
from sqlalchemy import func, select

from pulse.kpi.interval import QUARTER_MS
from sql.contact_tables import ComplaintRow, ContactRow, Unfiled
from sql.due import Grain
from sql.past_events import PastEvents
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.rollup import RollUp

pytestmark = pytest.mark.both_databases

UTC = ZoneInfo("UTC")
CALL = [
    contact("offered", segment="new", customer="hash", attributes={"region": "north"}),
    contact("answered", at=NOON + 9 * SECOND, wait_s=9.0, agent="A1"),
    contact("completed", at=NOON + 5 * MINUTE, talk_s=280.0, agent="A1"),
    contact("complaint", at=NOON + 6 * MINUTE, business_line="billing", category="delay", level="minor", text="too \0 late"),
]


def told(database, events):
    Recorder(database, "site").commit(stream_id="1-0", at=NOON, state=b"", seen={}, rows=[], told=events)


@pytest.fixture
def files(database):
    return contact_files(database)


def test_what_was_counted_waits_to_be_filed_and_is_filed_once(database, files):
    told(database, CALL[:2])
    told(database, CALL[2:])

    assert [files.file_waiting(), files.file_waiting()] == [4, 0]
    with database.read() as session:
        visit = session.scalars(select(ContactRow)).one()
        complaint = session.scalars(select(ComplaintRow)).one()
        waiting = session.scalar(select(func.count()).select_from(Unfiled))
    assert (visit.outcome, visit.wait_s, visit.talk_s, visit.agent, visit.segment) == ("answered", 9.0, 280.0, "A1", "new")
    assert visit.attributes == {"region": "north"}
    assert (complaint.contact_id, complaint.customer, complaint.business_line) == ("c1", "hash", "billing")
    assert waiting == 0


def test_a_list_that_cannot_be_filed_is_kept_and_keeps_no_other_waiting(database, files):
    told(database, [contact("offered", contact_id="before")])
    told(database, [contact("offered", contact_id="absurd", at=1_800_000_000_000_000)])
    told(database, [contact("offered", contact_id="after")])

    while files.file_waiting():
        continue

    with database.read() as session:
        assert set(session.scalars(select(ContactRow.contact_id))) == {"before", "after"}
        assert session.scalar(select(func.count()).select_from(Unfiled)) == 1


def test_the_same_events_again_change_nothing(database, files):
    told(database, CALL)
    files.file_waiting()
    before = Rolled(database, "site", UTC).parts(Grain.QUARTER, NOON, NOON + QUARTER_MS, "segment")

    with database.write() as session:
        new = files.file(session, CALL)

    assert new == []
    assert Rolled(database, "site", UTC).parts(Grain.QUARTER, NOON, NOON + QUARTER_MS, "segment") == before


def test_slices_are_summed_up_by_day_and_read_by_what_they_were_told_of(database, files):
    told(database, CALL)
    files.file_waiting()
    day = NOON - 12 * 60 * MINUTE
    rolled = Rolled(database, "site", UTC)

    before = rolled.parts(Grain.DAY, day, day + 24 * 60 * MINUTE, "business_line")
    RollUp(database, "site", UTC).catch_up(NOON + 72 * 60 * MINUTE)
    after = rolled.parts(Grain.DAY, day, day + 24 * 60 * MINUTE, "business_line")

    assert before == after
    assert after[day]["billing"].count("complaints") == 1
    assert after[day][""].count("offered") == 1


def test_what_was_filed_can_be_told_again_as_it_counted(database, files):
    told(database, CALL)
    files.file_waiting()

    events = sorted(PastEvents(database, "site").events(NOON, NOON + 10 * MINUTE), key=lambda event: event.at)

    assert [(event.type, event.at) for event in events] == [(event.type, event.at) for event in CALL]
    assert [(event.wait_s, event.talk_s, event.category) for event in events] == [
        (None, None, None),
        (9.0, None, None),
        (None, 280.0, None),
        (None, None, "delay"),
    ]


def test_the_events_of_a_stretch_hold_the_beginning_of_who_still_waits(database, files):
    told(database, [contact("offered", "old", NOON - 26 * 60 * MINUTE), *CALL])
    files.file_waiting()

    events = PastEvents(database, "site").events(NOON, NOON + 2 * SECOND)

    assert sorted((event.contact_id, event.type) for event in events) == [("c1", "offered"), ("old", "offered")]
