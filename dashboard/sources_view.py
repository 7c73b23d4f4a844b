"""What the settings say of sources: how fresh and how whole each is, what could not be read, and its last answer.

In: the latest Board, the config and the last answers. Out: rows ready to be drawn; a source that never spoke is unknown, not well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.redact import redact
from dashboard.status import Status, source_status
from pulse.config import Config
from pulse.kpi.board import Board, SourceCondition, SourceHealth
from pulse.kpi.freshness import is_old
from pulse.live.last_answer import LastAnswer
from pulse.plugins import UnknownKind, load
from pulse.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source; ages are seconds, None is unknown."""

    name: str
    kind: str
    """What its connector is called."""
    status: Status
    condition: SourceCondition
    polled_s: float | None
    """Since its last poll that succeeded."""
    lag_s: float | None
    """What it held its newest record back."""
    records: int
    completeness_ratio: float | None
    problems: Mapping[str, int]
    """What could not be read, the most frequent first."""
    error: str | None
    answer: LastAnswer | None

    @property
    def problem_count(self) -> int:
        """How much could not be read in all."""
        return sum(self.problems.values())


def source_rows(board: Board | None, config: Config, answers: Mapping[str, LastAnswer], shown: tuple[Language, int]) -> list[SourceRow]:
    """Every source of the config, and any other of the Board; `shown` is the language and now (epoch ms)."""
    language, now = shown
    told = board.sources if board else {}
    return [_row(name, told.get(name), (config, board, now, language), answers.get(name)) for name in _names(config, told)]


def _names(config: Config, told: Mapping[str, SourceHealth]) -> Iterator[str]:
    yield from config.sources
    yield from (name for name in told if name not in config.sources)


def _row(name: str, health: SourceHealth | None, seen: tuple[Config, Board | None, int, Language], answer: LastAnswer | None) -> SourceRow:
    config, board, now, language = seen
    known = health or SourceHealth(source=name, kind=config.sources[name].kind)
    stale = is_old(board.at if board else None, now)
    return SourceRow(
        name=name,
        kind=_titled(known.kind, language),
        status=Status.UNKNOWN if health is None else Status.STALE if stale else source_status(known, now),
        condition=known.condition,
        polled_s=None if known.polled_at is None else max(0, now - known.polled_at) / 1000,
        lag_s=_lag_s(known),
        records=known.records,
        completeness_ratio=known.completeness_ratio,
        problems=dict(sorted(known.problems.items(), key=lambda item: (-item[1], item[0]))),
        error=None if known.error is None else redact(known.error),
        answer=answer,
    )


def _titled(kind: str, language: Language) -> str:
    try:
        title: str = load("collectors.connectors", kind).TITLE.in_(language)
    except UnknownKind:
        return kind
    return title


def _lag_s(health: SourceHealth) -> float | None:
    if health.newest_at is None or health.newest_received_at is None:
        return None
    return max(0, health.newest_received_at - health.newest_at) / 1000
