"""What rules ask of the recent past: read from real history, apart from the tick."""

import threading

import pytest
from made import tally

from pulse.config import Config
from pulse.kpi.board import Board, Scope, board_json
from pulse.kpi.interval import MINUTE_MS, IntervalRow
from pulse.kpi.service_level import Judged
from pulse.runtime.lately import Lately
from sql.history import History
from sql.recorder import Recorder
from sql.session import open_database, sqlite_url

NOW = 1_795_435_200_000
HOUR_S = 3600.0


@pytest.fixture
def database(tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as opened:
        yield opened


@pytest.fixture
def recorder(database):
    return Recorder(database, Config().site.name)


@pytest.fixture
def lately(database):
    return Lately(History(database), Config(), lambda: NOW)


def known(lately, ask):
    ask()
    lately.wait(10)
    return ask()


def keep(recorder, minutes_ago, waiting):
    at = NOW - minutes_ago * MINUTE_MS
    recorder.record_board(at, board_json(Board(at=at, site=Scope(title="Site", waiting=waiting))))


def test_contacts_judged_in_a_stretch_are_those_of_its_minutes(lately, recorder):
    judged = tally(answered=10, answered_within_target=8)
    rows = [IntervalRow(NOW - minutes * MINUTE_MS, "support", "voice", judged) for minutes in (1, 59, 61)]
    recorder.commit(stream_id="1-0", at=NOW, state=b"", seen={}, rows=rows)

    assert known(lately, lambda: lately.judged("support", HOUR_S)) == Judged(16, 20)


def test_board_of_an_hour_ago_is_the_one_that_was_kept_then(lately, recorder):
    keep(recorder, 60, waiting=7)
    keep(recorder, 1, waiting=50)

    assert known(lately, lambda: lately.board_ago(HOUR_S)).site.waiting == 7


@pytest.mark.parametrize(("minutes_ago", "found"), [(65, True), (66, False), (59, False)])
def test_minute_that_was_not_kept_is_taken_from_a_few_minutes_before(lately, recorder, minutes_ago, found):
    keep(recorder, minutes_ago, waiting=7)

    assert (known(lately, lambda: lately.board_ago(HOUR_S)) is not None) == found


def test_board_that_cannot_be_read_any_more_is_left_out(lately, recorder):
    recorder.record_board(NOW - 60 * MINUTE_MS, b'{"at": "noon"}')

    assert known(lately, lambda: lately.board_ago(HOUR_S)) is None


class Slow:
    """History that answers once it may."""

    def __init__(self):
        self.may_answer = threading.Event()

    def day_counts(self, *_asked):
        self.may_answer.wait(10)
        return {}

    def board_at(self, *_asked):
        self.may_answer.wait(10)


def test_nothing_is_known_before_it_was_read():
    history = Slow()
    lately = Lately(history, Config(), lambda: NOW)

    before = lately.judged("support", HOUR_S), lately.board_ago(HOUR_S)
    history.may_answer.set()
    lately.wait(10)

    assert before == (None, None)
    assert lately.judged("support", HOUR_S) == Judged(0, 0)
