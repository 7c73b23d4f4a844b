"""The times and the line of an incident, by one worked example.

Raised at 60 s, told at 62 s, acknowledged at 120 s, over at 600 s, closed at 900 s.
"""

import pytest
from alerts_made import ms
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from watched import HOOK, Watch, rule

from alerts.account import account_of
from alerts.fields import STATES
from alerts.speaking import OF_THE_SIGNAL
from alerts.timeline import (
    STEPS,
    TIME_NAMES,
    Line,
    Story,
    Times,
    Told,
    breach_began,
    over_at,
    stood,
    timeline,
    times,
    times_raised,
    told_once,
)
from pulse.text import Text
from sql.models import OutboxMessage

SAID = Text("55 % answered in time", "55% 按时接听")


def entry(second, kind, before, after, who="pulse", why=SAID):
    return Line(at=ms(second), kind=kind, who=who, before=before, after=after, why=why)


RAISED = (entry(60, "work", "closed", "open"), entry(60, "signal", "ok", "raised"))
ACKNOWLEDGED = entry(120, "work", "open", "acknowledged", "Ada", Text("acknowledged by Ada", "Ada 已确认"))
OVER = (entry(590, "signal", "raised", "clearing"), entry(600, "signal", "clearing", "ok"))
CLOSED = entry(900, "work", "acknowledged", "closed", "Ada", Text("closed by Ada: process", "Ada 已关闭：流程"))
MESSAGES = (
    Told(channel="ops", step="raised", sent_at=ms(75), failures=((ms(62), "http_500"), (ms(66), "http_500"))),
    Told(channel="duty", step="raised", sent_at=ms(62)),
    Told(channel="ops", step="cleared", sent_at=ms(601)),
)


def story(*entries, began=0, messages=MESSAGES):
    return Story(opened_at=ms(60), began_at=None if began is None else ms(began), entries=(*RAISED, *entries), messages=messages)


def test_each_time_is_counted_from_the_raise_and_detection_until_it():
    found = times(story(ACKNOWLEDGED, *OVER, CLOSED))

    assert found == Times(detect_s=60, notify_s=2, acknowledge_s=60, mitigate_s=540, fix_s=540, close_s=840)


def test_what_nobody_knows_has_no_time():
    assert times(story(began=None, messages=())) == Times()


def test_statement_is_told_without_a_level_for_its_audience_knows_none():
    told = (Told(channel="customers", step="statement", sent_at=ms(75), level=2),)

    lines = timeline(story(messages=told))

    assert [line.text.en for line in lines if line.kind == "delivery"] == ["customers was told: the statement"]


def test_message_that_was_never_delivered_notified_nobody():
    waiting = (Told(channel="ops", step="raised", failures=((ms(62), "http_500"),)),)

    assert times(story(messages=waiting)).notify_s is None


def test_person_who_says_that_the_harm_is_contained_mitigates_before_the_signal_is_over():
    mitigated = entry(300, "work", "open", "mitigated", "Ada")

    found = times(story(mitigated, *OVER))

    assert (found.acknowledge_s, found.mitigate_s, found.fix_s) == (240, 240, 540)


def test_alert_that_was_raised_again_is_not_fixed():
    again = entry(700, "signal", "ok", "raised")

    assert times(story(*OVER, again)).fix_s is None
    assert over_at(story(*OVER, again)) is None


def test_alert_stood_from_each_raise_until_it_was_over_or_until_now():
    back = (entry(620, "signal", "clearing", "raised"), entry(650, "signal", "clearing", "ok"))
    again = entry(700, "signal", "ok", "raised")

    spans = stood(story(*OVER, again), ms(800))

    assert spans == ((ms(60), ms(600)), (ms(700), ms(800)))
    assert stood(story(entry(590, "signal", "raised", "clearing"), *back), ms(800)) == ((ms(60), ms(650)),)
    assert stood(Story(opened_at=ms(60)), ms(800)) == ()


def test_incident_that_was_opened_again_is_not_closed():
    again = entry(950, "work", "closed", "open", "Grace")

    assert times(story(CLOSED, again)).close_s is None
    assert times(story(CLOSED, again, entry(1000, "work", "open", "closed", "Grace"))).close_s == 940


def test_post_mortem_does_not_move_the_time_to_close():
    reviewed = entry(9000, "work", "closed", "reviewed", "Ada")

    assert times(story(CLOSED, reviewed)).close_s == 840


def test_machine_that_closes_acknowledges_nothing():
    by_itself = entry(600, "work", "open", "closed")

    found = times(story(*OVER, by_itself))

    assert (found.acknowledge_s, found.close_s) == (None, 540)


def test_every_time_has_its_words():
    assert set(TIME_NAMES) == set(Times.__slots__)


def test_timeline_holds_the_beginning_the_log_and_the_messages_in_order_and_both_languages():
    lines = timeline(story(ACKNOWLEDGED, *OVER))

    assert [(line.at - ms(0), line.text.en, line.text.zh) for line in lines[:6]] == [
        (0, "The breach began", "异常开始"),
        (60_000, "Raised: 55 % answered in time", "告警触发：55% 按时接听"),
        (62_000, "ops did not take the alarm: answered with status 500", "ops 未能接收告警：返回状态码 500"),
        (62_000, "duty was told: the alarm", "已通知 duty：告警"),
        (75_000, "ops was told: the alarm at try 3", "已通知 ops：告警（第 3 次尝试）"),
        (120_000, "acknowledged by Ada", "Ada 已确认"),
    ]
    assert (lines[5].who, lines[-1].text.en) == ("Ada", "ops was told: the all-clear")


def test_the_raise_tells_the_opening_and_whoever_opens_it_again_is_told_too():
    again = entry(950, "work", "closed", "open", "Grace")
    by_itself = entry(990, "work", "closed", "open")

    assert told_once([*RAISED, again, by_itself]) == [RAISED[1], again, by_itself]


@given(st.permutations([ACKNOWLEDGED, *OVER, CLOSED]))
def test_timeline_is_in_order_whatever_order_the_log_was_written_in(entries):
    lines = timeline(story(*entries))

    assert [line.at for line in lines] == sorted(line.at for line in lines)


@pytest.mark.parametrize(
    ("judged", "began"),
    [
        ({}, None),
        ({0: False, 60: None}, None),
        ({0: True, 60: False}, 90),
        ({0: True, 60: False, 120: True}, 90),
        ({0: False, 60: True, 120: True}, 60),
        ({0: True, 60: None, 120: True}, 90),
        ({60: True, 120: True, 180: False}, 60),
    ],
)
def test_breach_began_with_the_unbroken_breach_before_the_raise_and_not_later_than_the_rule_waits(judged, began):
    found = breach_began([(ms(second), breaching) for second, breaching in judged.items()], ms(150), raise_for_ms=60_000)

    assert found == (None if began is None else ms(began))


def test_what_becomes_graver_while_it_stands_was_raised_once(database):
    graver = [{"level": 2, "raise_below_percent": 50, "clear_above_percent": 60}]
    rules = rule(raise_for="0s", clear_for="5s", notify=["ops"], graver=graver)
    watch = Watch(database, rules=rules, notify=HOOK).at(0, 0.75).at(1, 0.45).at(9, 0.7).at(12, 0.7).at(16, 0.7).at(18, 0.4)

    account = account_of(database, watch.config, 1, ms(20))

    assert [step for step, *_ in watch.told()] == ["raised", "raised", "eased", "raised"]
    assert times_raised(account.story) == 1
    assert account.incident.why["en"].startswith("40.0 % in the last 30 min, alarm below 50.0 %")


def test_what_became_graver_tells_its_value_at_raise_with_the_limit_it_was_raised_by(database):
    graver = [{"level": 2, "raise_below_percent": 50}]
    watch = Watch(database, rules=rule(raise_for="0s", notify=["ops"], graver=graver), notify=HOOK).at(0, 0.75).at(1, 0.45)

    told = watch.all(OutboxMessage)[-1].payload

    assert (told["value_at_raise"], told["threshold_at_raise"], told["value"], told["threshold"]) == (0.75, 0.8, 0.45, 0.5)


def test_a_move_of_level_and_what_was_told_of_it_name_the_level(database):
    graver = [{"level": 2, "raise_below_percent": 50}]
    watch = Watch(database, rules=rule(raise_for="0s", notify=["ops"], graver=graver), notify=HOOK).at(0, 0.75).at(1, 0.45)
    with database.write() as session:
        session.execute(update(OutboxMessage).values(sent_at=ms(2)))

    said = [moment.text for moment in account_of(database, watch.config, 1, ms(3)).moments]

    assert any(text.en.startswith("Level III → II: 45.0 %") and text.zh.startswith("级别 III → II：") for text in said)
    assert [text.zh for text in said if "ops" in text.en] == ["已通知 ops：告警（III 级）", "已通知 ops：告警（II 级）"]


def test_every_message_that_can_be_told_of_an_incident_has_a_name_in_both_languages():
    of_no_incident = {"handover", "accepted", "late", "reminder", "snapshot"}

    assert set(STEPS) == set(STATES) - of_no_incident
    assert set(OF_THE_SIGNAL) <= set(STEPS)
    assert all(name.en != name.zh and name.zh for name in STEPS.values())
