"""What history keeps of a day becomes its snapshot: incidents with causes, customers, the best contact, the sources' completeness."""

from datetime import date
from pathlib import Path

import pytest
from frozen_site import at, count, missed_day

from dashboard.report.from_history import snapshot_now
from dashboard.report.stretch import stretch_of
from pulse.config import checked_config
from pulse.kpi.board import Board, Scope, SourceHealth, board_json
from pulse.kpi.snapshot import BestCase, Completeness, Edition
from sql.contact_tables import ComplaintRow, ContactRow
from sql.models import Incident, PostMortemVersion
from sql.recorder import Recorder
from sql.rollup import RollUp

CONFIG = checked_config(
    {
        "site": {"name": "harbour", "zone": "Asia/Kolkata", "language": "zh"},
        "queues": {"support": {"title": {"en": "Support", "zh": "客服"}}},
    },
    Path("pulse.toml"),
)
DAY = stretch_of(Edition.DAILY, date(2026, 11, 19), CONFIG.zone)


def snapshot(database):
    return snapshot_now(database, CONFIG, DAY, at("2026-11-20 07:30"))


def put(database, *rows):
    with database.write() as session:
        session.add_all(rows)


def incident(number, **facts):
    told = {"title": {"en": "low", "zh": "低"}, "why": {"en": "w", "zh": "w"}, "contributors": [], "opened_at": at("2026-11-19 11:00")}
    known = {"site": "harbour", "rule": "sla", "kind": "sla_breach", "scope": "support", "level": 3, "signal": "ok", "work": "closed"}
    return Incident(id=number, **(told | known | facts))


def post_mortem(incident_id, version, **content):
    return PostMortemVersion(site="harbour", incident_id=incident_id, version=version, content=content, who="Ada", at=0)


def test_a_cause_is_the_last_why_that_was_written_else_the_class_in_the_language_of_the_site(database):
    put(database, *(incident(number, cause=cause) for number, cause in ((1, "people"), (2, "process"), (3, None))))
    put(database, incident(4, worst_level=1), incident(5, drill=True), incident(6, opened_at=at("2026-11-20 00:00")))
    put(
        database,
        post_mortem(1, 1, whys=["late", ""]),
        post_mortem(1, 2, whys=["late", "one carrier", " "]),
        post_mortem(4, 1, fishbone="technology"),
    )

    found = snapshot(database).incidents

    assert [(one.id, one.cause, one.level) for one in found] == [(1, "one carrier", 3), (2, "流程", 3), (3, None, 3), (4, "技术", 1)]


def test_facts_beside_the_counts_are_those_of_the_day(database):
    seen = at("2026-11-19 12:00")
    missed_day(database, "2026-11-19")
    count(database, "2026-11-19 10:00", **{"complaint_pair=late/unknown": 2, "complaints": 2})
    shared = {"site": "harbour", "at": seen, "queue": "support", "channel": "voice", "attributes": {}}
    put(
        database,
        ContactRow(contact_id="c1", rated_at=seen, csat=5.0, wait_s=12.0, resolution_s=600.0, **shared),
        ComplaintRow(event_id="e1", contact_id="c2", category="late", customer="a", **shared),
        ComplaintRow(event_id="e2", contact_id="c3", category="late", customer="a", **shared),
    )
    source = SourceHealth(source="phone", kind="asterisk_ami", completeness_ratio=0.98)
    board = Board(at=seen, site=Scope(title="site", today={"csat_responses": 0}), sources={"phone": source})
    Recorder(database, "harbour").record_board(seen, board_json(board))

    made = snapshot(database)

    assert made.best_case == BestCase(
        contact_id="c1",
        queue="support",
        titles={"en": "Support", "zh": "客服"},
        why={
            "en": "rated 5 of 5; answered after 12 s; solved in 10:00 min",
            "zh": "满意度 5 分（满分 5 分），等待后应答 12 秒，解决用时 10 分钟",
        },
    )
    assert [(one.category, one.complaints, one.customers) for one in made.complaints] == [("late", 2, 1)]
    assert made.completeness == (Completeness(source="phone", share_ratio=0.98, minutes=1, minutes_expected=1440),)
    assert next(one.value for one in made.figures if one.kpi == "csat_responses") == 0


@pytest.mark.both_databases
def test_the_same_weekdays_before_are_read_by_channel_whether_they_are_summed_up_or_not(database):
    for day, offered in (("2026-11-05", 1), ("2026-11-06", 10), ("2026-11-13", 20)):
        count(database, f"{day} 10:00", offered=offered)
    missed_day(database, "2026-11-19")

    before = snapshot(database).ahead
    RollUp(database, "harbour", CONFIG.zone).catch_up(at("2026-11-25 00:00"))

    assert [(one.name, one.value, one.low, one.high) for one in before.channels] == [("voice", 15.0, 10, 20)]
    assert snapshot(database).ahead == before


def test_a_board_of_another_program_tells_nothing_and_stops_nothing(database):
    missed_day(database, "2026-11-19")
    Recorder(database, "harbour").record_board(at("2026-11-19 12:00"), b'{"at": "noon"}')

    made = snapshot(database)

    assert made.completeness == ()
    assert next(one.value for one in made.figures if one.kpi == "offered") == 10
