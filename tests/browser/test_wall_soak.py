import pytest

from bench._figure import line
from bench._soak import MOST_GROWTH, growth, soak

pytestmark = [pytest.mark.browser, pytest.mark.long]

TEN_MINUTES_H = 10 / 60


@pytest.fixture(scope="module")
def readings():
    return soak(TEN_MINUTES_H, lambda reading: print(line(reading)))


@pytest.mark.parametrize("figure", MOST_GROWTH)
def test_wall_that_stays_open_for_ten_minutes_does_not_grow(readings, figure):
    assert growth(readings, figure) <= MOST_GROWTH[figure]
