import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulse.kpi.interval import HOUR_MS, MINUTE_MS, IntervalRow
from pulse.kpi.tally import Tally
from sql.minutes import add_minutes, minutes_of
from sql.models import Minute

pytestmark = pytest.mark.both_databases

AT = 1_000 * 24 * HOUR_MS
PLACES = st.tuples(st.integers(0, 40), st.sampled_from(["support", 'Gäste "VIP"']), st.sampled_from(["voice", "chat"]))
COUNTED = st.builds(
    Tally,
    counts=st.dictionaries(st.sampled_from(["offered", "answered", "wait#90"]), st.integers(1, 9)),
    peaks=st.dictionaries(st.just("wait_left"), st.integers(0, 90_000)),
)
ROWS = st.lists(st.builds(lambda place, tally: IntervalRow(AT + place[0] * MINUTE_MS, *place[1:], tally), PLACES, COUNTED), max_size=12)


def copied(rows):
    return [IntervalRow(row.at, row.queue, row.channel, Tally.from_map(row.tally.as_map())) for row in rows]


def added_by_hand(rows):
    found = {}
    for row in rows:
        found.setdefault((row.at, row.queue, row.channel), Tally()).merge(row.tally)
    return found


@given(parts=st.lists(ROWS, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_minutes_hold_the_sum_of_all_that_was_added_however_it_came(database, parts):
    untouched = [copied(rows) for rows in parts]
    with database.write() as session:
        session.query(Minute).delete()
        for rows in parts:
            add_minutes(session, "site", rows)

    with database.read() as session:
        found = list(minutes_of(session, "site", (AT, AT + HOUR_MS)))

    assert {one[:3]: one.tally for one in found} == added_by_hand(row for rows in parts for row in rows)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert parts == untouched


def test_all_queues_of_a_minute_are_one_row(database):
    rows = [IntervalRow(AT, queue, "voice", Tally(counts={"offered": 1})) for queue in ("billing", "support")]

    with database.write() as session:
        add_minutes(session, "site", rows)
        add_minutes(session, "site", rows[:1])

    with database.read() as session:
        assert session.query(Minute).one().queues == {
            "billing": {"voice": {"counts": {"offered": 2}, "peaks": {}}},
            "support": {"voice": {"counts": {"offered": 1}, "peaks": {}}},
        }


def test_minutes_of_another_site_and_of_another_time_are_not_told(database):
    row = IntervalRow(AT, "support", "voice", Tally(counts={"offered": 1}))
    with database.write() as session:
        add_minutes(session, "site", [row])
        add_minutes(session, "other", [row])

    with database.read() as session:
        assert [one.at for one in minutes_of(session, "site", (AT, AT + 1))] == [AT]
        assert list(minutes_of(session, "site", (AT + 1, AT + HOUR_MS))) == []


def test_what_is_stored_in_another_form_is_not_told_as_nothing(database):
    with database.write() as session:
        session.add(Minute(site="site", at=AT, queues={"support": {"voice": {"count": {"offered": 3}}}}))

    with database.read() as session, pytest.raises(msgspec.ValidationError, match="count"):
        list(minutes_of(session, "site", (AT, AT + MINUTE_MS)))
