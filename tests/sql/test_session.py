import sqlite3
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from sql.models import SCHEMA_VERSION, Checkpoint, SchemaVersion, SeenIds, Transition
from sql.session import NewerSchema, _to_wal, open_database, sqlite_url


def checkpoint(site, stream_id="1-0"):
    return Checkpoint(site=site, stream_id=stream_id, at=1, state=b"")


def test_sqlite_is_opened_so_that_a_power_cut_takes_back_no_commit(database):
    with database.read() as session:
        pragmas = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_error_undoes_the_whole_transaction(database):
    with pytest.raises(RuntimeError), database.write() as session:
        session.add(checkpoint("a"))
        session.flush()
        raise RuntimeError

    with database.read() as session:
        assert session.get(Checkpoint, "a") is None


def test_a_second_writer_waits_for_the_first(database):
    order, first_writes, second_waits = [], threading.Event(), threading.Event()

    def second():
        first_writes.wait(5)
        second_waits.set()
        with database.write() as session:
            session.execute(text("SELECT 1"))
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with database.write() as session:
        session.add(checkpoint("a"))
        session.flush()
        first_writes.set()
        second_waits.wait(5)
        order.append("first")
    thread.join(5)

    assert order == ["first", "second"]


def test_a_reader_sees_the_last_commit_while_a_writer_writes(database):
    with database.write() as session:
        session.add(checkpoint("a", "1-0"))

    with database.write() as writer, database.read() as reader:
        writer.get_one(Checkpoint, "a").stream_id = "2-0"
        writer.flush()

        assert reader.get_one(Checkpoint, "a").stream_id == "1-0"


def test_a_row_that_refers_to_nothing_is_refused(database):
    line = Transition(site="s", at=1, incident_id=99, kind="work", who="x", from_state="a", to_state="b", why={})

    with pytest.raises(IntegrityError), database.write() as session:
        session.add(line)


def test_opening_again_keeps_what_is_there(tmp_path):
    url = sqlite_url(tmp_path / "deep" / "history.db")
    with open_database(url) as database, database.write() as session:
        session.add(SeenIds(site="s", hour=1, ids=b""))

    with open_database(url) as again, again.read() as session:
        assert session.query(SeenIds).count() == 1


def test_many_may_open_a_new_database_at_once(tmp_path):
    url, faults = sqlite_url(tmp_path / "history.db"), []

    def opens():
        try:
            open_database(url).close()
        except SQLAlchemyError as error:
            faults.append(error)

    threads = [threading.Thread(target=opens) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert faults == []


def test_the_database_of_a_newer_program_is_refused_with_both_versions(tmp_path):
    url = sqlite_url(tmp_path / "history.db")
    with open_database(url) as database, database.write() as session:
        session.get_one(SchemaVersion, 1).version = SCHEMA_VERSION + 1

    with pytest.raises(NewerSchema, match=f"got schema {SCHEMA_VERSION + 1}, expected {SCHEMA_VERSION} or less"):
        open_database(url)


class Connection:
    """A connection that fails as often as it is told, with the code it is told."""

    def __init__(self, code, times):
        self.code, self.times, self.asked = code, times, 0

    def execute(self, _statement):
        self.asked += 1
        if self.asked > self.times:
            return self
        error = sqlite3.OperationalError("told to")
        error.sqlite_errorcode = self.code
        raise error

    def close(self):
        return None


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_RECOVERY])
def test_database_that_another_one_is_making_is_waited_for(code):
    made = Connection(code, times=3)

    _to_wal(made)

    assert made.asked == 4


@pytest.mark.parametrize("code", [sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN])
def test_database_that_cannot_be_written_is_told_at_once(code):
    away = Connection(code, times=99)

    with pytest.raises(sqlite3.OperationalError):
        _to_wal(away)
    assert away.asked == 1
