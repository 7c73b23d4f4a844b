"""What is slow to read: a tick takes what is known."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from pulse.runtime.reread import Reread

HOUR = 3_600_000


class Read:
    """Reads that wait until they are let go."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.let_go = threading.Event()
        self.trouble = False

    def __call__(self, today: int) -> tuple[int]:
        self.asked.append(today)
        assert self.let_go.wait(10)
        if self.trouble:
            raise OperationalError("select", None, Exception("locked"))
        return (today,)


@pytest.fixture
def read():
    made = Read()
    yield made
    made.let_go.set()


def test_a_tick_never_waits_for_what_is_slow(read) -> None:
    past = Reread(read, (), lambda: 0, HOUR)

    assert past(0) == ()
    assert past(0) == ()

    read.let_go.set()
    past.wait()
    assert len(past(0)) == 1
    assert read.asked == [0]


def test_it_is_read_again_when_it_is_old_and_about_something_else(read) -> None:
    now = [0]
    past = Reread(read, (), lambda: now[0], HOUR)
    read.let_go.set()

    for now[0], today in [(0, 0), (HOUR - 1, 0), (HOUR, 0), (HOUR + 1, 24 * HOUR)]:
        past(today)
        past.wait()

    assert read.asked == [0, 0, 24 * HOUR]


def test_what_is_known_of_one_thing_is_not_taken_for_another(read) -> None:
    past = Reread(read, (), lambda: 0, HOUR)
    read.let_go.set()
    past(0)
    past.wait()
    read.let_go.clear()

    assert past(24 * HOUR) == ()


def test_a_database_in_trouble_is_asked_again_a_minute_later(read) -> None:
    now = [0]
    past = Reread(read, (), lambda: now[0], HOUR)
    read.let_go.set()
    read.trouble = True

    past(0)
    past.wait()
    read.trouble = False
    for now[0] in (59_999, 60_000):
        past(0)
        past.wait()

    assert len(read.asked) == 2
    assert len(past(0)) == 1
