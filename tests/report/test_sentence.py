"""The sentence of a figure: what the numbers say, in both languages, right in number, and nothing that they do not say."""

import pytest

from dashboard.report.goals import verdict_of
from dashboard.report.sentence import sentence
from pulse.definitions import definitions
from pulse.kpi.kpi import Unit
from pulse.kpi.snapshot import Edition, Figure


def said(kpi, value, edition=Edition.DAILY, **facts):
    verdict = verdict_of(value, facts.get("target"), definitions()[kpi].better)
    return sentence(Figure(kpi=kpi, value=value, verdict=verdict, **facts), edition)


def test_a_missed_target_tells_by_how_much_and_how_the_figure_moved():
    text = said("service_level", 0.72, target=0.8, before=0.7, last_week=0.75, last_year=0.72, count=1200)

    assert text.en == (
        "Service level: 72.0 %, 8.0 points below the target of 80.0 %. 2.0 points higher than the day before (better); "
        "3.0 points lower than the same weekday a week earlier (worse); the same as the same weekday a year earlier."
    )
    assert text.zh == (
        "服务水平：72.0 %，低于目标 80.0 %，相差 8.0 个百分点。"
        "较前一日高 2.0 个百分点（向好）；较上周同日低 3.0 个百分点（变差）；与去年同期持平。"
    )


def test_a_count_follows_how_many_come_so_only_one_with_a_target_is_called_better_or_worse():
    assert said("answered", 90, before=100).en == "Answered: 90. 10 lower than the day before."
    assert said("complaints", 9, before=4, target=5).en.endswith("5 higher than the day before (worse).")


def test_a_met_target_is_said_and_what_is_lower_may_be_better():
    text = said("asa_s", 18, target=20, before=90, count=100)

    assert text.en.startswith("Average speed of answer: 18 s, which meets the target of 20 s. 1:12 min lower than the day before (better)")


@pytest.mark.parametrize(("count", "words"), [(1, "It rests on 1 contact only."), (29, "It rests on 29 contacts only."), (30, None)])
def test_few_contacts_are_said_in_the_right_number(count, words):
    text = said("service_level", 0.5, target=0.8, before=0.5, count=count)

    assert text.en.endswith(words or "The same as the day before.")


def test_few_answers_are_answers():
    assert said("csat_score", 4.0, count=1).en.endswith("It rests on 1 answer only.")
    assert said("nps_score", 20.0, count=5).zh.endswith("仅基于 5 份评分。")


def test_one_point_is_one_point():
    assert "79.0 %, 1.0 point below" in said("service_level", 0.79, target=0.8).en


def test_a_miss_too_small_to_be_written_is_said_to_be_small():
    assert "80.0 %, less than 0.1 points below" in said("service_level", 0.79999, target=0.8).en
    assert "20 s, less than 1 s above" in said("asa_s", 20.3, target=20).en
    assert "4.20，低于目标 4.20，相差不到 0.01" in said("csat_score", 4.199, target=4.2).zh


def test_a_difference_is_that_of_the_numbers_people_read():
    assert "2.8 %" in said("abandonment_ratio", 0.02753, before=0.02346).en
    assert "0.5 points higher than the day before" in said("abandonment_ratio", 0.02753, before=0.02346).en


def test_what_is_not_known_is_said():
    assert said("csat_score", None, target=4.2).en == "CSAT, mean of 1 to 5: not known for this time."
    assert said("offered", 10).en == "Offered: 10. There is nothing earlier to compare it with."
    assert said("offered", 10, last_week=8).en.endswith("2 higher than the same weekday a week earlier; the day before is not known.")


def test_a_count_that_is_neither_good_nor_bad_only_moves():
    assert said("offered", 12, before=10).en == "Offered: 12. 2 higher than the day before."


@pytest.mark.parametrize(("edition", "words"), [(Edition.WEEKLY, "the week before"), (Edition.MONTHLY, "the month before")])
def test_longer_editions_name_what_they_are_compared_with(edition, words):
    assert words in said("offered", 12, edition, before=10).en


@pytest.mark.parametrize("kpi", sorted(name for name, kpi in definitions().items() if kpi.unit is not Unit.COUNTS_BY_NAME))
def test_every_kpi_that_is_a_number_can_be_told(kpi):
    text = said(kpi, 0.5, target=0.4, before=0.6, count=3)

    assert definitions()[kpi].title.en in text.en
    assert definitions()[kpi].title.zh in text.zh
