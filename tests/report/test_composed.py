"""A snapshot composed from tallies: every comparison, what is not known, closed days, channels, lines, steps and complaints."""

from datetime import date, timedelta

import pytest
from composing import DAY, History, board, calls, figure
from made import tally
from msgspec import UNSET

from dashboard.report.goals import Goals
from dashboard.report.journey import share_text
from dashboard.report.ports import Facts
from pulse.kpi.board import SourceHealth
from pulse.kpi.snapshot import Benchmark, Completeness, Edition, Verdict, encode_snapshot
from pulse.kpi.tally import Tally
from pulse.text import Language

BEFORE, LAST_WEEK, LAST_YEAR = date(2026, 11, 19), date(2026, 11, 13), date(2025, 11, 21)
BENCHMARK = {"service_level": {"value": "82%", "source": "an association", "date": "2026-06-30"}}


def test_a_figure_stands_beside_everything_it_is_compared_with():
    history = History(benchmarks=BENCHMARK)
    for day, within in ((DAY, 7), (BEFORE, 6), (LAST_WEEK, 9), (LAST_YEAR, 5)):
        history.on(day, calls(within=within))

    level = figure(history.composed(), "service_level")

    assert (level.value, level.target, level.verdict, level.count) == (0.7, 0.8, Verdict.MISSED, 10)
    assert (level.before, level.last_week, level.last_year) == (0.6, 0.9, 0.5)
    assert level.to_date == pytest.approx(22 / 30)
    assert level.benchmark == Benchmark(value=0.82, source="an association", date="2026-06-30")


def test_the_same_history_gives_the_same_bytes():
    history = History().on(DAY, calls()).on(BEFORE, calls())

    assert encode_snapshot(history.composed()) == encode_snapshot(history.composed())


def test_a_site_without_history_has_unknown_figures_and_no_zero():
    snapshot = History(begun=None).composed()

    assert {one.kpi: one.value for one in snapshot.figures} == dict.fromkeys(
        ("service_level", "offered", "answered", "abandoned", "abandonment_ratio")
    )
    assert {step.count for step in snapshot.journey} == {None}
    assert (snapshot.channels, snapshot.complaints) == ((), ())
    assert figure(snapshot, "service_level").verdict is Verdict.UNKNOWN


def test_a_day_told_by_a_file_had_none_of_what_is_told_on_other_days_and_one_that_nobody_told_of_is_not_known():
    history = History().on(DAY, calls()).on(LAST_WEEK, calls(complaints=3))

    complaints = figure(history.composed(), "complaints")

    assert (complaints.value, complaints.last_week, complaints.before) == (0, 3, None)


def test_a_day_that_was_watched_is_known_by_its_board_alone():
    history = History(boards={DAY: board(site={"offered": 10})}).on(DAY, calls()).on(LAST_WEEK, calls(complaints=3))

    assert figure(history.composed(), "complaints").value is None


def test_a_day_that_lies_partly_before_history_is_no_comparison():
    history = History(begun=BEFORE).on(DAY, calls()).on(BEFORE, calls()).on(LAST_WEEK, calls())

    offered = figure(history.composed(), "offered")

    assert (offered.before, offered.last_week, offered.to_date) == (10, None, 30)


def test_who_came_again_is_told_of_the_month_so_far_before_it_is_known_of_the_day():
    again = {"repeat_known": 10, "repeat_contacts": 4}
    history = History().on(DAY, calls(**again)).on(LAST_WEEK, calls(fcr_known=8, fcr_solved=6))

    snapshot = history.composed()

    solved, repeats = figure(snapshot, "fcr_ratio"), figure(snapshot, "repeat_ratio")
    assert (solved.value, solved.last_week, solved.to_date, solved.count) == (None, 0.75, 0.75, None)
    assert (repeats.value, repeats.count) == (0.4, 10)


def test_zero_is_told_where_a_source_tells_it_and_unknown_where_none_does():
    told = History(boards={DAY: board(site={"complaints": 0, "offered": 10})}).on(DAY, calls()).composed()
    untold = History().on(DAY, calls()).composed()

    assert (figure(told, "complaints").value, figure(told, "complaints_per_thousand").value) == (0, 0.0)
    assert figure(untold, "complaints") is None


def test_a_closed_day_that_was_watched_has_zeros_and_the_name_of_its_holiday():
    christmas = date(2026, 12, 25)
    calendar = {"open": {"mon-fri": ["08:00-20:00"]}, "holidays": "DE", "closed": ["2026-12-24"]}
    history = History("Europe/Berlin", calendar=calendar, boards={christmas: board(site={"offered": 0, "answered": 0, "abandoned": 0})})

    closed, eve, open_day = (history.composed(day=day) for day in (christmas, date(2026, 12, 24), DAY))

    assert (figure(closed, "offered").value, figure(closed, "service_level").value) == (0, None)
    assert closed.holiday == {"en": "Christmas Day", "zh": closed.holiday["zh"]}
    assert eve.holiday == {"en": "Closed", "zh": "休息日"}
    assert open_day.holiday is None
    assert history.composed(Edition.WEEKLY, christmas).holiday is None


def test_a_holiday_is_compared_with_the_same_holiday_of_last_year_and_says_so():
    easter, last_easter, weekday = date(2026, 4, 6), date(2025, 4, 21), date(2025, 4, 7)
    history = History(calendar={"open": {"mon-fri": ["08:00-20:00"]}, "holidays": "DE"})
    for day, within in ((easter, 9), (last_easter, 7), (weekday, 2)):
        history.on(day, calls(within=within))

    level = figure(history.composed(day=easter), "service_level")

    assert level.last_year == 0.7
    assert "20.0 points higher than the same holiday a year earlier (better)" in level.sentence["en"]
    assert "去年同一节日" in level.sentence["zh"]


def test_a_site_that_never_closes_has_no_holiday():
    assert History().composed(day=date(2026, 12, 25)).holiday is None


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 3, 29), 1380), (date(2026, 10, 25), 1500)])
def test_the_minutes_of_a_day_are_those_its_clocks_make(day, minutes):
    history = History("Europe/Berlin", facts=Facts(minutes=1379), sources={"phone": {"kind": "simulator"}})

    assert history.composed(day=day).completeness == (
        Completeness(source="phone", share_ratio=None, minutes=1379, minutes_expected=minutes),
    )


def test_a_source_of_a_week_is_as_complete_as_on_its_worst_day():
    def told(ratio):
        return board(sources={"mail": SourceHealth(source="mail", kind="http_json", completeness_ratio=ratio)})

    week = History(boards={DAY: told(0.9), BEFORE: told(0.8), LAST_WEEK: told(0.1)}).composed(Edition.WEEKLY)

    assert [(one.source, one.share_ratio) for one in week.completeness] == [("mail", 0.8)]


def test_a_week_and_a_month_add_up_their_days():
    history = History()
    for number in range(365):
        history.on(date(2026, 1, 1) + timedelta(days=number), calls(offered=1, answered=1, within=1))

    week, month = (figure(history.composed(edition), "offered") for edition in (Edition.WEEKLY, Edition.MONTHLY))

    assert (week.value, week.before, week.last_week, week.to_date) == (7, 7, None, 22)
    assert (month.value, month.before, month.to_date) == (30, 31, 334)


def test_a_channel_is_judged_by_its_own_promise_and_shows_what_is_known():
    queues = {
        "support": ("voice", calls()),
        "mail": ("email", tally(offered=4, first_replies=2, first_replies_known=2, first_replies_ms=8000)),
    }
    history = History(channels={"voice": {"goal_percent": 60}}, targets={"email": {"frt_s": "3s"}}).on(DAY, queues)

    snapshot = history.composed()

    assert [one.name for one in snapshot.channels] == ["voice", "email"]
    assert snapshot.channels[0].titles == {"en": "Phone", "zh": "电话"}
    assert figure(snapshot, "service_level", "voice").verdict is Verdict.MET
    first_reply = figure(snapshot, "frt_s", "email")
    assert (first_reply.value, first_reply.target, first_reply.verdict, first_reply.count) == (4.0, 3.0, Verdict.MISSED, 2)
    assert figure(snapshot, "frt_s", "voice") is None


def test_goals_are_those_of_the_day():
    older, newer = (History(channels={"voice": {"formula": letter}}).config for letter in ("b", "c"))
    counted = calls(offered=20, answered=10, within=7, abandoned=10)

    def goals(day):
        return Goals(newer if day == DAY else older)

    snapshot = History().on(DAY, counted).on(BEFORE, counted).composed(promised=goals)

    level = figure(snapshot, "service_level")
    assert (snapshot.formula, level.value, level.before) == ("c", 0.35, 0.7)


def test_lines_of_business_have_their_names_and_no_target_for_a_count():
    lines = {DAY: {"logistics": tally(offered=10, complaints=5), "": tally(offered=3)}}
    tables = {"names": {"logistics": {"en": "Logistics", "zh": "物流"}}, "targets": {"complaints": 3, "complaints_per_thousand": 100}}

    (line,) = History(lines=lines, **tables).on(DAY, calls()).composed().business_lines

    assert (line.name, line.titles) == ("logistics", {"en": "Logistics", "zh": "物流"})
    assert {one.kpi: one.verdict for one in line.figures if one.kpi.startswith("complaints")} == {
        "complaints": Verdict.NO_TARGET,
        "complaints_per_thousand": Verdict.MISSED,
    }


def test_the_way_of_the_customers_has_a_count_for_each_step_that_is_told():
    rated = {"csat_responses": 3, "nps_promoters": 2, "nps_detractors": 2}
    snapshot = History().on(DAY, calls(answered=8, abandoned=2, wait_answered_known=8, wait_answered_ms=80_000, **rated)).composed()

    assert {step.name: (step.count, step.mean_s) for step in snapshot.journey} == {
        "asked": (10, None),
        "left": (2, None),
        "answered": (8, 10.0),
        "solved": (None, None),
        "rated": (4, None),
    }


def test_a_step_that_some_channels_tell_is_a_part_of_those_who_asked_there():
    phone, mail = calls(answered=8, abandoned=2), calls(offered=5, answered=5, resolved=3, resolved_known=3)
    steps = History().on(DAY, {"support": ("voice", phone), "mail": ("email", mail)}).composed().journey
    shares = {step.name: share_text(step, steps, Language.EN) for step in steps}

    assert {step.name: step.of for step in steps if step.of is not UNSET} == {"solved": 5}
    assert (shares["solved"], share_text(steps[3], steps, Language.ZH)) == ("60 % of 5 known", "可知的 5 中 60 %")
    assert (shares["asked"], shares["answered"], shares["rated"]) == ("100 %", "87 %", "—")


def test_a_call_and_a_mail_have_no_common_mean_time():
    waited = calls(wait_answered_known=10, wait_answered_ms=1000)

    snapshot = History().on(DAY, {"support": ("voice", waited), "mail": ("email", Tally() or calls())}).composed()

    assert {step.mean_s for step in snapshot.journey} == {None}


def test_complaints_stand_by_class_and_line_with_their_customers_where_they_are_known():
    counted = calls(**{"complaint_pair=late/logistics": 3, "complaint_pair=rude/unknown": 5, "complaints": 8})
    names = {"late": {"en": "Late", "zh": "延误"}, "logistics": {"en": "Logistics", "zh": "物流"}}

    known = History(facts=Facts(customers={("late", "logistics"): 2}), names=names).on(DAY, counted).composed().complaints
    unknown = History().on(DAY, counted).composed().complaints

    assert [(one.category, one.business_line, one.complaints, one.customers) for one in known] == [
        ("rude", "unknown", 5, None),
        ("late", "logistics", 3, 2),
    ]
    assert known[1].titles == {"en": "Late / Logistics", "zh": "延误 / 物流"}
    assert {one.customers for one in unknown} == {None}


def test_the_three_parts_of_nps_are_shown():
    snapshot = History().on(DAY, calls(nps_promoters=5, nps_passives=3, nps_detractors=2)).composed()

    assert [figure(snapshot, name).value for name in ("nps_score", "nps_promoters", "nps_passives", "nps_detractors")] == [30, 5, 3, 2]
    assert figure(snapshot, "nps_score").count == 10


def test_a_site_that_asks_for_stars_only_has_no_nps_of_zero():
    snapshot = History().on(DAY, calls(csat_responses=2, csat_centi=900)).composed()

    assert (figure(snapshot, "csat_score").value, figure(snapshot, "nps_promoters")) == (4.5, None)
