import pytest
from alerts_made import board, config, queue

from alerts.rules import trend
from alerts.ruleset import load_rules
from alerts.sample import Context, Reading
from pulse.config import ConfigError
from pulse.kpi.board import Scope


def rule(**facts):
    (loaded,) = load_rules(config(rules={"trend": {"kind": "trend", "figure": "csat_score", **facts}}))
    return loaded


def sample(values, offered=(), **facts):
    told = {"csat_score": values, "asa_s": values, "offered": offered}
    loaded = rule(**facts)
    seen = board(site=Scope(title="Site"), support=queue())
    (found,) = trend.samples(seen, loaded.options, Context(daily=lambda _scope, name, count: tuple(told[name])[-count:]))
    return found


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        ((4.5, 4.4, 4.3, 4.2), Reading.BREACHING),
        ((4.5, 4.4, 4.4, 4.2), Reading.BETWEEN),
        ((4.5, 4.4, 4.3, 4.3), Reading.CLEAR),
        ((4.4, 4.3, 4.2), Reading.NO_DATA),
        ((4.5, None, 4.3, 4.2), Reading.NO_DATA),
        ((None, None, 4.2, 4.3), Reading.CLEAR),
        ((4.5, 4.4, 4.3, None), Reading.NO_DATA),
        ((), Reading.NO_DATA),
    ],
)
def test_a_trend_is_so_many_days_each_worse_than_the_one_before(values, reading):
    assert sample(values).reading is reading


def test_of_a_figure_that_is_better_low_rising_is_bad_unless_the_file_says_otherwise():
    rising = (20.0, 25.0, 30.0, 31.0)

    assert sample(rising, figure="asa_s").reading is Reading.BREACHING
    assert sample(rising, figure="asa_s", goes="down").reading is Reading.CLEAR


def test_a_trend_too_small_in_all_raises_nothing():
    assert sample((4.5, 4.45, 4.4, 4.35), at_least=0.2).reading is Reading.BETWEEN


def test_days_with_few_contacts_are_passed_over_and_unknown_ones_are_not():
    values = (4.5, 4.4, 4.9, 4.3, 4.2)

    assert sample(values, offered=(99, 99, 9, 99, 99), min_contacts=50).reading is Reading.BREACHING
    assert sample(values, offered=(99, 99, None, 99, 99), min_contacts=50).reading is Reading.BETWEEN


def test_it_says_the_days_and_the_limit_in_both_languages():
    told = sample((4.5, 4.4, 4.3, 4.2), at_least=0.2)

    assert (told.title.en, told.value) == ("Support: CSAT, mean of 1 to 5 falls day by day", 4.2)
    assert told.why.en == "4.50 → 4.40 → 4.30 → 4.20 on the last days; alarm after 3 falls in a row by 0.20 or more in all"
    assert told.why.zh == "近几日 4.50 → 4.40 → 4.30 → 4.20；连续 3 天下降且累计达到 0.20 时告警"


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"figure": "waiting"}, 'figure: got "waiting", expected one of '),
        ({"figure": "offered"}, 'goes: is missing, expected "down" or "up": offered'),
        ({"figure": "asa_s", "of": "site"}, 'of: got "site", expected "queues": asa_s has no value over several channels'),
        ({"figure": "service_level", "at_least": 5}, 'at_least: got 5, expected a percentage such as "5%"'),
        ({"days": 1}, "days: got 1"),
    ],
)
def test_a_trend_that_says_nothing_is_refused_with_its_place(facts, fault):
    with pytest.raises(ConfigError, match=rf"rules\.trend.*{fault}"):
        rule(**facts)
