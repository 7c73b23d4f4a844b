import pytest
from alerts_made import board
from pydantic import ValidationError

from alerts.rules.due_soon import Options, samples
from alerts.sample import Context, Reading
from pulse.kpi.board import Backlog, Scope

HOUR = 3600.0


def mail(left_s=None, waiting=3, target_s=4 * HOUR, **facts):
    return Scope(title="Mail", titles={"zh": "邮件"}, waiting=waiting, target_s=target_s, contact_time_left_s=left_s, **facts)


def one(scope, **options):
    found = samples(board(mail=scope), Options(**options), Context())
    return found[0] if found else None


@pytest.mark.parametrize(
    ("left_s", "percent", "reading"),
    [
        (0.81 * HOUR, 80, "clear"),
        (0.8 * HOUR, 80, "breaching"),
        (1.0, 100, "clear"),
        (0.0, 100, "breaching"),
        (-2 * HOUR, 150, "breaching"),
        (-1.9 * HOUR, 150, "clear"),
    ],
)
def test_contact_is_due_at_a_share_of_its_promise(left_s, percent, reading):
    assert one(mail(left_s), used_percent=percent).reading == Reading(reading)


def test_queue_where_nobody_waits_owes_nothing_and_one_that_tells_no_waits_is_unknown():
    assert one(mail(waiting=0)).reading is Reading.CLEAR
    assert one(mail(waiting=3)).reading is Reading.NO_DATA


def test_queue_that_promises_seconds_is_left_to_the_service_level():
    assert one(mail(-100.0, target_s=20.0)) is None
    assert one(mail(-100.0, target_s=None)) is None
    assert one(mail(-100.0, target_s=20.0), shortest="10s").reading is Reading.BREACHING


@pytest.mark.parametrize(
    ("backlog", "reading"),
    [
        (Backlog(open=5, oldest_age_s=23 * HOUR), "breaching"),
        (Backlog(open=5, oldest_age_s=2 * HOUR), "clear"),
        (Backlog(open=0), "clear"),
        (Backlog(open=5), "no_data"),
        (None, "no_data"),
    ],
)
def test_oldest_of_the_backlog_is_held_to_the_promise_of_the_rule(backlog, reading):
    assert one(mail(backlog=backlog), of="backlog", promise="24h").reading == Reading(reading)


def test_promise_that_is_broken_is_called_so():
    soon, broken = one(mail(0.5 * HOUR)), one(mail(-HOUR), used_percent=100)

    assert (soon.title.en, broken.title.zh) == ("Mail: promise due soon", "邮件：承诺已超时")
    assert broken.why.en == "the oldest waits 5:00:00 h of 4:00:00 h promised; alarm from 100 %"
    assert broken.why.zh == "最早的已等待 5 小时，承诺 4 小时；达 100 % 时告警"


@pytest.mark.parametrize("options", [{"of": "backlog"}, {"promise": "24h"}])
def test_promise_is_given_for_the_backlog_and_only_there(options):
    with pytest.raises(ValidationError, match='expected promise for of = "backlog", and only there'):
        Options(**options)
