"""One incident is acknowledged while many are open: the time to the commit, and until what walls are told says who owns it.

The incidents are of 50 rules in a thousand queues, and all of them still stand: the real `pulse watch` judges them at every Board.
"""

import time
from collections.abc import Iterator
from typing import Any

import msgspec
import redis

from alerts.actions import Answer, Asked, acknowledge
from alerts.frame import IncidentRow
from alerts.lifecycle import State
from alerts.rung import Rung
from alerts.speaking import RAISED, Voice
from bench._alerting import LIMIT, site_with_rules, watched
from bench._figure import Figure, at_most, percentile
from bench._incidents import open_incidents, store
from bench._site import folder
from pulse.clock import system_clock
from pulse.runtime.redis_server import own_url
from pulse.runtime.site import RunningSite
from sql.models import SignalState
from sql.session import open_database

_RULES = 50
_OPEN = (2_000, 50_000)
_DEEDS = 10
_PATIENCE_S = 60.0
_NAMES = tuple(f"waiting{number}" for number in range(_RULES))


def figures() -> Iterator[Figure]:
    """Milliseconds to the commit, seconds until the published frame has it."""
    for count in _OPEN:
        committed_ms, told_s = _measured(count)
        for share in (50, 95):
            value_ms = percentile(committed_ms, share)
            goal, ok = at_most(50, value_ms)
            yield Figure(bench="alerts_ack", figure=f"commit_among_{count}_p{share}", value=value_ms, unit="ms", goal=goal, ok=ok)
        value_s = percentile(told_s, 50) if told_s else _PATIENCE_S
        goal, ok = at_most(1, value_s)
        against = f"{len(told_s)} of {len(committed_ms)} were in a frame within {_PATIENCE_S:.0f} s"
        yield Figure(
            bench="alerts_ack", figure=f"in_the_frame_among_{count}_p50", value=value_s, unit="s", goal=goal, ok=ok, against=against
        )


def _measured(count: int) -> tuple[list[float], list[float]]:
    with folder() as root:
        site = site_with_rules(root, "http://127.0.0.1:9/hook", _NAMES)
        rows = _stored(count, site)
        with watched(site) as running:
            running.waiting(dict.fromkeys({row.scope for row in rows}, LIMIT + 1))
            return _acknowledged(site, [row for row in rows if row.owner is None][:_DEEDS])


def _stored(count: int, site: RunningSite) -> list[IncidentRow]:
    frame = open_incidents(count, system_clock())
    rows = [
        msgspec.structs.replace(row, level=1, rule=_NAMES[place % _RULES], scope=f"queue{place // _RULES:04}")
        for place, row in enumerate(frame.incidents)
    ]
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


def _acknowledged(site: RunningSite, rows: list[IncidentRow]) -> tuple[list[float], list[float]]:
    committed_ms, told_s = [], []
    with open_database(site.database_url) as database, redis.Redis.from_url(own_url(site.places)) as client:
        for row in rows:
            began_s = time.perf_counter()
            outcome = acknowledge(database, Asked(row.id, row.version, "bench", system_clock()))
            committed_ms.append((time.perf_counter() - began_s) * 1000)
            if outcome.answer is not Answer.DONE:
                raise RuntimeError(f"not acknowledged: {outcome.text.en}")
            told = _told_s(client, site.keys.alerts, (row.id, b'"version":%d,' % (outcome.version or 0)), began_s)
            if told is None:
                break
            told_s.append(told)
    return committed_ms, told_s


def _told_s(client: redis.Redis, key: str, wanted: tuple[int, bytes], began_s: float) -> float | None:
    """The seconds until the kept row has it: what a screen that is opened now would show; None where it is not in time."""
    number, version = wanted
    while (took_s := time.perf_counter() - began_s) < _PATIENCE_S:
        row: Any = client.hget(key, str(number))
        if version in (row or b""):
            return took_s
        time.sleep(0.005)
    return None
