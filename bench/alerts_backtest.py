"""A rule tried on 30 days: 518,400 samples of a generated series through the signal machine, and as many out of recorded Boards in SQL."""

import time
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import TypeVar

import msgspec
from sqlalchemy import insert

from alerts.backtest import Walk, backtest, replayed
from alerts.frame import Signal
from alerts.lifecycle import Policy, SignalMoved, State, step
from alerts.past import Recorded, Stretch
from alerts.ruleset import LoadedRule, load_rules
from alerts.sample import Reading, Sample
from alerts.slim import slim_reader, windows_of
from bench._contacts import QUEUES, contact_events
from bench._figure import Figure, at_most
from bench._site import folder
from pulse.kpi.board import Board, board_json, read_board_json
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold
from pulse.runtime.site import RunningSite
from pulse.text import Text
from sql.history import History
from sql.models import BoardMinute
from sql.session import Database, open_database

_MINUTE_MS = 60_000
_MINUTES = 30 * 1440
_START = 1_793_000_040_000
_END = _START + _MINUTES * _MINUTE_MS
_LIMIT = 0.7
_CONFIG = """
[rules.sla]
kind = "sla_breach"
raise_below_percent = 70
clear_above_percent = 75
"""
_AT_ONCE, _READS = 720, 300
_WORDS = Text("generated", "生成")
T = TypeVar("T")


def figures() -> Iterator[Figure]:
    """Seconds for the generated series beside `step` asked every time; seconds for Boards, and what of a Board is reading."""
    with folder() as root:
        (root / "pulse.toml").write_text(_CONFIG, encoding="utf-8")
        site = RunningSite.of(root / "pulse.toml")
        (rule,) = load_rules(site.config)
        yield _generated(replayed(rule.policy, _MINUTE_MS))
        with open_database(site.database_url) as database:
            packed = _keep(database, _busy_board(site))
            yield from _recorded(site, database, rule)
        yield from _read(packed, rule)


def _generated(policy: Policy) -> Figure:
    series = {queue: list(_wandering(Random(queue), _MINUTES)) for queue in QUEUES}
    walked, took_s = _timed(lambda: sum(_walked(queue, values, policy) for queue, values in series.items()))
    asked, naive_s = _timed(lambda: sum(_asked(queue, values, policy) for queue, values in series.items()))
    if walked != asked or not walked:
        raise RuntimeError(f"{walked} alerts, but {asked} where step is asked about every sample")
    goal, ok = at_most(1, took_s)
    against = f"step asked about every sample: {naive_s:.1f} s; {walked} alerts either way"
    return Figure(
        bench="alerts_backtest",
        figure=f"generated_{_MINUTES * len(QUEUES)}_samples",
        value=took_s,
        unit="s",
        goal=goal,
        ok=ok,
        ratio=took_s / naive_s,
        against=against,
    )


def _walked(queue: str, values: list[float], policy: Policy) -> int:
    walk, at = Walk(policy), _START
    for value in values:
        reading = Reading.BREACHING if value < _LIMIT else Reading.CLEAR
        walk.take(at, reading, value, lambda at=at, value=value: _sample(queue, at, value))  # type: ignore[misc]
        at += _MINUTE_MS
    return len(walk.done) + len(walk.standing())


def _asked(queue: str, values: list[float], policy: Policy) -> int:
    state, at, raised = State(), _START, 0
    for value in values:
        state, effects = step(state, _sample(queue, at, value), at, policy)
        raised += SignalMoved(Signal.OK, Signal.RAISED) in effects
        at += _MINUTE_MS
    return raised


def _recorded(site: RunningSite, database: Database, rule: LoadedRule) -> Iterator[Figure]:
    recorded = Recorded(History(database), site.config, Stretch(_START, _END))
    run, took_s = _timed(lambda: backtest(recorded.boards(rule), rule, recorded.past()))
    if run.boards != _MINUTES or not run.alerts:
        raise RuntimeError(f"{run.boards} Boards and {len(run.alerts)} alerts are not what was to be measured")
    _, read_s = _timed(lambda: sum(1 for _ in History(database).boards(site.config.site.name, _START, _END)))
    against = f"fetching and unpacking them alone: {read_s:.1f} s; {len(run.alerts)} alerts"
    figure = f"recorded_{_MINUTES}_boards_of_{len(QUEUES)}_queues"
    yield Figure(bench="alerts_backtest", figure=figure, value=took_s, unit="s", ratio=took_s / read_s, against=against)


def _read(packed: bytes, rule: LoadedRule) -> Iterator[Figure]:
    """What of one Board's time is unpacking and decoding."""
    data, slim = zlib.decompress(packed), slim_reader(windows_of(rule))
    unpack_us, whole_us, slim_us = (
        _timed(lambda act=act: [act() for _ in range(_READS)])[1] / _READS * 1e6  # type: ignore[misc]
        for act in (lambda: zlib.decompress(packed), lambda: read_board_json(data), lambda: slim(data))
    )
    yield Figure(bench="alerts_backtest", figure="unpack_a_board", value=unpack_us, unit="us", against=f"{len(packed)} of {len(data)} B")
    against = f"all of it: {whole_us:.0f} us"
    yield Figure(bench="alerts_backtest", figure="decode_a_board", value=slim_us, unit="us", ratio=slim_us / whole_us, against=against)


def _keep(database: Database, busy: Board) -> bytes:
    """Keeps a Board of every minute, in which the service level of each queue wanders; the last of them, packed."""
    levels = {queue: _wandering(Random(queue), _MINUTES) for queue in busy.queues}
    packed = b""
    for first in range(0, _MINUTES, _AT_ONCE):
        rows = []
        for minute in range(first, min(first + _AT_ONCE, _MINUTES)):
            at = _START + minute * _MINUTE_MS
            packed = zlib.compress(board_json(_at(busy, at, {queue: next(level) for queue, level in levels.items()})))
            rows.append({"site": "site", "at": at, "board": packed})
        with database.write() as session:
            session.execute(insert(BoardMinute), rows)
    return packed


def _at(busy: Board, at: int, levels: dict[str, float]) -> Board:
    queues = {
        queue: msgspec.structs.replace(scope, last_30m={**scope.last_30m, "service_level": round(levels[queue], 4)})
        for queue, scope in busy.queues.items()
    }
    return msgspec.structs.replace(busy, at=at, queues=queues)


def _busy_board(site: RunningSite) -> Board:
    fold = Fold(site.fold_settings(), catalogue())
    fold.fold(contact_events(4000, _START))
    return Boards(fold, lambda _today: ()).at(_START)


def _wandering(random: Random, length: int) -> Iterator[float]:
    """A level that goes up and down about 85 % and falls below the limit every few hours."""
    level = 0.85
    for _ in range(length):
        level = min(1.0, max(0.0, level + 0.02 * (0.85 - level) + random.gauss(0, 0.015)))
        yield level


def _sample(queue: str, at: int, value: float) -> Sample:
    low = value < _LIMIT
    return Sample(scope=queue, at=at, title=_WORDS, why=_WORDS, breaching=low, clear=not low, value=value, threshold=_LIMIT)


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    began_s = time.perf_counter()
    done = act()
    return done, time.perf_counter() - began_s
