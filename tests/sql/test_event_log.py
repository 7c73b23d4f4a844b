import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from sql.event_log import append, first_broken
from sql.models import LogEnd, Transition

pytestmark = pytest.mark.both_databases


def line(number, site="s"):
    return Transition(site=site, at=number, kind="work", who="Ada", from_state="a", to_state="b", why={"en": f"{number}", "zh": "…"})


def write(database, numbers, site="s"):
    with database.write() as session:
        for number in numbers:
            append(session, line(number, site))


def ids(database):
    with database.read() as session:
        return list(session.scalars(select(Transition.id).where(Transition.site == "s").order_by(Transition.id)))


def test_a_log_without_lines_is_whole(database):
    assert first_broken(database, "s") is None


def test_lines_are_chained_in_the_order_they_were_added_over_transactions_and_sites(database):
    write(database, range(30))
    write(database, range(7), "other")
    write(database, range(30, 40))

    assert first_broken(database, "s") is None
    with database.read() as session:
        told = [found.at for found in session.scalars(select(Transition).where(Transition.site == "s").order_by(Transition.id))]
    assert told == list(range(40))


def test_a_transaction_that_is_undone_leaves_no_gap(database):
    write(database, [1])
    with pytest.raises(RuntimeError), database.write() as session:
        append(session, line(2))
        session.flush()
        raise RuntimeError

    write(database, [3])

    assert first_broken(database, "s") is None


@pytest.mark.parametrize("column", ["at", "who", "why", "comment", "to_state", "origin", "hash"])
def test_a_line_that_was_changed_is_named(database, column):
    write(database, range(5))
    third = ids(database)[2]
    forged = {"at": 99, "why": {"en": "forged"}}.get(column, "forged")

    with database.write() as session:
        session.execute(update(Transition).where(Transition.id == third).values({column: forged}))

    assert first_broken(database, "s") == third


def test_the_line_after_one_that_was_taken_out_is_named(database):
    write(database, range(5))
    third, fourth = ids(database)[2:4]

    with database.write() as session:
        session.execute(delete(Transition).where(Transition.id == third))

    assert first_broken(database, "s") == fourth


def test_lines_cut_off_at_the_end_are_missed(database):
    write(database, range(5))

    with database.write() as session:
        session.execute(delete(Transition).where(Transition.id == ids(database)[-1]))

    assert first_broken(database, "s") == 0


def test_a_log_emptied_whole_is_missed(database):
    write(database, range(5))

    with database.write() as session:
        session.execute(delete(Transition))
        session.execute(delete(LogEnd).where(LogEnd.site == "other"))

    assert first_broken(database, "s") == 0


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(st.integers(1, 5), max_size=5))
def test_however_lines_are_spread_over_transactions_the_chain_is_whole(database, parts):
    for count in parts:
        write(database, range(count))

    assert first_broken(database, "s") is None
