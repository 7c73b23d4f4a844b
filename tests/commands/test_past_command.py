"""`pulse board --at` as people meet it: the Board of a minute, how it is known, and clear words where there is none."""

import json

import pytest
from made import HOUR, MINUTE, NOON, SECOND, contact, empty_fold
from typer.testing import CliRunner

from pulse.cli import app
from pulse.kpi.board import board_json
from pulse.live.boards import Boards
from pulse.runtime.site import RunningSite
from sql.contact_tables import ContactRow
from sql.recorder import Recorder
from sql.session import open_database


@pytest.fixture
def pulse(tmp_path):
    config = tmp_path / "pulse.toml"
    config.write_text('[site]\nname = "harbour"\nzone = "Asia/Shanghai"\n')
    fold = empty_fold()
    fold.fold([contact("offered", at=NOON - SECOND)])
    row = {"site": "harbour", "at": NOON, "contact_id": "c", "queue": "support", "channel": "voice", "attributes": {}}
    with open_database(RunningSite.of(config).database_url) as database:
        Recorder(database, "harbour").record_board(NOON, board_json(Boards(fold).at(NOON)))
        with database.write() as session:
            session.add(ContactRow(**row, offered_at=NOON, outcome=None))

    def run(*words):
        outcome = CliRunner().invoke(app, ["board", *words, "--config", str(config)])
        return outcome.exit_code, outcome.stdout, outcome.stderr

    def file(*visits):
        with open_database(RunningSite.of(config).database_url) as database, database.write() as session:
            session.add_all(ContactRow(**{**row, "contact_id": f"c{number}", **told}) for number, told in enumerate(visits))

    run.file = file
    return run


def test_a_minute_that_was_kept_is_printed_as_it_was(pulse):
    code, said, _ = pulse("--at", "2026-11-23T20:00")

    assert code == 0
    assert "at 2026-11-23 20:00 CST, as it was recorded" in " ".join(said.split())
    assert "support" in said


def test_no_number_is_cut_in_80_columns_and_none_is_told_of_channels_that_cannot_be_mixed(pulse):
    visits = {
        "chat_presale": {"channel": "chat", "wait_s": 2_817.0, "left_at": NOON + 40 * MINUTE, "outcome": "answered", "talk_s": 2_817.0},
        "mail_general": {"channel": "email", "wait_s": 36_000.0, "left_at": NOON + 40 * MINUTE, "outcome": "answered", "talk_s": 295.0},
        "support": {"channel": "voice", "wait_s": 60.0, "left_at": NOON + 40 * MINUTE, "outcome": "overflowed"},
    }
    pulse.file(*({"queue": queue, "offered_at": NOON, "completed_at": NOON + 50 * MINUTE, **told} for queue, told in visits.items()))

    _, said, _ = pulse("--at", str(NOON + HOUR))

    shown = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert (shown["all"].split()[-2:], "46:57 min" in shown["chat_presale"]) == (["—", "—"], True)


def test_a_minute_of_which_no_board_was_kept_is_rebuilt_and_says_so(pulse):
    code, said, how = pulse("--at", str(NOON + MINUTE), "--json")

    board = json.loads(said)
    assert (code, how.strip()) == (0, "rebuilt")
    assert board["at"] == NOON + MINUTE
    assert (board["queues"]["support"]["waiting"], board["queues"]["support"]["oldest_wait_s"]) == (1, 60.0)


def test_a_minute_before_history_or_of_no_calendar_is_refused_in_words(pulse):
    for written, why in (
        ("2026-11-23T19:59", "before history begins"),
        ("noon", "cannot be read"),
        ("2999-01-01T00:00", "yet to come"),
    ):
        code, _, said = pulse("--at", written)
        assert code == 2
        assert why in " ".join(said.replace("│", " ").split())


def test_a_day_of_which_nothing_is_on_record_says_so(pulse):
    code, said, why = pulse("--at", "2026-11-26T12:00")

    assert (code, said) == (1, "")
    assert "nothing of that day up to then is on record" in why


def test_a_past_minute_and_a_recording_are_not_asked_for_at_once(pulse):
    assert pulse("--at", "2026-11-23T20:00", "--kind", "asterisk_queue_log")[0] == 2
    assert pulse()[0] == 2
