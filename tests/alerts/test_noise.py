"""Alarm noise: what each rule and shift asked of people, counted from the log of a real database; drills are no noise."""

import pytest
from alerts_made import T0, config, ms
from hypothesis import given
from hypothesis import strategies as st

from alerts.noise import SLOT_MS, Known, noise_of
from pulse.clock import day_start
from sql.models import Incident, Transition
from sql.noise import Answered, Raise, answered, flaps_by_rule, raises

SITE = config(rules={}, shifts={"early": {"time": "06:00-14:00"}, "late": {"time": "14:00-22:00"}})
HOUR = 3600
DAY = (T0 - 12 * 3_600_000, T0 + 12 * 3_600_000)


def incident(number, rule="sla", opened_s=0, **facts):
    told = {"title": {"en": "t", "zh": "t"}, "why": {"en": "w", "zh": "w"}, "contributors": []}
    known = {"kind": "sla_breach", "scope": f"q{number}", "signal": "ok", "level": 3, "worst_level": 3, "work": "closed"}
    closed_at = None if facts.get("work") == "open" else ms(opened_s + 600)
    return Incident(id=number, site="site", rule=rule, opened_at=ms(opened_s), closed_at=closed_at, **{**known, **told, **facts})


def line(number, second, kind="signal", moved=("ok", "raised")):
    why = {"en": "w", "zh": "w"}
    return Transition(
        site="site", at=ms(second), incident_id=number, kind=kind, who="pulse", from_state=moved[0], to_state=moved[1], why=why
    )


def known_of(database, *rows):
    with database.write() as session:
        session.add_all([row for row in rows if isinstance(row, Incident)])
        session.flush()
        session.add_all([row for row in rows if isinstance(row, Transition)])
    facts = [read(database, "site", *DAY) for read in (raises, answered, flaps_by_rule)]
    return Known(start=DAY[0], end=DAY[1], raises=facts[0], incidents=facts[1], flaps=facts[2])


def noise(known):
    return noise_of(known, SITE.planned_shifts, lambda at: day_start(at, SITE.zone))


@pytest.mark.both_databases
def test_a_rule_is_told_by_alerts_answers_and_causes(database):
    known = known_of(
        database,
        incident(1, cause="process"),
        incident(2, cause="false_alarm"),
        incident(3),
        incident(4, work="open", signal="raised"),
        *(line(number, number) for number in (1, 2, 3, 3, 4)),
        line(1, 61, "work", ("open", "acknowledged")),
        line(1, 90, "work", ("acknowledged", "closed")),
        line(2, 182, "owner", ("open", "acknowledged")),
        line(3, 5, "flapping", ("steady", "flapping")),
        line(3, 6, moved=("clearing", "raised")),
    )

    (rule,) = noise(known).rules

    assert (rule.alerts, rule.incidents, rule.for_nothing, rule.flaps) == (5, 4, 3, 1)
    assert (rule.acknowledged_ratio, rule.acknowledge_s) == (0.5, 121.5)
    assert (rule.false_alarm_ratio, rule.no_action_ratio) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_a_drill_is_no_noise(database):
    known = known_of(database, incident(1, drill=True), line(1, 0), line(1, 1, "flapping", ("steady", "flapping")))

    found = noise(known)

    assert (found.rules, found.site.alerts) == ((), 0)


def test_the_rule_that_asked_most_for_nothing_is_first(database):
    known = known_of(
        database,
        incident(1, "useful"),
        incident(2, "useless"),
        *(line(1, second) for second in range(9)),
        line(1, 10, "work", ("open", "acknowledged")),
        *(line(2, second) for second in range(3)),
    )

    assert [(rule.rule, rule.alerts, rule.for_nothing) for rule in noise(known).rules] == [("useless", 3, 3), ("useful", 9, 0)]


def test_a_shift_is_told_by_its_own_time_and_a_flood_is_more_than_ten_in_ten_minutes(database):
    early = [line(1, second) for second in range(0, 11 * 50, 50)]
    late = [line(1, 2 * HOUR + second) for second in (0, 700)]
    found = noise(known_of(database, incident(1, work="open"), *early, *late))

    shifts = {one.title.en: one for one in found.shifts}

    assert (shifts["early"].alerts, shifts["early"].worst_slot, shifts["early"].floods, shifts["early"].is_fine) == (11, 11, 1, False)
    assert (shifts["late"].alerts, shifts["late"].worst_slot, shifts["late"].is_fine) == (2, 1, True)
    assert shifts["late"].per_slot == pytest.approx(2 / 48)
    assert found.site.per_slot == pytest.approx(13 / 144)
    assert found.days == {DAY[0]: {3: 13}}


def test_nothing_is_told_of_nothing():
    found = noise(Known(start=DAY[0], end=DAY[1], raises=(), incidents=()))

    assert (found.rules, found.site.alerts, found.site.per_slot, found.site.is_fine) == ((), 0, 0.0, True)


def test_what_was_raised_before_or_after_is_left_out(database):
    outside = [line(1, -13 * HOUR), line(1, 12 * HOUR)]

    assert noise(known_of(database, incident(1, opened_s=-13 * HOUR, work="open"), *outside, line(1, 0))).site.alerts == 1


instants = st.lists(st.integers(0, 86_399_999), max_size=40).map(sorted)


@given(instants)
def test_shifts_and_days_hold_every_alert_once_and_the_worst_ten_minutes_are_what_a_plain_count_finds(offsets):
    made = [Raise(DAY[0] + offset, 1, "sla", 3) for offset in offsets]
    outside = [one for one in made if not any(shift.hours.is_open(one.at) for shift in SITE.planned_shifts)]

    found = noise(Known(start=DAY[0], end=DAY[1], raises=made, incidents=[Answered(1, "sla", DAY[0], False, None, None)]))

    assert sum(one.alerts for one in found.shifts) + len(outside) == len(made) == found.site.alerts
    assert sum(sum(levels.values()) for levels in found.days.values()) == len(made)
    plain = max((sum(one.at <= other.at < one.at + SLOT_MS for other in made) for one in made), default=0)
    assert found.site.worst_slot == plain
