from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard.charts import contacts_chart, service_level_chart
from dashboard.day import Days, day_of, days_at
from dashboard.day_points import HALF_HOUR_MS, contact_points
from dashboard.day_table import channel_table, site_table
from dashboard.report.goals import verdict_of
from dashboard.report.shown import SHOWN, SHOWN_BY_CHANNEL
from dashboard.theme import DARK
from pulse.config import Config, checked_config
from pulse.definitions import definitions
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.kpi import Better, Unit
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Verdict
from pulse.kpi.tally import Tally
from pulse.text import Language
from pulse.written import written
from sql.ledger import Ledger
from sql.memory_tables import DefinitionVersion

LAST_WEEK, DAY_BEFORE, YESTERDAY, TODAY, UNTIL = (day * 86_400_000 for day in (1, 7, 8, 9, 9.5))
DAYS = Days(int(LAST_WEEK), int(LAST_WEEK + 86_400_000), int(DAY_BEFORE), int(YESTERDAY), int(TODAY), int(UNTIL))
NAMES = {"last_week": DAYS.last_week, "day_before": DAYS.day_before, "yesterday": DAYS.yesterday, "today": DAYS.today}


def tally(offered=10, within=7, answered=10, **more):
    made = Tally()
    for name, amount in {"offered": offered, "answered": answered, "answered_within_target": within, **more}.items():
        made.add(name, amount)
    return made


def day(config=None, counted_until=None, **days):
    """The page; each day is given as the tally of the phone, or as tallies by channel."""
    starts = {NAMES[name]: found if isinstance(found, dict) else {"voice": found} for name, found in days.items()}

    def read(start, end):
        return {start + HALF_HOUR_MS: starts[start]} if start in starts else {}

    return day_of(read, Ledger(config or Config()), DAYS, counted_until)


def figure(shown, name):
    return next(figure for figure in shown.figures if figure.kpi == name)


def of_channel(shown, channel, name):
    figures = next(one.figures for one in shown.channels if one.channel is Channel(channel))
    return next(figure for figure in figures if figure.kpi == name)


def targets(**written):
    return checked_config({"targets": written}, Path("pulse.toml"))


def test_day_without_records_is_empty_and_has_no_zeros():
    shown = day()

    assert shown.is_empty
    assert {figure.values["today"] for figure in shown.figures} == {None}
    assert shown.channels == ()


def test_service_level_of_four_days_stands_beside_its_goal():
    level = figure(
        day(yesterday=tally(within=7), today=tally(within=9), day_before=tally(within=6), last_week=tally(within=8)), "service_level"
    )

    assert level.values == {"yesterday": 0.7, "today": 0.9, "day_before": 0.6, "last_week": 0.8}
    assert (level.target, level.verdict) == (0.8, Verdict.MISSED)


def test_verdict_is_about_yesterday_or_about_today_where_yesterday_was_not_recorded():
    both, first_day = day(yesterday=tally(within=7), today=tally(within=9)), day(today=tally(within=9))

    assert (both.judged, figure(both, "service_level").verdict) == ("yesterday", Verdict.MISSED)
    assert (first_day.judged, figure(first_day, "service_level").verdict) == ("today", Verdict.MET)


def test_figure_is_judged_by_the_target_of_the_config():
    shown = day(targets(abandonment_ratio="5%"), yesterday=tally(offered=20, abandoned=2))

    abandonment = figure(shown, "abandonment_ratio")
    assert (abandonment.values["yesterday"], abandonment.target, abandonment.verdict) == (0.1, 0.05, Verdict.MISSED)


def test_figure_without_a_target_is_not_judged():
    assert figure(day(yesterday=tally()), "offered").verdict is Verdict.NO_TARGET


def test_waits_of_a_call_and_of_a_mail_are_never_mixed():
    mixed = {name for name in SHOWN if not definitions()[name].mixes_channels}

    assert mixed == set()
    assert {"asa_s", "max_wait_s", "wait_p90_s", "aht_s", "frt_s", "resolution_s"} <= set(SHOWN_BY_CHANNEL)


def test_each_channel_has_its_own_waits_goal_and_target():
    call = tally(wait_answered_known=10, wait_answered_ms=300_000)
    mail = tally(within=10, wait_answered_known=1, wait_answered_ms=3_600_000)
    shown = day(targets(asa_s="40s", voice={"asa_s": "20s"}), yesterday={"voice": call, "email": mail})

    voice, email = (of_channel(shown, channel, "asa_s") for channel in ("voice", "email"))
    assert (voice.values["yesterday"], voice.target, voice.verdict) == (30, 20, Verdict.MISSED)
    assert (email.values["yesterday"], email.target) == (3600, 40)
    assert [of_channel(shown, channel, "service_level").target for channel in ("voice", "email")] == [0.8, 0.9]


def test_channel_that_neither_day_had_is_left_out():
    shown = day(yesterday=tally(), last_week={"chat": tally()})

    assert [one.channel for one in shown.channels] == [Channel.VOICE]


def test_days_lie_over_each_other_by_the_clock_of_the_site():
    points = day(today=tally(offered=10), yesterday=tally(offered=20)).contacts

    assert [(point.day, point.hour, point.value) for point in points if point.name == "offered"] == [
        ("yesterday", 0.75, 20),
        ("today", 0.75, 10),
    ]


def test_noon_is_drawn_at_noon_on_a_day_of_25_hours():
    zone, noon = ZoneInfo("Europe/Berlin"), round(datetime(2026, 10, 25, 11, tzinfo=UTC).timestamp() * 1000)

    points = list(contact_points("today", {noon: {"voice": tally()}}, zone))

    assert {point.hour for point in points} == {12.25}


@pytest.mark.parametrize(
    ("now", "hours"), [("2026-03-30 09:00", [24, 23, 24]), ("2026-10-26 09:00", [24, 25, 24]), ("2026-11-24 00:00", [24, 24, 24])]
)
def test_days_around_a_change_of_summer_time_are_as_long_as_they_were(now, hours):
    zone = ZoneInfo("Europe/Berlin")
    at = round(datetime.fromisoformat(now).replace(tzinfo=zone).timestamp() * 1000)

    spans = days_at(at, zone).spans()

    assert [(spans[name][1] - spans[name][0]) / 3_600_000 for name in ("day_before", "yesterday", "last_week")] == hours
    assert {datetime.fromtimestamp(start / 1000, zone).hour for start, _ in spans.values()} == {0}


def test_last_week_is_the_same_weekday_as_yesterday():
    zone = ZoneInfo("Asia/Shanghai")
    at = round(datetime(2026, 11, 24, 9, tzinfo=zone).timestamp() * 1000)

    days = days_at(at, zone)

    dates = [datetime.fromtimestamp(start / 1000, zone).date().isoformat() for start in (days.yesterday, days.last_week)]
    assert dates == ["2026-11-23", "2026-11-16"]


def test_half_hour_that_still_runs_is_not_drawn():
    running = day_of(lambda start, _end: {start: {"voice": tally()}}, Ledger(Config()), DAYS._replace(until=DAYS.today + HALF_HOUR_MS - 1))

    assert {point.day for point in running.contacts} == {"yesterday"}
    assert figure(running, "offered").values["today"] == 10


def test_half_hour_without_a_finished_contact_has_no_service_level():
    assert day(today=tally(3, 0, 0)).service_level == ()


@pytest.mark.parametrize(("age_ms", "stale"), [(0, False), (180_000, False), (180_001, True)])
def test_figures_of_today_are_stale_once_the_site_was_not_counted_for_three_minutes(age_ms, stale):
    assert day(counted_until=DAYS.until - age_ms, today=tally()).is_stale(DAYS.until) is stale
    assert day(today=tally()).is_stale(DAYS.until)


@pytest.mark.parametrize(
    ("value", "better", "verdict"), [(5, "lower", "met"), (6, "lower", "missed"), (5, "higher", "met"), (None, "higher", "unknown")]
)
def test_target_is_read_in_the_direction_that_is_better(value, better, verdict):
    assert verdict_of(value, 5, Better(better)) == verdict


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.7649, "ratio", "76.5 %"),
        (59, "s", "59 s"),
        (39_278, "s", "10:54:38 h"),
        (252, "s", "4:12 min"),
        (273_600, "s", "3 d 4 h"),
        (1234, "count", "1,234"),
        (4.256, "score", "4.26"),
        (None, "s", "—"),
    ],
)
def test_values_are_written_as_people_read_them(value, unit, text):
    assert written(value, Unit(unit)) == text


def test_day_that_answers_what_came_before_says_so():
    assert day(yesterday=tally(offered=10, answered=11), today=tally()).answers_earlier_days
    assert day(today=tally(offered=0, answered=1)).answers_earlier_days
    assert not day(yesterday=tally(), today=tally()).answers_earlier_days
    assert not day().answers_earlier_days


def test_all_shown_figures_are_defined():
    assert {*SHOWN, *SHOWN_BY_CHANNEL} <= set(definitions())


@pytest.mark.parametrize(
    ("language", "words"), [(Language.EN, ("Yesterday was", "▲</span> Missed")), (Language.ZH, ("昨日状态", "▲</span> 未达标"))]
)
def test_tables_say_status_in_shape_and_word(language, words):
    shown = day(yesterday=tally(within=7), today=tally())

    assert all(word in site_table(shown, ServiceLevelFormula.D, language) for word in words)
    assert words[1] in channel_table(shown, language)


def test_service_level_names_its_formula():
    assert "D: ans≤T / (ans + ab&gt;T)" in site_table(day(yesterday=tally()), ServiceLevelFormula.D, Language.EN)


def test_figure_no_channel_has_is_left_out_of_the_channels():
    drawn = channel_table(day(yesterday=tally()), Language.EN)

    assert "First response time" not in drawn
    assert "Service level" in drawn


@pytest.mark.parametrize("language", Language)
def test_charts_can_be_drawn_for_one_day_alone(language):
    shown = day(today=tally())

    assert contacts_chart(shown, language, DARK).to_dict()["encoding"]
    assert len(service_level_chart(shown, language, DARK).to_dict()["layer"]) == 2


def test_figure_of_which_nothing_was_told_on_either_day_is_left_out():
    shown = [figure.kpi for figure in day(yesterday=tally(nps_promoters=3)).figures]

    assert "nps_score" in shown
    assert not {"complaints", "occupancy_ratio", "nps_passives"} & set(shown)
    assert "offered" in shown


def test_today_that_misses_its_target_is_marked_beside_a_yesterday_that_met_it():
    mails = {name: {"email": tally(within=within)} for name, within in (("yesterday", 10), ("today", 1))}
    shown = day(**mails)

    assert (figure(shown, "service_level").verdict, figure(shown, "service_level").today) == (Verdict.MET, Verdict.MISSED)
    for table in (site_table(shown, ServiceLevelFormula.D, Language.EN), channel_table(shown, Language.EN)):
        assert "Met" in table
        assert "Missed" in table


def test_yesterday_is_judged_by_what_was_promised_then():
    versions = [
        DefinitionVersion(kind="goal", name=scope, version=number, since=since, content={**PROMISE, "goal_ratio": goal, "targets": {}})
        for scope in ("site", "channel:voice")
        for number, since, goal in ((1, "0001-01-01", 0.5), (2, day_of_site(DAYS.today), 0.99))
    ]

    drawn = day_of(lambda start, _end: {start: {"voice": tally()}}, Ledger(Config(), versions), DAYS)

    figure = next(figure for figure in drawn.figures if figure.kpi == "service_level")
    assert (drawn.goal_ratio, figure.target) == (0.5, 0.5)
    assert (figure.verdict, figure.today) == (Verdict.MET, Verdict.MISSED)


PROMISE = {"target_s": 20.0, "short_s": 5.0, "formula": "d"}


def day_of_site(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
