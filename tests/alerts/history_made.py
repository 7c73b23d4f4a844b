"""Makes Boards a minute and keeps them the way the watch does."""

import zlib

from alerts_made import T0, board, config, queue

from alerts.backtest import Past, backtest
from alerts.ruleset import load_rules
from pulse.kpi.board import board_json
from sql.models import BoardMinute

MINUTE = 60_000


def rule(kind="threshold", name="rule", **keys):
    written = {"kind": kind, **keys}
    if kind == "threshold":
        written = {"figure": "waiting", "raise_above": 10, **written}
    written = {key: value for key, value in written.items() if value is not None}
    return load_rules(config(rules={name: written}))[0]


def boards(values, every_ms=MINUTE, off_ms=0):
    """Boards of one queue by how many wait; None is a Board on which it is not known, ... one that was not kept."""
    made = [(number, value) for number, value in enumerate(values) if value is not ...]
    return [board(T0 + number * every_ms + off_ms, support=queue(waiting=value)) for number, value in made]


def run(values, every_ms=MINUTE, off_ms=0, **keys):
    return backtest(boards(values, every_ms, off_ms), rule(**keys), Past(), every_ms)


def minutes(alerts):
    """When each alert was raised and cleared, in minutes."""
    return [((one.raised_at - T0) / MINUTE, None if one.cleared_at is None else (one.cleared_at - T0) / MINUTE) for one in alerts]


def keep(database, kept, site="site"):
    """Keeps Boards as the watch does, in one transaction."""
    with database.write() as session:
        for one in kept:
            session.merge(BoardMinute(site=site, at=one.at - one.at % MINUTE, board=zlib.compress(board_json(one))))


def measured(run):
    """What can be compared of a run: a value that is not known equals no other."""
    series = {
        scope: (list(one.at), str(list(one.value)), str(list(one.threshold)), bytes(one.reading)) for scope, one in run.series.items()
    }
    return run.alerts, run.boards, run.failed, series
