"""Escalation while the clock is set back or forward: nobody waits longer than was promised."""

import pytest
from alerts_made import ms
from escalating import MINUTE, Site
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from watched import BAD

from alerts.actions import Asked, acknowledge
from alerts.frame import Work
from sql.models import Base, Incident

WITHIN_S = {1: 300, 2: 600}
HOUR = 60 * MINUTE


class Moved:
    """A site whose clock is moved; it is looked at by the true time."""

    def __init__(self, database, level):
        self.site, self.offset, self.told_at = Site(database, level=level), 0, []
        self.at(0)

    def at(self, true):
        before = len(self.site.told)
        self.site.at(true + self.offset, BAD)
        self.told_at += [true] * (len(self.site.told) > before)
        return self

    def moved(self, by):
        self.offset += by
        return self

    def acknowledge_by(self):
        return self.site.watch.all(Incident)[0].acknowledge_by


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("back", [10, 240, HOUR, 30 * 24 * HOUR])
def test_clock_that_was_set_back_keeps_no_step_waiting(database, level, back):
    moved = Moved(database, level).at(100).moved(-back).at(101)

    due = WITHIN_S[level]
    moved.at(due - 2)
    early = list(moved.told_at)
    moved.at(due).at(due + 1)

    assert early == []
    assert len(moved.told_at) == 1


def test_what_people_see_of_the_time_left_is_set_back_too_and_the_log_says_why(database):
    moved = Moved(database, 2).at(100).moved(-HOUR).at(101)

    assert moved.acknowledge_by() == ms(600 - HOUR + 1)
    lines = [line for line in moved.site.watch.log() if line[0] == "clock"]
    assert lines == [("clock", "pulse", "ahead", "set_back")]


def test_a_clock_that_was_set_back_while_nothing_ran_makes_a_step_due_at_once(database):
    moved = Moved(database, 2).at(100)

    moved.site.start()
    moved.moved(-HOUR).at(700).at(701)

    assert moved.told_at == [700]


def test_a_clock_that_shakes_by_less_than_a_second_moves_nothing(database):
    moved = Moved(database, 2).at(100).moved(-0.9).at(100.5)

    assert moved.acknowledge_by() == ms(600)


def test_what_somebody_owns_is_not_escalated_by_a_clock(database):
    moved = Moved(database, 1).at(100)
    acknowledge(database, Asked(1, moved.site.version, "Ada", ms(100)))

    moved.moved(-HOUR).at(101).at(400).moved(2 * HOUR).at(500)

    assert moved.told_at == []
    assert moved.site.watch.all(Incident)[0].work == Work.ACKNOWLEDGED


def test_steps_after_the_first_keep_their_time_too(database):
    moved = Moved(database, 2).at(600)

    moved.moved(-HOUR).at(601).at(1198).at(1201)

    assert moved.told_at == [600, 1201]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(level=1, jumps=[(10, HOUR), (20, -HOUR)])
@given(level=st.sampled_from([1, 2]), jumps=st.lists(st.tuples(st.integers(1, 250), st.integers(-2 * HOUR, 2 * HOUR)), max_size=3))
def test_whatever_the_clock_does_the_first_step_is_told_a_second_after_its_time_at_the_latest(database, level, jumps):
    with database.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
    moved, due = Moved(database, level), WITHIN_S[level]
    for at, by in sorted(jumps):
        moved.at(at).moved(by).at(at)

    moved.at(due).at(due + 1)

    assert moved.told_at
