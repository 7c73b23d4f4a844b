"""The Board of a past minute: kept, or rebuilt as the fold that lived through the day would have made it."""

from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from made import HOUR, MINUTE, NOON, SECOND, contact, settings, shift

from pulse.config import Config
from pulse.kpi.board import Board, board_json
from pulse.kpi.records import Channel, ContactEvent
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, FoldSettings
from pulse.live.past import How, PastBoards, rebuilt
from pulse.tables import Goal

MIDNIGHT = NOON - 12 * HOUR
SHIFTS = (shift("night", 22 * 60, 6 * 60), shift("day", 6 * 60, 22 * 60))


class Kept:
    """What history has kept: Boards by minute; of earlier days nothing."""

    def __init__(self, first: int | None = None, boards: dict[int, bytes] | None = None) -> None:
        self.first, self.boards = first, boards or {}

    def board_at(self, _site: str, at: int) -> bytes | None:
        return self.boards.get(at)

    def first_at(self, _site: str) -> int | None:
        return self.first

    def first_board_at(self, _site: str) -> int | None:
        return min(self.boards, default=None)

    def day_counts(self, _site: str, _start: int, _end: int, _names: object) -> dict:
        return {}


class Told:
    """The events of single contacts."""

    def __init__(self, *events: ContactEvent) -> None:
        self.told = events

    def events(self, start: int, end: int) -> list[ContactEvent]:
        return [event for event in self.told if start <= event.at < end]

    def first_at(self) -> int | None:
        return min((event.at for event in self.told), default=None)


def past_boards(kept: Kept, told: Told, promised: Config | None = None) -> PastBoards:
    """The past of a site that promises what all do, and promised the same or something else then."""
    return PastBoards(Config(), kept, told, lambda _at: promised or Config())


OUTCOMES = ("answered", "abandoned", "overflowed", "withdrawn", "callback_requested", None)


@st.composite
def visits(draw) -> list[ContactEvent]:  # type: ignore[no-untyped-def]
    """One contact from its offer in the last hours before midnight, or later, to what came of it."""
    name = f"c{draw(st.integers(0, 10**6))}"
    queue, channel = draw(st.sampled_from([("support", Channel.VOICE), ("chat", Channel.CHAT), ("mail", Channel.EMAIL)]))
    facts = {"queue": queue, "channel": channel}
    at = MIDNIGHT + draw(st.integers(-3 * HOUR, 14 * HOUR))
    wait_ms, outcome = draw(st.integers(0, 20 * MINUTE)), draw(st.sampled_from(OUTCOMES))
    told = [contact("offered", name, at, **facts)]
    if outcome is not None:
        told.append(contact(outcome, name, at + wait_ms, wait_s=wait_ms / 1000, **facts))
    if outcome == "answered":
        told.append(contact("completed", name, at + wait_ms + 3 * MINUTE, talk_s=180.0, **facts))
    if draw(st.booleans()):
        told.append(contact("complaint", name, at + wait_ms + 4 * MINUTE, category="billing", level="minor", **facts))
    return told


def lived_through(known: FoldSettings, events: list[ContactEvent], beats: list[int], at: int) -> Board:
    """The Board of a fold that was told of every event in its turn, and rolled at every beat."""
    fold = Fold(known, catalogue())
    fold.roll(MIDNIGHT - 3 * HOUR)
    for before, now in pairwise([0, *sorted(beat for beat in beats if beat < at), at]):
        fold.fold([event for event in events if before < event.at <= now])
        fold.roll(now)
    return Boards(fold).at(at)


@examples(max_examples=40)
@given(
    st.lists(visits(), min_size=1, max_size=12, unique_by=lambda told: told[0].contact_id),
    st.lists(st.integers(MIDNIGHT - 3 * HOUR, MIDNIGHT + 15 * HOUR), max_size=12),
    st.integers(0, 15 * 60),
)
def test_a_rebuilt_board_is_the_one_of_the_fold_that_lived_through_the_day(told, beats, minute) -> None:
    known, at = settings(shifts=SHIFTS), MIDNIGHT + minute * MINUTE
    events = [event for visit in told for event in visit]

    board = rebuilt(known, Told(*reversed(events)).events, at)

    lived = lived_through(known, events, beats, at)
    if board is None:
        assert not lived.queues
    else:
        assert board == lived


def test_what_happened_after_the_minute_is_not_known_in_it() -> None:
    told = Told(contact("offered", at=NOON - 30 * SECOND), contact("answered", at=NOON + 1, wait_s=30.001))

    support = rebuilt(settings(), told.events, NOON).queues["support"]

    assert (support.waiting, support.oldest_wait_s, support.today["answered"]) == (1, 30.0, 0)


def test_a_rebuilt_board_claims_nothing_that_contacts_cannot_tell() -> None:
    board = rebuilt(settings(), Told(contact("offered", at=NOON)).events, NOON)

    assert board.sources == {}
    assert (board.site.agents, board.site.backlog) == (None, None)


def test_a_minute_that_was_kept_is_shown_as_screens_showed_it_and_another_is_rebuilt() -> None:
    told = Told(contact("offered", at=NOON))
    shown = rebuilt(settings(), told.events, NOON + 20 * SECOND)
    past = past_boards(Kept(NOON, {NOON: board_json(shown)}), told)

    kept, made = past.at(NOON + 59 * SECOND), past.at(NOON + MINUTE)

    assert (kept.how, kept.minute, kept.board) == (How.RECORDED, NOON, shown)
    assert (made.how, made.minute, made.board.at) == (How.REBUILT, NOON + MINUTE, NOON + MINUTE)


def test_a_rebuilt_board_judges_by_what_was_promised_on_its_day() -> None:
    told = Told(contact("offered", at=NOON), contact("answered", at=NOON + 30 * SECOND, wait_s=30.0))
    then = Config(channels={"voice": Goal(goal_percent=70, target="1m")})

    now, past = (past_boards(Kept(), told, promised).at(NOON + MINUTE).board.queues["support"] for promised in (None, then))

    assert (now.target_s, now.goal_ratio, now.today["service_level"]) == (20.0, 0.8, 0.0)
    assert (past.target_s, past.goal_ratio, past.today["service_level"]) == (60.0, 0.7, 1.0)


def test_a_board_that_another_program_wrote_is_rebuilt() -> None:
    past = past_boards(Kept(NOON, {NOON: b'{"at": "noon"}'}), Told(contact("offered", at=NOON)))

    assert past.at(NOON).how is How.REBUILT


def test_of_a_day_of_which_nothing_is_on_record_there_is_no_board() -> None:
    assert past_boards(Kept(), Told()).at(NOON) is None


def test_history_begins_with_the_first_thing_that_is_known() -> None:
    early = contact("offered", at=NOON + 30 * SECOND)

    assert past_boards(Kept(NOON + HOUR), Told(early)).first_at() == NOON
    assert past_boards(Kept(NOON + HOUR), Told()).first_at() == NOON + HOUR
    assert past_boards(Kept(NOON + HOUR, {NOON: b""}), Told()).first_at() == NOON
    assert past_boards(Kept(), Told()).first_at() is None


def test_a_past_day_of_the_site_begins_at_its_own_midnight() -> None:
    known = settings(zone="Europe/Berlin")
    begins = MIDNIGHT - HOUR
    told = Told(contact("offered", "before", at=begins - SECOND), contact("offered", "after", at=begins))

    support = rebuilt(known, told.events, begins + MINUTE).queues["support"]

    assert known.zone == ZoneInfo("Europe/Berlin")
    assert (support.today["offered"], support.last_5m["offered"], support.waiting) == (1, 2, 2)
