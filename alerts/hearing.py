"""What people hear of the alerts of one tick: each speaks, unless something keeps it quiet.

In: every alert after its step, the open incidents, what keeps alerts quiet. Out: for each alert that has something to say or an
open incident, its state afterwards and what is said. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from alerts.frame import IncidentRow, Work
from alerts.lifecycle import Effect, State, is_standing
from alerts.muting import Inhibitor, Mute, Quiet, Subject, effective
from alerts.ruleset import LoadedRule
from alerts.sample import Sample
from alerts.sampling import Key
from alerts.speaking import Moment, Said, speak
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
    """What each alert says that has something to say or an open incident; `quiet` is without inhibitors, they are found here."""
    concerned = {key: one for key, one in judged.items() if _is_concerned(one.state)}
    subjects = {key: _subject(key, one.state, incidents.get(key), board) for key, one in concerned.items()}
    whole = replace(quiet, inhibitors=effective(_inhibitors(concerned, subjects)))
    return {key: _spoken(one.state, whole.mute_of(subjects[key]), quiet.now) for key, one in concerned.items()}


def _is_concerned(state: State) -> bool:
    return state.work is not Work.CLOSED or state.voice.owes is not None or state.flaps.flapping


def _inhibitors(concerned: Mapping[Key, Judged], subjects: Mapping[Key, Subject]) -> Iterator[Inhibitor]:
    for key, one in concerned.items():
        if one.rule is not None and one.rule.inhibits and is_standing(one.state):
            yield Inhibitor(subjects[key], one.sample.title, one.rule.inhibits)


def _spoken(state: State, mute: Mute | None, now: int) -> Heard:
    voice, said = speak(state.voice, Moment(now, state.flaps.flapping, mute.key if mute else None))
    return Heard(state if voice is state.voice else replace(state, voice=voice), said, mute)


def _subject(key: Key, state: State, incident: IncidentRow | None, board: Board) -> Subject:
    levels = (state.level, incident.level if incident else None, state.voice.told_level, state.worst_level)
    level = min((level for level in levels[:2] if level is not None), default=levels[2] or levels[3] or 3)
    scope = board.queues.get(key.scope)
    silent = frozenset(scope.sources) if scope is not None and sight(board, scope) is Sight.NONE else frozenset()
    return Subject(key.rule, key.scope, level, state.incident_id, silent)
