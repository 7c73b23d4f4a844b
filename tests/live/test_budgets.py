"""The budget on the Board: each scope by its own formula and its own past, and None where nobody can know it."""

import pytest
from made import HOUR, MINUTE, NOON, SECOND, contact, empty_fold

from pulse.kpi.board import Board, decode_board, encode_board
from pulse.kpi.budget import VolumeFrom
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import Channel
from pulse.kpi.tally import Tally
from pulse.live.boards import Boards
from pulse.live.budgets import DayCounts
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold

DAY_START = NOON - 12 * HOUR


def answered(count: int) -> Tally:
    tally = Tally()
    tally.add("answered", count)
    tally.add("answered_within_target", count)
    return tally


def served(*queues: str, channel: Channel = Channel.VOICE, wait_s: float = 30.0) -> Fold:
    """A fold in which each queue served one contact at midnight and one at noon, both too late."""
    fold = empty_fold()
    for queue in queues:
        calls = [contact("answered", name, at, queue=queue, channel=channel, wait_s=wait_s) for name, at in (("a", DAY_START), ("b", NOON))]
        fold.fold(calls)
    return fold


def board(fold: Fold, *days: DayCounts, now: int = NOON) -> Board:
    return Boards(fold, lambda _day_start: days).at(now)


def test_each_scope_expects_the_volume_of_its_own_queues() -> None:
    fold = served("support", "billing")
    fold.fold([contact("answered", "c", queue="web", channel=Channel.CHAT, wait_s=1.0)])
    past = {"support": ("voice", answered(100)), "billing": ("voice", answered(50)), "web": ("chat", answered(20))}

    found = board(fold, past)

    volumes = [scope.budget.volume for scope in (found.site, found.channels["voice"], found.channels["chat"], found.queues["billing"])]  # type: ignore[union-attr]
    assert volumes == [170, 150, 20, 50]


def test_misses_of_a_scope_are_those_of_all_its_queues() -> None:
    site = board(served("support", "billing"), {"support": ("voice", answered(100))}).site.budget

    assert site is not None
    assert (site.allowed, site.missed, site.left) == (20, 4, 16)


def test_the_volume_is_the_pace_where_earlier_days_are_not_known() -> None:
    support = board(served("support")).queues["support"].budget

    assert support is not None
    assert (support.volume_from, support.volume) == (VolumeFrom.PACE, 4)


def test_a_queue_that_earlier_days_did_not_have_goes_by_its_pace() -> None:
    found = board(served("support", "new"), {"support": ("voice", answered(100))})

    assert [found.queues[name].budget.volume_from for name in ("new", "support")] == [VolumeFrom.PACE, VolumeFrom.SAME_WEEKDAYS]  # type: ignore[union-attr]


def test_idle_queue_has_the_whole_budget_of_the_same_weekdays() -> None:
    fold = empty_fold()
    fold.fold([contact("offered")])

    found = board(fold, {"support": ("voice", answered(100))}).queues["support"].budget

    assert found is not None
    assert (found.left, found.missed, found.burn_rate) == (20, 0, None)


@pytest.mark.parametrize("facts", [{}, {"type_": "complaint"}], ids=["no wait is told", "no flow is told"])
def test_where_the_service_level_cannot_be_known_there_is_no_budget(facts: dict[str, str]) -> None:
    fold = empty_fold()
    fold.fold([contact(facts.get("type_", "answered"))])

    found = board(fold, {"support": ("voice", answered(100))})

    assert (found.queues["support"].budget, found.site.budget) == (None, None)


def test_at_midnight_the_budget_is_whole_again() -> None:
    fold = served("support")
    past = {"support": ("voice", answered(100))}
    before = board(fold, past, now=DAY_START + 24 * HOUR - SECOND).site.budget
    after = board(fold, past, now=DAY_START + 24 * HOUR).site.budget

    assert before is not None
    assert after is not None
    assert (before.missed, after.missed, after.left) == (2, 0, 20)


def test_the_past_is_asked_for_by_the_day_of_the_board() -> None:
    asked = []

    def past(day_start: int) -> tuple[DayCounts, ...]:
        asked.append(day_start)
        return ()

    Boards(served("support"), past).at(NOON)

    assert set(asked) == {DAY_START}


def test_a_restored_fold_keeps_the_first_instant_its_pace_begins_with() -> None:
    before = empty_fold(goal=QueueGoal(target_s=20))
    before.fold([contact("answered", str(number), NOON - HOUR + number * MINUTE, wait_s=1.0) for number in range(30)])
    Boards(before).at(NOON)

    after = Fold(before.settings, catalogue())
    after.restore(before.dump())

    assert Boards(after).at(NOON).site.budget == Boards(before).at(NOON).site.budget
    assert Boards(after).at(NOON).site.budget.volume == 390  # type: ignore[union-attr]


def test_a_budget_travels_with_its_board() -> None:
    found = board(served("support"))

    assert decode_board(encode_board(found)) == found
