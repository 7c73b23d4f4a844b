"""Questions to a database: no more of them than it takes, and nothing asked for twice."""

from hypothesis import given
from hypothesis import strategies as st

from sql.parts import joined, parts

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda one: (one[0], one[0] + one[1])), max_size=8)


@given(SPANS)
def test_joined_stretches_hold_what_the_stretches_held_and_nothing_twice(spans):
    found = joined(spans)

    held = [at for start, end in found for at in range(start, end)]
    assert sorted(set(held)) == held
    assert set(held) == {at for start, end in spans for at in range(start, end)}


def test_stretches_that_follow_each_other_are_one_and_a_gap_stays_a_gap():
    assert joined([(30, 40), (10, 20), (0, 10), (12, 15)]) == [(0, 20), (30, 40)]


@given(st.lists(st.integers()), st.integers(1, 9))
def test_parts_together_are_the_whole_list_in_its_order(values, size):
    found = list(parts(values, size))

    assert [value for part in found for value in part] == values
    assert all(0 < len(part) <= size for part in found)
