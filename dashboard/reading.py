"""How large the type of a layout looks from where people stand, and which layout they can read from there.

Source: a capital letter is read with ease from 20 minutes of arc on, and hardly under 16.
"""

from collections.abc import Mapping
from math import atan, degrees

from dashboard.layout import Ready
from dashboard.theme import CAP_RATIO

LEAST_ARC_MINUTES = 16.0
_MM_PER_INCH = 25.4
_HEIGHT_OF_16_9 = 9 / (16**2 + 9**2) ** 0.5
"""Height to diagonal of a screen of 16:9."""


def arc_minutes(smallest: float, screen_in: float, distance_m: float) -> float:
    """The height of a capital letter, in minutes of arc.

    `smallest` is the size of the type in hundredths of the height of a 16:9 screen with a diagonal of `screen_in` inches; ValueError where
    screen or distance is not above 0.
    """
    if screen_in <= 0 or distance_m <= 0:
        raise ValueError(f"got a screen of {screen_in} in and a distance of {distance_m} m, expected both above 0")
    letter_mm = smallest / 100 * CAP_RATIO * screen_in * _MM_PER_INCH * _HEIGHT_OF_16_9
    return degrees(atan(letter_mm / (distance_m * 1000))) * 60


def farthest_m(smallest: float, screen_in: float) -> float:
    """From how many metres a layout's smallest type can still be read on a screen; as in `arc_minutes`."""
    return arc_minutes(smallest, screen_in, 1.0) / LEAST_ARC_MINUTES


def layout_for(layouts: Mapping[str, Ready], screen_in: float, distance_m: float) -> str:
    """The name of the layout that shows the most and can still be read; the one with the largest type where none can."""
    by_size = sorted(layouts.values(), key=lambda one: (one.layout.smallest, one.name))
    fitting = (one.name for one in by_size if arc_minutes(one.layout.smallest, screen_in, distance_m) >= LEAST_ARC_MINUTES)
    return next(fitting, by_size[-1].name)
