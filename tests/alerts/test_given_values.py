import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.given_values import given_values
from pulse.kpi.kpi import Unit


@pytest.mark.parametrize(
    ("written", "unit", "values"),
    [
        ("2*3 12 _ 5*2", Unit.COUNT, [2, 2, 2, 12, None, 5, 5]),
        ("20..5*4 _*2", Unit.COUNT, [20, 15, 10, 5, None, None]),
        ("-10..10*3 4.5", Unit.SCORE, [-10, 0, 10, 4.5]),
        ("90%*2 80%..60%*3", Unit.RATIO, [0.9, 0.9, 0.8, 0.7, 0.6]),
        ("10s 1m..2m*3", Unit.SECONDS, [10, 60, 90, 120]),
        (40, Unit.COUNT, [40]),
        ("75%", Unit.RATIO, [0.75]),
    ],
)
def test_values_are_repeated_stepped_or_unknown(written, unit, values):
    assert given_values(written, unit) == pytest.approx(values)


@pytest.mark.parametrize(
    ("written", "unit", "found"),
    [
        ("", Unit.COUNT, 'got "", expected a value, value*times, from..to*times, or _ for unknown'),
        ("5*", Unit.COUNT, 'got "5*", expected a value'),
        ("5*0", Unit.COUNT, 'got "5*0", expected 1 to 100,000 values'),
        ("1..5", Unit.COUNT, 'got "1..5", expected 2 to 100,000 values'),
        ("5*999999999", Unit.COUNT, "expected 1 to 100,000 values"),
        ("1..2*5", Unit.COUNT, 'got "1..2*5", expected even steps that are whole'),
        ("_..5*3", Unit.COUNT, 'got "_", expected a number'),
        ("75*3", Unit.RATIO, 'got "75", expected a percentage such as "5%"'),
        ("5*3", Unit.SECONDS, 'got "5", expected a duration such as 5s or 2m'),
        (True, Unit.COUNT, "got True, expected a number"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_is_allowed(written, unit, found):
    with pytest.raises(ValueError) as refused:
        given_values(written, unit)

    assert found in str(refused.value)


def test_every_word_that_cannot_be_read_is_named_at_once():
    with pytest.raises(ValueError) as refused:
        given_values("5 six 7*x 8", Unit.COUNT)

    assert '"six"' in str(refused.value)
    assert '"7*x"' in str(refused.value)


@given(st.lists(st.tuples(st.integers(-50, 50) | st.none(), st.integers(1, 9)), min_size=1, max_size=9))
def test_however_values_are_written_the_same_are_read(runs):
    known = [("_" if value is None else str(value), times) for value, times in runs]
    short = " ".join(f"{word}*{times}" for word, times in known)
    long = " ".join(word for word, times in known for _ in range(times))

    assert given_values(short, Unit.SCORE) == given_values(long, Unit.SCORE)
