"""Rules about sources: one that is silent, one that tells less than it should."""

from alerts_made import board, ms, queue, source

from alerts.rules import completeness, no_data
from alerts.sample import Context, Reading
from pulse.kpi.board import SourceCondition


def silence(health, **options):
    found = no_data.samples(board(sources={"phone": health}, support=queue(sources=("phone",))), no_data.Options(**options), Context())
    return found[0] if found else None


def whole(health, **options):
    found = completeness.samples(board(sources={"phone": health}), completeness.Options(**options), Context())
    return found[0] if found else None


def test_source_is_silent_after_three_polls_and_ten_seconds_at_least():
    assert [silence(source(ms(-ago))).reading for ago in (0, 10, 10.1)] == [Reading.CLEAR, Reading.CLEAR, Reading.BREACHING]


def test_source_that_has_never_answered_yet_is_not_silent_and_not_well():
    assert silence(source(None, SourceCondition.STARTING)).reading is Reading.NO_DATA
    assert silence(source(None, SourceCondition.RETRYING)).reading is Reading.BREACHING


def test_recording_that_was_played_to_its_end_is_not_missed():
    assert silence(source(ms(-600), SourceCondition.ENDED)) is None


def test_only_the_sources_asked_for_are_looked_at():
    assert silence(source(ms(-60)), sources=("crm",)) is None
    assert whole(source(ms(0), completeness_ratio=0.5), sources=("crm",)) is None


def test_silence_is_told_with_its_length_its_error_and_the_queues_it_feeds():
    found = silence(source(ms(-90), error="connection refused"))

    assert (found.scope, found.value) == ("phone", 90.0)
    assert found.why.en == "last answer 1:30 min ago; connection refused; feeds Support"
    assert found.why.zh == "上次应答于 1 分 30 秒前；connection refused；供数队列：Support"


def test_source_that_tells_too_little_breaches_until_it_tells_enough():
    options = {"raise_below_percent": 90, "clear_above_percent": 98}

    found = [whole(source(ms(0), completeness_ratio=ratio), **options).reading for ratio in (0.89, 0.9, 0.97, 0.98)]

    assert found == [Reading.BREACHING, Reading.BETWEEN, Reading.BETWEEN, Reading.CLEAR]


def test_silent_source_is_not_judged_by_what_it_told_before():
    assert whole(source(ms(-60), completeness_ratio=0.2)).reading is Reading.NO_DATA


def test_source_that_does_not_tell_how_whole_it_is_has_no_sample():
    assert whole(source(ms(0))) is None
