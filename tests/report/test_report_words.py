import csv
import io

import msgspec
import pytest
from report_samples import bare, both, rich

from dashboard.report.csv import HEAD, as_csv
from dashboard.report.headline import headline
from dashboard.report.quadrant import Quadrant, quadrants
from dashboard.report.sheet import sheet_of
from pulse.kpi.snapshot import Complained, Completeness, Edition, Figure, Section, Verdict, decode_snapshot, encode_snapshot, seal
from pulse.text import Language


def complained(name, complaints, customers):
    return Complained(category=name, business_line="", titles=both(name, name), complaints=complaints, customers=customers)


def rows(snapshot, language=Language.EN):
    return list(csv.DictReader(io.StringIO(as_csv(snapshot, language).removeprefix("\ufeff"))))


def test_headline_counts_what_was_judged_and_names_what_was_missed():
    verdict, line = headline(rich(), Language.EN)

    assert verdict is Verdict.MISSED
    assert line.startswith("4 of 6 targets missed: Service level · CSAT, mean of 1 to 5 · NPS · Complaints; ")
    assert line.endswith("; 1 could not be judged; channels that missed one: Phone; incidents: 5, gravest level I")
    assert headline(rich(), Language.ZH)[1].startswith("6 项目标中 4 项未达标：服务水平、")


def test_day_of_which_nothing_could_be_judged_is_not_called_good():
    assert headline(bare(), Language.EN) == (Verdict.UNKNOWN, "No target could be judged; 1 could not be judged; no incident")


def test_of_a_day_of_which_nothing_was_counted_nobody_says_that_nothing_happened():
    unknown = bare().figures[:1]

    assert headline(bare(figures=unknown), Language.EN) == (Verdict.UNKNOWN, "Nothing was counted")
    assert headline(bare(figures=unknown, incidents=rich().incidents), Language.ZH)[1].startswith("没有任何计数；")


def test_channel_that_missed_a_target_is_named_though_the_site_met_its_own():
    missed = Figure(kpi="service_level", value=0.88, target=0.9, verdict=Verdict.MISSED)
    channels = tuple(Section(name=name, titles=both(name, zh), figures=(missed,)) for name, zh in (("email", "邮件"), ("chat", "聊天")))
    met = (Figure(kpi="service_level", value=0.97, target=0.9, verdict=Verdict.MET),)

    assert headline(bare(figures=met), Language.EN) == (Verdict.MET, "The site met its target; no incident")
    verdict, line = headline(bare(figures=met, channels=channels), Language.EN)
    assert (verdict, line) == (Verdict.MISSED, "The site met its target; channels that missed one: email · chat; no incident")
    assert headline(bare(figures=met, channels=channels), Language.ZH)[1].startswith("全站目标达标；有未达标项的渠道：邮件、聊天；")


def test_many_missed_targets_are_counted_where_they_are_not_named():
    missed = tuple(Figure(kpi=f"made_up_{n}", value=1, verdict=Verdict.MISSED) for n in range(6))

    assert "made_up_3 and 2 more" in headline(bare(figures=missed), Language.EN)[1]


def test_columns_in_which_nothing_is_known_are_left_out():
    assert list(sheet_of(bare(), Language.EN).columns) == ["value", "target"]
    assert list(sheet_of(rich(), Language.EN).columns) == ["value", "target", "before", "last_week", "last_year", "benchmark", "to_date"]


def test_day_that_a_file_told_is_not_called_a_day_of_which_nothing_was_counted():
    told = Completeness(source="phones", share_ratio=None, minutes=0, minutes_expected=1440)
    figures = (Figure(kpi="offered", value=12),)

    assert sheet_of(bare(completeness=(told,), figures=figures), Language.EN).completeness.rows[0][2] == "none: a file told it"
    assert sheet_of(bare(completeness=(told,), figures=()), Language.EN).completeness.rows[0][2] == "0 of 1,440"


def test_week_and_month_have_their_own_words():
    week = sheet_of(rich(edition=Edition.WEEKLY, day="2026-11-16", last_day="2026-11-22"), Language.EN)
    month = sheet_of(rich(edition=Edition.MONTHLY), Language.ZH)

    assert (week.day, week.columns["value"], week.columns["before"]) == ("2026-11-16 – 2026-11-22", "Week", "Week before")
    assert month.columns["to_date"] == "本年累计"


def test_unknown_is_never_written_as_zero():
    sheet = sheet_of(bare(), Language.EN)

    assert [line.cells["value"] for line in sheet.lines] == ["—", "0"]
    assert (sheet.lines[0].shape, sheet.lines[0].word) == ("—", "No data")


def test_status_is_a_shape_and_a_word():
    level = sheet_of(rich(), Language.ZH).lines[0]

    assert (level.shape, level.word) == ("▲", "未达标")


def test_figure_no_channel_has_is_left_out_and_a_channel_without_it_says_so():
    other = Section(name="x", titles={}, figures=(Figure(kpi="offered", value=None), Figure(kpi="asa_s", value=None)))
    voice = Section(name="voice", titles=both("Phone", "电话"), figures=(Figure(kpi="offered", value=3),))

    grid = sheet_of(rich(channels=(other, voice)), Language.EN).channels

    assert grid.heads == ("Offered",)
    assert [(row.title, row.cells[0].text) for row in grid.rows] == [("x", "—"), ("Phone", "3")]


def test_gravest_incident_stands_first_and_a_cause_nobody_wrote_is_not_known():
    table = sheet_of(rich(), Language.EN).incidents

    assert [row[0] for row in table.rows] == ["I", "II", "II", "III", "III"]
    assert table.rows[3][3:] == ("45:00 min", "not known yet")
    assert table.rows[4][3] == "still open"


def test_classes_lie_in_quadrants_around_the_median_class():
    placed = quadrants([complained("many", 9, 9), complained("same", 8, 1), complained("wide", 3, 5), complained("few", 1, 1)])

    assert [(place.complained.category, place.quadrant) for place in placed] == [
        ("many", Quadrant.SOLVE_FIRST),
        ("wide", Quadrant.SPREADS),
        ("same", Quadrant.REPEATS),
        ("few", Quadrant.WATCH),
    ]


def test_single_complaints_of_a_quiet_day_are_not_to_be_solved_first():
    placed = quadrants([complained("one", 1, 1), complained("other", 1, 1), complained("twice", 2, 1)])

    assert [place.quadrant for place in placed] == [Quadrant.REPEATS, Quadrant.WATCH, Quadrant.WATCH]


def test_class_of_unknown_customers_lies_nowhere_and_moves_no_line():
    placed = quadrants([complained("known", 2, 2), complained("unknown", 90, None)])

    assert [(place.number, place.quadrant) for place in placed] == [(1, Quadrant.SOLVE_FIRST), (2, None)]


def test_hash_on_the_report_is_the_one_of_what_is_kept():
    kept = encode_snapshot(rich())

    assert sheet_of(decode_snapshot(kept), Language.EN).seal == seal(kept)


def test_whole_number_where_a_fraction_may_stand_does_not_change_the_hash():
    whole, fraction = (bare(figures=(Figure(kpi="nps_score", value=42, target=target),)) for target in (50, 50.0))

    assert encode_snapshot(whole) == encode_snapshot(fraction)


def test_numbers_for_a_spreadsheet_are_raw_and_have_their_unit():
    found = {(row["part"], row["name"], row["figure"], row["what"]): (row["unit"], row["value"]) for row in rows(rich())}

    assert found["site", "harbour", "service_level", "value"] == ("ratio", "0.742")
    assert found["channel", "voice", "asa_s", "value"] == ("s", "38.2")
    assert found["site", "harbour", "csat_response_ratio", "value"] == ("ratio", "")
    assert found["journey", "called_back", "", "value"] == ("count", "")
    assert [found["ahead", "chat", "offered", what] for what in ("value", "low", "high")] == [
        ("count", number) for number in ("2898.5", "2604", "3121")
    ]


def test_spreadsheet_has_a_mark_of_its_encoding_and_a_row_of_titles():
    written = as_csv(rich(), Language.ZH)

    assert written.startswith("\ufeff" + ",".join(HEAD) + "\r\n")
    assert "海港客户服务中心" in written


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_text_from_outside_is_no_formula(text):
    voice = Section(name="voice", titles=both(text, text), figures=(Figure(kpi="nps_score", value=-12.5),))

    row = next(row for row in rows(bare(channels=(voice,))) if row["part"] == "channel")

    assert (row["title"], row["value"]) == (f"'{text}", "-12.5")


def test_sheet_can_be_carried_as_json():
    assert msgspec.json.decode(msgspec.json.encode(sheet_of(rich(), Language.ZH)))["verdict"] == "missed"
