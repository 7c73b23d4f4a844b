import pytest
from alerts_made import T0, ms
from hypothesis import given
from hypothesis import strategies as st

from alerts.bucket import Bucket, Limit


def test_tokens_go_one_by_one_and_come_back_after_their_period():
    bucket = Bucket([Limit(2, 60.0)])

    assert [bucket.take(ms(second)) for second in (0, 10, 20, 59.5, 60, 61)] == [0.0, 0.0, 40.0, 0.5, 0.0, 9.0]


def test_every_limit_must_have_a_token_and_none_is_taken_without():
    bucket = Bucket([Limit(3, 60.0), Limit(1, 1.0)])

    assert [bucket.take(ms(second)) for second in (0, 0.5, 1, 2, 3)] == [0.0, 0.5, 0.0, 0.0, 57.0]


def test_without_limits_nothing_waits():
    assert [Bucket([]).take(T0) for _ in range(3)] == [0.0] * 3


def test_a_clock_that_is_set_back_delays_by_one_period_at_most():
    bucket = Bucket([Limit(1, 60.0)])
    bucket.take(ms(3600))

    assert [bucket.take(ms(second)) for second in (0, 30, 60)] == [60.0, 30.0, 0.0]


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from([1.0, 10.0, 60.0])), min_size=1, max_size=3),
    st.lists(st.integers(0, 5_000), max_size=80),
)
def test_no_stretch_ever_holds_more_than_its_limit_and_a_wait_is_exact(limits, pauses_ms):
    limits = [Limit(count, per_s) for count, per_s in limits]
    bucket, now, sent = Bucket(limits), T0, []

    for pause_ms in pauses_ms:
        now += pause_ms
        wait_s = bucket.take(now)
        if wait_s > 0:
            now += round(wait_s * 1000)
            assert bucket.take(now) == 0.0
        sent.append(now)

    for limit in limits:
        for begin in sent:
            assert sum(begin <= at < begin + limit.per_s * 1000 for at in sent) <= limit.count


@pytest.mark.parametrize("second", [0, 59.999])
def test_a_wait_is_never_nothing_while_there_is_no_token(second):
    bucket = Bucket([Limit(1, 60.0)])
    bucket.take(T0)

    assert bucket.take(ms(second)) == pytest.approx(60 - second)
