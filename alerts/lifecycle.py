"""The two machines of an alert: the signal, which the machine moves, and the work, which people move.

In: a state, a sample, now, a policy. Out: the next state and effects as data. Pure: the same function live, in
back-tests and in drills.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from alerts.frame import Signal, Work
from alerts.sample import Reading, Sample
from pulse.config import Rule

PAUSE_MS = 60_000
"""Time without a sample (a restart) that still counts as breaching when a breach stands on both sides of it."""
GAP_MS = 5_000
"""Time without a sample that still counts as clear. Shorter: an all-clear must have been seen, a breach only remembered."""
REJOIN_MS = 15 * 60_000
"""A signal raised again within this time of its clearing joins its incident."""
GRAVEST_LEVEL = 1
SELF_CLOSING_LEVEL = 3
ACKNOWLEDGE_WITHIN_MS: Mapping[int, int] = {1: 5 * 60_000, 2: 10 * 60_000, 3: 15 * 60_000}

WORK_MOVES: Mapping[Work, frozenset[Work]] = {
    Work.OPEN: frozenset({Work.ACKNOWLEDGED, Work.MITIGATED, Work.CLOSED}),
    Work.ACKNOWLEDGED: frozenset({Work.MITIGATED, Work.CLOSED}),
    Work.MITIGATED: frozenset({Work.CLOSED}),
    Work.CLOSED: frozenset({Work.OPEN}),
}
"""Where work may go from each state; only a signal raised again opens what was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a rule's samples move its signal."""

    level: int = 3
    raise_for_ms: int = 60_000
    clear_for_ms: int = 120_000
    gap_ms: int = GAP_MS
    """Longest time between two samples that counts as clear; a replay of one Board a minute needs more."""


def policy_of(rule: Rule) -> Policy:
    """The policy of a [rules.NAME] table."""
    return Policy(level=rule.level, raise_for_ms=round(rule.raise_for * 1000), clear_for_ms=round(rule.clear_for * 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of one rule in one scope."""

    signal: Signal = Signal.OK
    no_data: bool = False
    """The newest sample knew nothing; says nothing about the signal."""
    seen_at: int | None = None
    proven_at: int | None = None
    """The newest sample that spoke for the move under way."""
    held_ms: int = 0
    """How long the move under way has been proven."""
    cleared_at: int | None = None
    incident_id: int | None = None
    """The latest incident; open or not, `work` says."""
    work: Work = Work.CLOSED


@dataclass(frozen=True, slots=True)
class SignalMoved:
    """The signal of an incident went from one state to another."""

    before: Signal
    after: Signal


@dataclass(frozen=True, slots=True)
class DataMoved:
    """Samples of an incident began or ceased to be known."""

    no_data: bool


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """A signal was raised that belongs to no incident."""


@dataclass(frozen=True, slots=True)
class JoinIncident:
    """A signal was raised again; its incident is opened again if it was closed."""

    incident_id: int


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """A level III incident whose signal is OK closes by itself."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the rule's channels: `raised` or `cleared`."""

    step: str


Effect = SignalMoved | DataMoved | OpenIncident | JoinIncident | CloseIncident | Notify
Stepped = tuple[State, tuple[Effect, ...]]

RAISED, CLEARED = "raised", "cleared"


def step(state: State, sample: Sample, now: int, policy: Policy) -> Stepped:
    """The next state and what is to be done; a sample not newer than the newest seen changes nothing.

    A clock that goes back neither raises nor clears: proven time stays what it was and goes on from there.
    """
    at = min(sample.at, now)
    if state.seen_at is not None and state.seen_at > now:
        proven_at = None if state.proven_at is None else min(state.proven_at, now)
        return replace(state, seen_at=now, proven_at=proven_at), ()
    if state.seen_at is not None and at <= state.seen_at:
        return state, ()
    reading = sample.reading
    if reading is Reading.NO_DATA:
        return _marked(replace(state, seen_at=at), no_data=True)
    known, effects = _marked(replace(state, seen_at=at), no_data=False)
    moved, further = _moved(known, reading, _credit_ms(state, at, policy), policy)
    return moved, effects + further


def with_work(state: State, work: Work) -> State:
    """The state after people moved the work; closing a signal that still stood lets it be raised anew."""
    if work is Work.CLOSED and state.work is not Work.CLOSED and state.signal in (Signal.RAISED, Signal.CLEARING):
        return replace(state, work=work, signal=Signal.OK, held_ms=0, proven_at=None)
    return replace(state, work=work)


def may_become(work: Work, wanted: Work) -> bool:
    """Whether work in the one state may go to the other."""
    return wanted in WORK_MOVES[work]


def is_standing(state: State) -> bool:
    """Whether the signal is raised, or raised and on its way to clear."""
    return state.signal in (Signal.RAISED, Signal.CLEARING)


def _marked(state: State, *, no_data: bool) -> Stepped:
    changed = state.no_data is not no_data
    return replace(state, no_data=no_data), (DataMoved(no_data),) if changed and state.work is not Work.CLOSED else ()


def _credit_ms(state: State, at: int, policy: Policy) -> int:
    """How much of the time since the last proof counts as proven by a sample that says the same again."""
    if state.proven_at is None:
        return 0
    gap_ms = at - state.proven_at
    if state.signal is Signal.PENDING:
        return gap_ms if gap_ms <= PAUSE_MS else 0
    return gap_ms if gap_ms <= policy.gap_ms and not state.no_data else 0


def _moved(state: State, reading: Reading, credit_ms: int, policy: Policy) -> Stepped:
    match state.signal:
        case Signal.OK:
            return _to_raise(_begun(state, Signal.PENDING), policy) if reading is Reading.BREACHING else (state, ())
        case Signal.PENDING:
            return _to_raise(_proven(state, credit_ms), policy) if reading is Reading.BREACHING else (_quiet(state), ())
        case Signal.RAISED:
            return _to_clear(state, _begun(state, Signal.CLEARING), policy) if reading is Reading.CLEAR else (state, ())
        case Signal.CLEARING:
            if reading is Reading.CLEAR:
                return _to_clear(state, _proven(state, credit_ms), policy)
            return replace(_quiet(state), signal=Signal.RAISED), (SignalMoved(Signal.CLEARING, Signal.RAISED),)


def _begun(state: State, signal: Signal) -> State:
    return replace(state, signal=signal, held_ms=0, proven_at=state.seen_at)


def _proven(state: State, credit_ms: int) -> State:
    return replace(state, held_ms=state.held_ms + credit_ms, proven_at=state.seen_at)


def _quiet(state: State) -> State:
    return replace(state, signal=Signal.OK, held_ms=0, proven_at=None)


def _to_raise(state: State, policy: Policy) -> Stepped:
    if state.held_ms < policy.raise_for_ms:
        return state, ()
    joined = state.incident_id if _joins(state) else None
    opening = OpenIncident() if joined is None else JoinIncident(joined)
    # Work that is still open keeps its owner; what was closed starts again.
    work = state.work if joined is not None and state.work is not Work.CLOSED else Work.OPEN
    raised = replace(_quiet(state), signal=Signal.RAISED, cleared_at=None, incident_id=joined, work=work)
    return raised, (opening, SignalMoved(Signal.OK, Signal.RAISED), Notify(RAISED))


def _joins(state: State) -> bool:
    if state.incident_id is None or state.seen_at is None:
        return False
    return state.work is not Work.CLOSED or (state.cleared_at is not None and state.seen_at - state.cleared_at <= REJOIN_MS)


def _to_clear(before: State, state: State, policy: Policy) -> Stepped:
    begun: tuple[Effect, ...] = (SignalMoved(Signal.RAISED, Signal.CLEARING),) if before.signal is Signal.RAISED else ()
    if state.held_ms < policy.clear_for_ms:
        return state, begun
    closes = policy.level >= SELF_CLOSING_LEVEL
    cleared = replace(_quiet(state), cleared_at=state.seen_at, work=Work.CLOSED if closes else state.work)
    done: tuple[Effect, ...] = (SignalMoved(Signal.CLEARING, Signal.OK), Notify(CLEARED))
    return cleared, begun + done + ((CloseIncident(),) if closes else ())
