import pytest
from alerts_made import T0, config
from history_made import MINUTE, run

from alerts.fired import KnownIncident, said_of
from pulse.text import Text

SHIFTS = config(shifts={"early": {"time": "06:00-12:30"}, "late": {"time": "12:30-14:00"}}).planned_shifts
ZONE = config().zone
TITLE = Text("t", "t")


def said(values, known=(), shifts=(), **keys):
    return said_of(run(values, **keys), ZONE, shifts, known)


def incident(opened, closed, scope="support", again=()):
    start, end = T0 + opened * MINUTE, T0 + closed * MINUTE
    return KnownIncident(id=1, rule="r", scope=scope, title=TITLE, opened_at=start, stood=((start, end), *again))


@pytest.mark.parametrize(("kind", "why"), [("flood", "the alerts of the others"), ("external", "what other programs post")])
def test_rule_on_what_no_board_holds_says_that_it_cannot_be_back_tested(kind, why):
    notes = [note.en for note in said([1] * 5, kind=kind).notes]

    assert f"this rule judges {why}, and Boards do not hold" in notes[0]
    assert notes[0].endswith("it cannot be back-tested")


def judged(values, *known):
    return [(one.found is not None, one.delay_s) for one in said(values, known).incidents]


def test_alerts_are_counted_by_day_and_shift():
    found = said(([11] * 3 + [1] * 27) * 2 + [1] * 660 + [11] * 3, shifts=SHIFTS)

    assert found.per_day == {"2026-11-23": 2, "2026-11-24": 1}
    assert [(title.en, count) for title, count in found.per_shift] == [("early", 1), ("late", 1), ("between shifts", 1)]


def test_share_of_time_counts_what_stands_in_two_queues_once():
    assert said([11] * 5 + [1] * 5).standing_ratio == pytest.approx(0.6)
    assert said([1] * 5).standing_ratio == 0
    assert said([]).standing_ratio is None


def test_short_alerts_and_flaps_are_noise():
    found = said([11, 11, 1, 1, 1] + [1] * 5 + [11] * 9 + [1] * 20 + [11] * 9)

    assert (found.short, found.flaps) == (1, 1)


def test_an_incident_is_found_with_its_delay_or_missed():
    values = [1] * 10 + [11] * 10 + [1] * 30

    assert judged(values, incident(8, 25), incident(15, 25), incident(40, 45)) == [(True, 180.0), (True, -240.0), (False, None)]


def test_an_alert_long_over_did_not_find_a_later_incident():
    values = [11] * 5 + [1] * 40

    assert judged(values, incident(30, 32), incident(15, 16)) == [(False, None), (True, -840.0)]


def test_an_alert_finds_an_incident_whose_signal_came_again():
    values = [1] * 60 + [11] * 10
    again = (T0 + 62 * MINUTE, T0 + 70 * MINUTE)

    assert judged(values, incident(1, 3), incident(1, 3, again=(again,))) == [(False, None), (True, 3600.0)]


def test_incidents_of_other_scopes_are_left_out():
    assert judged([11] * 5, incident(1, 3, scope="mail")) == []


@pytest.mark.parametrize(
    ("keys", "begins"),
    [
        ({"raise_for": "0s"}, ["raise_for is 0 s, Boards are 1:00 min apart: raised at the first"]),
        ({"raise_for": "20s"}, ["raise_for is 20 s, Boards are 1:00 min apart: raised at the second"]),
        ({"clear_for": "90s"}, ["clear_for is 1:30 min"]),
        ({}, []),
    ],
)
def test_what_a_board_a_minute_cannot_judge_is_said(keys, begins):
    notes = [note.en for note in said([1] * 3, **keys).notes]

    assert len(notes) == len(begins)
    assert all(note.startswith(beginning) for note, beginning in zip(notes, begins, strict=True))


def test_what_was_not_kept_and_not_known_is_said():
    notes = [note.en for note in said([1, ..., None, 1]).notes]

    assert notes[0].startswith("25.0 % of the time has no Board")
    assert notes[1].startswith("33.3 % of the samples knew nothing")
