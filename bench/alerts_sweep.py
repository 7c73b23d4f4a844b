"""One full evaluation where nothing changes: one threshold on very many queues, and very many rules of one queue each.

The rival is Prometheus: how long it says its rule group took over the same series, none of them firing.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from alerts.evaluate import Evaluator, Ports
from bench._figure import Figure, at_most
from bench._prometheus import is_installed, one_rule, rival
from bench._site import folder, wait_until
from pulse.clock import system_clock
from pulse.config import Config, checked_config
from pulse.kpi.board import Board, Scope
from sql.session import open_database, sqlite_url

_LIMIT = 50
_ROUNDS = 15
_SETTLE_ROUNDS = 3
_RIVAL_EVERY, _RIVAL_ROUNDS, _RIVAL_PAUSE_S = "5s", 4, 5.0
_DURATION = "prometheus_rule_group_last_duration_seconds"
_SERIES = "prometheus_tsdb_head_series"
_CASES = (("one_rule", 10_000, 3), ("one_rule", 50_000, 15), ("rule_a_queue", 10_000, 10))
"""By case: how many queues, and the most milliseconds."""


def figures() -> Iterator[Figure]:
    """Milliseconds of one evaluation, median."""
    for case, queues, most_ms in _CASES:
        value_ms = _ours_ms(case, queues)
        goal, ok = at_most(most_ms, value_ms)
        figure, beside = f"{case}_of_{queues}_queues", _beside(value_ms, case, queues)
        yield Figure(bench="alerts_sweep", figure=figure, value=value_ms, unit="ms", goal=goal, ok=ok, **beside)
    case, queues, most_ms = _CASES[0]
    value_ms = _ours_ms(case, queues, _once_bad)
    goal, ok = at_most(most_ms, value_ms)
    yield Figure(bench="alerts_sweep", figure=f"{case}_of_{queues}_queues_once_bad", value=value_ms, unit="ms", goal=goal, ok=ok)


def _beside(value_ms: float, case: str, queues: int) -> dict[str, float | str]:
    if not is_installed():
        return {"against": "prometheus and prometheus-alertmanager are not installed"}
    rival_ms = _theirs_ms(case, queues)
    return {"ratio": value_ms / rival_ms, "against": f"Prometheus, its own word on the group: {rival_ms:.3g} ms"}


def _ours_ms(case: str, queues: int, board_of: Callable[[int, int], Board] | None = None) -> float:
    with folder() as root, open_database(sqlite_url(root / "history.db")) as database:
        evaluator = Evaluator(database, _config(case, queues, root), Ports(publish=lambda _: True))
        took_ms = []
        for number in range(_SETTLE_ROUNDS + _ROUNDS):
            board = (board_of or _board)(queues, number)
            began_s = time.perf_counter()
            evaluator.evaluate(board, board.at)
            took_ms.append((time.perf_counter() - began_s) * 1000)
    return statistics.median(took_ms[_SETTLE_ROUNDS:])


def _config(case: str, queues: int, root: Path) -> Config:
    rule = {"kind": "threshold", "figure": "waiting", "raise_above": _LIMIT}
    each = {f"waiting{number}": {**rule, "queues": [f"queue{number}"]} for number in range(queues)}
    return checked_config({"rules": {"waiting": rule} if case == "one_rule" else each}, root / "pulse.toml")


def _board(queues: int, number: int) -> Board:
    """Another number waits in every queue of each Board, and never too many."""
    scopes = {f"queue{place}": Scope(title=f"queue{place}", waiting=(place + number) % _LIMIT) for place in range(queues)}
    return Board(at=system_clock() + number * 1000, site=Scope(title="Site"), queues=scopes)


def _once_bad(queues: int, number: int) -> Board:
    """In the first Board too many wait everywhere: from then on a state of every queue is kept."""
    board = _board(queues, number)
    bad = {name: Scope(title=name, waiting=_LIMIT + 1) for name in board.queues}
    return msgspec.structs.replace(board, queues=bad) if number == 0 else board


def _theirs_ms(case: str, queues: int) -> float:
    rules = one_rule(_LIMIT) if case == "one_rule" else _rule_a_queue(queues)
    with folder() as root, rival(root, rules, "http://127.0.0.1:9/hook", _RIVAL_EVERY) as theirs:
        theirs.exporter.waiting({f"queue{place}": place % _LIMIT for place in range(queues)})
        wait_until(lambda: (theirs.metric(_SERIES) or 0) > queues, "prometheus")
        took_s = []
        for _ in range(_RIVAL_ROUNDS):
            time.sleep(_RIVAL_PAUSE_S)
            took_s.append(theirs.metric(_DURATION) or 0.0)
    return statistics.median(took_s[1:]) * 1000


def _rule_a_queue(queues: int) -> str:
    rules = "\n".join(f"  - {{alert: Waiting{place}, expr: 'waiting{{queue=\"queue{place}\"}} > {_LIMIT}'}}" for place in range(queues))
    return f"groups:\n- name: bench\n  rules:\n{rules}\n"
