"""Repeat contacts and first contact resolution: the worked example, nothing known, and never on a running day."""

import pytest
from made import tally

from pulse.definitions import definitions
from pulse.kpi.kpi import Scene
from pulse.kpi.repeats import KPIS
from pulse.kpi.tally import Tally, merged
from pulse.live.catalogue import catalogue

ANN_AND_BO = tally(repeat_known=3, repeat_contacts=1, fcr_known=3, fcr_solved=2)
"""Ann comes twice within the days, Bo once."""


def value(name: str, counted: Tally) -> object:
    return definitions()[name].value(Scene(counted))


def test_of_three_contacts_one_repeats_another_and_two_were_followed_by_none() -> None:
    assert value("repeat_ratio", ANN_AND_BO) == 1 / 3
    assert value("fcr_ratio", ANN_AND_BO) == 2 / 3


@pytest.mark.parametrize("name", ["repeat_ratio", "fcr_ratio"])
def test_where_nobody_tells_the_customer_nothing_is_known(name: str) -> None:
    assert value(name, tally(offered=5, answered=5)) is None


def test_that_nobody_came_again_is_nought_and_not_unknown() -> None:
    assert value("repeat_ratio", tally(repeat_known=4)) == 0


def test_parts_make_the_whole() -> None:
    parts = [tally(repeat_known=1, fcr_known=1), tally(repeat_known=2, repeat_contacts=1, fcr_known=2, fcr_solved=2)]

    assert value("fcr_ratio", merged(parts)) == value("fcr_ratio", ANN_AND_BO)


def test_a_running_day_shows_neither() -> None:
    assert not {kpi.name for kpi in KPIS} & catalogue().values(Scene(ANN_AND_BO)).keys()


def test_how_many_days_is_said_in_title_and_formula() -> None:
    assert all("7" in words for kpi in KPIS for text in (kpi.title, kpi.formula) for words in (text.en, text.zh))
