from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.order import QueueOrder
from dashboard.status import Status, rank
from pulse.kpi.board import Scope


def queues(**left_s):
    return {name: Scope(title=name, contact_time_left_s=left) for name, left in left_s.items()}


def calm(scopes):
    return dict.fromkeys(scopes, Status.NORMAL)


def test_least_time_left_comes_first_and_nobody_waiting_last():
    scopes = queues(a=None, b=5, c=-3)

    assert QueueOrder().of(scopes, calm(scopes), 0) == ("c", "b", "a")


def test_graver_status_comes_before_less_time():
    scopes = queues(a=-100, b=5)

    assert QueueOrder().of(scopes, {"a": Status.WARNING, "b": Status.CRITICAL}, 0) == ("b", "a")


def test_rows_hold_their_place_for_ten_seconds():
    order, before, after = QueueOrder(), queues(a=1, b=2), queues(a=2, b=1)
    order.of(before, calm(before), 0)

    assert order.of(after, calm(after), 9_999) == ("a", "b")
    assert order.of(after, calm(after), 10_000) == ("b", "a")


def test_queue_that_turns_critical_goes_up_at_once_and_does_not_dance():
    order, scopes = QueueOrder(), queues(a=1, b=2)
    order.of(scopes, calm(scopes), 0)
    critical = {"a": Status.NORMAL, "b": Status.CRITICAL}

    assert order.of(scopes, critical, 100) == ("b", "a")
    assert order.of(scopes, calm(scopes), 200) == ("b", "a")


@given(st.lists(st.lists(st.sampled_from(Status), min_size=4, max_size=4), min_size=1, max_size=6))
def test_a_queue_stands_under_a_better_one_only_while_that_was_as_bad_a_moment_ago(seen):
    order, scopes, worst = QueueOrder(), queues(a=1, b=2, c=3, d=4), dict.fromkeys("abcd", 0)
    for at, statuses in enumerate(seen):
        named = dict(zip(scopes, statuses, strict=True))
        worst = {name: max(worst[name], rank(status)) for name, status in named.items()}

        drawn = order.of(scopes, named, at)

        assert all(rank(named[below]) <= worst[above] for above, below in combinations(drawn, 2))


def test_queue_in_warning_goes_up_at_once_and_the_others_keep_their_order():
    order, scopes = QueueOrder(), queues(a=1, b=2, c=3)
    order.of(scopes, calm(scopes), 0)
    later = queues(a=5, b=2, c=3)

    assert order.of(later, calm(later) | {"c": Status.WARNING}, 100) == ("c", "a", "b")
    assert order.of(later, calm(later), 200) == ("c", "a", "b")


def test_new_queue_is_shown_at_once():
    order, one, two = QueueOrder(), queues(a=1), queues(a=1, b=0)
    order.of(one, calm(one), 0)

    assert order.of(two, calm(two), 1) == ("b", "a")
    assert order.of(one, calm(one), 2) == ("a",)


def test_clock_that_goes_back_does_not_freeze_the_order():
    order, before, after = QueueOrder(), queues(a=1, b=2), queues(a=2, b=1)
    order.of(before, calm(before), 50_000)

    assert order.of(after, calm(after), 0) == ("b", "a")


def test_queue_that_is_well_again_keeps_its_place_for_ten_seconds_and_then_goes_down():
    order, scopes = QueueOrder(), queues(a=1, b=2)
    warned = {"a": Status.WARNING, "b": Status.NORMAL}
    order.of(scopes, warned, 0)
    order.of(scopes, warned | {"b": Status.CRITICAL}, 100)

    assert order.of(scopes, warned, 200) == ("b", "a")
    assert order.of(scopes, warned, 9_999) == ("b", "a")
    assert order.of(scopes, warned, 10_000) == ("a", "b")
