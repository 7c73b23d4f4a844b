"""Every KPI: the worked example of its definition, the empty window, and that parts merge to the whole."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import contact

from pulse.kpi.goal import QueueGoal, ServiceLevelFormula
from pulse.kpi.hours import OpenHours
from pulse.kpi.kpi import Scene
from pulse.kpi.records import Channel, ContactEvent, Rating, RatingScale
from pulse.kpi.service_level import FORMULAS
from pulse.kpi.tally import Tally, merged
from pulse.live.catalogue import catalogue
from pulse.text import Text

GOAL = QueueGoal(target_s=20, short_s=5)


def counted(*events: ContactEvent, goal: QueueGoal = GOAL) -> Tally:
    tally = Tally()
    for event in events:
        for count in catalogue().counts[event.type]:
            count(event, goal, tally)
    return tally


def values(tally: Tally, **facts: object) -> dict[str, object]:
    return dict(catalogue().values(Scene(tally, GOAL, **facts)))  # type: ignore[arg-type]


@pytest.fixture
def published() -> Tally:
    """1,000 answered (860 within T), 60 abandoned (20 within T, 10 of them short)."""
    answered = [contact("answered", wait_s=20.0)] * 860 + [contact("answered", wait_s=21.0)] * 140
    abandoned = [contact("abandoned", wait_s=5.0)] * 10 + [contact("abandoned", wait_s=20.0)] * 10
    return counted(*answered, *abandoned, *([contact("abandoned", wait_s=60.0)] * 40))


@pytest.mark.parametrize(("formula", "percent"), [("a", 83.02), ("b", 86.00), ("c", 81.13), ("d", 82.69), ("e", 82.08), ("f", 81.90)])
def test_each_service_level_formula_gives_its_published_value(published: Tally, formula: str, percent: float) -> None:
    level = FORMULAS[ServiceLevelFormula(formula)](published)

    assert level is not None
    assert round(level * 100, 2) == percent
    assert values(published)[f"service_level_{formula}"] == level


@pytest.mark.parametrize("letter", ServiceLevelFormula)
def test_contacts_whose_wait_is_unknown_are_judged_by_no_formula(published: Tally, letter: ServiceLevelFormula) -> None:
    unknown = counted(*[contact("answered")] * 50)
    nothing_else = counted(contact("answered"), contact("abandoned"))

    assert FORMULAS[letter](merged([published, unknown])) == FORMULAS[letter](published)
    assert FORMULAS[letter](nothing_else) is None


def test_the_chosen_formula_is_d_unless_the_site_says_otherwise(published: Tally) -> None:
    chosen = catalogue().values(Scene(published, QueueGoal(formula=ServiceLevelFormula.B)))

    assert values(published)["service_level"] == values(published)["service_level_d"]
    assert chosen["service_level"] == values(published)["service_level_b"]


def test_an_idle_queue_has_no_service_level_and_no_averages() -> None:
    idle = values(Tally(), waiting_past_target=0)

    unknown = ["service_level", "projected_service_level", "asa_s", "aht_s", "abandonment_ratio", "csat_score", "max_wait_s", "wait_p90_s"]
    assert [idle[name] for name in unknown] == [None] * len(unknown)
    assert (idle["offered"], idle["answered"], idle["talk_s"]) == (0, 0, 0.0)


def test_the_limits_of_target_and_short_abandon_are_inclusive() -> None:
    tally = counted(contact("answered", wait_s=20.0), contact("answered", wait_s=20.001), contact("abandoned", wait_s=5.0))

    assert values(tally)["answered_within_target"] == 1
    assert values(tally)["short_abandoned"] == 1


def test_contacts_that_already_wait_past_the_target_pull_the_projected_level_down() -> None:
    tally = counted(*[contact("answered", wait_s=1.0)] * 8, contact("abandoned", wait_s=30.0))

    assert values(tally)["service_level"] == pytest.approx(8 / 9)
    assert values(tally, waiting_past_target=7)["projected_service_level"] == pytest.approx(8 / 16)


def test_without_single_waits_there_is_no_projected_level() -> None:
    tally = counted(contact("answered", wait_s=1.0))

    assert values(tally, waiting_past_target=None)["projected_service_level"] is None


def test_asa_is_the_mean_wait_of_answered_contacts_only() -> None:
    tally = counted(contact("answered", wait_s=4.0), contact("answered", wait_s=8.0), contact("abandoned", wait_s=90.0))

    assert values(tally)["asa_s"] == 6.0
    assert values(tally)["max_wait_s"] == 90.0


def test_an_answer_without_a_known_wait_counts_as_answered_but_not_in_asa() -> None:
    tally = counted(contact("answered", wait_s=4.0), contact("answered"))

    assert values(tally)["answered"] == 2
    assert values(tally)["asa_s"] == 4.0
    assert values(tally)["answered_within_target"] == 1


def test_abandonment_leaves_short_abandons_out_of_both_sides() -> None:
    offered = [contact("offered")] * 12
    tally = counted(*offered, contact("abandoned", wait_s=3.0), contact("abandoned", wait_s=4.0), contact("abandoned", wait_s=40.0))

    assert values(tally)["abandonment_ratio"] == pytest.approx(1 / 10)


@pytest.mark.parametrize("leaving", ["overflowed", "withdrawn", "lost", "callback_requested"])
def test_other_ways_to_leave_are_neither_abandons_nor_in_the_service_level(leaving: str) -> None:
    tally = counted(contact("answered", wait_s=1.0), contact(leaving, wait_s=100.0))

    assert values(tally)["abandoned"] == 0
    assert values(tally)["service_level_c"] == 1.0
    assert values(tally)[leaving] == 1
    assert values(tally)["max_wait_s"] == 100.0


def test_aht_is_talk_hold_and_after_call_work_per_handled_contact() -> None:
    tally = counted(contact("completed", talk_s=60.0, hold_s=10.0, acw_s=20.0), contact("completed", talk_s=30.0))

    assert values(tally)["aht_s"] == 60.0


def test_csat_keeps_mean_and_top_two_box_apart_and_ignores_other_scales() -> None:
    ratings = [Rating(RatingScale.CSAT_5, value) for value in (5, 4, 2)] + [Rating(RatingScale.NPS_10, 9), Rating(RatingScale.CSAT_5, 7)]
    tally = counted(*(contact("rated", rating=rating) for rating in ratings))

    assert values(tally)["csat_score"] == pytest.approx(11 / 3)
    assert values(tally)["csat_top_two_ratio"] == pytest.approx(2 / 3)
    assert values(tally)["csat_responses"] == 3


@pytest.mark.parametrize(
    ("grade", "is_p1"),
    [
        ({"level": "P1"}, True),
        ({"level": "Major"}, True),
        ({"priority": 1}, True),
        ({"level": "minor"}, False),
        ({"priority": 2}, False),
        ({}, False),
    ],
)
def test_complaints_of_the_gravest_grade_are_counted_apart(grade, is_p1) -> None:
    shown = values(counted(contact("complaint", category="delay", business_line="logistics", **grade)))

    assert shown["p1_complaints_by_pair"] == ({"delay/logistics": 1} if is_p1 else {})
    assert shown["complaints"] == 1


def test_complaints_are_counted_by_class_and_business_line() -> None:
    tally = counted(
        *[contact("offered")] * 500,
        contact("complaint", category="delay", business_line="logistics"),
        contact("complaint", category="delay", business_line="billing"),
        contact("complaint"),
    )

    shown = values(tally)
    assert shown["complaints"] == 3
    assert shown["complaints_per_thousand"] == 6.0
    assert shown["complaints_by_category"] == {"delay": 2, "unknown": 1}
    assert shown["complaints_by_business_line"] == {"logistics": 1, "billing": 1, "unknown": 1}
    assert shown["complaints_by_pair"] == {"delay/logistics": 1, "delay/billing": 1, "unknown/unknown": 1}


def test_a_percentile_is_within_a_bucket_of_the_true_one() -> None:
    tally = counted(*(contact("answered", wait_s=float(wait)) for wait in range(1, 101)))

    assert values(tally)["wait_p90_s"] == pytest.approx(90, rel=0.03)


@given(st.integers(0, 2**63 - 1))
def test_any_duration_of_64_bits_is_found_again_within_its_bucket(duration_ms: int) -> None:
    tally = Tally()
    tally.observe("wait", duration_ms)

    assert tally.quantile_s("wait", 1.0) == pytest.approx(duration_ms / 1000, rel=0.026, abs=0.001)


waits = st.one_of(st.none(), st.floats(0, 10_000))
events = st.lists(
    st.builds(
        lambda type_, wait_s, talk_s: contact(type_, wait_s=wait_s, talk_s=talk_s),
        st.sampled_from(["offered", "answered", "abandoned", "overflowed", "completed", "lost", "complaint"]),
        waits,
        waits,
    ),
    max_size=30,
)


@given(events, st.integers(0, 30))
def test_the_merge_of_parts_is_the_whole(contacts: list[ContactEvent], cut: int) -> None:
    parts = merged([counted(*contacts[:cut]), counted(*contacts[cut:])])

    assert parts == counted(*contacts)


@given(events, events)
def test_what_was_merged_can_be_taken_away_again(kept: list[ContactEvent], gone: list[ContactEvent]) -> None:
    total = merged([counted(*kept), counted(*gone)])

    total.subtract(counted(*gone))

    assert total.counts == counted(*kept).counts


@given(events)
def test_a_stored_tally_comes_back_as_it_was(contacts: list[ContactEvent]) -> None:
    assert Tally.from_map(counted(*contacts).as_map()) == counted(*contacts)


@pytest.mark.parametrize("kpi", catalogue().kpis, ids=lambda kpi: kpi.name)
def test_every_kpi_is_defined_in_both_languages(kpi) -> None:  # type: ignore[no-untyped-def]
    texts = [kpi.title, kpi.formula, kpi.exclusions, kpi.source]

    assert all(isinstance(text, Text) and text.en and text.zh for text in texts)
    assert kpi.version >= 1


def test_kpi_names_are_unique() -> None:
    names = [kpi.name for kpi in catalogue().kpis]

    assert len(names) == len(set(names))


def test_nps_is_promoters_less_detractors_of_all_answers_on_its_own_scale() -> None:
    """Of ten answers 5 are 9 or 10, 3 are 7 or 8, 2 are 6 or less: 50 % - 20 % = 30."""
    values_10 = [9, 9, 10, 10, 9, 7, 8, 8, 6, 0]
    answers = [contact("rated", rating=Rating(RatingScale.NPS_10, value)) for value in values_10]
    on_another_scale = [contact("rated", rating=Rating(RatingScale.CSAT_5, 5)), contact("rated", rating=Rating(RatingScale.NPS_10, 11))]

    told = values(counted(*answers, *on_another_scale))

    assert (told["nps_score"], told["nps_promoters"], told["nps_passives"], told["nps_detractors"]) == (30, 5, 3, 2)
    assert values(Tally())["nps_score"] is None


def test_first_response_is_timed_on_the_business_hours_clock() -> None:
    """Written on Friday at 19:00, answered on Monday at 09:00, open from 08:00 to 20:00 on weekdays: two hours."""
    hours = OpenHours(ZoneInfo("UTC"), (((480, 1200),),) * 5 + ((), ()))
    monday_9 = 1_795_424_400_000
    reply = contact("first_reply", at=monday_9, wait_s=62 * 3600.0)

    clocked = values(counted(reply, contact("first_reply", at=monday_9), goal=QueueGoal(hours=hours)))

    assert (clocked["frt_s"], clocked["first_replies"]) == (7200, 2)
    assert values(counted(reply))["frt_s"] == 62 * 3600
    assert values(Tally())["frt_s"] is None


def test_resolution_time_and_reopened_contacts_stand_apart() -> None:
    told = values(counted(contact("resolved", wait_s=60.0), contact("resolved", wait_s=120.0), contact("resolved"), contact("reopened")))

    assert (told["resolution_s"], told["resolved"], told["reopened"]) == (90, 3, 1)


def test_self_service_is_the_share_of_bot_sessions_solved_without_a_person() -> None:
    sessions = [contact("offered", channel=Channel.BOT)] * 4
    solved = [contact("resolved", channel=Channel.BOT), contact("resolved", channel=Channel.EMAIL)]

    assert values(counted(*sessions, *solved))["self_service_ratio"] == 0.25
    assert values(counted(contact("offered")))["self_service_ratio"] is None
