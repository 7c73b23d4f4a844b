"""The two machines of an alert: the signal, which the machine moves, and the work, which people move.

In: a state, a sample, now, a policy. Out: the next state and effects as data. Pure: the same function live, in
back-tests and in drills. A rule with graver levels has one rung for each; the alert is as grave as the gravest that stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from alerts.flapping import Flaps, calmed, flapped
from alerts.frame import Signal, Work
from alerts.peak import worst_of
from alerts.rung import GAP_MS, Pace, Rung, at_rest, moved
from alerts.sample import Reading, Sample
from alerts.speaking import CLEARED, REMOVED, Voice
from pulse.tables import Rule

REJOIN_MS = 15 * 60_000
"""A signal raised again within this time of its clearing goes on with its incident; later it is news to its people."""
GRAVEST_LEVEL = 1
SELF_CLOSING_LEVEL = 3
ACKNOWLEDGE_WITHIN_MS: Mapping[int, int] = {1: 5 * 60_000, 2: 10 * 60_000, 3: 15 * 60_000}

WORK_MOVES: Mapping[Work, frozenset[Work]] = {
    Work.OPEN: frozenset({Work.ACKNOWLEDGED, Work.MITIGATED, Work.CLOSED}),
    Work.ACKNOWLEDGED: frozenset({Work.MITIGATED, Work.CLOSED}),
    Work.MITIGATED: frozenset({Work.CLOSED}),
    Work.CLOSED: frozenset({Work.OPEN, Work.REVIEWED}),
    Work.REVIEWED: frozenset({Work.OPEN}),
}
"""Where work may go from each state; only a finished post-mortem makes it reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a rule's samples move its signal, and its graver levels, each graver than the one before."""

    level: int = 3
    raise_for_ms: int = 60_000
    clear_for_ms: int = 120_000
    gap_ms: int = GAP_MS
    graver: tuple["Policy", ...] = ()
    is_gone: bool = False
    """The rule is gone from the file: what it raised ends, and nobody is told that all is well."""

    @property
    def rungs(self) -> tuple["Policy", ...]:
        """Itself, then its graver levels."""
        return (self, *self.graver)

    @property
    def pace(self) -> Pace:
        """How its own level moves."""
        return Pace(raise_for_ms=self.raise_for_ms, clear_for_ms=self.clear_for_ms, gap_ms=self.gap_ms)


def policy_of(rule: Rule) -> Policy:
    """The policy of a [rules.NAME] table."""
    own = Policy(level=rule.level, raise_for_ms=round(rule.raise_for * 1000), clear_for_ms=round(rule.clear_for * 1000))
    graver = tuple(
        Policy(
            level=one.level,
            raise_for_ms=own.raise_for_ms if one.raise_for is None else round(one.raise_for * 1000),
            clear_for_ms=own.clear_for_ms if one.clear_for is None else round(one.clear_for * 1000),
        )
        for one in rule.graver
    )
    return replace(own, graver=graver)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of one rule in one scope."""

    rungs: tuple[Rung, ...] = (Rung(),)
    """The rule's own level first, then the graver ones."""
    seen_at: int | None = None
    level: int | None = None
    """The gravest level that stands; None where none does."""
    worst_level: int | None = None
    """The gravest level of the latest incident."""
    cleared_at: int | None = None
    peak: float | None = None
    """The worst value while the latest incident stood; None where none was known."""
    incident_id: int | None = None
    """The latest incident; open or not, `work` says."""
    work: Work = Work.CLOSED
    """Reviewed is closed here: the signal does not care what people learnt from it."""
    flaps: Flaps = field(default_factory=Flaps)
    voice: Voice = field(default_factory=Voice)

    @property
    def signal(self) -> Signal:
        """Raised while any rung is, clearing while all that stand are, pending before the first is raised."""
        signals = {rung.signal for rung in self.rungs}
        return next(signal for signal in (Signal.RAISED, Signal.CLEARING, Signal.PENDING, Signal.OK) if signal in signals)

    @property
    def no_data(self) -> bool:
        """Whether the newest sample knew nothing of the level that stands or, where none does, of the rule's own."""
        return (self.gravest_rung or self.rungs[0]).no_data

    @property
    def gravest_rung(self) -> Rung | None:
        """The gravest rung that stands; None where none does."""
        return next((rung for rung in reversed(self.rungs) if rung.stands), None)


@dataclass(frozen=True, slots=True)
class SignalMoved:
    """The signal of an incident went from one state to another."""

    before: Signal
    after: Signal


@dataclass(frozen=True, slots=True)
class LevelMoved:
    """A standing signal became graver or milder."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class DataMoved:
    """Samples of an incident began or ceased to be known."""

    no_data: bool


@dataclass(frozen=True, slots=True)
class FlappingMoved:
    """An incident's signal began to come and go too often to be told each time, or came to rest."""

    flapping: bool


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """A signal was raised that belongs to no incident."""


@dataclass(frozen=True, slots=True)
class JoinIncident:
    """A signal was raised again; its incident is opened again if it was closed, or if the signal had been clear for long."""

    incident_id: int
    is_news: bool = False
    """It had been clear for so long that whoever owned it owns something else."""


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """An incident whose signal is OK closes by itself: one of level III, or one whose rule is gone and that nobody owns."""


Effect = SignalMoved | LevelMoved | DataMoved | FlappingMoved | OpenIncident | JoinIncident | CloseIncident
Stepped = tuple[State, tuple[Effect, ...]]


def step(state: State, sample: Sample, now: int, policy: Policy) -> Stepped:
    """The next state and what is to be done; a sample not newer than the newest seen changes nothing.

    A clock that goes back neither raises nor clears: proven time stays what it was and goes on from there.
    """
    at = seen_after(state.seen_at, sample.at, now)
    if state.seen_at is not None and state.seen_at > now:
        return replace(state, seen_at=at, rungs=tuple(_set_back(rung, now) for rung in state.rungs)), ()
    if at == state.seen_at:
        return state, ()
    # A rule of another level than its alert was raised with moves the alert to its level.
    is_of_level = state.rungs[0].level == policy.level and state.level in (None, policy.level)
    if not policy.graver and is_of_level and changes_nothing(state, sample.reading):
        return replace(state, seen_at=at, peak=_peak(state, sample)), ()
    return stepped(state, sample, at, policy)


def seen_after(seen_at: int | None, at: int, now: int) -> int:
    """The instant of the newest sample after one of the instant `at`: an older one changes nothing, a clock that goes back does."""
    if seen_at is None:
        return min(at, now)
    return now if seen_at > now else max(seen_at, min(at, now))


def stepped(state: State, sample: Sample, at: int, policy: Policy) -> Stepped:
    """The step of a sample that is newer than the newest seen, whatever it changes."""
    rungs = _moved(state.rungs, sample, at, policy)
    after, effects = _followed(state, replace(state, rungs=rungs, seen_at=at, level=_level(rungs, policy)), at, policy)
    peak = _peak(after, sample)
    return after if peak == after.peak else replace(after, peak=peak), effects


def shown(sample: Sample, state: State) -> Sample:
    """Of a sample with graver levels, what the gravest that stands says; the sample itself where none does."""
    standing = [said for said, rung in zip((sample, *sample.graver), state.rungs, strict=False) if rung.stands]
    return standing[-1] if standing else sample


def changes_nothing(state: State, reading: Reading) -> bool:
    """Whether `stepped` would note the instant of a newer sample of a rule with one level and nothing else; it is most of them."""
    if state.flaps.flapping or len(state.rungs) > 1:
        return False
    rung = state.rungs[0]
    if reading is Reading.NO_DATA:
        return rung.no_data
    if rung.no_data:
        return False
    if rung.signal is Signal.OK:
        return reading is not Reading.BREACHING
    return rung.signal is Signal.RAISED and reading is not Reading.CLEAR


def is_at_rest(state: State) -> bool:
    """Whether nothing is under way and nothing is owed: a sample that is well would change nothing but the instant of the newest."""
    if state.work is not Work.CLOSED or state.voice.owes is not None or state.flaps.flapping:
        return False
    return all(rung.signal is Signal.OK and not rung.no_data for rung in state.rungs)


def with_work(state: State, work: Work) -> State:
    """The state after people moved the work; closing a signal that still stood lets it be raised anew."""
    if work is Work.CLOSED and state.work is not Work.CLOSED and is_standing(state):
        rungs = tuple(at_rest(rung, Signal.OK) for rung in state.rungs)
        return replace(state, work=work, rungs=rungs, level=None, voice=Voice())
    return replace(state, work=work)


def may_become(work: Work, wanted: Work) -> bool:
    """Whether work in the one state may go to the other."""
    return wanted in WORK_MOVES[work]


def is_standing(state: State) -> bool:
    """Whether the signal is raised, or raised and on its way to clear."""
    return state.gravest_rung is not None


def _peak(state: State, sample: Sample) -> float | None:
    return state.peak if state.level is None else worst_of(state.peak, shown(sample, state))


def _set_back(rung: Rung, now: int) -> Rung:
    return rung if rung.proven_at is None else replace(rung, proven_at=min(rung.proven_at, now))


def _moved(rungs: tuple[Rung, ...], sample: Sample, at: int, policy: Policy) -> tuple[Rung, ...]:
    """One rung for each level of the rule as it is now: the file may have got or lost some since."""
    readings = (sample.reading, *(graver.reading for graver in sample.graver), *[Reading.NO_DATA] * len(policy.graver))
    told = zip(_fitted(rungs, policy), readings, policy.rungs, strict=False)
    return tuple(moved(rung, reading, at, own.pace) for rung, reading, own in told)


def _fitted(rungs: tuple[Rung, ...], policy: Policy) -> tuple[Rung, ...]:
    """A rung for each level; what stood on levels that are gone from the file, and only there, stands on the rule's own."""
    levels = [own.level for own in policy.rungs]
    known = _levelled(rungs, levels)
    kept = tuple(next((rung for rung in known if rung.level == level), Rung(level=level)) for level in levels)
    lost = [rung for rung in known if rung.level not in levels]
    if any(rung.stands for rung in lost) and not any(rung.stands for rung in kept):
        return (at_rest(kept[0], Signal.RAISED), *kept[1:])
    return kept


def _levelled(rungs: tuple[Rung, ...], levels: Sequence[int]) -> tuple[Rung, ...]:
    """The rungs with their levels: a rule's own goes on where the rule was only given another level.

    Those kept before rungs knew their level are taken in their order.
    """
    own = rungs[0]
    if own.level is None:
        return tuple(replace(rung, level=level) for rung, level in zip(rungs, (*levels, *[None] * len(rungs)), strict=False))
    if own.level not in levels and all(rung.level != levels[0] for rung in rungs):
        return (replace(own, level=levels[0]), *rungs[1:])
    return rungs


def _level(rungs: tuple[Rung, ...], policy: Policy) -> int | None:
    return min((own.level for rung, own in zip(rungs, policy.rungs, strict=False) if rung.stands), default=None)


def _followed(before: State, state: State, at: int, policy: Policy) -> Stepped:
    """What follows for the alert from the moves of its rungs."""
    match before.level, state.level:
        case None, None:
            followed: Stepped = (state, ())
        case None, int(level):
            followed = _raised(state, level, at)
        case int(), None:
            followed = _cleared(before, state, at, policy)
        case int(), int(level):
            followed = _stood(before, state, level, at)
    after, effects = followed
    calm, further = _calmed(after, at, policy)
    return calm, _data_moved(before, state) + effects + further


def _data_moved(before: State, state: State) -> tuple[Effect, ...]:
    changed = before.no_data is not state.no_data and before.work is not Work.CLOSED
    return (DataMoved(state.no_data),) if changed else ()


def _raised(state: State, level: int, at: int) -> Stepped:
    joined = state.incident_id if _joins(state, at) else None
    is_news = state.cleared_at is not None and at - state.cleared_at > REJOIN_MS
    opening = OpenIncident() if joined is None else JoinIncident(joined, is_news)
    # Work goes on with its owner where the alert comes back soon; what was closed, or clear for long, starts again.
    work = state.work if joined is not None and state.work is not Work.CLOSED and not is_news else Work.OPEN
    worst = level if joined is None else min(level, state.worst_level or level)
    voice = state.voice.after_raise(level) if joined is not None else Voice().after_raise(level)
    flaps, begun = flapped(state.flaps, at)
    peak = None if joined is None or is_news else state.peak
    raised = replace(state, cleared_at=None, incident_id=joined, work=work, worst_level=worst, peak=peak, voice=voice, flaps=flaps)
    return raised, (opening, SignalMoved(Signal.OK, Signal.RAISED), *((FlappingMoved(True),) if begun else ()))


def _joins(state: State, at: int) -> bool:
    if state.incident_id is None:
        return False
    return (
        state.work is not Work.CLOSED
        or _is_thought_to_stand(state)
        or (state.cleared_at is not None and at - state.cleared_at <= REJOIN_MS)
    )


def _is_thought_to_stand(state: State) -> bool:
    """Whether it closed by itself while its end was kept from people: who was not told of it takes what comes for the same."""
    voice = state.voice
    return voice.owes in (CLEARED, REMOVED) and voice.muted is not None and (state.worst_level or 0) >= SELF_CLOSING_LEVEL


def _cleared(before: State, state: State, at: int, policy: Policy) -> Stepped:
    since = at - min(own.clear_for_ms for own in policy.rungs)
    voice = state.voice.after_removal(since) if policy.is_gone else state.voice.after_clear(since)
    cleared = replace(state, cleared_at=at, voice=voice)
    begun: tuple[Effect, ...] = (SignalMoved(Signal.RAISED, Signal.CLEARING),) if before.signal is Signal.RAISED else ()
    return _closed_by_itself(cleared, (*begun, SignalMoved(Signal.CLEARING, Signal.OK)), policy)


def _closed_by_itself(state: State, effects: tuple[Effect, ...], policy: Policy) -> Stepped:
    """What flaps is not closed: it would be opened again at once. Of what has no rule any more, what somebody owns is theirs to close."""
    is_left = policy.is_gone and state.work is Work.OPEN
    is_for_people = (state.worst_level or SELF_CLOSING_LEVEL) < SELF_CLOSING_LEVEL and not is_left
    if state.work is Work.CLOSED or state.flaps.flapping or is_for_people:
        return state, effects
    return replace(state, work=Work.CLOSED), (*effects, CloseIncident())


def _stood(before: State, state: State, level: int, at: int) -> Stepped:
    signal: tuple[Effect, ...] = (SignalMoved(before.signal, state.signal),) if before.signal is not state.signal else ()
    if before.level is None or before.level == level:
        return state, signal
    effects = (*signal, LevelMoved(before.level, level))
    if level > before.level:
        return replace(state, voice=state.voice.after_easing(level)), effects
    flaps, begun = flapped(state.flaps, at)
    worst = min(level, state.worst_level or level)
    # Who owned the milder alert has not said that they own the graver one.
    graver = replace(state, voice=state.voice.after_rise(level), work=Work.OPEN, worst_level=worst, flaps=flaps)
    return graver, (*effects, *((FlappingMoved(True),) if begun else ()))


def _calmed(state: State, at: int, policy: Policy) -> Stepped:
    flaps = calmed(state.flaps, at)
    if flaps is state.flaps:
        return state, ()
    calm = replace(state, flaps=flaps)
    return _closed_by_itself(calm, (FlappingMoved(False),), policy) if calm.level is None else (calm, (FlappingMoved(False),))
