"""What is on record of one incident: raised by a real rule on recorded Boards, told to a channel, closed by a person."""

import pytest
from alerts_made import FakeChannel, board, config, ms, queue, still

from alerts.account import account_of
from alerts.actions import Asked, Cause, acknowledge, close
from alerts.affected import Affected, affected, stretch
from alerts.evaluate import Evaluator, Ports
from alerts.outbox import Sender
from alerts.replayed import unit_of
from alerts.ruleset import load_rules
from pulse.kpi.board import board_json
from pulse.kpi.interval import IntervalRow
from pulse.kpi.kpi import Unit, untold
from pulse.kpi.tally import Tally
from sql.recorder import Recorder

RULES = {"sla": {"kind": "sla_breach", "level": 2, "raise_for": "60s", "clear_for": "60s", "notify": ["ops"]}}
LEVELS = {0: 0.9, 60: 0.5, 120: 0.5, 180: 0.6, 240: 0.9, 300: 0.9}
"""The service level of one queue by second; its goal is 0.8, so it is raised at 120 s and over at 300 s."""


def site_config():
    return config(rules=RULES, notify={"ops": {"kind": "webhook", "url": "https://ops.example/hook"}})


def tally(**counts):
    return Tally.from_map({"counts": counts, "peaks": {}})


@pytest.fixture
def told(database):
    """The incident 1 of a night in which everything was recorded."""
    recorder = Recorder(database, "site")
    evaluator = Evaluator(database, site_config(), Ports(publish=lambda _news: True))
    for second, level in LEVELS.items():
        made = board(ms(second), support=queue(level))
        for again in range(0, 60, 4):
            evaluator.evaluate(board(ms(second + again), support=queue(level)), ms(second + again))
        recorder.record_board(ms(second), board_json(made))
        if second == 120:
            Sender(database, "site", "ops", FakeChannel()).send_due(still(125))
    counts = tally(offered=20, answered=15, answered_within_target=9, abandoned=4)
    rows = [IntervalRow(ms(second), name, "voice", counts) for second in (0, 60, 120) for name in ("support", "sales")]
    recorder.commit(stream_id="1-0", at=ms(300), state=b"", seen={}, rows=rows)
    return evaluator


@pytest.mark.both_databases
def test_account_holds_times_affected_contacts_and_the_figure_by_minutes(database, told):
    acknowledge(database, Asked(1, 1, "Ada", ms(180)))
    close(database, Asked(1, 2, "Ada", ms(420)), Cause.PROCESS)

    account = account_of(database, site_config(), 1, ms(9_999))

    found = account.times
    assert (found.detect_s, found.notify_s, found.acknowledge_s, found.fix_s, found.close_s) == (60, 5, 60, 180, 300)
    assert account.story.began_at == ms(60)
    assert account.affected == Affected(offered=40, abandoned=8, answered_late=12)
    assert [(minute.at, minute.value) for minute in account.minutes] == [(ms(second), level) for second, level in LEVELS.items()]
    assert account.moments[-1].text.en == "closed by Ada: process"


def test_beginning_and_figure_are_unknown_where_the_config_has_the_rule_no_more(database, told):
    account = account_of(database, config(rules={}), 1, ms(9_999))

    assert (account.rule, account.minutes, account.times.detect_s) == (None, (), None)


def test_incident_of_another_site_is_not_known_here(database, told):
    assert account_of(database, config(site={"name": "elsewhere"}), 1, ms(0)) is None
    assert account_of(database, site_config(), 99, ms(0)) is None


COUNTS = {"support": ("voice", tally(offered=3, abandoned=1)), "sales": ("voice", tally(offered=5, answered=4, answered_wait_unknown=4))}


@pytest.mark.parametrize(
    ("scope", "queues", "offered"), [("support", (), 3), ("site", (), 8), ("site", ("sales",), 5), ("logistics/late", (), None)]
)
def test_contacts_are_those_of_the_queue_or_of_the_queues_of_the_site(scope, queues, offered):
    assert affected(COUNTS, scope, queues).offered == offered


def test_late_answers_are_unknown_where_no_wait_is_told():
    assert affected(COUNTS, "sales").answered_late is None


def test_what_no_source_tells_is_unknown():
    assert affected({"support": ("chat", tally(**{untold("abandoned"): 2}))}, "support").abandoned is None


def test_minutes_of_an_incident_are_whole():
    assert stretch(ms(30), ms(61)) == (ms(0), ms(120))


def test_figure_of_a_rule_is_counted_in_its_unit():
    rules = {
        "sla": {"kind": "sla_breach"},
        "wait": {"kind": "threshold", "figure": "oldest_wait_s", "raise_above": "90s"},
        "calls": {"kind": "threshold", "figure": "offered", "raise_above": 9},
    }

    assert [unit_of(rule) for rule in load_rules(config(rules=rules))] == [Unit.RATIO, Unit.SECONDS, Unit.COUNT]
