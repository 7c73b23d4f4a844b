import pytest
from alerts_made import T0, board, ms, queue, source
from pydantic import ValidationError

from alerts.rules.sla_breach import Options, samples
from alerts.sample import Context, Reading, believed
from pulse.kpi.board import SourceCondition


def one(scope, options=None, context=None, sources=None):
    shown = board(sources=sources, support=scope)
    return believed(samples(shown, options or Options(), context or Context())[0], shown, scope)


def test_below_the_goal_with_enough_contacts_is_a_breach():
    found = one(queue(0.7, offered=20))

    assert found.reading is Reading.BREACHING
    assert (found.scope, found.at, found.value, found.threshold) == ("support", T0, 0.7, 0.8)


def test_at_the_goal_is_clear():
    assert one(queue(0.8)).reading is Reading.CLEAR


def test_an_idle_queue_is_clear_for_nobody_is_served_badly():
    idle = queue(None, offered=0, waiting=0)

    assert one(idle).reading is Reading.CLEAR
    assert one(idle, sources={"phone": source(ms(-60))}).reading is Reading.NO_DATA
    assert one(queue(None, offered=0, waiting=1)).reading is Reading.NO_DATA


def test_too_few_contacts_raise_nothing():
    assert one(queue(0.1, offered=19)).reading is Reading.BETWEEN


@pytest.mark.parametrize("scope", [queue(None), queue(0.5, offered=None), queue(0.5, goal_ratio=None), queue(last_30m={})])
def test_what_is_not_known_is_no_data(scope):
    assert one(scope).reading is Reading.NO_DATA


def test_between_the_two_percents_neither_raises_nor_clears():
    options = Options(raise_below_percent=70, clear_above_percent=85)

    assert [one(queue(level), options).reading for level in (0.69, 0.7, 0.84, 0.85)] == [
        Reading.BREACHING,
        Reading.BETWEEN,
        Reading.BETWEEN,
        Reading.CLEAR,
    ]


def test_a_clear_percent_below_the_raise_percent_is_refused():
    with pytest.raises(ValidationError, match="expected 80"):
        Options(raise_below_percent=80, clear_above_percent=70)


def test_projected_looks_at_those_who_wait():
    window = {"service_level": 0.9, "projected_service_level": 0.6, "offered": 50}

    found = one(queue(last_30m=window), Options(projected=True))

    assert found.reading is Reading.BREACHING
    assert found.title.en == "Support: projected SL below goal"


def test_a_silent_source_leaves_nothing_known():
    assert one(queue(0.1), sources={"phone": source(ms(-11))}).reading is Reading.NO_DATA
    assert one(queue(0.1), sources={"phone": source(ms(-9))}).reading is Reading.BREACHING


def test_one_silent_source_of_two_forbids_the_all_clear_but_not_the_alarm():
    sources = {"phone": source(ms(-60)), "chat": source(T0)}

    assert one(queue(0.9), sources=sources).reading is Reading.NO_DATA
    assert one(queue(0.1), sources=sources).reading is Reading.BREACHING


def test_a_source_may_be_slow_by_its_own_promise():
    assert one(queue(0.9), sources={"phone": source(ms(-200), stale_after_s=300.0)}).reading is Reading.CLEAR


def test_a_silent_source_of_another_queue_does_not_forbid_the_all_clear():
    sources = {"phone": source(T0), "chat": source(ms(-60))}

    assert one(queue(0.9, sources=("phone",)), sources=sources).reading is Reading.CLEAR


@pytest.mark.parametrize("condition", [SourceCondition.ENDED, SourceCondition.STOPPED])
def test_a_source_that_will_not_speak_again_is_silent(condition):
    assert one(queue(0.9), sources={"phone": source(T0, condition)}).reading is Reading.NO_DATA


def test_only_the_queues_asked_for_are_looked_at():
    found = samples(board(support=queue(), orders=queue()), Options(), Context(queues=("orders",)))

    assert [sample.scope for sample in found] == ["orders"]


def test_why_tells_value_goal_contacts_and_oldest_wait_in_both_languages():
    why = one(queue(0.615, offered=45)).why

    assert why.en == "61.5 % in the last 30 min, alarm below 80.0 %; 45 offered; oldest wait 1:35 min"
    assert why.zh == "近 30 分钟 61.5 %，低于 80.0 % 告警；呼入 45；最长等待 1 分 35 秒"
