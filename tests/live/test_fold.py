"""The fold: who waits, what counts when, and the laws that make it exact."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made import EARLY_AND_LATE, HOUR, MINUTE, NOON, SECOND, agent, contact, counters, empty_fold, queue_state, settings

from pulse.kpi.board import SourceCondition, SourceHealth
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel, Record, decode, encode
from pulse.kpi.shift import Shift
from pulse.kpi.tally import merged
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, UnreadableState
from pulse.text import Text


def support(fold: Fold, now: int):  # type: ignore[no-untyped-def]
    return Boards(fold).at(now).queues["support"]


def test_a_contact_waits_from_its_offer_until_it_leaves() -> None:
    fold = empty_fold()

    fold.fold([contact("offered", "a", NOON), contact("offered", "b", NOON + 4 * SECOND)])
    before = support(fold, NOON + 10 * SECOND)
    fold.fold([contact("answered", "a", NOON + 11 * SECOND, wait_s=11.0)])
    after = support(fold, NOON + 12 * SECOND)

    assert (before.waiting, before.oldest_wait_s, before.contact_time_left_s) == (2, 10.0, 10.0)
    assert (after.waiting, after.oldest_wait_s) == (1, 8.0)


def test_a_queue_where_nobody_waits_has_an_oldest_wait_of_zero_and_no_time_left() -> None:
    fold = empty_fold()
    fold.fold([contact("offered"), contact("abandoned", at=NOON + SECOND, wait_s=1.0)])

    scope = support(fold, NOON + 5 * SECOND)

    assert (scope.waiting, scope.oldest_wait_s, scope.contact_time_left_s) == (0, 0.0, None)


def test_offered_counts_at_entry_and_the_outcome_when_the_contact_leaves() -> None:
    fold = empty_fold()
    fold.fold([contact("offered", at=NOON), contact("answered", at=NOON + 6 * MINUTE, wait_s=360.0)])

    scope = support(fold, NOON + 6 * MINUTE)

    assert (scope.last_5m["offered"], scope.last_5m["answered"]) == (0, 1)
    assert (scope.last_30m["offered"], scope.last_30m["answered"]) == (1, 1)


@pytest.mark.parametrize(("later_s", "inside"), [(299, 1), (300, 0)])
def test_a_window_holds_its_end_and_not_its_beginning(later_s: int, inside: int) -> None:
    fold = empty_fold()
    fold.fold([contact("offered", at=NOON)])

    scope = support(fold, NOON + later_s * SECOND)

    assert scope.last_5m["offered"] == inside
    assert scope.today["offered"] == 1


def test_a_record_ahead_of_the_clock_waits_until_the_clock_is_there() -> None:
    fold = empty_fold()
    fold.fold([contact("offered", at=NOON + 3 * SECOND)])

    assert support(fold, NOON).today["offered"] == 0
    assert support(fold, NOON + 3 * SECOND).today["offered"] == 1


def test_the_longest_wait_of_a_window_leaves_with_its_contact() -> None:
    fold = empty_fold()
    fold.fold([contact("answered", "a", NOON, wait_s=90.0), contact("answered", "b", NOON + 100 * SECOND, wait_s=5.0)])

    assert support(fold, NOON + 200 * SECOND).last_5m["max_wait_s"] == 90.0
    assert support(fold, NOON + 301 * SECOND).last_5m["max_wait_s"] == 5.0


def test_the_same_event_twice_counts_once() -> None:
    fold = empty_fold()

    fold.fold([contact("offered")])
    fold.fold([contact("offered")])

    assert support(fold, NOON).today["offered"] == 1
    assert fold.duplicates == 1


def test_the_same_contact_can_enter_twice() -> None:
    fold = empty_fold()
    fold.fold([contact("offered", at=NOON), contact("overflowed", at=NOON + SECOND, wait_s=1.0), contact("offered", at=NOON + 2 * SECOND)])

    scope = support(fold, NOON + 5 * SECOND)

    assert (scope.today["offered"], scope.waiting, scope.oldest_wait_s) == (2, 1, 3.0)


def test_an_ending_that_comes_before_its_beginning_leaves_nobody_waiting() -> None:
    fold = empty_fold()

    fold.fold([contact("answered", at=NOON + SECOND, wait_s=1.0)])
    fold.fold([contact("offered", at=NOON)])

    assert support(fold, NOON + 2 * SECOND).waiting == 0


def test_where_two_sources_tell_the_same_contact_the_preferred_one_is_believed() -> None:
    fold = empty_fold(precedence={"log": 10, "cdr": 20})

    fold.fold([contact("offered", source="log"), contact("offered", source="cdr")])
    fold.fold([contact("abandoned", source="cdr", at=NOON + SECOND, wait_s=1.0)])

    scope = support(fold, NOON + SECOND)
    assert (scope.today["offered"], scope.today["abandoned"], scope.waiting) == (1, 0, 1)


def test_a_better_source_that_appears_later_takes_the_queue_over() -> None:
    fold = empty_fold(precedence={"log": 10, "cdr": 20})

    fold.fold([contact("offered", "x", source="cdr")])
    fold.fold([contact("offered", "y", source="log", at=NOON + SECOND)])

    assert support(fold, NOON + SECOND).waiting == 1


def test_events_and_a_sources_own_counters_are_never_summed() -> None:
    fold = empty_fold()
    fold.fold([contact("offered"), contact("answered", wait_s=1.0)])

    fold.fold([counters(NOON, NOON + MINUTE, offered=50, answered=40)])

    assert support(fold, NOON + MINUTE).today["offered"] == 1


def test_counters_count_what_they_grew_by_and_survive_a_reset() -> None:
    fold = empty_fold()
    readings = [(1, 100, "e1"), (2, 104, "e1"), (3, 2, "e2"), (4, 5, "e2")]

    for second, answered, epoch in readings:
        fold.fold([counters(NOON, NOON + second * SECOND, answered=answered, cumulative=True, epoch=epoch)])

    assert support(fold, NOON + 5 * SECOND).today["answered"] == 4 + 2 + 3


def test_a_count_that_one_reading_leaves_out_is_no_reset_and_is_caught_up_by_the_next() -> None:
    fold = empty_fold()

    for second, answered, abandoned in [(1, 100, 10), (2, 104, None), (3, 106, 12)]:
        fold.fold([counters(NOON, NOON + second * SECOND, answered=answered, abandoned=abandoned, cumulative=True)])

    today = support(fold, NOON + 5 * SECOND).today
    assert (today["answered"], today["abandoned"]) == (6, 2)


def test_what_a_source_of_counters_does_not_tell_is_unknown_not_zero() -> None:
    fold = empty_fold()

    for second, answered in [(1, 100), (2, 104)]:
        fold.fold([counters(NOON, NOON + second * SECOND, answered=answered, abandoned=1, cumulative=True)])

    today = support(fold, NOON + 5 * SECOND).today
    unknown = ("offered", "answered_within_target", "short_abandoned", "service_level", "service_level_b", "asa_s", "aht_s")
    assert [today[name] for name in unknown] == [None] * len(unknown)
    assert (today["answered"], today["abandoned"]) == (4, 0)


def test_complaints_count_in_a_queue_without_contacts_and_beside_a_sources_own_counters() -> None:
    fold = empty_fold()

    fold.fold([contact("complaint", source="mail", queue="claims"), contact("complaint", source="mail")])
    fold.fold([counters(NOON, NOON + 10 * SECOND, offered=3)])

    queues = Boards(fold).at(NOON + 10 * SECOND).queues
    assert [queues[name].today["complaints"] for name in ("claims", "support")] == [1, 1]


def test_a_queue_of_which_only_its_state_is_told_has_no_counts() -> None:
    fold = empty_fold()

    fold.fold([queue_state(waiting=3)])

    today = support(fold, NOON).today
    assert [today[name] for name in ("offered", "answered", "talk_s")] == [None] * 3
    assert "complaints" not in today


def test_complaints_are_unknown_until_any_source_tells_of_one() -> None:
    fold = empty_fold()
    fold.fold([contact("offered")])
    before = support(fold, NOON).today.get("complaints")

    fold.fold([contact("complaint", queue="claims", source="mail")])

    assert (before, support(fold, NOON + SECOND).today["complaints"]) == (None, 0)


def test_agents_of_a_silent_or_unknown_source_are_not_believed() -> None:
    fold = empty_fold()
    fold.fold([contact("offered"), agent("ann", "available", "support")])
    speaking, silent = (SourceHealth(source="ami", kind="k", condition=SourceCondition.OK, polled_at=at) for at in (NOON, NOON - MINUTE))

    boards = [Boards(fold).at(NOON, sources) for sources in ({"ami": speaking}, {"ami": silent}, {})]

    assert [told.queues["support"].agents is not None for told in boards] == [True, False, False]


def test_a_source_that_left_the_config_does_not_keep_its_queue_to_itself() -> None:
    before = empty_fold(precedence={"best": 1, "other": 2})
    before.fold([contact("offered", source="best")])
    after = empty_fold(precedence={"other": 2})
    after.restore(before.dump())

    after.fold([contact("offered", "b", source="other")])

    assert support(after, NOON).sources == ("other",)


def test_a_list_that_tells_old_events_for_days_counts_each_once() -> None:
    fold = empty_fold()
    fold.roll(NOON)
    old, aging = contact("offered", "old", NOON - 60 * HOUR), contact("offered", "aging", NOON - 10 * HOUR)

    for hour in range(60):
        fold.fold([old, aging])
        fold.roll(NOON + hour * HOUR)

    assert fold.duplicates == 2 * 59


def test_counters_of_long_ended_intervals_are_forgotten() -> None:
    fold = empty_fold()

    for hour in range(60):
        fold.fold([counters(NOON + hour * HOUR, NOON + (hour + 1) * HOUR, offered=1)])
        fold.roll(NOON + (hour + 1) * HOUR)

    assert len(fold.queues["support"].readings) == 49


def test_a_wait_whose_ending_was_lost_is_given_up_on_the_phone_and_never_in_the_mail() -> None:
    fold = empty_fold()
    fold.fold([contact("offered"), contact("offered", "m", queue="mail", channel=Channel.EMAIL)])

    fold.roll(NOON + 13 * HOUR)

    assert {name: queue.waiting.count for name, queue in fold.queues.items()} == {"support": 0, "mail": 1}
    assert fold.endless == 1


def test_an_interval_read_again_and_again_counts_its_last_reading() -> None:
    fold = empty_fold()

    fold.fold([counters(NOON, NOON + 10 * SECOND, offered=3, answered_within={20.0: 1}, answered=2, wait_s=30.0)])
    fold.fold([counters(NOON, NOON + 20 * SECOND, offered=5, answered_within={20.0: 2}, answered=4, wait_s=90.0)])

    today = support(fold, NOON + 20 * SECOND).today
    assert (today["offered"], today["answered"], today["answered_within_target"], today["asa_s"]) == (5, 4, 2, 22.5)


def test_waiting_and_agents_come_from_the_state_where_a_source_tells_it() -> None:
    fold = empty_fold()
    fold.fold([contact("offered"), queue_state(waiting=3, oldest_wait_s=17.0, agents_logged_in=4, agents_available=1)])

    scope = support(fold, NOON + SECOND)

    assert (scope.waiting, scope.oldest_wait_s) == (3, 17.0)
    assert scope.agents is not None
    assert (scope.agents.logged_in, scope.agents.available, scope.agents.busy) == (4, 1, None)


def test_a_stale_state_is_not_believed() -> None:
    fold = empty_fold(stale_after_s={"ami": 5.0})
    fold.fold([contact("offered"), queue_state(waiting=3)])

    assert support(fold, NOON + 5 * SECOND).waiting == 3
    assert support(fold, NOON + 6 * SECOND).waiting == 1


def test_a_scope_names_the_sources_whose_word_counts_there() -> None:
    fold = empty_fold(precedence={"log": 1, "ami": 2})
    fold.fold([contact("offered", source="ami"), contact("complaint", "m", source="mail", queue="claims", category="delay")])
    before = Boards(fold).at(NOON)
    fold.fold([contact("offered", "b", source="log"), queue_state(source="states", waiting=3)])
    after = Boards(fold).at(NOON)

    assert before.queues["support"].sources == ("ami",)
    assert (after.queues["support"].sources, after.queues["claims"].sources) == (("log", "states"), ("mail",))
    assert after.channels["voice"].sources == ("log", "mail", "states")


def test_agents_are_unknown_where_no_source_tells_them() -> None:
    fold = empty_fold()
    fold.fold([contact("offered", agent="Agent-A")])

    assert support(fold, NOON).agents is None
    assert Boards(fold).at(NOON).site.agents is None


def test_two_states_of_an_agent_at_one_instant_give_the_same_board_in_either_order() -> None:
    states = [agent("ann", "busy", "support"), agent("ann", "busy", "billing"), contact("offered"), contact("offered", queue="billing")]
    one, other = empty_fold(), empty_fold()

    one.fold(states)
    other.fold(reversed(states))

    assert Boards(one).at(NOON) == Boards(other).at(NOON)


def test_a_person_in_two_queues_counts_once_in_the_total() -> None:
    fold = empty_fold()
    people = [
        agent("ann", "busy", "support", "billing"),
        agent("bo", "paused", "billing", reason="lunch"),
        agent("cy", "offline", "support"),
    ]
    fold.fold([queue_state(waiting=0), queue_state(waiting=0, queue="billing"), *people])

    board = Boards(fold).at(NOON)

    counts = [(scope.agents.logged_in, scope.agents.paused) for scope in (board.queues["support"], board.queues["billing"], board.site)]  # type: ignore[union-attr]
    assert counts == [(1, 0), (2, 1), (2, 1)]
    assert board.site.agents.paused_by_reason == {"lunch": 1}  # type: ignore[union-attr]


def test_people_known_only_as_numbers_are_not_summed_over_queues() -> None:
    fold = empty_fold()
    fold.fold([queue_state(waiting=1, agents_logged_in=4), queue_state(waiting=2, queue="billing", agents_logged_in=4)])

    board = Boards(fold).at(NOON)

    assert board.site.waiting == 3
    assert board.site.agents is None


def test_a_queue_that_tells_of_nobody_does_not_hide_the_people_of_the_others() -> None:
    fold = empty_fold()
    fold.fold([queue_state(waiting=0, queue="billing", agents_logged_in=0), queue_state(waiting=0), agent("ann", "busy", "support")])

    assert Boards(fold).at(NOON).site.agents.logged_in == 1  # type: ignore[union-attr]


def test_a_channel_and_the_site_are_the_sums_of_their_queues() -> None:
    fold = empty_fold()
    fold.fold(
        [
            contact("offered", "a", at=NOON - 30 * SECOND),
            contact("offered", "b", queue="billing"),
            contact("offered", "d", queue="web", channel=Channel.CHAT),
        ]
    )

    board = Boards(fold).at(NOON)

    assert (board.site.waiting, board.channels["voice"].waiting, board.channels["chat"].waiting) == (3, 2, 1)
    assert board.site.oldest_wait_s == 30.0
    assert board.site.today["offered"] == 3
    assert board.site.today["projected_service_level"] == 0.0


def test_today_begins_at_the_sites_midnight() -> None:
    fold = empty_fold("Asia/Shanghai")
    midnight = NOON + 4 * HOUR
    fold.fold([contact("offered", "a", midnight - SECOND), contact("offered", "b", midnight)])

    assert support(fold, midnight - SECOND).today["offered"] == 1
    assert support(fold, midnight).today["offered"] == 1
    assert support(fold, midnight).last_5m["offered"] == 2


def test_who_waits_and_who_works_at_midnight_still_does_after_it() -> None:
    fold = empty_fold()
    midnight = NOON + 12 * HOUR
    fold.fold([contact("offered", at=midnight - 10 * SECOND), agent("ann", "busy", "support", at=midnight - HOUR)])
    Boards(fold).at(midnight - SECOND)

    scope = support(fold, midnight + SECOND)

    assert (scope.waiting, scope.oldest_wait_s, scope.agents.logged_in) == (1, 11.0, 1)  # type: ignore[union-attr]


@pytest.mark.parametrize(("zone_day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_23_or_25_hours_counts_each_of_its_hours_once(zone_day: str, hours: int) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    begin = int(datetime.fromisoformat(zone_day).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()) * 1000
    fold = empty_fold("Europe/Berlin")
    fold.fold(contact("offered", str(hour), begin + hour * HOUR) for hour in range(-1, 26))

    assert support(fold, begin + hours * HOUR - SECOND).today["offered"] == hours


def test_a_record_of_a_day_that_closed_more_than_two_hours_ago_is_late_and_goes_to_history_only() -> None:
    fold = empty_fold()
    Boards(fold).at(NOON)

    fold.fold([contact("offered", at=NOON - 13 * HOUR)])

    assert Boards(fold).at(NOON).late_records == 1
    assert support(fold, NOON).today["offered"] == 0
    assert [row.tally.counts for row in fold.take_rows()] == [{"offered": 1}]


def test_history_gets_each_count_once_in_the_minute_it_belongs_to() -> None:
    fold = empty_fold()
    fold.fold([contact("offered", "a", NOON + SECOND), contact("offered", "b", NOON + MINUTE)])
    Boards(fold).at(NOON + 2 * MINUTE)

    rows = {row.at: row.tally.counts for row in fold.take_rows()}

    assert rows == {NOON: {"offered": 1}, NOON + MINUTE: {"offered": 1}}
    assert fold.take_rows() == []


def test_a_checkpoint_of_something_else_is_refused() -> None:
    with pytest.raises(UnreadableState):
        empty_fold().restore(b"rubbish")


def traffic(seed: int) -> list[Record]:
    """Some minutes of a small centre: contacts of three queues that come, wait and leave, agents, states and counters."""
    random = Random(seed)
    records: list[Record] = []
    for number in range(random.randrange(1, 60)):
        queue, at, wait_s = random.choice(["support", "billing", "web"]), NOON + random.randrange(400) * SECOND, random.randrange(90)
        records.append(contact("offered", str(number), at, queue=queue))
        if random.random() < 0.9:
            ending = random.choice(["answered", "abandoned", "overflowed", "lost"])
            records.append(contact(ending, str(number), at + wait_s * SECOND, queue=queue, wait_s=float(wait_s)))
        records.append(agent(f"agent {number % 5}", random.choice(["available", "busy"]), queue, at=at))
        records.append(queue_state(at=at, queue="mail", channel=Channel.EMAIL, backlog_open=number))
        records.append(counters(NOON, at, queue="mail", channel=Channel.EMAIL, cumulative=True, answered=number, epoch="1"))
    return records


seeds = st.integers(0, 10_000)


shift_plans = st.sampled_from([(), EARLY_AND_LATE])


@given(seeds, seeds, shift_plans)
def test_the_order_of_records_within_a_tick_does_not_matter(seed: int, order: int, shifts: tuple[Shift, ...]) -> None:
    records = traffic(seed)
    shuffled = Random(order).sample(records, len(records))
    one, other = empty_fold(shifts=shifts), empty_fold(shifts=shifts)

    one.fold(records)
    other.fold(shuffled)

    assert Boards(one).at(NOON + 500 * SECOND) == Boards(other).at(NOON + 500 * SECOND)


@given(seeds, st.lists(st.integers(0, 500), max_size=6), shift_plans)
def test_a_replay_in_one_piece_gives_the_board_of_the_live_ticks(seed: int, ticks: list[int], shifts: tuple[Shift, ...]) -> None:
    records = sorted(traffic(seed), key=lambda record: getattr(record, "at", None) or record.end)  # type: ignore[union-attr]
    live, replayed = empty_fold(shifts=shifts), empty_fold(shifts=shifts)

    for tick in [*sorted(ticks), 500]:
        due = [record for record in records if (getattr(record, "at", None) or record.end) <= NOON + tick * SECOND]  # type: ignore[union-attr]
        live.fold(due)
        records = records[len(due) :]
        Boards(live).at(NOON + tick * SECOND)
    replayed.fold(traffic(seed))

    end = NOON + 500 * SECOND
    assert Boards(live).at(end) == Boards(replayed).at(end)
    assert merged(row.tally for row in live.take_rows()) == merged(row.tally for row in replayed.take_rows())


@given(seeds, seeds, st.integers(0, 2400), shift_plans)
@example(3151, 1, 0, ())  # time of people whose queue was not known yet at the checkpoint
def test_a_fold_restored_from_its_checkpoint_goes_on_as_if_nothing_had_happened(
    first: int, second: int, later_s: int, shifts: tuple[Shift, ...]
) -> None:
    whole, before = empty_fold(shifts=shifts), empty_fold(shifts=shifts)
    for fold in (whole, before):
        fold.fold(traffic(first))
        Boards(fold).at(NOON + 300 * SECOND)

    after = Fold(settings(shifts=shifts), catalogue())
    after.restore(before.dump())
    for hour, ids in before.take_seen().items():
        after.remember(hour, ids)
    for fold in (whole, after):
        fold.fold(traffic(second))

    end = NOON + (300 + later_s) * SECOND
    assert Boards(after).at(end) == Boards(whole).at(end)


@given(seeds)
def test_records_come_back_from_their_json_as_they_were(seed: int) -> None:
    assert decode(encode(traffic(seed))) == traffic(seed)


def test_a_queue_promises_what_its_settings_say() -> None:
    fold = empty_fold(goal=QueueGoal(target_s=60))
    fold.fold([contact("answered", wait_s=45.0)])

    assert support(fold, NOON).today["service_level"] == 1.0


def test_a_scope_is_titled_in_both_languages_where_the_config_says_so() -> None:
    fold = empty_fold(titles={"support": Text("Support line", "客服热线")}, site_title=Text("Centre", "中心"))
    fold.fold([contact("offered"), contact("offered", queue="billing")])

    board = Boards(fold).at(NOON)

    assert board.queues["support"].titled("zh") == "客服热线"
    assert (board.site.titled("zh"), board.site.title) == ("中心", "Centre")
    assert board.queues["billing"].titled("zh") == "billing"


def test_what_lies_behind_every_window_is_not_kept_in_the_checkpoint() -> None:
    fold = empty_fold()
    fold.roll(NOON)

    for minute in range(600):
        fold.fold([contact("offered", f"c{minute}", NOON - (700 - minute) * MINUTE, wait_s=1.0)])
        fold.roll(NOON)

    assert fold.queues["support"].windows.minutes.wholes == {}
    assert support(fold, NOON).today["offered"] == 600
