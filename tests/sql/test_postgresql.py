"""What PostgreSQL does otherwise than SQLite, and what of it nobody may notice."""

import threading

import msgspec
import pytest
from sqlalchemy import text

from pulse.fence import Fenced
from sql.event_log import append, first_broken
from sql.lease import Holder, Leases
from sql.models import DocumentVersion, Transition
from sql.postgresql import FROZEN_S, WAITS_S, to_storable
from sql.session import DatabaseLost, open_database

ADA, GRACE = Holder("ada/1", "machine-a"), Holder("grace/2", "machine-b")


@pytest.fixture
def database_url(postgres):
    return postgres.laid_out()


def note(session, name, content=""):
    session.add(DocumentVersion(site="harbour", kind="note", name=name, version=1, text=content, who="Ada", at=0))


def notes(database):
    with database.read() as session:
        return {row.name: row.text for row in session.query(DocumentVersion)}


def test_who_writes_waits_only_so_long_and_loses_its_turn_where_it_stands_still(database):
    with database.write() as session:
        shown = [session.execute(text(f"SHOW {name}")).scalar() for name in ("lock_timeout", "idle_in_transaction_session_timeout")]

    assert shown == [f"{WAITS_S}s", f"{FROZEN_S}s"]
    with database.read() as session:
        assert session.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "0"


def test_a_holder_that_lost_its_turn_in_the_middle_writes_nothing_and_another_goes_on(database):
    leases = Leases(database, "harbour")
    leases.take(None, 1, ADA)
    mine = leases.guarded(1)

    with pytest.raises(DatabaseLost), mine.write() as session:
        note(session, "frozen")
        session.flush()
        frozen = session.execute(text("SELECT pg_backend_pid()")).scalar()
        with database.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": frozen})
        assert leases.take(leases.seen(), 2, GRACE)

    assert notes(database) == {}
    with pytest.raises(Fenced), mine.write() as session:
        note(session, "back")


def test_two_that_write_to_one_log_at_once_leave_a_whole_chain_in_the_order_of_its_numbers(database, database_url):
    def writes(who):
        with open_database(database_url) as own:
            for number in range(15):
                with own.write() as session:
                    append(session, Transition(site="s", at=number, kind="work", who=who, from_state="a", to_state="b", why={}))

    threads = [threading.Thread(target=writes, args=(who,)) for who in ("Ada", "Grace")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert first_broken(database, "s") is None
    with database.read() as session:
        assert session.query(Transition).count() == 30


def test_a_sign_that_has_no_place_in_a_text_is_replaced_and_the_rest_is_written(database):
    with database.write() as session:
        note(session, "name", "a\0b")
        session.add(
            Transition(site="s", at=1, kind="work", who="x", from_state="a", to_state="b", why={"en": "c\0d \\u0000", "zh": "\\\0"})
        )

    assert notes(database) == {"name": "a\ufffdb"}
    with database.read() as session:
        assert session.query(Transition).one().why == {"en": "c\ufffdd \\u0000", "zh": "\\\ufffd"}


@pytest.mark.parametrize("value", ["\0", "\\\0", "\\\\\0\0", r"\u0000", r"\\u0000"])
def test_only_the_sign_itself_is_replaced(value):
    assert msgspec.json.decode(to_storable(value)) == value.replace("\0", "\ufffd")


def test_a_text_of_any_length_is_kept(database):
    with database.write() as session:
        append(session, Transition(site="s" * 300, at=1, kind="owner", who="x" * 300, from_state="y" * 300, to_state="z", why={}))

    assert first_broken(database, "s" * 300) is None
