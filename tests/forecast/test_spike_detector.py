import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.forecast.spike import Criteria, Part, Share, contributors, judge, smallest_visible, upper_tail

DEFAULT = Criteria()
means = st.floats(0.01, 300)
dispersions = st.floats(1, 6)


def exact_poisson(count, mean):
    return math.exp(-mean) * mean**count / math.factorial(count)


def test_poisson_tail_equals_the_sum_by_hand():
    # Mean 2: P(0..3) = e^-2 × (1 + 2 + 2 + 4/3); above 3 is the rest, and of 3 itself half is taken.
    by_hand = 1 - math.exp(-2) * (1 + 2 + 2 + 4 / 3) + math.exp(-2) * (4 / 3) / 2

    assert upper_tail(3, 2.0) == pytest.approx(by_hand, rel=1e-12)


def test_negative_binomial_tail_equals_the_geometric_case():
    # Mean 1 and dispersion 2 is the geometric law P(k) = 2^-(k+1): P(X > 4) = 2^-5, half of P(4) = 2^-6.
    assert upper_tail(4, 1.0, 2.0) == pytest.approx(2**-5 + 2**-6, rel=1e-12)


def test_a_tail_far_out_keeps_its_digits():
    tail = sum(exact_poisson(k, 5.0) for k in range(61, 120)) + exact_poisson(60, 5.0) / 2

    assert upper_tail(60, 5.0) == pytest.approx(tail, rel=1e-9)
    assert 0 < upper_tail(1_000, 400.0) < 1e-100


def test_nothing_expected_makes_anything_impossible():
    assert upper_tail(0, 0.0) == 0.5
    assert upper_tail(1, 0.0) == 0.0


@pytest.mark.parametrize(("count", "mean", "dispersion"), [(-1, 1, 1), (1, -1, 1), (1, 1, 0.9)])
def test_what_cannot_be_is_refused(count, mean, dispersion):
    with pytest.raises(ValueError, match="expected count and mean >= 0, dispersion >= 1"):
        upper_tail(count, mean, dispersion)


@given(st.integers(0, 400), means, dispersions)
def test_a_higher_count_is_never_likelier(count, mean, dispersion):
    assert upper_tail(count + 1, mean, dispersion) <= upper_tail(count, mean, dispersion) + 1e-12


@given(st.integers(0, 400), means, dispersions)
def test_the_tail_is_a_probability(count, mean, dispersion):
    assert 0 <= upper_tail(count, mean, dispersion) <= 1


@given(st.integers(0, 200), means)
def test_negative_binomial_becomes_poisson_as_dispersion_goes_to_one(count, mean):
    assert upper_tail(count, mean, 1 + 1e-9) == pytest.approx(upper_tail(count, mean, 1.0), rel=1e-4, abs=1e-12)


@given(means, dispersions)
def test_both_ways_of_summing_meet_at_the_mean(mean, dispersion):
    count = math.ceil(mean)
    below, above = upper_tail(max(0, count - 1), mean, dispersion), upper_tail(count, mean, dispersion)

    assert above <= below


@given(means, dispersions)
def test_the_smallest_visible_count_is_the_first_spike(mean, dispersion):
    smallest = smallest_visible(mean, dispersion, DEFAULT)

    assert judge(smallest, mean, dispersion, DEFAULT).is_spike
    assert not judge(smallest - 1, mean, dispersion, DEFAULT).is_spike


def test_a_rise_below_five_is_no_spike_however_unlikely():
    verdict = judge(4, 0.01, 1.0, DEFAULT)

    assert verdict.p_value < 1e-6
    assert not verdict.is_spike


def test_a_spike_tells_how_rare_it_is_and_how_large():
    verdict = judge(30, 10.0, 1.0, Criteria(looks_per_day=48))

    assert verdict.is_spike
    assert verdict.excess == 20
    assert verdict.one_in_days == pytest.approx(1 / (verdict.p_value * 48))


def test_the_impossible_is_infinitely_rare():
    assert judge(1, 0.0, 1.0, DEFAULT).one_in_days == math.inf


def test_one_value_that_explains_enough_is_told_alone():
    lines = {"logistics": Part(20, 4.0), "billing": Part(6, 4.0), "product": Part(6, 4.0)}

    shares = contributors({"business_line": lines}, rise=20.0)

    assert shares == (Share("business_line", "logistics", 0.8),)


def test_the_dimension_that_needs_fewest_values_is_told():
    lines = {"logistics": Part(18, 2.0), "billing": Part(6, 2.0)}
    classes = {"late": Part(12, 2.0), "rude": Part(12, 2.0)}

    shares = contributors({"category": classes, "business_line": lines}, rise=20.0)

    assert [(share.dimension, share.value) for share in shares] == [("business_line", "logistics")]


def test_of_two_equal_explanations_the_narrower_is_told():
    shares = contributors({"business_line": {"logistics": Part(10, 0.0)}, "pair": {"late/logistics": Part(9, 0.0)}}, rise=10.0)

    assert shares == (Share("pair", "late/logistics", 0.9),)


def test_where_nothing_explains_enough_the_greatest_shares_are_told():
    lines = {name: Part(2, 0.0) for name in "abcde"}

    shares = contributors({"business_line": lines}, rise=20.0)

    assert [share.value for share in shares] == ["a", "b", "c"]


def test_without_a_rise_nothing_contributes():
    assert contributors({"business_line": {"logistics": Part(1, 4.0)}}, rise=-3.0) == ()


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 50), min_size=1, max_size=8))
def test_the_explanation_covers_what_it_promises(observed):
    rise = sum(observed.values())

    shares = contributors({"line": {name: Part(count, 0.0) for name, count in observed.items()}}, float(rise))

    assert rise == 0 or sum(share.share_ratio for share in shares) >= 0.7
