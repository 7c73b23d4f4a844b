import pytest
from alerts_made import board
from pydantic import ValidationError

from alerts.rules.backlog_growth import Options, samples
from alerts.sample import Context, Reading
from pulse.kpi.board import Backlog, Scope


def mail(count):
    return Scope(title="Mail", titles={"en": "Mail", "zh": "邮件"}, backlog=None if count is None else Backlog(open=count))


def one(now, before, **options):
    earlier = None if before is None else board(mail=mail(before), site=mail(before))
    found = samples(board(mail=mail(now), site=mail(now)), Options(**options), Context(board_ago=lambda _: earlier))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("now", "before", "reading"),
    [(121, 100, "breaching"), (120, 100, "clear"), (100, 100, "clear"), (90, 100, "clear"), (10, 0, "breaching"), (9, 0, "clear")],
)
def test_backlog_breaches_where_it_grew_by_more_than_its_share(now, before, reading):
    assert one(now, before).reading == Reading(reading)


def test_a_few_more_raise_nothing_whatever_the_share():
    assert one(3, 2).reading is Reading.CLEAR


def test_growth_between_the_two_shares_neither_raises_nor_clears():
    found = [one(now, 100, clear_below_percent=0).reading for now in (121, 111, 100)]

    assert found == [Reading.BREACHING, Reading.BETWEEN, Reading.CLEAR]


def test_until_the_earlier_board_is_known_nothing_is():
    assert one(500, None).reading is Reading.NO_DATA


def test_queue_that_tells_no_backlog_has_no_sample_and_a_site_that_tells_none_knows_nothing():
    assert one(None, 100) is None
    assert one(None, 100, of="site").reading is Reading.NO_DATA


def test_why_tells_both_numbers_in_both_languages():
    found = one(150, 100, over="2h")

    assert (found.title.en, found.title.zh, found.value) == ("Mail: backlog grows", "邮件：积压增长", 0.5)
    assert found.why.en == "Open backlog 150, 100 2:00:00 h ago; alarm above +20.0 % and 10 more"
    assert found.why.zh == "未结积压 150，2 小时前为 100；增长超过 20.0 % 且多 10 件时告警"


def test_clearing_above_the_raising_share_is_refused():
    with pytest.raises(ValidationError, match=r"clear_below_percent 30, expected 20 \(raise_above_percent\) or less"):
        Options(clear_below_percent=30)
