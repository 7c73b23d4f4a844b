import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from pulse.config import ConfigError
from sql.event_log import append, first_broken
from sql.models import SCHEMA_VERSION, Checkpoint, SchemaVersion, SeenIds, Transition
from sql.schema import TABLES
from sql.session import NewerSchema, _to_wal, open_database, schema_of, sqlite_url


def checkpoint(site, stream_id="1-0"):
    return Checkpoint(site=site, stream_id=stream_id, at=1, state=b"")


def test_sqlite_is_opened_so_that_a_power_cut_takes_back_no_commit(database):
    with database.read() as session:
        pragmas = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.both_databases
def test_an_error_undoes_the_whole_transaction(database):
    with pytest.raises(RuntimeError), database.write() as session:
        session.add(checkpoint("a"))
        session.flush()
        raise RuntimeError

    with database.read() as session:
        assert session.get(Checkpoint, "a") is None


@pytest.mark.both_databases
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


@pytest.mark.both_databases
def test_a_reader_sees_the_last_commit_while_a_writer_writes(database):
    with database.write() as session:
        session.add(checkpoint("a", "1-0"))

    with database.write() as writer, database.read() as reader:
        writer.get_one(Checkpoint, "a").stream_id = "2-0"
        writer.flush()

        assert reader.get_one(Checkpoint, "a").stream_id == "1-0"


@pytest.mark.both_databases
def test_a_reader_goes_on_seeing_the_state_it_began_with(database):
    with database.read() as reader:
        before = reader.get(Checkpoint, "a")
        with database.write() as session:
            session.add(checkpoint("a"))

        assert (before, reader.get(Checkpoint, "a", populate_existing=True)) == (None, None)


@pytest.mark.both_databases
def test_a_database_that_stands_still_is_read_of_one_state_and_not_written(database):
    with database.standing_still() as still:
        with still.read() as first:
            before = first.query(Checkpoint).count()
        with database.write() as session:
            session.add(checkpoint("a"))

        with still.read() as second:
            assert (before, second.query(Checkpoint).count()) == (0, 0)
        with pytest.raises(TypeError, match="cannot be written"):
            still.write()
    with database.read() as after:
        assert after.query(Checkpoint).count() == 1


@pytest.mark.both_databases
def test_a_writer_sees_what_was_committed_while_it_waited_for_its_turn(database):
    waits, counted = threading.Event(), []

    def second():
        waits.set()
        with database.write() as session:
            counted.append(session.query(Checkpoint).count())

    thread = threading.Thread(target=second)
    with database.write() as session:
        session.add(checkpoint("a"))
        session.flush()
        thread.start()
        waits.wait(5)
    thread.join(5)

    assert counted == [1]


@pytest.mark.both_databases
def test_a_row_that_refers_to_nothing_is_refused(database):
    line = Transition(site="s", at=1, incident_id=99, kind="work", who="x", from_state="a", to_state="b", why={})

    with pytest.raises(IntegrityError), database.write() as session:
        session.add(line)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request, tmp_path):
    """The URL of a database that has no table yet."""
    return sqlite_url(tmp_path / "deep" / "history.db") if request.param == "sqlite" else request.getfixturevalue("postgres").empty()


def test_opening_again_keeps_what_is_there(new_url):
    with open_database(new_url) as database, database.write() as session:
        session.add(SeenIds(site="s", hour=1, ids=b""))

    with open_database(new_url) as again, again.read() as session:
        assert session.query(SeenIds).count() == 1
        assert schema_of(again) == SCHEMA_VERSION


def test_many_may_open_a_new_database_at_once_and_write_to_one_log(new_url):
    faults = []

    def opens(number):
        try:
            with open_database(new_url) as database, database.write() as session:
                append(session, Transition(site="s", at=number, kind="work", who="x", from_state="a", to_state="b", why={}))
        except SQLAlchemyError as error:
            faults.append(error)

    threads = [threading.Thread(target=opens, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    with open_database(new_url) as database:
        assert (faults, first_broken(database, "s")) == ([], None)


def _is_no_month(_item, name, kind, reflected, modelled):
    """Leaves out the tables that PostgreSQL keeps a large one's rows in."""
    return not (kind == "table" and reflected and modelled is None and name.endswith("_rest"))


def test_the_tables_of_a_new_database_are_those_of_the_models(new_url):
    with open_database(new_url) as database, database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True, "include_object": _is_no_month})

        assert compare_metadata(context, TABLES) == []


def test_the_database_of_a_newer_program_is_refused_with_both_versions(new_url):
    with open_database(new_url) as database, database.write() as session:
        session.get_one(SchemaVersion, 1).version = SCHEMA_VERSION + 1

    with pytest.raises(NewerSchema, match=f"got schema {SCHEMA_VERSION + 1}, expected {SCHEMA_VERSION} or less"):
        open_database(new_url)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("mysql://pulse:s3cret@db/pulse", r"got mysql://, expected one of sqlite://, postgresql://, postgresql\+psycopg://"),
        ("postgres://pulse:s3cret@db/pulse", "got postgres://, expected one of sqlite://"),
        ("s3cret", "got what is no URL, expected one of sqlite://"),
    ],
)
def test_another_kind_of_database_is_refused_without_telling_its_password(url, found):
    with pytest.raises(ConfigError, match=found) as refused:
        open_database(url)

    assert "s3cret" not in str(refused.value)


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
