"""Who is told when nobody acknowledges: by the minute, on a virtual clock, against a real database."""

import pytest
from alerts_made import T0, config, ms
from escalating import ESCALATION, MINUTE, SHIFTS, TEAMS, WAYS, Site
from hypothesis import given
from hypothesis import strategies as st
from watched import BAD, GOOD, rule

from alerts.actions import Asked, Cause, acknowledge, close, escalate, reopen
from alerts.escalation import FreeOwner, Pending, TellTeam, due
from alerts.frame import Work
from alerts.ruleset import faults_in
from alerts.silences import By, Wanted, silence
from alerts.telling import ways_of
from pulse.config import ConfigError
from pulse.escalation import Escalation
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, Transition


def test_level_two_is_told_to_operations_at_ten_minutes_and_to_the_director_at_twenty(database):
    site = Site(database).until(45)

    assert site.told == [(10, "unanswered", "desk"), (20, "unanswered", "boss"), (20, "unanswered", "desk")]


def test_level_one_is_told_to_the_director_every_five_minutes_until_somebody_acknowledges(database):
    site = Site(database, level=1).until(17)

    acknowledge(database, Asked(1, site.version, "Ada", ms(17 * MINUTE + 1)))
    site.until(40)

    assert [minute for minute, _, channel in site.told if channel == "boss"] == [5, 10, 15]


def test_an_acknowledged_alert_does_not_escalate(database):
    site = Site(database).until(5)

    acknowledge(database, Asked(1, site.version, "Ada", ms(5 * MINUTE)))
    site.until(45)

    assert site.told == []


def test_a_shorter_interval_counts_from_when_it_holds_and_pages_nobody_at_once(database):
    hourly, half_hourly = ({"1": {**ESCALATION["1"], "every": every}} for every in ("60m", "30m"))
    site = Site(database, level=1, escalation=hourly).until(6)

    site.watch.config = config(notify=WAYS, teams=TEAMS, escalation=half_hourly)
    site.start()
    site.until(70)

    assert [round(minute) for minute, _, channel in site.told if channel == "boss"] == [5, 36, 66]


def test_a_level_without_escalation_tells_nobody_further(database):
    assert Site(database, level=3).until(60).told == []


def test_what_people_escalate_begins_the_steps_of_its_new_level(database):
    site = Site(database).until(12)

    escalate(database, Asked(1, site.version, "Ada", ms(12 * MINUTE)))
    site.until(23)

    assert [(minute, channel) for minute, _, channel in site.told] == [(10, "desk"), (17, "boss"), (17, "desk"), (22, "boss"), (22, "desk")]


def test_an_alert_that_is_heard_after_a_silence_has_its_whole_time_to_be_acknowledged(database):
    site = Site(database)
    silence(database, "site", Wanted(level=2, starts_at=T0, ends_at=ms(15 * MINUTE)), By("Ada", T0))

    site.until(34)

    assert site.told == [(25, "unanswered", "desk")]


@pytest.mark.both_databases
def test_who_is_killed_between_two_steps_takes_the_next_one_in_time_and_none_twice(database):
    site = Site(database).until(12)

    site.watch.killed()
    site.start()
    site.until(25)

    assert [(minute, channel) for minute, _, channel in site.told] == [(10, "desk"), (20, "boss"), (20, "desk")]


def test_steps_missed_while_nothing_ran_are_made_up_for_by_the_newest_alone(database):
    site = Site(database, level=1).until(1)

    site.at(62 * MINUTE)
    site.at(66 * MINUTE)

    assert [minute for minute, _, channel in site.told if channel == "boss"] == [62, 66]


def test_no_team_is_left_out_though_nothing_ran_when_it_was_due(database):
    site = Site(database).until(1)

    for second in (62 * MINUTE, 62 * MINUTE + 1, 62 * MINUTE + 2):
        site.at(second)

    assert [channel for _, _, channel in site.told] == ["desk", "boss", "desk"]


def test_an_incident_opened_again_an_hour_later_has_its_whole_time_to_be_acknowledged(database):
    site = Site(database).until(2).until(8, GOOD)
    close(database, Asked(1, site.version, "Ada", site.now), Cause.DEMAND)
    site.until(70, GOOD)

    reopen(database, Asked(1, site.version, "Ada", site.now))
    site.until(79, GOOD)

    assert site.told == []


def test_what_took_more_steps_than_the_file_has_by_now_is_not_due_for_ever(database):
    site = Site(database).until(12)
    site.watch.config = config(**{**site.tables, "rules": {}, "escalation": {"2": {"steps": ["operations"]}}})
    site.start()

    site.until(25)

    assert site.watch.all(Incident)[0].escalation_due_at is None


def test_the_log_names_the_team_and_who_of_it_is_on_duty_and_the_message_does_not(database):
    site = Site(database, site={"zone": "UTC"}).until(11)

    line = next(line for line in site.watch.log() if line[0] == "escalation")
    why = [one.why for one in site.watch.all(Transition) if one.kind == "escalation"]

    assert line == ("escalation", "pulse", "0", "1")
    assert why == [{"en": "not acknowledged in time: Operations (A. Li) told", "zh": "未按时确认：已通知运营（A. Li）"}]
    assert "A. Li" not in str([row.payload for row in site.watch.all(OutboxMessage)])
    assert first_broken(database, "site") is None


def test_a_team_no_channel_leads_to_is_not_said_to_have_been_told(database):
    site = Site(database, teams={"operations": {}, "director": {}}).until(11)

    why = [one.why["en"] for one in site.watch.all(Transition) if one.kind == "escalation"]

    assert (why, site.told) == (["not acknowledged in time: no channel leads to operations"], [])


def test_escalating_by_hand_tells_who_is_told_of_the_graver_level(database):
    graver = {"sla": {**rule()["sla"], "notify": ["ops"], "graver": [{"level": 1, "notify": ["boss"]}], "level": 2}}
    ways = ways_of(config(rules=graver, notify=WAYS))

    assert [list(ways.channels_of("sla", level)) for level in (2, 1)] == [["ops"], ["ops", "boss"]]
    assert list(ways.channels_of("gone", 1)) == []


def test_an_alert_that_is_over_wakes_nobody_further_and_is_overdue_at_once_when_it_soon_comes_back(database):
    site = Site(database).until(5).until(12, GOOD)
    over = site.told

    site.until(14)

    assert (over, [(minute, step) for minute, step, _ in site.told]) == ([], [(pytest.approx(12.33, abs=0.01), "unanswered")])


def test_an_alarm_tells_its_value_at_raise_and_now_and_a_step_only_what_it_knows(database):
    site = Site(database).until(11)

    alarm, *_, step = (row.payload for row in site.watch.all(OutboxMessage))

    assert (alarm["state"], alarm["value"], alarm["value_at_raise"]) == ("raised", BAD, BAD)
    assert (step["state"], step["value"], step["value_at_raise"]) == ("unanswered", None, BAD)


def test_an_alert_that_comes_back_after_fifteen_minutes_is_nobodys_and_has_its_whole_time(database):
    site = Site(database).until(2)
    acknowledge(database, Asked(1, site.version, "Ada", site.now))
    site.until(3).until(20, GOOD)

    site.until(30)

    assert (site.watch.row.owner, site.told) == (None, [])
    site.until(31)
    assert [step for _, step, _ in site.told] == ["unanswered"]
    assert ("work", "pulse", "acknowledged", "open") in site.watch.log()


escalations = st.builds(
    Escalation,
    steps=st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=3).map(tuple),
    every=st.integers(1, 900).map(lambda every_s: f"{every_s}s"),
    repeat=st.booleans(),
)


def walk(escalation, looks):
    """The steps taken of an open incident of level I by who looks at some instants (s)."""
    pending = Pending(id=1, level=1, work=Work.OPEN, acknowledge_by=300_000)
    for look in sorted(looks):
        found = due(pending, {"1": escalation}, look * 1000)
        if isinstance(found, TellTeam):
            yield look, found
            pending = Pending(id=1, level=1, work=Work.OPEN, acknowledge_by=300_000, taken=found.number, due_at=found.next_due_at)
        if found is not None and found.next_due_at is None:
            return


@given(escalations, st.integers(0, 4_000))
def test_whoever_looks_every_second_takes_each_step_within_a_second_of_its_time(escalation, end):
    taken = list(walk(escalation, range(end)))

    every_s = round(escalation.every * 1000) / 1000
    wanted = [300 + number * every_s for number in range(10_000) if (number < len(escalation.steps) or escalation.repeat)]
    assert [look for look, _ in taken] == [at for at in wanted[:5_000] if at < end]


@given(escalations, st.lists(st.integers(0, 20_000), max_size=30))
def test_however_seldom_somebody_looks_no_step_is_taken_twice(escalation, looks):
    numbers = [step.number for _, step in walk(escalation, looks)]

    assert numbers == sorted(set(numbers))
    assert escalation.repeat or all(number <= len(escalation.steps) for number in numbers)


def test_an_owner_whose_shift_is_over_owns_nothing():
    owned = Pending(id=1, level=2, work=Work.ACKNOWLEDGED, acknowledge_by=None, owned_until=ms(60))

    assert [due(owned, {}, ms(at)) for at in (59, 60)] == [None, FreeOwner()]


def test_what_the_early_shift_owned_the_late_shift_must_take_or_it_escalates(database):
    site = Site(database, site={"zone": "UTC"}).until(90)
    ends_at = site.watch.config.shift_ends_at(site.now)
    acknowledge(database, Asked(1, site.version, "A. Li", site.now, shift_ends_at=ends_at))
    told = len(site.told)

    site.until(125)
    free = site.watch.frame.incidents[0]
    site.until(131)

    assert ends_at == ms(120 * MINUTE)
    assert (free.work, free.owner, free.acknowledge_by) == (Work.OPEN, None, ms(130 * MINUTE))
    assert [row.payload["state"] for row in site.watch.all(OutboxMessage)][-2:] == ["unowned", "unanswered"]
    assert site.told[told:] == [(130, "unanswered", "desk")]
    assert ("work", "pulse", "acknowledged", "open") in site.watch.log()


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"escalation": {"2": {"steps": ["nobody"]}}}, r'escalation\.2\.steps: got "nobody", expected one of director, operations'),
        ({"teams": {**TEAMS, "x": {"notify": ["fax"]}}}, r'teams\.x\.notify: got "fax", expected one of boss, desk, ops'),
        ({"teams": {**TEAMS, "x": {"on_duty": {"noon": "Bo"}}}}, r'teams\.x\.on_duty: got "noon", expected one of early, late'),
    ],
)
def test_names_that_are_not_there_are_faults_with_their_place(database, tables, fault):
    whole = {"notify": WAYS, "shifts": SHIFTS, "teams": TEAMS, "escalation": ESCALATION, **tables}

    with pytest.raises(ConfigError, match=fault):
        raise ConfigError(faults_in(config(**whole)))


def test_an_unknown_level_and_an_escalation_without_steps_are_faults():
    with pytest.raises(ConfigError, match=r"got level 4, expected 1, 2 or 3"):
        config(escalation={"4": {"steps": ["x"]}})
    with pytest.raises(ConfigError, match=r"escalation\.2\.steps"):
        config(escalation={"2": {"steps": []}})


def test_every_step_says_in_what_its_figure_is_counted(database):
    site = Site(database).until(11)

    assert {row.payload["unit"] for row in site.watch.all(OutboxMessage)} == {"ratio"}
    assert (ways_of(site.watch.config).unit_of("sla"), ways_of(site.watch.config).unit_of("gone")) == ("ratio", None)
