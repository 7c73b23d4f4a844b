"""The marks of an axis of durations: where clocks have theirs, few enough to be read, around all that is drawn."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.duration_axis import duration_marks

MINUTE, HOUR, DAY = 60, 3_600, 86_400
durations = st.floats(0, 400 * DAY)


@pytest.mark.parametrize(
    ("drawn", "marks", "unit"),
    [
        ((3.0, 28.0), [0, 5, 10, 15, 20, 25, 30], "s"),
        ((0.0, 100 * MINUTE), [number * 15 * MINUTE for number in range(8)], "min"),
        ((0.0, 11 * HOUR), [0, 2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 10 * HOUR, 12 * HOUR], "h"),
        ((31 * MINUTE, 34 * MINUTE), [number * 30 for number in range(62, 69)], "min"),
        ((7.1 * HOUR, 7.2 * HOUR), [7 * HOUR, 7.5 * HOUR], "h"),
        ((90.0,), [90, 91], "s"),
        ((), [0, 1], "s"),
    ],
)
def test_the_marks_are_where_clocks_have_theirs(drawn, marks, unit):
    found = duration_marks(drawn)

    assert list(found.values) == marks
    assert found.words.endswith(f"' {unit}'")


@given(st.lists(durations, min_size=1, max_size=20))
def test_the_marks_are_few_even_and_around_all_that_is_drawn(drawn):
    values = duration_marks(drawn).values

    assert values[0] <= min(drawn) <= max(drawn) <= values[-1]
    assert 2 <= len(values) <= 9
    assert len({after - before for before, after in pairwise(values)}) == 1
