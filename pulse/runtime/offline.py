"""Boards of recorded logs without any server: the connector and the fold, with the records' own time as the clock."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from collectors.base import Batch, SourceContext, SourceFailed
from pulse.config import ConfigError, Fault, faults_of
from pulse.kpi.board import Board
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import CounterWindow, Record
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, FoldSettings
from pulse.plugins import UnknownKind, load

SITE = "recording"


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded files of one connector kind."""

    kind: str
    paths: tuple[Path, ...]

    def batches(self, zone: ZoneInfo) -> Iterator[Batch]:
        """The batches its connector reads of it, oldest part first; raises ConfigError where it cannot."""
        missing = [path for path in self.paths if not path.is_file()]
        if missing:
            raise ConfigError([Fault(where=str(path), message="no such file, expected a recorded log") for path in missing])
        try:
            module = load("collectors.connectors", self.kind)
            options = module.Options.model_validate({"path": str(self.paths[0])})
        except UnknownKind as error:
            raise ConfigError([Fault(where="--kind", message=str(error))]) from error
        except ValidationError as error:
            raise ConfigError(faults_of(error, f"--kind {self.kind}")) from error
        if not hasattr(module, "read_recording"):
            raise ConfigError([Fault(where="--kind", message=f'got "{self.kind}", which has no recordings to read')])
        context = SourceContext(site=SITE, source=self.kind, zone=zone.key)
        batches: Iterator[Batch] = module.read_recording(self.paths, options, context)
        return batches


@dataclass(slots=True)
class Reading:
    """What was read of a recording so far."""

    problems: Counter[str] = field(default_factory=Counter)
    """What could not be read, by name."""

    def of(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """The batches, their problems counted; raises ConfigError where a file cannot be read."""
        try:
            for batch in batches:
                self.problems.update(batch.problems)
                yield batch
        except SourceFailed as error:
            raise ConfigError([Fault(where="--source", message=str(error))]) from error


def boards(batches: Iterator[Batch], goal: QueueGoal, zone: ZoneInfo, every_s: float) -> Iterator[Board]:
    """A Board at every epoch multiple of `every_s` once all lines up to it are in, and one at the end of the log."""
    settings = FoldSettings(
        site=SITE, zone=zone, goal_of=lambda _queue, _channel: goal, channel_goal=lambda _channel: goal, site_goal=goal, remember_ms=None
    )
    fold = Fold(settings, catalogue())
    drawn, step_ms = Boards(fold), max(1, round(every_s * 1000))
    due, end, at = 0, None, 0
    for batch in batches:
        if due == 0 and batch.oldest_at is not None:
            due = -(-batch.oldest_at // step_ms) * step_ms
        pending: list[Record] = []
        for record in batch.records:
            while due and _instant(record) > due:
                fold.fold(pending)
                pending = []
                yield drawn.at(due)
                at, due = due, due + step_ms
            pending.append(record)
        fold.fold(pending)
        end = max(filter(None, (end, batch.newest_at)), default=None)
    while end is not None and due <= end:
        yield drawn.at(due)
        at, due = due, due + step_ms
    if end is not None and end != at:
        yield drawn.at(end)


def last_board(drawn: Iterator[Board]) -> Board | None:
    """The last of the Boards; None where there is none."""
    kept = deque(drawn, maxlen=1)
    return kept[0] if kept else None


def _instant(record: Record) -> int:
    if isinstance(record, CounterWindow):
        return record.end
    return record.at
