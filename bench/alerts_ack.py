"""One incident is acknowledged while many are open: the time to the commit, and until a wall says that somebody owns it.

The incidents are of 50 rules in a thousand queues, and all of them still stand: the real `pulse watch` judges them, a real serve
process tells the wall.
"""

import json
import time
from collections.abc import Iterator

import httpx
import msgspec

from alerts.actions import Answer, Asked, acknowledge
from alerts.frame import IncidentRow, Work
from alerts.lifecycle import State
from alerts.rung import Rung
from alerts.speaking import RAISED, Voice
from bench._alerting import LIMIT, site_with_rules, watched
from bench._figure import Figure, at_most, percentile
from bench._incidents import open_incidents, store
from bench._served import serving
from bench._site import folder
from pulse.clock import system_clock
from pulse.runtime.site import RunningSite
from sql.models import SignalState
from sql.session import open_database

_RULES = 50
_OPEN = (2_000, 50_000)
_DEEDS = 12
_ON_A_WALL = 4
"""Of the deeds so many are done to what the wall shows."""
_PATIENCE_S = 60.0
_NAMES = tuple(f"waiting{number}" for number in range(_RULES))


def figures() -> Iterator[Figure]:
    """Milliseconds to the commit, seconds until the wall's stream has it."""
    for count in _OPEN:
        committed_ms, shown_s = _measured(count)
        for share in (50, 95):
            value_ms = percentile(committed_ms, share)
            goal, ok = at_most(50, value_ms)
            yield Figure(bench="alerts_ack", figure=f"commit_among_{count}_p{share}", value=value_ms, unit="ms", goal=goal, ok=ok)
        (goal, ok), figure = at_most(1, max(shown_s)), f"on_the_wall_among_{count}_longest_of_{len(shown_s)}"
        yield Figure(bench="alerts_ack", figure=figure, value=max(shown_s), unit="s", goal=goal, ok=ok)


def _measured(count: int) -> tuple[list[float], list[float]]:
    with folder() as root:
        site = site_with_rules(root, "http://127.0.0.1:9/hook", _NAMES)
        site.places.site_key()
        rows = _stored(count, site)
        with watched(site) as running:
            running.waiting(dict.fromkeys({row.scope for row in rows}, LIMIT + 1))
            with serving(site) as (address, _), httpx.stream("GET", f"{address}/api/stream?layout=main", timeout=_PATIENCE_S) as wall:
                lines = wall.iter_lines()
                _told(lines, {row.id for row in rows[:_ON_A_WALL]}, owned=False)
                return _acknowledged(site, rows[:_DEEDS], lines)


def _stored(count: int, site: RunningSite) -> list[IncidentRow]:
    frame = open_incidents(count, system_clock())
    rows = [
        msgspec.structs.replace(row, level=1, rule=_NAMES[place % _RULES], scope=f"queue{place // _RULES:04}")
        for place, row in enumerate(sorted(frame.incidents, key=lambda row: row.opened_at))
    ]
    rows[:_DEEDS] = [msgspec.structs.replace(row, owner=None, work=Work.OPEN) for row in rows[:_DEEDS]]
    store(msgspec.structs.replace(frame, incidents=tuple(rows)), site.config.site.name, site.database_url)
    with open_database(site.database_url) as database, database.write() as session:
        for row in rows:
            state = State(
                rungs=(Rung(signal=row.signal),),
                level=row.level,
                worst_level=row.level,
                incident_id=row.id,
                work=row.work,
                seen_at=row.opened_at,
                voice=Voice(told=RAISED, told_level=row.level),
            )
            kept = msgspec.to_builtins(state)
            session.add(SignalState(site=site.config.site.name, rule=row.rule, scope=row.scope, state=kept))
    return rows


def _acknowledged(site: RunningSite, rows: list[IncidentRow], lines: Iterator[str]) -> tuple[list[float], list[float]]:
    committed_ms, shown_s = [], []
    with open_database(site.database_url) as database:
        for place, row in enumerate(rows):
            began_s = time.perf_counter()
            outcome = acknowledge(database, Asked(row.id, row.version, "bench", system_clock()))
            committed_ms.append((time.perf_counter() - began_s) * 1000)
            if outcome.answer is not Answer.DONE:
                raise RuntimeError(f"not acknowledged: {outcome.text.en}")
            if place < _ON_A_WALL:
                _told(lines, {row.id}, owned=True)
                shown_s.append(time.perf_counter() - began_s)
    return committed_ms, shown_s


def _told(lines: Iterator[str], wanted: set[int], *, owned: bool) -> None:
    """Reads the wall's stream until it shows these incidents so; raises RuntimeError where it ends."""
    for line in lines:
        if line.startswith("data: {"):
            shown = json.loads(line.removeprefix("data: "))["tiles"]["alerts"]["rows"]
            if wanted <= {row["id"] for row in shown if row["acknowledged"] is owned}:
                return
    raise RuntimeError("the wall's stream ended")
