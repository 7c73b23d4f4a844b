"""Who comes again: counted whole from single contacts, counted anew where a contact arrives late, and only once its days are over."""

from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import HOUR, MINUTE, NOON, contact, contact_files
from sqlalchemy import func, select

from pulse.kpi.tally import Tally, merged
from pulse.retention import Retention
from sql.due import Grain
from sql.repeats import Repeats
from sql.retention import Keeper
from sql.rolled import Rolled
from sql.rollup import RollUp
from sql.rollup_tables import RollupDue

pytestmark = pytest.mark.both_databases

UTC, DAY = ZoneInfo("UTC"), 24 * HOUR
LATER = NOON + 40 * DAY
"""When every day is over."""


def call(contact_id, day, customer="ann", ends="answered", **facts):
    """A contact so many days after the first."""
    at, told = NOON + round(day * DAY), {"customer": customer, **facts}
    return [contact("offered", contact_id, at, **told), contact(ends, contact_id, at + MINUTE, wait_s=60.0, **told)]


def file(database, *calls, site="site", since=-8, until=39):
    """Files contacts, and one of nobody known with which history begins, and with which it ends."""
    around = call("begun", since, None), call("ended", until, None)
    with database.write() as session:
        contact_files(database, site).file(session, [event for events in (*around, *calls) for event in events])


def counted(database, now=LATER, site="site"):
    """By day after the first: known, repeats, handled and ripe, solved. What is read before and after summing up is the same."""
    Repeats(database, site).catch_up(now)
    rolled, span = Rolled(database, site, UTC), (NOON - NOON % DAY - 60 * DAY, NOON + 40 * DAY)
    by_quarter = merged(tally for queues in rolled.by(Grain.QUARTER, *span).values() for _, tally in queues.values())
    RollUp(database, site, UTC).catch_up(now)
    found = {}
    for at, queues in rolled.by(Grain.DAY, *span).items():
        tally = merged(tally for _, tally in queues.values())
        found[(at - (NOON - NOON % DAY)) // DAY] = tuple(map(tally.count, ("repeat_known", "repeat_contacts", "fcr_known", "fcr_solved")))
    names = ("repeat_known", "repeat_contacts", "fcr_known", "fcr_solved")
    assert tuple(map(by_quarter.count, names)) == tuple(map(sum, zip(*found.values(), strict=True)))
    return {day: counts for day, counts in found.items() if any(counts)}


def test_a_contact_within_seven_days_of_the_last_repeats_it_and_the_last_was_not_solved(database):
    file(database, call("a1", 0), call("a2", 3), call("a3", 10.1), call("b1", 0, "bo"), call("x", 0, None))

    assert counted(database) == {0: (2, 0, 2, 1), 3: (1, 1, 1, 1), 10: (1, 0, 1, 1)}


def test_whom_a_contact_follows_is_not_known_in_the_first_seven_days_of_a_history(database):
    file(database, call("a1", 6), call("a2", 6.2), call("a3", 7), call("a4", 8), since=0)

    assert counted(database) == {6: (0, 0, 2, 0), 7: (1, 1, 1, 0), 8: (1, 1, 1, 1)}


def test_a_file_of_the_time_before_makes_known_whom_the_first_contacts_followed(database):
    file(database, call("a1", 0), call("a2", 3), call("b1", 6, "bo"), since=0)
    assert counted(database) == {0: (0, 0, 1, 0), 3: (0, 0, 1, 1), 6: (0, 0, 1, 1)}

    file(database, since=-5)
    assert counted(database) == {0: (0, 0, 1, 0), 3: (1, 1, 1, 1), 6: (1, 0, 1, 1)}

    file(database, call("a0", -6), since=-8)
    assert counted(database) == {-6: (0, 0, 1, 0), 0: (1, 1, 1, 0), 3: (1, 1, 1, 1), 6: (1, 0, 1, 1)}


def test_that_nobody_came_again_is_known_only_once_the_days_are_over(database):
    file(database, call("a1", 0))

    assert counted(database, NOON + HOUR) == {0: (1, 0, 0, 0)}
    assert counted(database, NOON + 7 * DAY) == {0: (1, 0, 0, 0)}
    assert counted(database, NOON + 7 * DAY + HOUR) == {0: (1, 0, 1, 1)}


def test_where_recording_stopped_nobody_is_believed_not_to_have_come_again(database):
    file(database, call("a1", 0), call("b1", 3, "bo"), until=9)
    assert counted(database) == {0: (1, 0, 1, 1), 3: (1, 0, 0, 0)}

    file(database, until=11)
    assert counted(database) == {0: (1, 0, 1, 1), 3: (1, 0, 1, 1)}


def test_a_contact_that_arrives_late_counts_what_was_counted_before_anew(database):
    file(database, call("a1", 0), call("a2", 6))
    before = counted(database)

    file(database, call("late", 3))

    assert before == {0: (1, 0, 1, 0), 6: (1, 1, 1, 1)}
    assert counted(database) == {0: (1, 0, 1, 0), 3: (1, 1, 1, 0), 6: (1, 1, 1, 1)}


def test_the_same_events_again_and_another_turn_change_nothing(database):
    file(database, call("a1", 0), call("a2", 3))
    before = counted(database)

    file(database, call("a1", 0), call("a2", 3))

    assert counted(database) == counted(database) == before
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RollupDue)) == 0


def test_contacts_about_different_things_do_not_repeat_each_other_where_both_tell_what(database):
    file(database, call("a1", 0, category="delay"), call("a2", 1, category="refund"), call("a3", 2))

    assert counted(database) == {0: (1, 0, 1, 0), 1: (1, 0, 1, 0), 2: (1, 1, 1, 1)}


def test_who_gave_up_was_not_solved_but_did_come(database):
    file(database, call("a1", 0, ends="abandoned"), call("a2", 1))

    assert counted(database) == {0: (1, 0, 0, 0), 1: (1, 1, 1, 1)}


def test_a_contact_that_is_handed_on_counts_once_where_it_ends(database):
    handed_on = [*call("a1", 0), contact("transferred", "a1", NOON + 2 * MINUTE)]
    taken_over = call("a1", 0.01, queue="second")
    under_another_name = [*call("b1", 0, "bo"), contact("transferred", "b1", NOON + 2 * MINUTE)], call("b1h", 0.01, "bo")

    file(database, handed_on, taken_over, *under_another_name)

    assert counted(database) == {0: (2, 0, 2, 2)}


def test_repeats_are_told_of_each_line_of_business(database):
    file(database, call("a1", 0, business_line="billing"), call("a2", 3, business_line="logistics"))
    counted(database)

    days = Rolled(database, "site", UTC).parts(Grain.DAY, NOON - NOON % DAY, NOON + 4 * DAY, "business_line")
    assert [days[NOON - NOON % DAY]["billing"].count(name) for name in ("fcr_known", "fcr_solved")] == [1, 0]
    assert days[NOON - NOON % DAY + 3 * DAY]["logistics"].count("repeat_contacts") == 1


def test_days_apart_are_told_the_same_by_line_and_by_channel_whether_they_are_summed_up_or_due_again(database):
    rolled, midnight = Rolled(database, "site", UTC), NOON - NOON % DAY
    spans = [(midnight + day * DAY, midnight + (day + 2) * DAY) for day in (0, 1, 5, 9)]

    def told():
        lines, channels = rolled.part_totals(spans, "business_line"), rolled.channel_totals(spans)
        assert not any(tally.peaks for line in lines for tally in line.values())
        return [line.get("billing", Tally()) for line in lines], [one.get("voice", Tally()) for one in channels]

    seen = []
    for wave in ("a", "b"):
        file(database, *(call(f"{wave}{day}", day + 0.1, business_line="billing") for day in (0, 1, 5.1, 6, 9)))
        Repeats(database, "site").catch_up(LATER)
        seen.append(told())
        RollUp(database, "site", UTC).catch_up(LATER)
        seen.append(told())

    assert seen[0] == seen[1]
    assert seen[2] == seen[3]
    assert [[tally.count("repeat_contacts") for tally in by] for by in seen[1]] == [[1, 1, 2, 1]] * 2
    assert [[tally.count("repeat_contacts") for tally in by] for by in seen[3]] == [[2, 2, 4, 2]] * 2


def test_what_was_counted_stays_when_contacts_are_deleted(database):
    file(database, call("a1", 0), call("a2", 3))
    before = counted(database)
    list(Keeper(database, "site", Retention(contacts="16d")).sweep(LATER))

    file(database, call("late", 4))

    assert counted(database) == before


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_in_whatever_order_contacts_arrive_they_count_as_one_by_one_by_hand(database, seed):
    random, site = Random(seed), f"site {seed}"
    since = random.choice([-8, -2, 25])
    calls = [(random.randrange(20 * 96), random.choice("ab"), random.choice(["x", "y", None])) for _ in range(14)]
    told = [call(f"c{number}", at / 96, customer, category=category) for number, (at, customer, category) in enumerate(calls)]
    random.shuffle(told)
    for part in (told[:5], told[5:9], told[9:]):
        file(database, *part, site=site, since=since)
        Repeats(database, site).step(NOON + random.randrange(30) * DAY)

    def follows(first, then):
        return then[1] == first[1] and 0 < then[0] - first[0] <= 7 * 96 and (first[2] == then[2] or None in (first[2], then[2]))

    begun = min(96 * since, *(at for at, _, _ in calls))
    known = [then for then in calls if then[0] >= begun + 7 * 96]
    repeats = sum(any(follows(one, then) for one in calls) for then in known)
    solved = sum(not any(follows(one, then) for then in calls) for one in calls)
    found = counted(database, site=site)
    assert tuple(map(sum, zip(*found.values(), strict=True))) == (len(known), repeats, 14, solved)
