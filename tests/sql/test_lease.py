"""One process writes at a time, and a lower number never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laid_out import in_memory

from pulse.fence import Fenced
from sql.lease import Holder, Leases, LeaseSeen, number_after
from sql.models import DocumentVersion

pytestmark = pytest.mark.both_databases

ADA, GRACE = Holder("ada/1", "disk-a"), Holder("grace/2", "disk-b")


@pytest.fixture
def leases(database):
    return Leases(database, "harbour")


def note(database, name):
    with database.write() as session:
        session.add(DocumentVersion(site="harbour", kind="note", name=name, version=1, text="", who="Ada", at=0))


def notes(database):
    with database.read() as session:
        return [row.name for row in session.query(DocumentVersion).order_by(DocumentVersion.name)]


def test_the_first_who_asks_has_the_lease_and_who_saw_none_either_comes_too_late(leases):
    assert leases.take(None, 1, ADA)
    assert not leases.take(None, 1, GRACE)

    assert leases.seen() == LeaseSeen(number=1, beat=0, holder="ada/1", place="disk-a")


def test_a_lease_that_moved_since_it_was_seen_is_not_taken(leases):
    leases.take(None, 1, ADA)
    seen = leases.seen()
    leases.beat(1)

    assert not leases.take(seen, 2, GRACE)
    assert leases.take(leases.seen(), 2, GRACE)


def test_whoever_lost_the_lease_can_neither_beat_nor_let_go_of_it(leases):
    leases.take(None, 1, ADA)
    leases.take(leases.seen(), 2, GRACE)

    for act in (leases.beat, leases.release):
        with pytest.raises(Fenced, match="lease 1 of harbour"):
            act(1)
    assert leases.seen() == LeaseSeen(number=2, beat=0, holder="grace/2", place="disk-b")


def test_what_a_holder_writes_after_another_took_over_is_undone(leases, database):
    leases.take(None, 1, ADA)
    mine = leases.guarded(1)
    note(mine, "before")
    leases.take(leases.seen(), 2, GRACE)

    with pytest.raises(Fenced):
        note(mine, "after")
    assert notes(database) == ["before"]


def test_a_transaction_of_the_holder_is_a_beat_so_that_a_long_one_costs_it_nothing(leases):
    leases.take(None, 1, ADA)
    seen = leases.seen()

    note(leases.guarded(1), "long")

    assert not leases.take(seen, 2, GRACE)


def test_a_lease_that_was_let_go_of_has_no_place(leases):
    leases.take(None, 1, ADA)

    leases.release(1)

    assert leases.seen().place is None


def test_numbers_go_on_above_what_was_heard_elsewhere(leases):
    leases.take(None, 1, ADA)

    assert number_after(None, 0) == 1
    assert number_after(leases.seen(), 0) == 2
    assert number_after(leases.seen(), 7) == 8


@given(st.lists(st.sampled_from(["take", "write"]), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_only_the_newest_holder_ever_writes(acts, holders):
    with in_memory() as database:
        leases = Leases(database, "harbour")
        leases.take(None, 1, ADA)
        numbers, kept = [1], []
        for step, (act, holder) in enumerate(zip(acts, holders, strict=False)):
            number = numbers[-1 - holder % len(numbers)]
            if act == "take":
                numbers.append(number_after(leases.seen(), 0))
                leases.take(leases.seen(), numbers[-1], GRACE)
            elif number == numbers[-1]:
                note(leases.guarded(number), f"{step:02}")
                kept.append(f"{step:02}")
            else:
                with pytest.raises(Fenced):
                    note(leases.guarded(number), f"{step:02}")
        assert notes(database) == kept
