"""`pulse board`: the Board of a past minute of a site, or Boards of recorded logs without any server.

In: --at and a config, or recorded files and a connector's kind. Out: a table, or Boards as JSON.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from pulse.commands.options import HERE, ConfigPath, duration
from pulse.definitions import definitions
from pulse.kpi.board import Board, Scope, board_json
from pulse.kpi.goal import QueueGoal
from pulse.text import Language
from pulse.written import UNKNOWN

if TYPE_CHECKING:
    from pulse.live.past import PastBoard

_SHORT = {
    "waiting": "wait",
    "offered": "offer.",
    "answered": "answ.",
    "abandoned": "aband.",
    "overflowed": "over.",
    "lost": "lost",
    "service_level": "SL",
    "asa_s": "ASA",
    "aht_s": "AHT",
}
"""The figures that are shown, by words that fit into 80 columns."""
_SELDOM = ("overflowed", "lost")
"""Shown where there are any."""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """How recorded logs are read."""

    goal: QueueGoal
    zone: ZoneInfo
    every_s: float


def _step(written: str) -> float:
    step_s = duration(written)
    if step_s <= 0:
        raise typer.BadParameter(f'got "{written}", expected a duration above 0 such as 30s')
    return step_s


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(f'got "{name}", expected an IANA time zone such as Europe/Berlin') from error


Duration = Annotated[float, typer.Option(parser=duration, metavar="DURATION")]


def board(
    at: Annotated[
        str | None,
        typer.Option(help="A past minute by the site's clock, such as 2026-11-20T14:35; or with Z or +01:00.", metavar="TIME"),
    ] = None,
    source: Annotated[
        list[Path] | None, typer.Option(help="Recorded files; further ones may simply follow.", metavar="FILE [FILE ...]")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="The connector that reads them, such as asterisk_queue_log.")] = None,
    more: Annotated[list[Path] | None, typer.Argument(hidden=True)] = None,
    target: Duration = "20s",  # type: ignore[assignment]
    short: Duration = "5s",  # type: ignore[assignment]
    every: Annotated[float, typer.Option(parser=_step, metavar="DURATION")] = "30s",  # type: ignore[assignment]
    zone: Annotated[ZoneInfo, typer.Option(parser=_zone, metavar="ZONE", help="The site's time zone, for its days.")] = "UTC",  # type: ignore[assignment]
    as_json: Annotated[bool, typer.Option("--json", help="One Board per line instead of a table of the last one.")] = False,
    config: ConfigPath = HERE,
) -> None:
    """The Board of a past minute (--at), or Boards of recorded logs (--source, --kind), without any server."""
    if at is not None:
        if source or kind:
            raise typer.BadParameter("got --source or --kind too, expected either these or --at")
        _print_past(at, config, as_json)
        return
    if not source or kind is None:
        raise typer.BadParameter("expected --at for a past minute, or both --source and --kind for recorded logs")
    _print_recorded(kind, (*source, *(more or ())), _Recorded(QueueGoal(target_s=target, short_s=short), zone, every), as_json)


def _print_past(written: str, config: Path, as_json: bool) -> None:
    from pulse.clock import system_clock
    from pulse.instant import UnclearInstant
    from pulse.runtime.past_boards import past_board
    from pulse.runtime.site import RunningSite

    site = RunningSite.known(config)
    try:
        past = past_board(site, written, system_clock())
    except UnclearInstant as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error
    if past is None:
        typer.echo(f"{written}: nothing of that day up to then is on record", err=True)
        raise typer.Exit(1)
    if as_json:
        _print_json([past.board])
        print(past.how.value, file=sys.stderr)
    else:
        _print_table(past.board, _title(past, site.config.zone))


def _title(past: "PastBoard", zone: ZoneInfo) -> str:
    from pulse.live.past import How

    how = "as it was recorded" if past.how is How.RECORDED else "rebuilt from single contacts"
    return f"that day, at {datetime.fromtimestamp(past.minute / 1000, zone):%Y-%m-%d %H:%M %Z}, {how}"


def _print_recorded(kind: str, paths: tuple[Path, ...], how: _Recorded, as_json: bool) -> None:
    from pulse.runtime.offline import Reading, Recording, boards, last_board

    recording, reading = Recording(kind, paths), Reading()
    drawn = boards(reading.of(recording.batches(how.zone)), how.goal, how.zone, how.every_s)
    if as_json:
        _print_json(drawn)
    else:
        last = last_board(drawn)
        if last is None:
            print("The recording holds no line that can be read.")
        else:
            _print_table(last, f"today, at {datetime.fromtimestamp(last.at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC")
    for name, count in sorted(reading.problems.items()):
        print(f"could not be read: {name}: {count}", file=sys.stderr)


def _print_json(boards: Iterable[Board]) -> None:
    for one in boards:
        sys.stdout.buffer.write(board_json(one) + b"\n")
    sys.stdout.flush()


def _print_table(board: Board, title: str) -> None:
    scopes = [*board.queues.items(), ("all", board.site)]
    shown = [name for name in _SHORT if name not in _SELDOM or any(scope.today.get(name) for _, scope in scopes)]
    figures = [Column(_SHORT[name], justify="right", no_wrap=True) for name in shown]
    table = Table(Column("", no_wrap=True), *figures, title=title, box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name, scope in scopes:
        table.add_row(name, *(_shown(figure, value) for figure, value in zip(shown, _values(scope, shown, board), strict=True)))
    Console().print(table)


def _values(scope: Scope, shown: list[str], board: Board) -> Iterable[object]:
    """The figures of a scope; over several channels none that says nothing of them together."""
    is_mixed = scope is board.site and len({queue.channel for queue in board.queues.values()}) > 1
    values = {**scope.today, "waiting": scope.waiting}
    return [None if is_mixed and name in definitions() and not definitions()[name].mixes_channels else values.get(name) for name in shown]


def _shown(name: str, value: object) -> str:
    """In its unit, as on every screen: a number that is cut must not read as another one."""
    from dashboard.report.sheet import figure_text

    if value is None:
        return UNKNOWN
    return figure_text(name, value, Language.EN) if isinstance(value, float) else str(value)
