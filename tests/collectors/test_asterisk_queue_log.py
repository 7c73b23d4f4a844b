import gzip
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.base import Batch, Cursor, SourceContext, SourceFailed
from collectors.connectors.asterisk_queue_log import Options, connect, read_recording
from pulse.kpi.records import Record
from tests.collectors.recorded import EXAMPLE

OPTIONS = Options(path="queue_log")
RECORDED = gzip.decompress((EXAMPLE / "queue_log.gz").read_bytes())
PIECE = b"".join(RECORDED.splitlines(keepends=True)[:60]) + b"\xff\x00rubbish\n1795412999|cut\n"


async def _poll_all(options: Options, context: SourceContext, cursor: Cursor | None = None) -> Batch:
    connector = connect(options, context, cursor)
    records: list[Record] = []
    problems: Counter[str] = Counter()
    more = True
    while more:
        batch = await connector.poll()
        records += batch.records
        problems += batch.problems
        cursor, more = batch.cursor, batch.more
    await connector.close()
    return Batch(records, cursor, problems)


def _read(paths: Sequence[Path], context: SourceContext) -> Batch:
    batches = list(read_recording(paths, OPTIONS, context))
    problems = sum((batch.problems for batch in batches), Counter[str]())
    return Batch([record for batch in batches for record in batch.records], problems=problems)


def test_real_recording_agrees_with_a_count_by_hand(context: SourceContext) -> None:
    rows = [line.split("|") for line in RECORDED.decode().splitlines()]
    names = {"ENTERQUEUE": "offered", "CONNECT": "answered", "ABANDON": "abandoned", "EXITWITHTIMEOUT": "overflowed"}
    by_hand = Counter((row[2], names[row[4]]) for row in rows if row[4] in names)
    by_hand += Counter((row[2], "completed") for row in rows if row[4].startswith("COMPLETE"))

    read = _read([EXAMPLE / "queue_log.gz"], context)

    assert Counter((event.queue, event.type.value) for event in read.records) == by_hand
    assert by_hand["support", "offered"] == 254
    assert sum(count for (_, kind), count in by_hand.items() if kind == "offered") == 365
    assert read.problems == Counter({"unknown_event:CSAT": 1})


def test_real_recording_has_the_sums_of_the_log(context: SourceContext) -> None:
    rows = [line.split("|") for line in RECORDED.decode().splitlines()]

    events = _read([EXAMPLE / "queue_log.gz"], context).records

    assert sum(event.wait_s for event in events if event.type == "answered") == sum(int(row[5]) for row in rows if row[4] == "CONNECT")
    assert sum(event.wait_s for event in events if event.type == "abandoned") == sum(int(row[7]) for row in rows if row[4] == "ABANDON")
    talk_s = sum(int(row[6]) for row in rows if row[4].startswith("COMPLETE"))
    assert sum(event.talk_s for event in events if event.type == "completed") == talk_s
    assert len({event.event_id for event in events}) == len(events)


async def test_live_tail_and_recording_tell_the_same(context: SourceContext, tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_bytes(RECORDED)

    live = await _poll_all(OPTIONS, context)

    assert live.records == _read([EXAMPLE / "queue_log.gz"], context).records


@pytest.mark.parametrize("names", [["queue_log", "queue_log.0", "queue_log.1"], ["queue_log.2.gz", "queue_log", "queue_log.1"]])
def test_parts_are_read_in_the_order_of_their_lines(names: list[str], context: SourceContext, tmp_path: Path) -> None:
    lines = RECORDED.splitlines(keepends=True)
    oldest_first = sorted(
        names, key=lambda name: {"queue_log": 9, "queue_log.2.gz": 0}.get(name, int(name[-1:]) if name[-1].isdigit() else 0)
    )
    for number, name in enumerate(oldest_first):
        part = b"".join(lines[number * 366 : (number + 1) * 366])
        (tmp_path / name).write_bytes(gzip.compress(part) if name.endswith(".gz") else part)

    read = _read([tmp_path / name for name in names], context)

    assert read.records == _read([EXAMPLE / "queue_log.gz"], context).records


async def test_caller_is_known_across_a_rotation_and_a_restart(context: SourceContext, tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text("1795412301|u1|support|NONE|ENTERQUEUE||1|1\n")
    before = await _poll_all(OPTIONS, context)
    path.rename(tmp_path / "queue_log.1")
    path.write_text("1795412311|u1|support|NONE|ABANDON|1|1|\n")

    after = await _poll_all(OPTIONS, context, before.cursor)

    assert [(event.type.value, event.wait_s) for event in after.records] == [("abandoned", 10.0)]


async def test_missing_log_is_a_failed_source(context: SourceContext) -> None:
    with pytest.raises(SourceFailed):
        await connect(OPTIONS, context, None).poll()


async def test_idle_log_brings_nothing(context: SourceContext, tmp_path: Path) -> None:
    (tmp_path / "queue_log").touch()

    batch = await _poll_all(OPTIONS, context)

    assert (list(batch.records), batch.more, batch.problems) == ([], False, Counter())


@settings(max_examples=60, deadline=None)
@given(cuts=st.lists(st.integers(0, len(PIECE)), max_size=12), reopen=st.booleans())
async def test_file_cut_anywhere_between_polls_tells_the_same(cuts: list[int], reopen: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = SourceContext("site", "phone", base_dir=Path(folder))
        path = Path(folder) / "queue_log"
        path.write_bytes(PIECE)
        whole = await _poll_all(OPTIONS, context)
        path.write_bytes(b"")
        records: list[Record] = []
        problems: Counter[str] = Counter()
        connector = connect(OPTIONS, context, None)
        for start, end in pairwise([0, *sorted(cuts), len(PIECE)]):
            with path.open("ab") as file:
                file.write(PIECE[start:end])
            batch = await connector.poll()
            records += batch.records
            problems += batch.problems
            if reopen:
                await connector.close()
                connector = connect(OPTIONS, context, batch.cursor)
        await connector.close()

    assert records == whole.records
    assert problems == whole.problems


@settings(max_examples=100, deadline=None)
@given(rubbish=st.binary(max_size=400))
def test_rubbish_stops_nothing(rubbish: bytes) -> None:
    context = SourceContext("site", "phone")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue_log"
        path.write_bytes(rubbish + b"\n1795412311|u1|support|NONE|ABANDON|1|1|4\n")

        events = _read([path], context).records

    assert events[-1].contact_id == "u1"


def test_channel_of_a_queue_comes_from_the_config(context: SourceContext, tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text("1795412301|u1|chat|NONE|ENTERQUEUE||1|1\n")

    events = _read([tmp_path / "queue_log"], replace(context, channels={"chat": "chat"})).records

    assert events[0].channel == "chat"
