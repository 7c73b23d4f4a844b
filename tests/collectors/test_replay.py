import gzip
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from collectors.base import SourceContext, SourceFailed
from collectors.connectors import asterisk_queue_log
from collectors.connectors.replay import Options, Replay, connect
from collectors.replaying import Timeline
from pulse.kpi.records import AgentState, ContactEvent, CounterWindow, QueueState, Record
from tests.collectors.conftest import StillClock
from tests.collectors.recorded import EXAMPLE

START = 1_800_000_000_000
FIRST = 1_795_412_295_000
LOG = {"of": "asterisk_queue_log", "path": str(EXAMPLE / "queue_log.gz")}
AMI = {"of": "asterisk_ami", "path": str(EXAMPLE / "ami_transcript.txt.gz")}

Opened = Callable[..., Replay]


@pytest.fixture
async def opened(context: SourceContext) -> AsyncIterator[Opened]:
    replays: list[Replay] = []

    def _opened(cursor: dict[str, object] | None = None, **options: object) -> Replay:
        replays.append(connect(Options.model_validate(options), context, cursor))
        return replays[-1]

    yield _opened
    for one in replays:
        await one.close()


def _states(records: list[Record], queue: str) -> QueueState:
    return next(record for record in records if isinstance(record, QueueState) and record.queue == queue)


async def _to_the_end(performed: Replay, clock: StillClock, step_s: float) -> list[Record]:
    records: list[Record] = []
    ended = False
    while not ended:
        batch = await performed.poll()
        records += batch.records
        ended = batch.ended
        clock.forward(step_s)
    return records


def test_instants_move_by_one_offset_and_shrink_with_the_speed() -> None:
    assert Timeline(first=1000, start=50_000, speed=1).performed(3000) == 52_000
    assert Timeline(first=1000, start=50_000, speed=10).performed(3000) == 50_200
    assert Timeline(first=1000, start=50_000, speed=10).recorded(50_200) == 3000


async def test_log_is_performed_as_recorded_but_now(opened: Opened, clock: StillClock, context: SourceContext) -> None:
    options = asterisk_queue_log.Options(path="x")
    recorded = [
        event for batch in asterisk_queue_log.read_recording([EXAMPLE / "queue_log.gz"], options, context) for event in batch.records
    ]

    performed = await _to_the_end(opened(**LOG), clock, 30)

    assert [(event.type, event.queue, event.wait_s) for event in performed] == [
        (event.type, event.queue, event.wait_s) for event in recorded
    ]
    assert {event.at - before.at for event, before in zip(performed, recorded, strict=True)} == {START - FIRST}
    assert len({event.event_id for event in performed}) == len(recorded)


async def test_nothing_happens_before_its_time(opened: Opened, clock: StillClock) -> None:
    performed = opened(**LOG)

    at_start = await performed.poll()
    clock.forward(6)
    later = await performed.poll()

    assert list(at_start.records) == []
    assert [record.type for record in later.records] == ["offered", "offered"]
    assert {record.at for record in later.records} == {START + 6000}


async def test_killed_replay_goes_on_in_the_same_time_without_doubling(opened: Opened, clock: StillClock) -> None:
    first = opened(**LOG)
    await first.poll()
    clock.forward(100)
    before = await first.poll()
    await first.close()
    clock.forward(50.5)

    after = await _to_the_end(opened(before.cursor, **LOG), clock, 60)

    ids = [event.event_id for event in [*before.records, *after]]
    assert len(ids) == len(set(ids)) == 989
    assert after[0].at - before.records[-1].at < 20_000


async def test_file_that_was_lost_is_grown_again_and_read_on(opened: Opened, clock: StillClock, tmp_path: Path) -> None:
    first = opened(**LOG)
    await first.poll()
    clock.forward(100)
    before = await first.poll()
    await first.close()
    _overwrite(tmp_path / "replay-phone.log")

    after = await _to_the_end(opened(before.cursor, **LOG), clock, 60)

    assert len(before.records) + len(after) == 989


async def test_tenfold_speed_takes_a_tenth_of_the_time_and_keeps_the_waits(opened: Opened, clock: StillClock) -> None:
    performed = await _to_the_end(opened(**LOG, speed=10), clock, 1)

    assert performed[-1].at == START + 92_200
    assert sum(event.wait_s for event in performed if event.type == "abandoned") == _abandoned_s()


def _overwrite(path: Path) -> None:
    path.write_text("something else\n")


def _abandoned_s() -> int:
    rows = gzip.decompress((EXAMPLE / "queue_log.gz").read_bytes()).decode().splitlines()
    return sum(int(row.split("|")[7]) for row in rows if "|ABANDON|" in row)


async def test_session_is_performed_from_its_first_answer(opened: Opened) -> None:
    batch = await opened(**AMI).poll()

    assert sorted(record.queue for record in batch.records if isinstance(record, QueueState)) == ["billing", "complaints", "support"]
    assert {agent.agent for agent in batch.records if isinstance(agent, AgentState)} == {f"Local/900{n}@agents/n" for n in (1, 2, 3)}
    assert not batch.problems


async def test_session_shows_who_waits_at_each_moment(opened: Opened, clock: StillClock) -> None:
    performed = opened(**AMI)
    await performed.poll()
    clock.forward(21)

    support = _states(list((await performed.poll()).records), "support")

    assert (support.waiting, support.at) == (2, START + 21_000)
    assert support.oldest_wait_s is not None
    assert 11 <= support.oldest_wait_s <= 14


async def test_waiting_callers_of_session_and_log_agree(opened: Opened, clock: StillClock) -> None:
    log, ami = opened(**LOG), opened(**AMI)
    await log.poll()
    await ami.poll()
    differences = []
    waiting: dict[str, set[str]] = {"support": set(), "complaints": set(), "billing": set()}
    for _ in range(90):
        clock.forward(10)
        for event in (await log.poll()).records:
            assert isinstance(event, ContactEvent)
            (waiting[event.queue].add if event.type == "offered" else waiting[event.queue].discard)(event.contact_id)
        told = list((await ami.poll()).records)
        differences += [abs((_states(told, queue).waiting or 0) - len(callers)) for queue, callers in waiting.items()]

    assert max(differences) <= 3
    assert sum(differences) < len(differences) * 0.2


async def test_session_has_its_reset_and_its_agent_with_a_chinese_pause(opened: Opened, clock: StillClock) -> None:
    performed = await _to_the_end(opened(**AMI), clock, 1)

    epochs = {record.epoch for record in performed if isinstance(record, CounterWindow) and record.queue == "support"}
    guest = [record for record in performed if isinstance(record, AgentState) and record.agent == "Local/8001@agents/n"]
    assert epochs == {"1", "2"}
    assert guest[-1].state == "offline"
    assert any(record.agents_paused for record in performed if isinstance(record, QueueState))


async def test_killed_session_goes_on_with_its_whole_picture(opened: Opened, clock: StillClock) -> None:
    first = opened(**AMI)
    await first.poll()
    clock.forward(300)
    before = await first.poll()
    await first.close()

    after = await opened(before.cursor, **AMI).poll()

    assert [record for record in after.records if isinstance(record, QueueState)] == [
        record for record in before.records if isinstance(record, QueueState)
    ]


async def test_rows_of_a_file_are_performed(opened: Opened, clock: StillClock, tmp_path: Path) -> None:
    rows = [{"id": f"c{number}", "when": 1_795_000_000 + number * 10, "what": "offered"} for number in range(3)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    fields = {"contact_id": "id", "at": {"path": "when", "unit": "epoch_s"}, "type": "what", "queue": {"value": "mail"}}
    inner = {"format": "jsonl", "into": "ContactEvent", "fields": fields}

    performed = await _to_the_end(opened(of="file_tail", path="rows.jsonl", options=inner), clock, 10)

    assert [event.at for event in performed] == [START, START + 10_000, START + 20_000]


async def test_missing_recording_is_a_failed_source(opened: Opened) -> None:
    with pytest.raises(SourceFailed):
        await opened(of="asterisk_queue_log", path="nowhere.gz").poll()
    with pytest.raises(SourceFailed):
        await opened(of="asterisk_ami", path="nowhere.gz").poll()


def test_wrong_option_of_the_inner_connector_is_told_at_once() -> None:
    with pytest.raises(ValidationError, match=r"options, rating: this key is not known here"):
        Options.model_validate({**LOG, "options": {"rating": {}}})
