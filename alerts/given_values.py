"""Values one after the other, written shortly: `2*3 12 20..5*4 _` is 2 three times, 12, four even steps from 20 to 5, and one unknown.

In: what somebody wrote, a unit. Out: the values in their order, None where one is not known; or ValueError with what is allowed.
"""

import re

from pulse.kpi.kpi import Unit
from pulse.written import read

MOST_VALUES = 100_000
"""More would be a slip of the pen: nine weeks, one Board a minute."""
_UNKNOWN = "_"
_WORD = re.compile(r"(?P<first>[^*]+?)(?:\.\.(?P<last>[^*]+))?(?:\*(?P<times>\d{1,9}))?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_ALLOWED = "a value, value*times, from..to*times, or _ for unknown"

Values = list[float | None]


def given_values(written: object, unit: Unit) -> Values:
    """The values of a text such as "0s*3 10s..40s*4", each in the unit; a number stands for itself. None is unknown.

    Raises ValueError with every word that cannot be read.
    """
    if not isinstance(written, str):
        return [read(written, unit)]
    values: Values = []
    wrong: list[str] = []
    for word in written.split():
        try:
            values += _values(word, unit, MOST_VALUES - len(values))
        except ValueError as error:
            wrong.append(str(error))
    if not values and not wrong:
        wrong = [f'got "{written}", expected {_ALLOWED}']
    if wrong:
        raise ValueError("; ".join(wrong))
    return values


def _values(word: str, unit: Unit, most: int) -> Values:
    match = _WORD.fullmatch(word)
    if match is None:
        raise ValueError(f'got "{word}", expected {_ALLOWED}')
    times, last = int(match["times"] or 1), match["last"]
    if not (2 if last else 1) <= times <= most:
        raise ValueError(f'got "{word}", expected {"2" if last else "1"} to {MOST_VALUES:,} values')
    if last is None:
        return [_value(match["first"], unit)] * times
    steps = _steps(_known(match["first"], unit), _known(last, unit), times)
    if unit is Unit.COUNT and any(value != round(value) for value in steps):
        raise ValueError(f'got "{word}", expected even steps that are whole: it counts')
    return [round(value) for value in steps] if unit is Unit.COUNT else [*steps]


def _steps(first: float, last: float, times: int) -> list[float]:
    """Both ends are among them."""
    return [*(first + (last - first) * number / (times - 1) for number in range(times - 1)), last]


def _value(text: str, unit: Unit) -> float | None:
    return None if text == _UNKNOWN else _known(text, unit)


def _known(text: str, unit: Unit) -> float:
    if unit not in (Unit.COUNT, Unit.SCORE) or not _NUMBER.fullmatch(text):
        return read(text, unit)
    number = float(text)
    return int(number) if number.is_integer() else number
