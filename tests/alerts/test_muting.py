from datetime import date
from zoneinfo import ZoneInfo

import pytest
from alerts_made import T0, WORDS, config
from hypothesis import given
from hypothesis import strategies as st

from alerts.muting import ANY, Inhibitor, Inhibitors, Quiet, Silence, Subject, effective
from pulse.config import ConfigError
from pulse.maintenance import Window, open_windows

BERLIN = ZoneInfo("Europe/Berlin")


def subject(rule="sla", scope="support", level=3, incident=None, sources=()):
    return Subject(rule, scope, level, incident, frozenset(sources))


def silence(**facts):
    return Silence(**{"id": 1, "level": 3, "starts_at": T0, "ends_at": T0 + 60_000, "by": "Ada", **facts})


def at(written, zone=BERLIN):
    from datetime import datetime

    return round(datetime.fromisoformat(written).replace(tzinfo=zone).timestamp() * 1000)


def mute(about, now=T0, **quiet):
    found = Quiet(now=now, **{**quiet, "inhibitors": Inhibitors(quiet.get("inhibitors", ()))}).mute_of(about)
    return found.key if found else None


def test_a_silence_hides_what_matches_from_its_beginning_to_its_end():
    found = [mute(subject(), now, silences=[silence()]) for now in (T0 - 1, T0, T0 + 59_999, T0 + 60_000)]

    assert found == [None, "silence:1", "silence:1", None]


@pytest.mark.parametrize(
    ("facts", "hides"),
    [
        ({"rule": "sla"}, True),
        ({"rule": "sl*", "scope": "sup?ort"}, True),
        ({"rule": "backlog"}, False),
        ({"scope": "billing"}, False),
        ({"lifted_at": T0}, False),
    ],
)
def test_a_silence_hides_only_what_it_names(facts, hides):
    assert (mute(subject(), silences=[silence(**facts)]) is not None) is hides


def test_what_becomes_graver_than_the_silence_said_is_told():
    found = [mute(subject(level=level), silences=[silence(level=2)]) for level in (1, 2, 3)]

    assert found == [None, "silence:1", "silence:1"]


def test_of_two_silences_the_one_that_ends_last_is_named():
    both = [silence(id=1, ends_at=T0 + 9_000), silence(id=2, ends_at=T0 + 5_000)]

    assert mute(subject(), silences=both) == "silence:1"


def test_a_silent_source_explains_the_alerts_of_the_queues_it_feeds_alone():
    source = Inhibitor(subject("silence", "phone", 2, 7), WORDS, (ANY,))

    assert mute(subject(sources=["phone"]), inhibitors=[source]) == "inhibition:7"
    assert mute(subject(), inhibitors=[source]) is None


def test_an_alert_of_the_site_explains_what_is_no_graver_and_what_it_names_in_any_case():
    site = Inhibitor(subject("flood", "site", 2, 7), WORDS, (ANY,))
    named = Inhibitor(subject("outage", "site", 3, 8), WORDS, ("sla",))

    assert [mute(subject(level=level), inhibitors=[site]) for level in (1, 2, 3)] == [None, "inhibition:7", "inhibition:7"]
    assert mute(subject(level=1), inhibitors=[named]) == "inhibition:8"
    assert mute(subject("backlog"), inhibitors=[named]) is None


def test_an_alert_never_explains_one_of_its_own_rule():
    assert mute(subject("flood", "support"), inhibitors=[Inhibitor(subject("flood", "site", 1), WORDS, (ANY,))]) is None


names = st.sampled_from(["a", "b", "c"])
inhibitors = st.lists(
    st.builds(
        lambda rule, level, number, rules: Inhibitor(subject(rule, "site", level, number), WORDS, tuple(rules)),
        names,
        st.integers(1, 3),
        st.integers(1, 99),
        st.lists(st.one_of(names, st.just(ANY)), min_size=1),
    ),
    max_size=6,
)


@given(inhibitors)
def test_of_alerts_that_explain_each_other_at_least_one_is_told(standing):
    quiet = Quiet(now=T0, inhibitors=effective(standing))

    assert not standing or any(quiet.mute_of(one.subject) is None for one in standing)


@given(st.permutations([subject("a", "site", 2, 1), subject("b", "site", 2, 2), subject("c", "site", 1, 3)]))
def test_which_alerts_explain_others_does_not_depend_on_their_order(subjects):
    found = effective(Inhibitor(one, WORDS, (ANY,)) for one in subjects)

    assert len(found) == 1
    assert {found.explaining(one).subject.rule for one in subjects if one.rule != "c"} == {"c"}


places = st.sampled_from(["site", "support", "phone"])
subjects = st.builds(subject, names, places, st.integers(1, 3), st.one_of(st.none(), st.integers(1, 99)), st.sets(places))
explaining = st.builds(Inhibitor, subjects, st.just(WORDS), st.lists(st.one_of(names, st.just(ANY))).map(tuple))


def plainly_effective(standing):
    """Each held against all that come before it."""
    found = []
    for one in sorted(standing, key=lambda one: (one.subject.level, one.subject.incident_id is None, one.subject.incident_id or 0)):
        if not any(earlier.explains(one.subject) for earlier in found):
            found.append(one)
    return found


@given(st.lists(explaining, max_size=12), st.lists(subjects, max_size=6))
def test_what_explains_an_alert_is_found_as_if_it_were_held_against_each_of_the_others(standing, asked):
    found, plain = effective(standing), plainly_effective(standing)

    assert len(found) == len(plain)
    for one in (*asked, *(inhibitor.subject for inhibitor in standing)):
        assert found.explaining(one) == next((inhibitor for inhibitor in plain if inhibitor.explains(one)), None)


def window(**facts):
    return Window.model_validate({"time": "02:00-04:00", **facts})


def test_a_window_is_open_by_the_clock_on_the_wall():
    planned = window(repeat="FREQ=WEEKLY;BYDAY=SU")
    moments = ("2026-11-22T01:59", "2026-11-22T02:00", "2026-11-22T03:59", "2026-11-22T04:00", "2026-11-23T03:00")

    assert [planned.is_open(at(moment), BERLIN) for moment in moments] == [False, True, True, False, False]
    assert planned.ends_at(at("2026-11-22T03:00"), BERLIN) == at("2026-11-22T04:00")


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on():
    planned = window(time="22:00-06:00", repeat="FREQ=WEEKLY;BYDAY=FR")

    assert planned.is_open(at("2026-11-28T05:59"), BERLIN)
    assert not planned.is_open(at("2026-11-27T05:59"), BERLIN)
    assert planned.ends_at(at("2026-11-27T23:00"), BERLIN) == at("2026-11-28T06:00")


def test_the_first_sunday_of_a_month_and_every_other_week_are_found():
    first = window(repeat="FREQ=MONTHLY;BYDAY=1SU")
    other = window(repeat="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", since=date(2026, 11, 2))

    assert [first.is_open(at(f"2026-12-{day:02}T03:00"), BERLIN) for day in (6, 13)] == [True, False]
    assert [other.is_open(at(f"2026-11-{day:02}T03:00"), BERLIN) for day in (2, 9, 16)] == [True, False, True]


def test_in_the_night_of_the_clock_change_the_window_keeps_to_the_clock_on_the_wall():
    planned = window(time="02:00-04:00")
    spring, autumn = at("2026-03-29T00:00"), at("2026-10-25T00:00")

    def open_minutes(start):
        return sum(planned.is_open(start + minute * 60_000, BERLIN) for minute in range(8 * 60))

    assert (open_minutes(spring), open_minutes(autumn)) == (60, 180)


@pytest.mark.parametrize(("holidays", "is_open"), [("also", [True, True]), ("never", [False, True]), ("only", [True, False])])
def test_a_window_knows_the_days_on_which_the_site_is_closed(holidays, is_open):
    planned, closed = window(holidays=holidays), {date(2026, 12, 25)}

    assert [planned.is_open(at(f"2026-12-{day}T03:00"), BERLIN, closed) for day in (25, 28)] == is_open


def test_a_window_hides_levels_two_and_three_of_what_it_names_and_ends():
    windows = {"backup": window(queues=("support",), title={"en": "Backup", "zh": "备份"})}
    opened = open_windows(windows, at("2026-11-22T03:00"), BERLIN)

    found = Quiet(now=T0, windows=opened)

    assert [found.mute_of(subject(level=level)) is not None for level in (1, 2, 3)] == [False, True, True]
    assert found.mute_of(subject(scope="billing")) is None
    assert found.mute_of(subject()).why.zh == "维护：备份"


@pytest.mark.parametrize("repeat", ["", "weekly", "FREQ=SOMETIMES", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=x"])
def test_a_recurrence_that_cannot_be_read_is_refused_with_its_place(repeat):
    with pytest.raises(ConfigError, match=r"pulse\.toml, maintenance\.backup\.repeat: got .*expected a recurrence such as"):
        config(maintenance={"backup": {"time": "02:00-04:00", "repeat": repeat}})


def test_a_window_for_closed_days_needs_a_calendar():
    with pytest.raises(ConfigError, match=r"backup: got holidays, expected a \[calendar\]"):
        config(maintenance={"backup": {"time": "02:00-04:00", "holidays": "only"}})


@pytest.mark.parametrize(
    ("repeat", "found"),
    [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=MINUTELY;INTERVAL=5", "FREQ=MINUTELY"),
        ("freq=secondly", "freq=secondly"),
        ("FREQ=DAILY;BYHOUR=3", "BYHOUR"),
        ("FREQ=WEEKLY;BYDAY=SU;BYMINUTE=0,30", "BYMINUTE"),
        ("FREQ=DAILY;BYSECOND=1", "BYSECOND"),
        ("DTSTART:20260101T030000\nRRULE:FREQ=DAILY", "DTSTART"),
    ],
)
def test_a_recurrence_finer_than_days_is_refused_at_once(repeat, found):
    with pytest.raises(ConfigError, match=rf'(?s)maintenance\.backup\.repeat: got "{found}" in .*, expected the days alone'):
        config(maintenance={"backup": {"time": "02:00-04:00", "repeat": repeat}})


def test_a_recurrence_that_falls_on_no_day_or_begins_in_another_century_is_refused():
    with pytest.raises(ConfigError, match="which falls on no day"):
        config(maintenance={"backup": {"time": "02:00-04:00", "repeat": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}})
    with pytest.raises(ConfigError, match="since: got 1066-10-14, expected 2000-01-01 or later"):
        config(maintenance={"backup": {"time": "02:00-04:00", "since": date(1066, 10, 14)}})


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""In Berlin 02:00 to 03:00 is skipped on the one day, and comes twice on the other."""


@pytest.mark.parametrize(
    ("written", "spring", "autumn"),
    [
        ("02:00-04:00", ("03:00", 60), ("02:00", 180)),
        ("02:30-03:30", ("03:00", 30), ("02:30", 120)),
        ("02:15-02:45", ("03:00", 30), ("02:15", 90)),
        ("01:30-02:30", ("01:30", 60), ("01:30", 120)),
        ("01:00-02:00", ("01:00", 60), ("01:00", 120)),
        ("22:00-02:30", ("22:00", 270), ("22:00", 330)),
        ("03:00-04:00", ("03:00", 60), ("03:00", 60)),
    ],
)
def test_a_window_in_the_night_of_a_clock_change_is_one_stretch_from_its_first_beginning_to_its_last_end(written, spring, autumn):
    from datetime import datetime, timedelta

    planned = window(time=written)
    for change, (begins, minutes) in ((SPRING, spring), (AUTUMN, autumn)):
        start, end = planned.span(change - timedelta(days=written.startswith("22")), BERLIN)
        opened = [planned.is_open(start + minute * 60_000, BERLIN) for minute in range(-1, minutes + 1)]

        assert f"{datetime.fromtimestamp(start / 1000, BERLIN):%H:%M}" == begins
        assert (end - start) // 60_000 == minutes
        assert opened == [False, *[True] * minutes, False]


def test_a_day_that_begins_with_the_change_has_its_window_from_the_change_on():
    start, end = window(time="00:00-02:00").span(date(2026, 3, 8), ZoneInfo("America/Havana"))

    assert (end - start) // 60_000 == 60


@pytest.mark.parametrize(
    ("facts", "begins"),
    [
        ({}, "2026-11-24T02:00"),
        ({"repeat": "FREQ=MONTHLY;BYDAY=1SU"}, "2026-12-06T02:00"),
        ({"until": date(2026, 11, 23)}, None),
        ({"holidays": "only"}, "2026-12-25T02:00"),
        ({"repeat": "FREQ=DAILY;UNTIL=20261101"}, None),
    ],
)
def test_when_a_window_opens_next_is_known(facts, begins):
    found = window(**facts).next_at(at("2026-11-23T03:00"), BERLIN, {date(2026, 12, 25)})

    assert (found and found[0]) == (begins and at(begins))
