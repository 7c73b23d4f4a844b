"""Time in each state: who is counted where, and that it makes no difference how the clock is cut."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from made import HOUR, MINUTE, NOON, SECOND, agent, contact, empty_fold, queue_state

from pulse.kpi.records import AgentState
from pulse.live.boards import Boards
from pulse.live.people import People


def spent_by_name(people: People, states: list[AgentState], instants: list[int]) -> Counter[tuple[str, int, str]]:
    """What is told when states and looks at the clock come in the order of their time."""
    told: Counter[tuple[str, int, str]] = Counter()
    moments: list[tuple[int, int, AgentState | None]] = [(state.at, 0, state) for state in states] + [(at, 1, None) for at in instants]
    for at, _, state in sorted(moments, key=lambda moment: moment[:2]):
        for part in people.keep(state) if state else people.until(at):
            told[part.queue, part.second, part.name] += part.ms
    return told


def occupancy(*states: AgentState, minutes: int) -> dict[str, object]:
    fold = empty_fold()
    fold.fold([contact("offered"), contact("offered", "b", queue="billing"), *states])
    board = Boards(fold).at(NOON + minutes * MINUTE)
    return {name: scope.today["occupancy_ratio"] for name, scope in [*board.queues.items(), ("site", board.site)]}


def test_occupancy_is_work_over_work_and_ready_time() -> None:
    """Six minutes busy, one of after-call work, two ready, then a pause that does not count: 7 / 9."""
    states = [("busy", 0), ("acw", 6), ("available", 7), ("paused", 9), ("offline", 20)]

    found = occupancy(*(agent("ann", state, "support", at=NOON + minute * MINUTE) for state, minute in states), minutes=21)

    assert found["support"] == found["site"] == 7 / 9


def test_a_queue_without_agents_has_no_occupancy() -> None:
    assert occupancy(minutes=5) == {"support": None, "billing": None, "site": None}


def test_a_person_in_two_queues_counts_once_in_the_site() -> None:
    """Ann works in both queues for 10 min, Bo is ready in one of them: 10 / 20 in all, and 5 / 15 where both are."""
    end = NOON + 10 * MINUTE
    states = [agent("ann", "busy", "billing", "support"), agent("bo", "available", "support")]
    states += [agent("ann", "offline", at=end), agent("bo", "offline", at=end)]

    found = occupancy(*states, minutes=11)

    assert (found["site"], found["support"], found["billing"]) == (0.5, 5 / 15, 1)


def test_time_shows_while_a_state_lasts() -> None:
    assert occupancy(agent("ann", "busy", "support"), minutes=2)["support"] == 1


def test_who_is_never_heard_of_again_is_not_at_work_for_ever() -> None:
    told = spent_by_name(People(), [agent("ann", "busy", "support")], [NOON + 5 * HOUR])

    assert sum(told.values()) == HOUR


def test_time_of_a_queue_that_is_not_known_yet_waits_for_its_first_contact() -> None:
    fold = empty_fold()
    fold.fold([agent("ann", "busy", "support"), agent("ann", "offline", at=NOON + MINUTE)])
    fold.roll(NOON + 2 * MINUTE)

    fold.fold([contact("offered", at=NOON + 3 * MINUTE)])

    assert Boards(fold).at(NOON + 3 * MINUTE).queues["support"].today["occupancy_ratio"] == 1


def test_people_go_on_where_a_checkpoint_left_them() -> None:
    states = [agent("ann", "busy", "support"), agent("ann", "available", "support", at=NOON + 95 * SECOND)]
    people = People()
    first = spent_by_name(people, states[:1], [NOON + MINUTE])
    second = spent_by_name(People.restored(people.dump()), states[1:], [NOON + 3 * MINUTE])

    assert first + second == spent_by_name(People(), states, [NOON + 3 * MINUTE])


def test_slot_occupancy_is_slot_seconds_used_over_offered() -> None:
    """Ten seconds with 3 of 4 slots used, then ten with 1 of 4: 40 / 80; two hours of silence tell nothing."""
    fold = empty_fold()
    told = [(0, 3, 1), (10, 1, 3), (20, 4, 0), (7220, 0, 4)]
    fold.fold([contact("offered")])
    for second, active, free in told:
        fold.fold([queue_state(NOON + second * SECOND, slots_active=active, slots_free=free)])

    assert Boards(fold).at(NOON + 7221 * SECOND).queues["support"].today["slot_occupancy_ratio"] == 0.5


STATES = st.lists(
    st.builds(
        lambda second, name, state, queues: agent(name, state, *queues, at=NOON + second * SECOND),
        st.integers(0, 900),
        st.sampled_from(["ann", "bo"]),
        st.sampled_from(["busy", "acw", "available", "paused", "offline"]),
        st.sampled_from([("support",), ("billing", "chat", "support")]),
    ),
    max_size=12,
)


@given(STATES, st.lists(st.integers(0, 1000), max_size=20))
def test_it_makes_no_difference_how_often_the_clock_is_looked_at(states: list[AgentState], looks: list[int]) -> None:
    end = NOON + 1100 * SECOND

    often = spent_by_name(People(), states, [*(NOON + look * SECOND for look in looks), end])
    once = spent_by_name(People(), states, [end])

    assert +often == +once
