"""What people hear of the alerts of one tick: each speaks, unless something keeps it quiet.

In: every alert after its step, the open incidents, what keeps alerts quiet. Out: for each alert that has something to say
or is kept quiet, its state afterwards and what is said. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from alerts.frame import IncidentRow, Work
from alerts.lifecycle import Effect, State, is_standing
from alerts.muting import Inhibitor, Mute, Quiet, Subject, effective
from alerts.ruleset import LoadedRule
from alerts.sample import Sample
from alerts.sampling import Key
from alerts.speaking import FLAPPING, Moment, Said, speak
from pulse.kpi.board import Board
from pulse.kpi.freshness import Sight, sight


@dataclass(frozen=True, slots=True)
class Judged:
    """What one sample made of one alert; without a rule nothing can be raised."""

    rule: LoadedRule | None
    sample: Sample
    state: State
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """An alert after it spoke, what it said, and what keeps it quiet."""

    state: State
    said: tuple[Said, ...]
    mute: Mute | None


def heard(judged: Mapping[Key, Judged], incidents: Mapping[Key, IncidentRow], board: Board, quiet: Quiet) -> dict[Key, Heard]:
    """What becomes of each alert that has something to say or is kept quiet; `quiet` is without inhibitors, they are found here."""
    concerned = {key: one for key, one in judged.items() if _is_concerned(one.state)}

    def subject_of(key: Key) -> Subject:
        return _subject(key, concerned[key].state, incidents.get(key), board)

    whole = replace(quiet, inhibitors=effective(_inhibitors(concerned, subject_of, quiet)))
    found = {}
    for key, one in concerned.items():
        mute = whole.mute_of(subject_of(key)) if whole.keeps_any else None
        if mute is not None or _has_to_say(one.state):
            found[key] = _spoken(one.state, mute, quiet.now)
    return found


def unexplained(opened: Iterable[Key], judged: Mapping[Key, Judged], board: Board, quiet: Quiet) -> list[Key]:
    """Of alerts that were opened just now, those that nothing among `judged`, no window and no silence keeps quiet."""

    def subject_of(key: Key) -> Subject:
        return _subject(key, judged[key].state, None, board)

    whole = replace(quiet, inhibitors=effective(_inhibitors(judged, subject_of, quiet)))
    return [key for key in opened if whole.mute_of(subject_of(key)) is None]


def _is_concerned(state: State) -> bool:
    return state.work is not Work.CLOSED or state.voice.owes is not None or state.flaps.flapping


def _has_to_say(state: State) -> bool:
    voice = state.voice
    return voice.owes is not None or voice.muted is not None or voice.told == FLAPPING or state.flaps.flapping


def _inhibitors(concerned: Mapping[Key, Judged], subject_of: Callable[[Key], Subject], quiet: Quiet) -> Iterator[Inhibitor]:
    """Those that stand. A flood that is kept quiet hides nothing: its one message, in place of all the others, is not told."""
    for key, one in concerned.items():
        if one.rule is not None and one.rule.inhibits and is_standing(one.state):
            subject = subject_of(key)
            if not (one.rule.sees_alerts and quiet.mute_of(subject)):
                yield Inhibitor(subject, one.sample.title, one.rule.inhibits)


def _spoken(state: State, mute: Mute | None, now: int) -> Heard:
    voice, said = speak(state.voice, Moment(now, state.flaps.flapping, mute.key if mute else None))
    return Heard(state if voice is state.voice else replace(state, voice=voice), said, mute)


def _subject(key: Key, state: State, incident: IncidentRow | None, board: Board) -> Subject:
    levels = (state.level, incident.level if incident else None, state.voice.told_level, state.worst_level)
    level = min((level for level in levels[:2] if level is not None), default=levels[2] or levels[3] or 3)
    scope = board.queues.get(key.scope)
    silent = frozenset(scope.sources) if scope is not None and sight(board, scope) is Sight.NONE else frozenset()
    return Subject(key.rule, key.scope, level, state.incident_id, silent)
