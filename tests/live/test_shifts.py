"""The running shift on the Board: it begins with its own hour, outlives midnight and a restart, and is never half counted."""

from made import HOUR, MINUTE, NOON, SECOND, contact, empty_fold, settings, shift

from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold

MIDNIGHT = NOON + 12 * HOUR
DAY_AND_NIGHT = (shift("day", 6 * 60, 22 * 60), shift("night", 22 * 60, 6 * 60))


def offered(fold: Fold, now: int) -> tuple[object, object]:
    """What the queue was offered in the shift, and today."""
    scope = Boards(fold).at(now).queues["support"]
    return scope.shift.get("offered"), scope.today["offered"]


def test_a_board_names_the_running_shift() -> None:
    running = Boards(empty_fold(shifts=DAY_AND_NIGHT)).at(NOON).shift

    assert running is not None
    assert (running.name, running.start, running.end) == ("day", NOON - 6 * HOUR, NOON + 10 * HOUR)


def test_a_site_without_shifts_has_none_on_its_board() -> None:
    fold = empty_fold()
    fold.fold([contact("offered")])
    board = Boards(fold).at(NOON)

    assert board.shift is None
    assert (board.site.shift, board.queues["support"].shift) == ({}, {})


def test_a_shift_counts_from_its_beginning_and_empties_when_the_next_begins() -> None:
    fold = empty_fold(shifts=DAY_AND_NIGHT)
    evening = NOON + 10 * HOUR
    fold.fold([contact("offered", "a", evening - SECOND), contact("offered", "b", evening)])

    assert offered(fold, evening - SECOND) == (1, 1)
    assert offered(fold, evening) == (1, 2)


def test_midnight_empties_the_day_and_not_the_night_shift() -> None:
    fold = empty_fold(shifts=DAY_AND_NIGHT)
    fold.fold([contact("offered", "a", MIDNIGHT - HOUR), contact("offered", "b", MIDNIGHT)])

    assert offered(fold, MIDNIGHT - SECOND) == (1, 1)
    assert offered(fold, MIDNIGHT) == (2, 1)


def test_between_shifts_nothing_counts_in_one() -> None:
    fold = empty_fold(shifts=(shift("day", 6 * 60, 12 * 60),))
    fold.fold([contact("offered", "a", NOON - SECOND), contact("offered", "b", NOON)])
    before, after = (Boards(fold).at(at) for at in (NOON - SECOND, NOON))

    assert (before.site.shift["offered"], after.site.shift, after.shift) == (1, {}, None)


def test_channels_and_site_have_the_shift_of_all_their_queues() -> None:
    fold = empty_fold(shifts=DAY_AND_NIGHT)
    fold.fold([contact("offered", "a"), contact("offered", "b", queue="billing")])

    board = Boards(fold).at(NOON)

    assert (board.site.shift["offered"], board.channels["voice"].shift["offered"]) == (2, 2)
    assert board.site.shift.keys() == board.site.today.keys()


def restarted(before: Fold, *shifts) -> Fold:
    after = Fold(settings(shifts=shifts), catalogue())
    after.restore(before.dump())
    return after


def test_a_restart_within_a_shift_goes_on_counting_it() -> None:
    before = empty_fold(shifts=DAY_AND_NIGHT)
    before.fold([contact("offered", "a")])
    Boards(before).at(NOON)

    after = restarted(before, *DAY_AND_NIGHT)
    after.fold([contact("offered", "b", NOON + MINUTE)])

    assert offered(after, NOON + MINUTE) == (2, 2)


def test_a_restart_in_the_next_shift_begins_with_what_belongs_to_that() -> None:
    before = empty_fold(shifts=DAY_AND_NIGHT)
    before.fold([contact("offered", "a")])
    Boards(before).at(NOON)

    after = restarted(before, *DAY_AND_NIGHT)
    after.fold([contact("offered", "b", NOON + HOUR), contact("offered", "c", MIDNIGHT - HOUR)])

    assert offered(after, MIDNIGHT - MINUTE) == (1, 3)


def test_a_shift_whose_beginning_was_not_counted_has_no_figures_until_the_next_begins() -> None:
    before = empty_fold()
    before.fold([contact("offered", "a")])
    Boards(before).at(NOON)

    after = restarted(before, *DAY_AND_NIGHT)
    after.fold([contact("offered", "b", NOON + MINUTE), contact("offered", "c", MIDNIGHT)])

    assert Boards(after).at(NOON + MINUTE).shift.name == "day"  # type: ignore[union-attr]
    assert offered(after, NOON + MINUTE) == (None, 2)
    assert offered(after, MIDNIGHT) == (1, 1)


def test_a_shift_that_was_half_counted_stays_unknown_over_a_second_restart() -> None:
    before = empty_fold()
    before.fold([contact("offered", "a")])
    Boards(before).at(NOON)
    once = restarted(before, *DAY_AND_NIGHT)
    Boards(once).at(NOON + MINUTE)

    assert offered(restarted(once, *DAY_AND_NIGHT), NOON + 2 * MINUTE) == (None, 1)
