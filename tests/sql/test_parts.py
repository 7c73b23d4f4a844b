"""Questions to a database: no more of them than it takes, and nothing asked for twice."""

from hypothesis import given
from hypothesis import strategies as st

from sql.parts import in_both, joined, parts, stretches

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda one: (one[0], one[0] + one[1])), max_size=8)


@given(SPANS)
def test_joined_stretches_hold_what_the_stretches_held_and_nothing_twice(spans):
    found = joined(spans)

    held = [at for start, end in found for at in range(start, end)]
    assert sorted(set(held)) == held
    assert set(held) == {at for start, end in spans for at in range(start, end)}


@given(SPANS, SPANS)
def test_what_two_lists_of_stretches_have_in_common_lies_in_both(some, others):
    held = [{at for start, end in spans for at in range(start, end)} for spans in (some, others)]

    found = [at for start, end in in_both(joined(some), joined(others)) for at in range(start, end)]

    assert found == sorted(held[0] & held[1])


def test_stretches_that_follow_each_other_are_one_and_a_gap_stays_a_gap():
    assert joined([(30, 40), (10, 20), (0, 10), (12, 15)]) == [(0, 20), (30, 40)]


@given(st.lists(st.integers()), st.integers(1, 9))
def test_parts_together_are_the_whole_list_in_its_order(values, size):
    found = list(parts(values, size))

    assert [value for part in found for value in part] == values
    assert all(0 < len(part) <= size for part in found)


def test_instants_that_are_no_further_apart_than_a_step_are_in_one_stretch():
    assert stretches([60, 0, 15, 31], 15) == [(0, 30), (31, 46), (60, 75)]
    assert stretches([], 15) == []


@given(st.lists(st.integers(-1000, 1000)), st.integers(1, 50))
def test_every_instant_is_in_one_stretch_which_begins_with_one_and_ends_a_step_after_another(instants, step):
    found = stretches(instants, step)

    assert all(sum(start <= at < end for start, end in found) == 1 for at in instants)
    assert {start for start, _ in found} <= set(instants)
    assert {end - step for _, end in found} <= set(instants)
