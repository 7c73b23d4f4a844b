"""Runs the connectors: a jittered schedule, time-outs, back-off, a circuit, and each source's health.

In: sources of the config. Out: records and cursors in Redis, health for the Board. One source never delays another.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from redis import RedisError

from collectors.base import Batch, Connector, Cursor, SourceFailed, SourceRefused
from collectors.shown import last_answer
from pulse.clock import Clock
from pulse.kpi.board import SourceCondition, SourceHealth
from pulse.kpi.records import Record
from pulse.live.last_answer import LastAnswer

_CIRCUIT_AFTER = 5
_LONGEST_PAUSE_S = 60.0
_REFUSED_PAUSE_S = 60.0
_JITTER_RATIO = 0.1
_MOST_PROBLEMS = 60
_CATCH_UP_BATCHES = 20
_HEALTH_EVERY_MS = 1000
_COMPLAIN_EVERY_MS = 10_000
_ANSWER_EVERY_MS = 10_000


class Door(Protocol):
    """Where a source's records go; `pulse.live.ingest.Ingest` is one."""

    async def store(self, source: str, records: Sequence[Record], cursor: Cursor | None, accepted_at: int) -> None:
        """Keeps records and cursor together."""

    async def cursor(self, source: str) -> Cursor | None:
        """The cursor kept last."""

    async def tell_health(self, health: SourceHealth) -> None:
        """Shows how a source is."""

    async def tell_answer(self, source: str, answer: LastAnswer) -> None:
        """Shows what a source answered last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How one source is run."""

    source: str
    kind: str
    every_s: float
    timeout_s: float
    stale_after_s: float | None = None
    replayed: bool = False
    demo: bool = False


def pause_s(failures: int, every_s: float, random: Random) -> float:
    """How long to wait after so many failures in a row: doubling from `every_s`, at most a minute, jittered by a quarter."""
    doubled: float = min(_LONGEST_PAUSE_S, max(every_s, 0.5) * 2.0 ** min(failures - 1, 16))
    return doubled * random.uniform(0.75, 1.0)


class SourceRun:
    """One source being run; `tick` does what is due and never raises."""

    def __init__(self, schedule: Schedule, opened: Callable[[Cursor | None], Connector], door: Door, clock: Clock) -> None:
        self.health = SourceHealth(
            source=schedule.source,
            kind=schedule.kind,
            every_s=schedule.every_s,
            stale_after_s=schedule.stale_after_s,
            replayed=schedule.replayed,
            demo=schedule.demo,
        )
        self._schedule = schedule
        self._opened = opened
        self._door = door
        self._clock = clock
        self._random = Random(schedule.source)  # noqa: S311 - jitter, not a secret
        self._connector: Connector | None = None
        self._failures = 0
        self._resume_at = 0
        self._told_at = 0
        self._answer: LastAnswer | None = None
        self._answered_at = 0
        self._complained_at = 0
        self._told = self.health
        self._log = structlog.get_logger().bind(source=schedule.source, kind=schedule.kind)

    async def tick(self) -> None:
        """Polls if the source is not pausing, stores what came, and tells the source's health."""
        if self._clock() >= self._resume_at and self.health.condition is not SourceCondition.ENDED:
            await self._poll_until_caught_up()
        await self._tell()

    async def close(self) -> None:
        """Lets go of the source."""
        if self._connector is not None:
            await self._connector.close()
            self._connector = None

    async def _poll_until_caught_up(self) -> None:
        try:
            for _ in range(_CATCH_UP_BATCHES):
                if not await self._poll():
                    return
        except SourceRefused as error:
            await self._failed(error, _REFUSED_PAUSE_S)
        except (SourceFailed, TimeoutError, OSError, RedisError) as error:
            await self._failed(error, getattr(error, "retry_after_s", None))
        except Exception as error:  # noqa: BLE001 - a connector's own fault must not stop the others; it is shown
            self._log.exception("connector_fault")
            await self._failed(error, None)

    async def _poll(self) -> bool:
        if self._connector is None:
            self._connector = self._opened(await self._door.cursor(self._schedule.source))
        async with asyncio.timeout(self._schedule.timeout_s):
            batch = await self._connector.poll()
        now = self._clock()
        if batch.records or batch.cursor is not None:
            await self._door.store(self._schedule.source, batch.records, batch.cursor, now)
        self._succeeded(batch, now)
        self._look_at(batch, now)
        return batch.more

    def _look_at(self, batch: Batch, now: int) -> None:
        """Takes what people may see of an answer, not oftener than every ten seconds: most answers nobody looks at."""
        if (batch.rows or batch.records) and now - self._answered_at >= _ANSWER_EVERY_MS:
            self._answered_at = now
            try:
                self._answer = last_answer(batch, now)
            except Exception:  # noqa: BLE001 - what cannot be shown must not stop what is counted
                self._log.exception("answer_not_shown")

    def _succeeded(self, batch: Batch, now: int) -> None:
        self._failures = 0
        newest = max(filter(None, (self.health.newest_at, batch.newest_at, *_instants(batch.records))), default=None)
        self._update(
            condition=SourceCondition.ENDED if batch.ended else SourceCondition.OK,
            polled_at=now,
            newest_at=newest,
            newest_received_at=now if batch.records else self.health.newest_received_at,
            records=self.health.records + len(batch.records),
            completeness_ratio=batch.completeness_ratio if batch.completeness_ratio is not None else self.health.completeness_ratio,
            problems=self._problems(batch),
            error=None,
        )

    def _problems(self, batch: Batch) -> dict[str, int]:
        problems = dict(self.health.problems)
        for name, count in batch.problems.items():
            kept = name if name in problems or len(problems) < _MOST_PROBLEMS else "other"
            problems[kept] = problems.get(kept, 0) + count
        return problems

    async def _failed(self, error: Exception, wished_s: float | None) -> None:
        """Forgets the connector: what it had read beyond the stored cursor will be read again."""
        self._failures += 1
        await self._close_quietly()
        wait_s = max(wished_s or 0.0, pause_s(self._failures, self._schedule.every_s, self._random))
        self._resume_at = self._clock() + round(wait_s * 1000)
        circuit = isinstance(error, SourceRefused) or self._failures >= _CIRCUIT_AFTER
        condition = SourceCondition.CIRCUIT_OPEN if circuit else SourceCondition.RETRYING
        self._update(condition=condition, error=str(error) or type(error).__name__)
        # A source's own words are ours; those of any other error may hold a name or a number.
        reason = str(error) if isinstance(error, SourceFailed) else type(error).__name__
        self._log.warning("source_failed", error=type(error).__name__, reason=reason, failures=self._failures, pause_s=round(wait_s, 1))

    async def _close_quietly(self) -> None:
        try:
            await self.close()
        except (OSError, TimeoutError) as error:
            self._connector = None
            self._log.warning("close_failed", error=type(error).__name__)

    async def _tell(self) -> None:
        now, changed = self._clock(), self.health.condition is not self._told.condition
        if self.health == self._told or (not changed and now - self._told_at < _HEALTH_EVERY_MS):
            return
        try:
            await self._door.tell_health(self.health)
            if self._answer is not None:
                await self._door.tell_answer(self._schedule.source, self._answer)
        except (RedisError, OSError) as error:
            if now - self._complained_at >= _COMPLAIN_EVERY_MS:
                self._log.warning("health_not_told", error=type(error).__name__)
                self._complained_at = now
            return
        self._told, self._told_at, self._answer = self.health, now, None

    def _update(self, **facts: Any) -> None:
        known = {name: getattr(self.health, name) for name in self.health.__struct_fields__}
        self.health = SourceHealth(**(known | facts))


def _instants(records: Sequence[Record]) -> list[int]:
    return [at for at in (getattr(record, "at", None) or getattr(record, "end", None) for record in records) if at]


async def run_sources(runs: Sequence[SourceRun], schedules: Sequence[Schedule], stopping: asyncio.Event) -> None:
    """Ticks every source on its own schedule until `stopping` is set, then closes them all."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for run, schedule in zip(runs, schedules, strict=True):
        scheduler.add_job(
            run.tick,
            "interval",
            seconds=schedule.every_s,
            jitter=schedule.every_s * _JITTER_RATIO,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    await stopping.wait()
    scheduler.shutdown(wait=False)
    for run in runs:
        await run.close()
