"""Figures over time: stretches of the site's calendar, gaps, what is not over, what is few, and the pattern of a week."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import altair as alt
import msgspec
import pytest
from made import tally

from dashboard.address import Wrong
from dashboard.pattern_charts import waits_chart
from dashboard.theme import LIGHT
from dashboard.trend_chart import Drawn, Look, time_chart, value_axis
from dashboard.trend_data import spans_of
from dashboard.trend_over_time import first_known
from dashboard.trends.lines import Axis, begun, lines
from dashboard.trends.marks import holiday_marks, incident_marks
from dashboard.trends.pareto import pareto
from dashboard.trends.question import SPANS, By, Chart, Compare, Question, address_of, asked, misread, mixes
from dashboard.trends.stretches import counterparts, stretches
from dashboard.trends.table import stretch_name
from dashboard.trends.waits import EDGES_S, waits_of
from dashboard.trends.week import PATTERNS, half_hours, pattern
from pulse.clock import day_at
from pulse.definitions import definitions
from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Scene
from pulse.kpi.snapshot import Edition
from pulse.kpi.tally import Tally
from pulse.text import Language, Text
from sql.models import Incident

_LINE_PX = 14
BERLIN = ZoneInfo("Europe/Berlin")
HOUR_MS = 3_600_000


def start(year, month, day):
    return day_at(date(year, month, day), BERLIN)


def line_of(kpi, shown, days, now, beneath=()):
    (line,) = lines(kpi, Axis(shown, beneath, now), {day: {"": counted} for day, counted in days.items()}, lambda _name, _day: QueueGoal())
    return line


def days_until(last, step=Edition.DAILY, span="4w"):
    return stretches(Question(step=step, span=span, last=last), last, BERLIN)


def test_days_of_23_and_25_hours_are_days():
    shown = days_until(date(2026, 10, 26)) + days_until(date(2026, 3, 30))

    hours = {stretch.first: (stretch.end - stretch.start) / HOUR_MS for stretch in shown}

    assert (hours[date(2026, 10, 25)], hours[date(2026, 3, 29)], hours[date(2026, 10, 26)]) == (25, 23, 24)


def test_a_day_of_which_nothing_was_recorded_is_a_gap_and_one_without_a_complaint_is_zero():
    shown = days_until(date(2026, 11, 27))
    days = {
        start(2026, 11, 25): tally(offered=9, complaints=1, **{"complaint_category=unknown": 1}),
        start(2026, 11, 27): tally(offered=9),
    }

    line = line_of("complaints", shown, days, now=start(2026, 11, 29))

    assert [point.value for point in line.points][-3:] == [1, None, 0]


def test_a_stretch_that_is_not_over_says_so_and_few_contacts_are_marked():
    shown = days_until(date(2026, 11, 27))
    judged = {"answered": 20, "answered_within_target": 15}
    days = {
        start(2026, 11, 26): tally(offered=20, **judged),
        start(2026, 11, 27): tally(offered=80, answered=80, answered_within_target=40),
    }

    before, running = line_of("service_level", shown, days, now=start(2026, 11, 27) + 12 * HOUR_MS).points[-2:]

    assert (before.value, before.size, before.is_few, before.is_over) == (0.75, 20, True, True)
    assert (running.value, running.size, running.is_few, running.is_over) == (0.5, 80, False, False)


def test_a_week_in_which_history_began_says_so_and_is_no_comparison():
    weeks = days_until(date(2026, 11, 22), Edition.WEEKLY, "13w")
    shown, beneath = weeks[2:], weeks[:-2]
    counted = {start(2026, 9, 16): {"": tally(offered=3)}, start(2026, 9, 21): {"": tally(offered=9)}}
    axis = Axis(shown, beneath, start(2026, 11, 29), begun_at=start(2026, 9, 16))

    (line,) = lines("offered", axis, counted, lambda _name, _day: QueueGoal())

    told = [(point.first, point.value, point.is_in_part) for point in line.points if point.value]
    assert told == [(date(2026, 9, 14), 3, True), (date(2026, 9, 21), 9, False)]
    assert [point.value for point in line.beneath if point.value] == [9]
    assert stretch_name(line.points[1], Edition.WEEKLY, Language.EN) == "2026-09-14 – 2026-09-20 (recorded in part)"


@pytest.mark.parametrize(("hours", "compared"), [(0, [3, 9]), (12, [9])])
def test_a_week_whose_first_day_history_began_within_is_no_comparison_as_of_a_snapshot(hours, compared):
    weeks = days_until(date(2026, 11, 22), Edition.WEEKLY, "13w")
    counted = {start(2026, 9, 14): {"": tally(offered=3)}, start(2026, 9, 21): {"": tally(offered=9)}}
    axis = Axis(weeks[2:], weeks[:-2], start(2026, 11, 29), begun_at=start(2026, 9, 14) + hours * HOUR_MS)

    (line,) = lines("offered", axis, counted, lambda _name, _day: QueueGoal())

    assert [point.value for point in line.beneath if point.value] == compared


def test_a_week_that_is_recorded_in_part_is_joined_to_none_that_is_not_over():
    shown = days_until(date(2026, 11, 22), Edition.WEEKLY, "13w")[-2:]
    counted = {one.start + 3 * 24 * HOUR_MS: {"": tally(offered=90)} for one in shown}
    found = lines(
        "offered", Axis(shown, (), shown[1].start + HOUR_MS, shown[0].start + 24 * HOUR_MS), counted, lambda _name, _day: QueueGoal()
    )

    rows = time_chart(Drawn("offered", found), Look(Language.EN, LIGHT, Edition.WEEKLY, str))["datasets"]["lines"]

    assert [(row["is_apart"], row["ends"]) for row in rows] == [(True, False), (True, True)]


def test_a_stretch_in_which_history_began_stands_apart_from_the_line_and_is_hollow():
    shown = days_until(date(2026, 11, 22), Edition.WEEKLY, "13w")[-3:]
    counted = {one.start + 3 * 24 * HOUR_MS: {"": tally(offered=90)} for one in shown}
    axis = Axis(shown, (), start(2026, 11, 29), begun_at=start(2026, 11, 5))
    found = lines("offered", axis, counted, lambda _name, _day: QueueGoal())

    rows = time_chart(Drawn("offered", found), Look(Language.EN, LIGHT, Edition.WEEKLY, str))["datasets"]["lines"]

    assert [(row["is_apart"], row["is_hollow"]) for row in rows] == [(True, True), (False, False), (False, False)]


def test_a_compared_value_without_neighbours_has_a_mark_of_its_own():
    shown = days_until(date(2026, 11, 22))[-7:]
    beneath = counterparts(shown, Compare.LAST_YEAR)
    known = [beneath[number] for number in (0, 2, 3)]
    counted = {one.start: {"": tally(offered=90)} for one in (*shown, *known)}
    found = lines("offered", Axis(shown, beneath, start(2026, 11, 29)), counted, lambda _name, _day: QueueGoal())

    rows = time_chart(Drawn("offered", found), Look(Language.EN, LIGHT, Edition.DAILY, str))["datasets"]["lines"]

    assert [row["is_alone"] for row in rows if row["line"] == "beneath"] == [True, False, False, False, False, False, False]


def test_an_axis_begins_where_anything_is_known_and_has_a_week_at_the_least():
    last = date(2026, 11, 28)
    axis = Axis(days_until(last), (), start(2026, 11, 29))

    def from_day(day):
        counted = {start(2026, 11, day): {"": tally(offered=4)}}
        return begun(axis, {"offered": lines("offered", axis, counted, lambda _name, _day: QueueGoal())})

    (long, found), (short, _) = from_day(10), from_day(27)

    assert (long.shown[0].first, found["offered"][0].points[0].value, len(found["offered"][0].points)) == (date(2026, 11, 10), 4, 19)
    assert (short.shown[0].first, short.shown[-1].first) == (date(2026, 11, 22), last)
    assert begun(axis, {"offered": []}) == (axis, {"offered": []})


@pytest.mark.parametrize(("step", "span", "marks"), [(Edition.DAILY, "4w", 10), (Edition.WEEKLY, "8w", 9), (Edition.MONTHLY, "2y", 12)])
def test_an_axis_is_marked_where_its_stretches_begin_each_once_and_the_newest_always(step, span, marks):
    axis = Axis(days_until(date(2026, 11, 28), step, span), (), start(2026, 11, 29))
    counted = {start(2026, 11, 27): {"": tally(offered=4)}}
    found = lines("offered", axis, counted, lambda _name, _day: QueueGoal())

    spec = time_chart(Drawn("offered", found), Look(Language.EN, LIGHT, step, str))

    marked = next(layer["encoding"]["x"]["axis"]["values"] for layer in spec["layer"] if "axis" in layer["encoding"]["x"])
    days = [date(day["year"], day["month"], day["date"]) for day in marked]
    assert (len(days), days[-1]) == (marks, axis.shown[-1].first)
    assert set(days) <= {stretch.first for stretch in axis.shown}


def test_the_first_day_of_which_anything_is_known_is_named_however_short_the_axis_is():
    axis = Axis(days_until(date(2026, 11, 28)), (), start(2026, 11, 29))
    counted = {start(2026, 11, 27): {"": tally(offered=4)}}

    _, found = begun(axis, {"offered": lines("offered", axis, counted, lambda _name, _day: QueueGoal())})

    assert first_known(axis, found) == date(2026, 11, 27)


def test_the_first_day_of_a_week_in_which_history_began_is_the_day_it_began():
    axis = Axis(days_until(date(2026, 11, 22), Edition.WEEKLY, "13w"), (), start(2026, 11, 29), begun_at=start(2026, 11, 18))

    found = {"offered": lines("offered", axis, {start(2026, 11, 19): {"": tally(offered=4)}}, lambda _name, _day: QueueGoal())}

    assert first_known(axis, found) == date(2026, 11, 18)


def test_weeks_begin_on_monday_and_add_their_days_up():
    shown = days_until(date(2026, 11, 29), Edition.WEEKLY)
    days = {start(2026, 11, 23): tally(offered=1), start(2026, 11, 29): tally(offered=2), start(2026, 11, 22): tally(offered=4)}

    line = line_of("offered", shown, days, now=start(2026, 11, 30))

    assert [(point.first.isoformat(), point.value) for point in line.points][-2:] == [("2026-11-16", 4), ("2026-11-23", 3)]


@pytest.mark.parametrize(
    ("step", "compare", "first"),
    [
        (Edition.DAILY, Compare.LAST_YEAR, "2025-11-28"),
        (Edition.MONTHLY, Compare.LAST_YEAR, "2025-11-01"),
        (Edition.DAILY, Compare.BEFORE, "2026-10-30"),
        (Edition.MONTHLY, Compare.BEFORE, "2026-10-01"),
    ],
)
def test_each_stretch_is_compared_with_one_like_it(step, compare, first):
    shown = stretches(Question(step=step, last=date(2026, 11, 27), span="4w"), date(2026, 11, 27), BERLIN)[-1:] * 28
    shown = days_until(date(2026, 11, 27), step) if step is Edition.DAILY else shown[:1]

    assert counterparts(shown, compare)[-1].first.isoformat() == first


def test_a_holiday_lies_above_the_same_holiday_and_all_that_is_needed_for_it_is_read():
    easter, last_easter = date(2026, 4, 6), date(2025, 4, 21)
    shown = days_until(date(2026, 4, 10))

    beneath = counterparts(shown, Compare.LAST_YEAR, {easter: last_easter})

    pairs = {one.first: under.first for one, under in zip(shown, beneath, strict=True)}
    assert (pairs[easter], pairs[date(2026, 4, 7)]) == (last_easter, date(2025, 4, 8))
    assert spans_of(Axis(shown, beneath, 0))[0] == (beneath[0].start, start(2025, 4, 22))


def test_an_address_asks_the_same_again_and_what_is_not_allowed_in_it_is_left_aside():
    question = Question(chart=Chart.WAITS, kpis=("asa_s",), by=By.QUEUE, step=Edition.WEEKLY, span="1y", last=date(2026, 1, 2), only="vip")

    assert asked(address_of(question)) == question
    assert asked({"kpi": "nothing,offered", "by": "moon", "span": "9y", "end": "soon"}) == Question(kpis=("offered",))
    assert set(SPANS.values()) == {days for days in SPANS.values() if days % 7 == 0}


def test_what_an_address_asks_in_vain_is_named_with_what_is_allowed():
    today = date(2026, 11, 28)
    parts = {"kpi": "offered,ofered", "by": "moon", "grain": "hourly", "span": "9y", "end": "soon", "only": "mars", "grian": "weekly"}

    wrong = {(one.name, one.found): one.allowed for one in misread({**parts, "lang": "zh", "at": "2026-11-20"}, {"vip": None}, today)}

    assert wrong.keys() == {*parts.items()} - {("kpi", "offered,ofered")} | {("kpi", "ofered")}
    assert wrong["grain", "hourly"] == "daily | weekly | monthly"
    assert wrong["kpi", "ofered"].startswith("offered | ")
    assert (wrong["end", "soon"], wrong["only", "mars"]) == ("YYYY-MM-DD, ≥ 1970-01-01", "vip")
    assert wrong["grian", "weekly"] == "chart | kpi | by | grain | span | compare | end | only"


def test_more_figures_than_a_page_draws_and_days_to_come_are_named_too():
    parts = {"kpi": "offered,answered,abandoned,complaints,asa_s", "end": "2026-11-29"}

    assert misread(parts, (), date(2026, 11, 28)) == (Wrong("kpi", "asa_s", "≤ 4"), Wrong("end", "2026-11-29", "≤ 2026-11-28"))
    assert misread(address_of(Question(last=date(2026, 11, 28))), (), date(2026, 11, 28)) == ()


def test_a_wait_of_several_channels_is_not_put_into_one_value():
    assert mixes(("asa_s",), By.SITE)
    assert not mixes(("asa_s",), By.QUEUE)
    assert not mixes(("offered",), By.SITE)


def test_pattern_of_the_week_is_by_the_clocks_of_the_site_on_either_side_of_a_change():
    before = round(datetime(2026, 10, 19, 9, 30, tzinfo=BERLIN).timestamp() * 1000)
    after = round(datetime(2026, 10, 26, 9, 45, tzinfo=BERLIN).timestamp() * 1000)

    cells = pattern("offered", {before: tally(offered=4), after: tally(offered=8)}, QueueGoal(), BERLIN, ())

    assert [tuple(cell) for cell in cells] == [(0, 19, 6.0, 2)]


def test_a_count_of_the_pattern_is_the_mean_of_all_days_that_were_recorded_and_a_ratio_of_what_was_counted():
    monday, tuesday, wednesday = start(2026, 10, 5), start(2026, 10, 6), start(2026, 10, 7)
    next_monday = start(2026, 10, 12)
    counted = {monday + 9 * HOUR_MS: tally(offered=3, abandoned=1), tuesday + 10 * HOUR_MS: tally(offered=1)}
    recorded = half_hours([monday, tuesday, wednesday, next_monday], next_monday + 9 * HOUR_MS + 60_000, BERLIN)

    cells = [tuple(cell) for cell in pattern("offered", counted, QueueGoal(), BERLIN, recorded)]

    assert cells == [(0, 18, 1.5, 2), (0, 20, 0.0, 1), (1, 18, 0.0, 1), (1, 20, 1.0, 1), (2, 18, 0.0, 1), (2, 20, 0.0, 1)]
    ratios = [tuple(cell) for cell in pattern("abandonment_ratio", counted, QueueGoal(), BERLIN, recorded)]
    assert ratios == [(0, 18, 1 / 3, 1), (1, 20, 0.0, 1)]


class Asked(Tally):
    """Notes which counts a figure asks for."""

    each: int = 0
    names: set[str] = msgspec.field(default_factory=set)

    def count(self, name):
        self.names.add(name)
        return self.each

    seconds = count


@pytest.mark.parametrize("kpi", PATTERNS)
def test_a_pattern_reads_every_count_its_figure_is_formed_of(kpi):
    tallies = [Asked(each=each) for each in (0, 1, 3)]
    for one in tallies:
        definitions()[kpi].value(Scene(one))

    assert set().union(*(one.names for one in tallies)) <= set(PATTERNS[kpi])


def test_waits_tell_how_many_there_are_and_the_share_of_each_stretch_of_time():
    counted = Tally()
    for wait_s in (0, 3, 12, 100):
        counted.observe("wait_answered", wait_s * 1000)

    found = waits_of(counted)

    assert found.count == 4
    assert [(bar.from_s, bar.count) for bar in found.bars if bar.count] == [(0, 2), (10, 1), (90, 1)]
    assert waits_of(Tally()).bars == ()


def test_the_marks_of_a_duration_stand_around_all_that_is_drawn():
    y = value_axis("asa_s", (70.0, None, 5_990.0)).to_dict()

    assert y["axis"]["values"] == [number * 900 for number in range(8)]
    assert y["scale"] == {"domain": [0, 6_300], "nice": False}


def test_every_share_of_the_waits_has_a_line_of_its_own_on_a_screen_of_any_width():
    counted = Tally()
    for wait_s in EDGES_S:
        counted.observe("wait_answered", (wait_s + 1) * 1000)

    spec = waits_chart(waits_of(counted), waits_of(counted), Look(Language.EN, LIGHT, Edition.DAILY, str))

    alt.Chart.from_dict(spec)
    assert {layer["encoding"]["y"]["field"] for layer in spec["layer"]} == {"wait"}
    assert spec["height"] / len(spec["datasets"]["bars"]) > _LINE_PX
    assert all(bar["before"] == bar["share"] for bar in spec["datasets"]["bars"])


def test_pareto_begins_with_the_most_frequent_and_ends_with_all():
    found = pareto({"speed": 1, "attitude": 3}, {"attitude": 2})

    assert [tuple(cause) for cause in found] == [("attitude", 3, 0.75, 2), ("speed", 1, 1.0, 0)]
    assert pareto({"speed": 1}, {})[0].customers is None


def test_holidays_tint_their_day_and_incidents_of_a_stretch_are_one_mark():
    shown = days_until(date(2026, 11, 27), Edition.WEEKLY)
    happened = [
        Incident(level=3, worst_level=2, opened_at=start(2026, 11, 24), title={"en": "slow", "zh": "慢"}),
        Incident(level=3, worst_level=3, opened_at=start(2026, 11, 25), title={"en": "late", "zh": "迟"}),
    ]

    (holiday,) = holiday_marks({date(2026, 12, 25): Text("Christmas", "圣诞节")})
    (incident,) = incident_marks(happened, shown, BERLIN)

    assert (holiday.is_tint, holiday.title.zh) == (True, "2026-12-25 圣诞节")
    assert (incident.first, incident.title.en) == (date(2026, 11, 23), "2026-11-23 2 incidents (gravest II)")


def test_many_lines_are_compared_with_nothing():
    assert [Question(by=by).is_compared for by in By] == [True, True, False, False, False, False]
    assert Question(by=By.QUEUE, only="vip").is_compared
