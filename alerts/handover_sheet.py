"""The sheet of a hand-over: what the next shift must know, as it was at one instant.

In: open incidents, what keeps alerts quiet, the Board, a note. Out: a `Sheet`, the same for the page, the command line and SQL. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from alerts.frame import IncidentRow, Work
from alerts.muting import Silence
from alerts.shift_change import Change
from pulse.kpi.board import Board, Scope
from pulse.kpi.freshness import is_stale
from pulse.kpi.kpi import Unit
from pulse.kpi.shift import RunningShift
from pulse.maintenance import OpenWindow
from pulse.text import Text

LONGEST_NOTE = 4000
FIGURES: Mapping[str, tuple[Text, Unit]] = {
    "waiting": (Text("Waiting now", "当前排队"), Unit.COUNT),
    "oldest_wait_s": (Text("Oldest wait", "最长等待"), Unit.SECONDS),
    "service_level_30m": (Text("Service level, 30 min", "服务水平，30 分钟"), Unit.RATIO),
    "service_level": (Text("Service level today", "今日服务水平"), Unit.RATIO),
    "offered": (Text("Offered today", "今日呼入"), Unit.COUNT),
    "abandoned": (Text("Abandoned today", "今日放弃"), Unit.COUNT),
    "logged_in": (Text("Agents logged in", "在线坐席"), Unit.COUNT),
}
"""The headline figures of the site, in their order."""


class HeldIncident(msgspec.Struct, frozen=True, kw_only=True):
    """One incident that is open."""

    id: int
    level: int
    work: Work
    title: dict[str, str]
    scope: str
    opened_at: int
    owner: str | None
    acknowledge_by: int | None
    """Until when somebody must acknowledge it; None where somebody has."""
    drill: bool = False


class HeldQuiet(msgspec.Struct, frozen=True, kw_only=True):
    """A silence or a maintenance window that stands."""

    kind: str
    what: dict[str, str]
    by: str | None
    ends_at: int | None
    comment: str = ""


class StaleSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source that tells nothing new."""

    name: str
    polled_at: int | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed over; instants are epoch ms, shift titles by language."""

    at: int
    leaves: dict[str, str] | None
    takes: dict[str, str] | None
    incidents: tuple[HeldIncident, ...]
    quiet: tuple[HeldQuiet, ...]
    stale: tuple[StaleSource, ...]
    board_at: int | None
    """Of when the figures and the sources are; None where no Board was there."""
    figures: dict[str, float | None]
    note: str = ""

    @property
    def without_owner(self) -> int:
        """How many incidents nobody owns."""
        return sum(one.owner is None for one in self.incidents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known at an instant (epoch ms)."""

    at: int
    incidents: Sequence[IncidentRow] = ()
    silences: Sequence[Silence] = ()
    windows: Sequence[OpenWindow] = ()
    board: Board | None = None


def sheet_of(known: Known, change: Change, note: str = "") -> Sheet:
    """The sheet: incidents gravest and oldest first, what is quiet in the order of its end. The note must be redacted already."""
    board = known.board
    return Sheet(
        at=known.at,
        leaves=_title(change.leaves),
        takes=_title(change.takes),
        incidents=tuple(_held(row) for row in sorted(known.incidents, key=lambda row: (row.level, row.opened_at, row.id))),
        quiet=tuple(sorted((*_silences(known), *_windows(known)), key=lambda one: (one.ends_at is None, one.ends_at or 0, one.kind))),
        stale=() if board is None else tuple(_stale(board)),
        board_at=None if board is None else board.at,
        figures=dict.fromkeys(FIGURES) if board is None else _figures(board.site),
        note=note.strip()[:LONGEST_NOTE],
    )


def stored(sheet: Sheet) -> dict[str, Any]:
    """The sheet as SQL keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(sheet)
    return kept


def read_sheet(kept: Mapping[str, Any]) -> Sheet:
    """The sheet that `stored` made; raises msgspec.ValidationError for anything else."""
    return msgspec.convert(kept, Sheet)


def digest_of(sheet: Sheet) -> str:
    """Twelve hexadecimal digits that are others for any other sheet: the event log keeps them, so that a changed sheet is found."""
    return sha256(msgspec.json.encode(sheet, order="deterministic")).hexdigest()[:12]


def _title(shift: RunningShift | None) -> dict[str, str] | None:
    return None if shift is None else dict(shift.titles)


def _held(row: IncidentRow) -> HeldIncident:
    return HeldIncident(
        id=row.id,
        level=row.level,
        work=row.work,
        title=row.title,
        scope=row.scope,
        opened_at=row.opened_at,
        owner=row.owner,
        acknowledge_by=row.acknowledge_by,
        drill=row.drill,
    )


def _silences(known: Known) -> list[HeldQuiet]:
    return [
        HeldQuiet(kind="silence", what=_both(f"{one.rule} / {one.scope}"), by=one.by, ends_at=one.ends_at, comment=one.comment)
        for one in known.silences
        if one.stands(known.at)
    ]


def _windows(known: Known) -> list[HeldQuiet]:
    return [HeldQuiet(kind="maintenance", what=one.title.by_language(), by=None, ends_at=one.ends_at) for one in known.windows]


def _both(text: str) -> dict[str, str]:
    return Text(text, text).by_language()


def _stale(board: Board) -> list[StaleSource]:
    return [StaleSource(name=one.source, polled_at=one.polled_at) for one in board.sources.values() if is_stale(one, board.at)]


def _figures(site: Scope) -> dict[str, float | None]:
    found = {
        "waiting": site.waiting,
        "oldest_wait_s": site.oldest_wait_s,
        "service_level_30m": site.last_30m.get("service_level"),
        "service_level": site.today.get("service_level"),
        "offered": site.today.get("offered"),
        "abandoned": site.today.get("abandoned"),
        "logged_in": site.agents.logged_in if site.agents else None,
    }
    return {name: value if isinstance(value, int | float) else None for name, value in found.items()}
