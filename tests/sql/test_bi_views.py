"""The views for BI tools: what history holds as JSON and epoch ms, as columns and timestamps, on both databases."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from made import contact_files
from sqlalchemy import text

from pulse.kpi.interval import IntervalRow
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from sql import views
from sql.models import Incident
from sql.recorder import Recorder
from sql.rollup import RollUp
from sql.session import open_database
from sql.views import make_views

pytestmark = pytest.mark.both_databases

MIDNIGHT = 1_795_388_400_000
"""Of 2026-11-23 in Berlin: 23:00 UTC of the day before."""
DAY_MS = 86_400_000


def selected(database, query):
    with database.read() as session:
        return [row._asdict() for row in session.execute(text(query))]


def utc(value):
    """A timestamp of either database."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


def count(database, queue, **counted):
    tally = Tally()
    for name, amount in counted.items():
        tally.add(name, amount)
    tally.raise_peak("wait_left", 90_500)
    Recorder(database, "site").commit(stream_id="1", at=MIDNIGHT, state=b"", seen={}, rows=[IntervalRow(MIDNIGHT, queue, "voice", tally)])


def test_a_day_has_its_counts_sums_and_date_in_columns(database):
    count(
        database,
        "support",
        offered=3,
        answered=2,
        answered_within_target=1,
        handled=2,
        handled_known=2,
        talk_ms=61_000,
        csat_centi=450,
        csat_responses=1,
    )
    RollUp(database, "site", ZoneInfo("Europe/Berlin")).catch_up(MIDNIGHT + 2 * DAY_MS)

    (day,) = selected(database, "SELECT * FROM v_day_figures")

    assert (str(day["day"]), utc(day["at"]), day["at_ms"]) == ("2026-11-23", datetime(2026, 11, 22, 23, tzinfo=UTC), MIDNIGHT)
    assert [day[name] for name in ("queue", "offered", "answered", "answered_within_target")] == ["support", 3, 2, 1]
    assert [float(day[name]) for name in ("talk_s", "hold_s", "csat_points", "max_wait_s")] == [61.0, 0.0, 4.5, 90.5]


def test_zero_and_unknown_are_two_things(database):
    count(database, "support", offered=3)
    count(database, "tickets", complaints=1)
    count(database, "silent", answered=2, answered_wait_unknown=2)
    RollUp(database, "site", ZoneInfo("Europe/Berlin")).catch_up(MIDNIGHT + 2 * DAY_MS)

    rows = selected(
        database, "SELECT queue, offered, abandoned, answered_within_target, complaints, talk_s FROM v_hour_figures ORDER BY queue"
    )

    assert [tuple(row.values()) for row in rows] == [
        ("silent", 0, 0, None, None, None),
        ("support", 3, 0, None, None, None),
        ("tickets", None, None, None, 1, None),
    ]


def test_sums_are_there_once_their_stretch_is_over(database):
    count(database, "support", offered=3)

    RollUp(database, "site", ZoneInfo("UTC")).catch_up(MIDNIGHT + 1_200_000)

    counted = {grain: len(selected(database, f"SELECT * FROM v_{grain}_figures")) for grain in ("quarter", "hour", "day")}
    assert counted == {"quarter": 1, "hour": 0, "day": 0}


def test_contacts_have_neither_names_nor_texts(database):
    known = {"site": "site", "source": "phone", "contact_id": "c1", "queue": "support", "channel": Channel.VOICE, "segment": "new"}
    told = (("offered", {}), ("answered", {"wait_s": 9.0, "agent": "A. Li"}), ("complaint", {"text": "too late"}))
    events = [ContactEvent(**known, event_id=type_, at=MIDNIGHT, type=ContactEventType(type_), **facts) for type_, facts in told]
    with database.write() as session:
        contact_files(database).file(session, events)
    RollUp(database, "site", ZoneInfo("UTC")).catch_up(MIDNIGHT + 2 * DAY_MS)

    (contact,) = selected(database, "SELECT * FROM v_contacts")
    (part,) = selected(database, "SELECT segment, offered FROM v_day_parts")

    assert (contact["wait_s"], utc(contact["left_at"]), contact["rated_at"]) == (9.0, datetime(2026, 11, 22, 23, tzinfo=UTC), None)
    assert {"agent", "text", "more", "attributes"}.isdisjoint(contact)
    assert part == {"segment": "new", "offered": 1}


def test_incidents_are_told_without_drills_and_owners(database):
    facts = {"site": "site", "rule": "sla", "kind": "sla_breach", "scope": "support", "level": 2, "signal": "raised", "work": "closed"}
    words = {"title": {"en": "Late", "zh": "超时"}, "why": {"en": "60 %", "zh": "60 %"}, "contributors": [], "owner": "Ada"}
    with database.write() as session:
        session.add_all(Incident(**facts, **words, opened_at=MIDNIGHT, closed_at=MIDNIGHT + 90_000, drill=drill) for drill in (False, True))

    (incident,) = selected(database, "SELECT * FROM v_incidents")

    assert (incident["title_zh"], float(incident["lasted_s"]), "owner" in incident) == ("超时", 90.0, False)
    assert utc(incident["opened_at"]) == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Honolulu", date(2026, 11, 20)),
        ("UTC", date(2026, 11, 20)),
        ("Pacific/Auckland", date(2026, 11, 20)),
        ("Asia/Kolkata", date(2026, 3, 1)),
    ],
)
def test_the_day_is_the_sites_own_wherever_it_is(database, zone, day):
    midnight = round(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
    with database.write() as session:
        wanted = views.DIALECTS[session.get_bind().dialect.name].day(str(midnight))

    assert str(selected(database, f"SELECT {wanted} AS day")[0]["day"]) == day.isoformat()


def test_view_of_an_earlier_program_is_made_anew_and_one_that_is_right_is_left_alone(database_url):
    with open_database(database_url) as database, database.write() as session:
        for step in ("DROP VIEW v_snapshots", "CREATE VIEW v_snapshots AS SELECT site FROM snapshots"):
            session.execute(text(step))
    with open_database(database_url) as database, database.write() as session:
        connection = session.connection()
        made = session.execute(text("SELECT * FROM v_snapshots")).keys()
        session.execute(text("CREATE VIEW mine AS SELECT day FROM v_snapshots"))
        make_views(connection)

        assert list(made) == ["site", "edition", "day", "frozen_at", "sha"]
        assert list(session.execute(text("SELECT * FROM mine")).keys()) == ["day"]
        session.execute(text("DROP VIEW mine"))


def test_view_that_others_stand_on_stays_as_it_was_where_it_cannot_be_replaced(postgres):
    with open_database(postgres.laid_out()) as database, database.write() as session:
        before = ("DROP VIEW v_snapshots", "CREATE VIEW v_snapshots AS SELECT edition, sha FROM snapshots")
        for step in (*before, "CREATE VIEW mine AS SELECT sha FROM v_snapshots"):
            session.execute(text(step))

        make_views(session.connection())

        assert list(session.execute(text("SELECT * FROM v_snapshots")).keys()) == ["edition", "sha"]
        for step in ("DROP VIEW mine", "DROP VIEW v_snapshots"):
            session.execute(text(step))
        make_views(session.connection())
