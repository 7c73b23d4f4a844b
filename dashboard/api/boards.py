"""The Board from outside: the latest one, or that of a recorded minute. What a source's fault says in words stays inside.

In: what is asked for. Out: the Board as JSON; in CSV a row for each scope, window and value.
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict, replace

from dashboard.api.columns import Column, Form, Row, instant
from dashboard.api.operation import Answer, Asking
from dashboard.api.parameters import Moment, Parameter
from dashboard.api.problem import Fault, nothing_there
from pulse.kpi.board import Agents, Backlog, Board, Scope, UnreadableBoard, board_json, read_board_json
from pulse.text import Text
from sql.history import History

LATEST_LASTS_S, PAST_LASTS_S = 1, 300

COLUMNS = (
    Column("at", Form.INSTANT, Text("The instant of the Board.", "看板时刻。")),
    Column("part", Form.TEXT, Text("site, channel or queue.", "site、channel 或 queue。")),
    Column("name", Form.TEXT, Text("Which of them.", "名称。")),
    Column("window", Form.TEXT, Text("now, last_5m, last_30m, today or shift.", "now、last_5m、last_30m、today 或 shift。")),
    Column("kpi", Form.TEXT, Text("What is told; of windows the name of a KPI.", "指标名称。")),
    Column("value", Form.NUMBER, Text("Its value; null where it cannot be known.", "取值；未知为 null。")),
)
PARAMETERS = (
    Parameter(
        name="at",
        kind=Moment(),
        says=Text("An instant of a minute that was recorded; left out, the latest Board.", "已记录分钟内的时刻；省略则为最新看板。"),
    ),
)
_WINDOWS = ("last_5m", "last_30m", "today", "shift")
_NOW = ("waiting", "oldest_wait_s", "contact_time_left_s", "target_s", "goal_ratio")


def board(asking: Asking) -> Answer:
    """One Board."""
    at = asking.values["at"]
    found = asking.board if at is None else _recorded(asking, at)
    if found is None:
        none = Text("a Board, once the watch has made one", "看板（监测进程启动后提供）")
        raise nothing_there(Fault("board", Text("none yet", "暂无"), none))
    told = replace(found, sources={name: replace(health, error=None) for name, health in found.sources.items()})
    return Answer(rows=list(_rows(told)), body=board_json(told), lasts_s=LATEST_LASTS_S if at is None else PAST_LASTS_S)


def _recorded(asking: Asking, at: int) -> Board:
    kept = History(asking.database).board_at(asking.site, at)
    try:
        if kept is not None:
            return read_board_json(kept)
    except UnreadableBoard as error:
        older = Text("a Board of this version of the program", "由当前版本程序记录的看板")
        raise nothing_there(Fault("at", Text(f"the Board of an older program ({error})", "旧版本程序记录的看板"), older)) from error
    recorded = Text("a minute of the last 35 days in which the site was watched", "最近 35 天内有监测记录的分钟")
    raise nothing_there(Fault("at", str(instant(at)), recorded))


def _rows(told: Board) -> Iterator[Row]:
    parts = [("site", told.site_name, told.site)]
    parts += [("channel", name, scope) for name, scope in told.channels.items()]
    parts += [("queue", name, scope) for name, scope in told.queues.items()]
    for part, name, scope in parts:
        same = {"at": told.at, "part": part, "name": name}
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
