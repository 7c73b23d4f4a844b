"""What a day is told by beside its counts: minutes watched, the last Board, who complained, whom it went best with."""

import pytest

from pulse.kpi.board import Board, Scope, board_json
from sql import day_facts
from sql.contact_tables import ComplaintRow, ContactRow
from sql.models import Base
from sql.recorder import Recorder

pytestmark = pytest.mark.both_databases
MINUTE = 60_000


def put(database, *rows: Base):
    with database.write() as session:
        session.add_all(rows)


def board(at):
    return Board(at=at, site=Scope(title="harbour"), channels={}, sources={})


def contact(contact_id, at=5, **facts):
    known = {"site": "harbour", "at": at, "queue": "support", "channel": "voice", "rated_at": at, "attributes": {}}
    return ContactRow(contact_id=contact_id, **(known | facts))


def complaint(number, customer, category="late", **facts):
    known = {"site": "harbour", "at": 5, "contact_id": "c", "queue": "support", "channel": "voice", "attributes": {}}
    return ComplaintRow(event_id=str(number), customer=customer, category=category, **(known | facts))


def test_the_minutes_watched_and_the_last_boards_are_those_of_each_stretch(database):
    recorder = Recorder(database, "harbour")
    for minute in (0, 1, 2, 5):
        recorder.record_board(minute * MINUTE, board_json(board(minute * MINUTE)))
    Recorder(database, "tower").record_board(3 * MINUTE, board_json(board(3 * MINUTE)))

    assert day_facts.minutes_watched(database, "harbour", MINUTE, 5 * MINUTE) == 2
    spans = [(0, 5 * MINUTE), (3 * MINUTE, 5 * MINUTE), (MINUTE, 3 * MINUTE), (2 * MINUTE, 6 * MINUTE)]
    assert day_facts.last_boards(database, "harbour", spans) == [board(2 * MINUTE), None, board(2 * MINUTE), board(5 * MINUTE)]


def test_a_board_of_an_older_program_is_not_told(database):
    Recorder(database, "harbour").record_board(MINUTE, b'{"drawn": "otherwise"}')

    assert day_facts.last_boards(database, "harbour", [(0, 5 * MINUTE)]) == [None]


def test_of_no_stretch_there_is_no_board(database):
    assert day_facts.last_boards(database, "harbour", []) == []


def test_a_customer_who_complains_twice_of_one_thing_is_one(database):
    put(
        database,
        *(complaint(number, customer, business_line="logistics") for number, customer in enumerate("aab")),
        complaint(3, None),
        complaint(4, "a", None),
        complaint(5, "c", at=99),
    )

    assert day_facts.complainers(database, "harbour", 0, 10) == {("late", "logistics"): 2, (None, None): 1}


def test_the_best_contact_is_the_one_its_customer_praised_most_and_of_equals_the_one_solved_soonest(database):
    put(
        database,
        contact("good", csat=4.0),
        contact("slow", csat=5.0, resolution_s=900.0),
        contact("best", csat=5.0, resolution_s=60.0),
        contact("never", csat=5.0),
        contact("recommends", nps=10.0),
        contact("later", at=99, csat=5.0, resolution_s=1.0),
    )

    best = day_facts.best_rated(database, "harbour", 0, 10)

    assert best is not None
    assert best.contact_id == "best"


def test_nobody_praised_nobody_went_best(database):
    put(database, contact("poor", csat=3.0), contact("detractor", nps=6.0))

    assert day_facts.best_rated(database, "harbour", 0, 10) is None
