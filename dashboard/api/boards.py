"""The Board from outside: the latest one, or that of a past minute, recorded or rebuilt. What a source's fault says in words stays inside.

In: what is asked for. Out: the Board as JSON; in CSV a row for each scope, window and value.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict, replace

from dashboard.api.columns import Column, Form, Row
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.parameters import Instant, Parameter
from dashboard.api.problem import Fault, nothing_there, unfit
from dashboard.past_boards import past_boards
from pulse.api_token import ApiScope
from pulse.instant import UnclearInstant, written_at
from pulse.kpi.board import Agents, Backlog, Board, Scope, board_json
from pulse.past_instant import past_minute
from pulse.text import Text

LATEST_LASTS_S, PAST_LASTS_S = 1, 300

COLUMNS = (
    Column("at", Form.INSTANT, Text("The instant of the Board.", "看板时刻。")),
    Column("how", Form.TEXT, Text("live, recorded, or rebuilt of what was counted.", "实时、已记录或重建。")),
    Column("part", Form.TEXT, Text("site, channel or queue.", "site、channel 或 queue。")),
    Column("name", Form.TEXT, Text("Which of them.", "名称。")),
    Column("window", Form.TEXT, Text("now, last_5m, last_30m, today or shift.", "now、last_5m、last_30m、today 或 shift。")),
    Column("kpi", Form.TEXT, Text("What is told; of windows the name of a KPI.", "指标名称。")),
    Column("value", Form.NUMBER, Text("Its value; null where it cannot be known.", "取值；未知为 null。")),
)
PARAMETERS = (
    Parameter(
        name="at",
        kind=Instant(),
        says=Text("An instant of the past; left out, the latest Board.", "过去的时刻；省略则为最新看板。"),
    ),
)
HOW = "X-Pulse-Board"
"""The header that says how the Board is known."""
_LIVE = "live"
_WINDOWS = ("last_5m", "last_30m", "today", "shift")
_NOW = ("waiting", "oldest_wait_s", "contact_time_left_s", "target_s", "goal_ratio")


def board(asking: Asking) -> Answer:
    """One Board."""
    at = asking.values["at"]
    found, how = (asking.board, _LIVE) if at is None else _past(asking, at)
    if found is None:
        none = Text("a Board, once the watch has made one", "看板（监测进程启动后提供）")
        raise nothing_there(Fault("board", Text("none yet", "暂无"), none))
    told = replace(found, sources={name: replace(health, error=None) for name, health in found.sources.items()})
    lasts_s = LATEST_LASTS_S if at is None else PAST_LASTS_S
    return Answer(rows=list(_rows(told, how)), body=board_json(told), headers={HOW: how}, lasts_s=lasts_s)


def _past(asking: Asking, at: int) -> tuple[Board, str]:
    """The Board of a minute that is over, and how it is known."""
    past = past_boards(asking.config, asking.database)
    written = written_at(at, asking.config.zone)
    try:
        minute = past_minute(at, written, asking.config.zone, (past.first_at(), asking.now))
    except UnclearInstant as error:
        fault = Fault("at", error.found, error.allowed)
        raise (unfit if at > asking.now else nothing_there)(fault) from error
    found = past.at(minute)
    if found is None:
        known = Text("a minute before which something of its day is on record", "当日此前有记录的分钟")
        raise nothing_there(Fault("at", f'"{written}"', known))
    return found.board, found.how.value


def _rows(told: Board, how: str) -> Iterator[Row]:
    parts = [("site", told.site_name, told.site)]
    parts += [("channel", name, scope) for name, scope in told.channels.items()]
    parts += [("queue", name, scope) for name, scope in told.queues.items()]
    for part, name, scope in parts:
        same = {"at": told.at, "how": how, "part": part, "name": name}
        for window, kpi, value in _values(scope):
            if not isinstance(value, dict):
                yield {**same, "window": window, "kpi": kpi, "value": value}


def _values(scope: Scope) -> Iterator[tuple[str, str, Any]]:
    yield from (("now", name, getattr(scope, name)) for name in _NOW)
    agents, backlog = asdict(scope.agents or Agents()), asdict(scope.backlog or Backlog())
    yield from (("now", f"agents_{name}", value) for name, value in agents.items())
    yield from (("now", f"backlog_{name}", value) for name, value in backlog.items())
    for window in _WINDOWS:
        yield from ((window, kpi, value) for kpi, value in getattr(scope, window).items())


def operations() -> tuple[Operation, ...]:
    """The routes of this file."""
    return (
        Operation(
            name="board",
            path="/board",
            says=Text(
                "The latest Board, or the one of a past minute; instants in it are epoch ms.",
                "最新看板，或过去某分钟的看板；其中时刻为毫秒时间戳。",
            ),
            needs=ApiScope.FIGURES,
            parameters=PARAMETERS,
            columns=COLUMNS,
            whole=Board,
            answer=board,
        ),
    )
