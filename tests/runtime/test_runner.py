"""The runner: a source that fails pauses and is shown, and never harms what was stored."""

import asyncio
from collections import Counter
from random import Random

import pytest
from made import NOON, contact

from collectors.base import Batch, SourceFailed, SourceRefused
from collectors.runner import Schedule, SourceRun, pause_s
from pulse.kpi.board import SourceCondition


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


class Door:
    def __init__(self) -> None:
        self.stored: list[tuple[str, int]] = []
        self.health = None
        self.kept = None
        self.answer = None

    async def store(self, source, records, cursor, accepted_at):
        self.stored.append((source, len(records)))
        self.kept = cursor

    async def cursor(self, source):
        return self.kept

    async def tell_answer(self, source, answer):
        self.answer = answer

    async def tell_health(self, health):
        self.health = health


class Scripted:
    """A connector that does what the script says, one step a poll."""

    def __init__(self, *script) -> None:
        self.script, self.closed, self.opened_with = list(script), 0, []

    def __call__(self, cursor):
        self.opened_with.append(cursor)
        return self

    async def poll(self):
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        if step == "hangs":
            await asyncio.Event().wait()
        return step

    async def close(self):
        self.closed += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door() -> Door:
    return Door()


def running(script: Scripted, door: Door, clock: Clock, timeout_s: float = 5.0) -> SourceRun:
    return SourceRun(Schedule(source="phone", kind="scripted", every_s=1.0, timeout_s=timeout_s), script, door, clock)


async def test_what_a_poll_brings_is_stored_with_its_cursor(door, clock) -> None:
    run = running(Scripted(Batch([contact("offered")], {"line": 1}, Counter(cut_line=2))), door, clock)

    await run.tick()

    assert (door.stored, door.kept) == ([("phone", 1)], {"line": 1})
    assert (door.health.condition, door.health.records, door.health.newest_at) == (SourceCondition.OK, 1, NOON)
    assert door.health.problems == {"cut_line": 2}


async def test_a_source_that_is_behind_is_polled_again_at_once(door, clock) -> None:
    run = running(Scripted(Batch([contact("offered")], more=True), Batch([contact("offered", "b")])), door, clock)

    await run.tick()

    assert len(door.stored) == 2


async def test_a_failing_source_pauses_is_shown_and_opens_again_from_its_cursor(door, clock) -> None:
    script = Scripted(Batch([contact("offered")], {"line": 1}), SourceFailed("no answer"), Batch())
    run = running(script, door, clock)

    for _ in range(3):
        await run.tick()
    shown = door.health
    clock.now += 2000
    await run.tick()

    assert (shown.condition, shown.error) == (SourceCondition.RETRYING, "no answer")
    assert script.opened_with == [None, {"line": 1}]
    assert door.health.condition is SourceCondition.OK


async def test_the_pause_a_source_asks_for_is_kept(door, clock) -> None:
    script = Scripted(SourceFailed("too many requests", retry_after_s=30.0), Batch())
    run = running(script, door, clock)

    await run.tick()
    clock.now += 29_000
    await run.tick()
    still_paused = len(script.script) == 1
    clock.now += 1_001
    await run.tick()

    assert still_paused
    assert script.script == []


async def test_five_failures_in_a_row_open_the_circuit(door, clock) -> None:
    run = running(Scripted(*[SourceFailed("down")] * 5), door, clock)

    for _ in range(5):
        await run.tick()
        clock.now += 60_000

    assert run.health.condition is SourceCondition.CIRCUIT_OPEN


async def test_a_refusal_opens_the_circuit_at_once(door, clock) -> None:
    run = running(Scripted(SourceRefused("wrong password")), door, clock)

    await run.tick()

    assert door.health.condition is SourceCondition.CIRCUIT_OPEN


async def test_a_connectors_own_fault_is_shown_and_raises_nothing(door, clock) -> None:
    run = running(Scripted(ZeroDivisionError("oops")), door, clock)

    await run.tick()

    assert (door.health.condition, door.health.error) == (SourceCondition.RETRYING, "oops")


async def test_a_poll_that_hangs_ends_with_its_time(door, clock) -> None:
    run = running(Scripted("hangs"), door, clock, timeout_s=0.01)

    await run.tick()

    assert door.health.condition is SourceCondition.RETRYING


async def test_a_recording_that_is_over_is_not_polled_again(door, clock) -> None:
    run = running(Scripted(Batch(ended=True)), door, clock)

    await run.tick()
    await run.tick()

    assert door.health.condition is SourceCondition.ENDED


def test_the_pause_doubles_up_to_a_minute() -> None:
    pauses = [pause_s(failures, 1.0, Random(1)) for failures in (1, 2, 3, 20)]

    assert pauses == sorted(pauses)
    assert pauses[0] <= 1.0
    assert pauses[-1] <= 60.0


async def test_the_last_answer_of_a_source_is_told_at_most_every_ten_seconds(door, clock) -> None:
    batches = [Batch([contact("offered", str(number))], rows=[{"number": number}]) for number in range(3)]
    run = running(Scripted(*batches), door, clock)

    told = []
    for clock.now in (NOON, NOON + 5_000, NOON + 10_000):
        await run.tick()
        told.append((door.answer.at - NOON, door.answer.rows))

    assert told == [(0, ('{"number":0}',)), (0, ('{"number":0}',)), (10_000, ('{"number":2}',))]
