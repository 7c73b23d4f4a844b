import sqlite3
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from sql.due import Grain, mark_due
from sql.event_log import append, first_broken
from sql.migrations import step_names
from sql.minutes import minutes_of
from sql.models import SCHEMA_VERSION, DeliveryAttempt, Incident, OutboxMessage, SignalState, Transition
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.rollup import RollUp
from sql.schema import TABLES
from sql.session import open_database, schema_of, sqlite_url

UTC, AT, DAY_MS = ZoneInfo("UTC"), 1_795_435_200_000, 86_400_000
EARLIER = sorted(Path(__file__).parent.glob("version_*.sql"))
BEFORE_SUMS = EARLIER[:3]
BY_QUEUE = EARLIER[4]
"""The last that kept a row for each queue of a minute."""


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
        connection.executescript(BY_QUEUE.read_text(encoding="utf-8"))
    connection.close()

    with open_database(sqlite_url(path)) as database:
        formed = RollUp(database, "harbour", UTC).catch_up(AT + 3 * DAY_MS)
        day = Rolled(database, "harbour", UTC).total(AT - AT % DAY_MS, AT - AT % DAY_MS + DAY_MS)

    assert (formed, day["support"][1].count("offered")) == (2 + 2 + 1, 5)


IN_ONE_ROW = """
DROP TABLE minutes;
CREATE TABLE interval_rows
  (site VARCHAR, at BIGINT, queue VARCHAR, channel VARCHAR, tally {json}, PRIMARY KEY (site, at, queue, channel)) {by_month};
{rest};
INSERT INTO interval_rows VALUES
  ('harbour', 1795435200000, 'support', 'voice', '{{"counts": {{"offered": 4, "waits#90": 3}}, "peaks": {{"wait_left": 9}}}}'),
  ('harbour', 1795435200000, 'Gäste "VIP"', 'chat', '{{"counts": {{"offered": 1}}, "peaks": {{}}}}'),
  ('harbour', 1795435200000, 'Gäste "VIP"', 'voice', '{{"counts": {{"offered": 2}}, "peaks": {{}}}}'),
  ('harbour', 1795438800000, 'support', 'voice', '{{"counts": {{"offered": 2}}, "peaks": {{}}}}');
"""
BY_MONTH = {"by_month": "PARTITION BY RANGE (at)", "rest": "CREATE TABLE interval_rows_rest PARTITION OF interval_rows DEFAULT"}
BEFORE_ONE_ROW = IN_ONE_ROW.format(json="json", **BY_MONTH) + "UPDATE schema_version SET version = 5;"
BEFORE_AS_WRITTEN = f"""
{IN_ONE_ROW.format(json="jsonb", **BY_MONTH)}
ALTER TABLE rollups ALTER COLUMN spread TYPE jsonb USING spread::jsonb;
ALTER TABLE slices ALTER COLUMN spread TYPE jsonb USING spread::jsonb;
UPDATE schema_version SET version = 4;
"""
BEFORE_MONTHS = f"""
{IN_ONE_ROW.format(json="jsonb", by_month="", rest="DROP TABLE board_minutes")}
CREATE TABLE board_minutes (site VARCHAR, at BIGINT, board BYTEA, PRIMARY KEY (site, at));
UPDATE schema_version SET version = 3;
"""
SUPPORT = Tally(counts={"offered": 4, "waits#90": 3}, peaks={"wait_left": 9})
AN_HOUR_LATER = AT + 3_600_000
MINUTES = [
    (AT, 'Gäste "VIP"', "chat", Tally(counts={"offered": 1})),
    (AT, 'Gäste "VIP"', "voice", Tally(counts={"offered": 2})),
    (AT, "support", "voice", SUPPORT),
    (AN_HOUR_LATER, "support", "voice", Tally(counts={"offered": 2})),
]


@pytest.fixture(params=[BEFORE_MONTHS, BEFORE_AS_WRITTEN, BEFORE_ONE_ROW], ids=["version_3", "version_4", "version_5"])
def earlier_on_postgresql(request, postgres):
    """The URL of a database of PostgreSQL with minutes as an earlier program kept them."""
    url = postgres.empty()
    with open_database(url) as database, database.write() as session:
        session.connection().exec_driver_sql(request.param)
    return url


def minutes(database):
    with database.read() as session:
        return sorted(minutes_of(session, "harbour", (AT, AT + DAY_MS)), key=itemgetter(0, 1, 2))


def test_on_postgresql_the_minutes_of_an_earlier_database_are_in_a_row_for_all_queues(earlier_on_postgresql):
    with open_database(earlier_on_postgresql) as database, database.read() as session:
        assert minutes(database) == MINUTES
        assert session.scalar(text("SELECT count(*) FROM minutes")) == 2
        assert not inspect(session.connection()).has_table("interval_rows")


def test_on_postgresql_an_earlier_database_is_kept_by_month_from_here_on(earlier_on_postgresql):
    with open_database(earlier_on_postgresql) as database:
        row = IntervalRow(AT + 60_000, "support", "voice", SUPPORT)
        Recorder(database, "harbour").commit(stream_id="1-0", at=AT, state=b"", seen={}, rows=[row])

        assert minutes(database) == [*MINUTES[:3], row_of(row), *MINUTES[3:]]
        with database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM minutes_202611")) == 3


def test_on_postgresql_what_is_only_read_whole_is_kept_as_written_from_here_on(earlier_on_postgresql):
    open_database(earlier_on_postgresql).close()

    with open_database(earlier_on_postgresql) as database, database.read() as session:
        types = "SELECT DISTINCT udt_name FROM information_schema.columns WHERE table_name ~ '^(minutes|rollups|slices)(_|$)'"
        assert session.scalars(text(f"{types} AND column_name IN ('spread', 'queues')")).all() == ["json"]


def test_on_postgresql_what_all_queues_counted_is_never_pressed_together(earlier_on_postgresql):
    with open_database(earlier_on_postgresql) as database:
        rows = [IntervalRow(AT + 60_000, "support", "voice", SUPPORT)]
        Recorder(database, "harbour").commit(stream_id="1-0", at=AT, state=b"", seen={}, rows=rows)

        of = "WHERE attname = 'queues' AND attrelid IN (SELECT oid FROM pg_class WHERE relname ~ '^minutes(_rest|_202611)?$')"
        with database.read() as session:
            assert session.scalars(text(f"SELECT attstorage::text FROM pg_attribute {of}")).all() == ["e", "e", "e"]


def test_sums_of_what_an_earlier_program_recorded_on_postgresql_are_those_of_its_minutes(earlier_on_postgresql):
    start = AT - AT % DAY_MS
    with open_database(earlier_on_postgresql) as database:
        with database.write() as session:
            mark_due(session, "harbour", {AT, AN_HOUR_LATER})
        RollUp(database, "harbour", UTC).catch_up(AT + 3 * DAY_MS)
        rolled = Rolled(database, "harbour", UTC)

        assert rolled.total(start, start + DAY_MS)["support"][1].counts == {"offered": 6}
        assert rolled.by(Grain.QUARTER, start, start + DAY_MS, spread=True)[AT]["support"][1] == SUPPORT


def test_the_minutes_of_an_earlier_file_are_in_a_row_for_all_queues(tmp_path):
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(BY_QUEUE.read_text(encoding="utf-8"))
    connection.close()
    counted = {"offered": 4, "answered": 3, "wait#187": 1}
    vip, support = (Tally(counts=one, peaks={"wait_left": 9000}) for one in (counted, {"offered": 3, "wait#187": 1}))

    with open_database(sqlite_url(path)) as database:
        assert minutes(database) == [
            (AT, 'Gäste "VIP"', "chat", vip),
            (AT, 'Gäste "VIP"', "voice", vip),
            (AT, "billing", "mail", Tally(counts={"offered": 1})),
            (AT, "support", "voice", support),
            (AN_HOUR_LATER, "support", "voice", Tally(counts={"offered": 2})),
        ]


def row_of(row):
    return (row.at, row.queue, row.channel, row.tally)
