from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.charts import contacts_chart, service_level_chart
from dashboard.day import HALF_HOUR_MS, Verdict, contact_points, day_of, definitions, verdict_of, written
from dashboard.views.day import table
from pulse.config import Config
from pulse.kpi.kpi import Better, Unit
from pulse.kpi.tally import Tally
from pulse.text import Language

YESTERDAY, TODAY, UNTIL = 0, 86_400_000, 90_000_000


def tally(offered, within, answered):
    made = Tally()
    for name, amount in (("offered", offered), ("answered", answered), ("answered_within_target", within)):
        made.add(name, amount)
    return made


class Past:
    def __init__(self, **days):
        self._days = {TODAY: days.get("today"), YESTERDAY: days.get("yesterday")}

    def day_tally(self, site, start, end):
        made = self._days[start]
        return {"support": ("voice", made)} if made else {}

    def tallies_by(self, site, start, end, step_ms):
        made = self._days[start]
        return {start + HALF_HOUR_MS: {"support": made}} if made else {}


def day(**days):
    return day_of(Past(**days), Config(), (YESTERDAY, TODAY, UNTIL))


def row(shown, name):
    return next(row for row in shown.rows if row.kpi == name)


def test_day_without_records_is_empty_and_has_no_zeros():
    shown = day()

    assert shown.is_empty
    assert {row.today for row in shown.rows} == {None}


def test_service_level_of_today_stands_beside_yesterday_and_its_goal():
    level = row(day(today=tally(10, 7, 10), yesterday=tally(10, 9, 10)), "service_level")

    assert (level.today, level.yesterday, level.target, level.verdict) == (0.7, 0.9, 0.8, Verdict.MISSED)


def test_figure_without_a_target_is_not_judged():
    assert row(day(today=tally(10, 7, 10)), "offered").verdict is Verdict.NO_TARGET


def test_days_lie_over_each_other_by_the_clock_of_the_site():
    points = day(today=tally(10, 7, 10), yesterday=tally(20, 9, 10)).contacts

    assert [(point.day, point.hour, point.value) for point in points if point.name == "offered"] == [
        ("yesterday", 0.75, 20),
        ("today", 0.75, 10),
    ]


def test_noon_is_drawn_at_noon_on_a_day_of_25_hours():
    zone, noon = ZoneInfo("Europe/Berlin"), round(datetime(2026, 10, 25, 11, tzinfo=UTC).timestamp() * 1000)

    points = list(contact_points("today", {noon: {"support": tally(1, 1, 1)}}, zone))

    assert {point.hour for point in points} == {12.25}


def test_half_hour_that_still_runs_is_not_drawn():
    asked = []

    class Asked(Past):
        def tallies_by(self, site, start, end, step_ms):
            asked.append(end)
            return super().tallies_by(site, start, end, step_ms)

    day_of(Asked(), Config(), (YESTERDAY, TODAY, TODAY + 5 * HALF_HOUR_MS + 60_000))

    assert asked == [TODAY, TODAY + 5 * HALF_HOUR_MS]


def test_half_hour_without_a_finished_contact_has_no_service_level():
    assert day(today=tally(3, 0, 0)).service_level == ()


@pytest.mark.parametrize(
    ("value", "better", "verdict"), [(5, "lower", "met"), (6, "lower", "missed"), (5, "higher", "met"), (None, "higher", "unknown")]
)
def test_target_is_read_in_the_direction_that_is_better(value, better, verdict):
    assert verdict_of(value, 5, Better(better)) == verdict


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.7649, "ratio", "76.5 %"),
        (59, "s", "0:59"),
        (39_278, "s", "10:54:38"),
        (252, "s", "4:12"),
        (1234, "count", "1,234"),
        (4.256, "score", "4.26"),
        (None, "s", "—"),
    ],
)
def test_values_are_written_as_people_read_them(value, unit, text):
    assert written(value, Unit(unit)) == text


def test_all_shown_figures_are_defined():
    from dashboard.day import SHOWN

    assert set(SHOWN) <= set(definitions())


@pytest.mark.parametrize("language", Language)
def test_table_says_status_in_shape_and_word(language):
    drawn = table(day(today=tally(10, 7, 10)), language)

    assert drawn.iloc[0, 4] == {"en": "▲ Missed", "zh": "▲ 未达标"}[language]


@pytest.mark.parametrize("language", Language)
def test_charts_can_be_drawn_for_one_day_alone(language):
    shown = day(today=tally(10, 7, 10))

    assert contacts_chart(shown, language).to_dict()["encoding"]
    assert len(service_level_chart(shown, language).to_dict()["layer"]) == 2


def test_figure_of_which_nothing_was_told_on_either_day_is_left_out():
    told = tally(10, 7, 10)
    told.add("nps_promoters", 3)

    shown = [row.kpi for row in day(yesterday=told).rows]

    assert "nps_score" in shown
    assert not {"complaints", "occupancy_ratio", "nps_passives"} & set(shown)
    assert "offered" in shown
