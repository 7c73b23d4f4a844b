import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from sql.due import Grain
from sql.event_log import append, first_broken
from sql.migrations import step_names
from sql.models import SCHEMA_VERSION, DeliveryAttempt, Incident, OutboxMessage, SignalState, Transition
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.rollup import RollUp
from sql.schema import TABLES
from sql.session import open_database, schema_of, sqlite_url

UTC, AT, DAY_MS = ZoneInfo("UTC"), 1_795_435_200_000, 86_400_000
EARLIER = sorted(Path(__file__).parent.glob("version_*.sql"))
BEFORE_SUMS = EARLIER[:3]


@pytest.fixture(params=EARLIER, ids=[path.stem for path in EARLIER])
def earlier(request, tmp_path):
    """The URL of a database as an earlier program left it, with rows in it."""
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(request.param.read_text(encoding="utf-8"))
    connection.close()
    return sqlite_url(path)


def test_every_version_but_the_first_has_a_step_that_leads_to_it_and_an_earlier_database_to_prove_it():
    assert sorted(step_names()) == list(range(2, SCHEMA_VERSION + 1))
    assert [path.stem for path in EARLIER] == [f"version_{number}" for number in range(1, SCHEMA_VERSION)]


def test_an_earlier_database_gets_the_tables_of_this_program(earlier):
    with open_database(earlier) as database, database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})

        assert compare_metadata(context, TABLES) == []
        assert schema_of(database) == SCHEMA_VERSION


def test_an_earlier_database_keeps_its_rows(earlier):
    with open_database(earlier) as database, database.read() as session:
        incident = session.scalars(select(Incident)).one()

        assert (incident.id, incident.level, incident.worst_level, incident.owner) == (7, 2, 2, "Ada")
        assert incident.title["zh"] == "Support：服务水平低于目标"
        assert [line.to_state for line in session.scalars(select(Transition).order_by(Transition.id))] == ["open", "acknowledged"]
        known = {"level": 2, "worst_level": 2, "voice": {"told": "raised", "told_level": 2, "level": 2}}
        state = {"seen_at": 1795435230000, "incident_id": 7, "work": "acknowledged", "rungs": [{"signal": "raised"}], **known}
        assert session.scalars(select(SignalState)).one().state == state
        assert session.scalars(select(OutboxMessage)).one().attempts == 1
        assert session.scalars(select(DeliveryAttempt)).one().status == 200


def test_an_earlier_database_opened_twice_is_changed_once(earlier):
    open_database(earlier).close()

    with open_database(earlier) as again:
        assert schema_of(again) == SCHEMA_VERSION


def test_the_log_of_an_earlier_database_goes_on_as_a_chain(earlier):
    with open_database(earlier) as database:
        with database.write() as session:
            append(session, Transition(site="s", at=1, incident_id=7, kind="work", who="Ada", from_state="a", to_state="b", why={}))

        assert first_broken(database, "s") is None


@pytest.mark.parametrize("earlier", BEFORE_SUMS, indirect=True)
def test_a_step_that_fails_leaves_the_earlier_database_as_it_was(earlier):
    path = earlier.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE rollups_due (site VARCHAR)")
        before = list(connection.execute("SELECT sql, version FROM sqlite_master, schema_version ORDER BY name"))
    connection.close()

    with pytest.raises(Exception, match="grain"):
        open_database(earlier)

    with sqlite3.connect(path) as connection:
        assert list(connection.execute("SELECT sql, version FROM sqlite_master, schema_version ORDER BY name")) == before
    connection.close()


def test_in_an_earlier_database_a_drill_and_a_real_alert_of_one_rule_stand_side_by_side(earlier):
    with open_database(earlier) as database, database.write() as session:
        real = session.scalars(select(Incident)).one()
        columns = {column.name: getattr(real, column.name) for column in Incident.__table__.columns if column.name != "id"}
        session.add(Incident(**{**columns, "drill": True, "drill_id": 1}))
        session.flush()

        assert (real.drill_id, session.query(Incident).count()) == (None, 2)


def test_in_an_earlier_database_a_reviewed_incident_leaves_room_for_the_next(earlier):
    with open_database(earlier) as database, database.write() as session:
        first = session.scalars(select(Incident)).one()
        first.work = "reviewed"
        session.flush()
        columns = {column.name: getattr(first, column.name) for column in Incident.__table__.columns if column.name != "id"}
        session.add(Incident(**{**columns, "work": "open"}))
        session.flush()

        assert session.query(Incident).count() == 2


def test_what_an_earlier_program_recorded_is_summed_up(tmp_path):
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(EARLIER[-1].read_text(encoding="utf-8"))
    connection.close()

    with open_database(sqlite_url(path)) as database:
        formed = RollUp(database, "harbour", UTC).catch_up(AT + 3 * DAY_MS)
        day = Rolled(database, "harbour", UTC).total(AT - AT % DAY_MS, AT - AT % DAY_MS + DAY_MS)

    assert (formed, day["support"][1].count("offered")) == (2 + 2 + 1, 5)


BEFORE_MONTHS = """
DROP TABLE interval_rows, board_minutes;
CREATE TABLE interval_rows (site VARCHAR, at BIGINT, queue VARCHAR, channel VARCHAR, tally JSONB, PRIMARY KEY (site, at, queue, channel));
CREATE TABLE board_minutes (site VARCHAR, at BIGINT, board BYTEA, PRIMARY KEY (site, at));
INSERT INTO interval_rows VALUES ('harbour', 1795435200000, 'support', 'voice', '{"counts": {"offered": 3}, "peaks": {}}');
UPDATE schema_version SET version = 3;
"""


def test_on_postgresql_an_earlier_database_is_kept_by_month_from_here_on(postgres):
    url = postgres.empty()
    with open_database(url) as database, database.write() as session:
        session.connection().exec_driver_sql(BEFORE_MONTHS)

    with open_database(url) as database:
        row = IntervalRow(AT + 60_000, "support", "voice", Tally.from_map({"counts": {"offered": 4}, "peaks": {}}))
        Recorder(database, "harbour").commit(stream_id="1-0", at=AT, state=b"", seen={}, rows=[row])
        day = Rolled(database, "harbour", UTC).total(AT - AT % DAY_MS, AT - AT % DAY_MS + DAY_MS)
        with database.read() as session:
            of_the_month = session.scalar(text("SELECT count(*) FROM interval_rows_202611"))

    assert (day["support"][1].count("offered"), of_the_month) == (7, 2)


BEFORE_AS_WRITTEN = """
ALTER TABLE interval_rows ALTER COLUMN tally TYPE jsonb USING tally::jsonb;
ALTER TABLE rollups ALTER COLUMN spread TYPE jsonb USING spread::jsonb;
ALTER TABLE slices ALTER COLUMN spread TYPE jsonb USING spread::jsonb;
UPDATE schema_version SET version = 4;
"""


def test_on_postgresql_what_is_only_read_whole_is_kept_as_written_from_here_on(postgres):
    url, start = postgres.empty(), AT - AT % DAY_MS
    tally = Tally.from_map({"counts": {"offered": 4, "waits#90": 3}, "peaks": {"wait_left": 9}})
    with open_database(url) as database:
        Recorder(database, "harbour").commit(stream_id="1-0", at=AT, state=b"", seen={}, rows=[IntervalRow(AT, "support", "voice", tally)])
        RollUp(database, "harbour", UTC).catch_up(AT + 3 * DAY_MS)
        with database.write() as session:
            session.connection().exec_driver_sql(BEFORE_AS_WRITTEN)

    with open_database(url) as database, database.read() as session:
        types = "SELECT DISTINCT udt_name FROM information_schema.columns WHERE table_name ~ '^(interval_rows|rollups|slices)(_|$)'"
        of = "AND (column_name = 'spread' OR column_name = 'tally' AND table_name LIKE 'interval_rows%')"

        assert session.scalars(text(f"{types} {of}")).all() == ["json"]
        assert Rolled(database, "harbour", UTC).total(start, start + DAY_MS, spread=True)["support"][1] == tally
        assert Rolled(database, "harbour", UTC).by(Grain.QUARTER, start, start + DAY_MS, spread=True)[AT]["support"][1] == tally
