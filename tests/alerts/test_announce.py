import pytest
from alerts_made import T0 as AT

from alerts.announce import Announcer
from alerts.frame import AlertsFrame, Beat, IncidentRow, Signal, Work, decode_news, encode_news


def frame(at, value, owner=None):
    row = IncidentRow(
        id=7,
        version=1,
        rule="sla",
        kind="sla_breach",
        scope="support",
        level=3,
        signal=Signal.RAISED,
        work=Work.ACKNOWLEDGED if owner else Work.OPEN,
        title={"en": "Support: SL below goal"},
        why={"en": "61 % of 74 contacts within 20 s"},
        opened_at=AT,
        acknowledge_by=None,
        owner=owner,
        value=value,
    )
    return AlertsFrame(at=at, incidents=(row,))


@pytest.fixture
def announcer():
    announcer = Announcer()
    announcer.news(frame(AT, 1.0))
    return announcer


def test_owner_is_told_at_once(announcer):
    owned = frame(AT + 100, 1.0, owner="A. Li")

    assert announcer.news(owned) == owned


def test_what_a_rule_words_anew_waits_for_the_second(announcer):
    newer = frame(AT + 1_000, 3.0)

    assert announcer.news(frame(AT + 100, 2.0)) is None
    assert announcer.news(newer) == newer


def test_nothing_new_is_a_beat_that_names_the_frame_that_still_holds(announcer):
    assert announcer.news(frame(AT + 999, 1.0)) is None
    assert announcer.news(frame(AT + 1_000, 1.0)) == Beat(at=AT + 1_000, since=AT)


def test_frame_is_told_whole_every_half_minute(announcer):
    whole = frame(AT + 30_000, 1.0)

    assert announcer.news(whole) == whole


def test_clock_that_was_set_back_is_told_whole(announcer):
    earlier = frame(AT - 5_000, 1.0)

    assert announcer.news(earlier) == earlier


def test_news_that_was_lost_is_followed_by_a_whole_frame(announcer):
    announcer.lost()

    assert announcer.news(frame(AT + 100, 1.0)) == frame(AT + 100, 1.0)


@pytest.mark.parametrize("news", [frame(AT, 1.0), Beat(at=AT, since=AT)])
def test_news_is_read_as_it_was_written(news):
    assert decode_news(encode_news(news)) == news
