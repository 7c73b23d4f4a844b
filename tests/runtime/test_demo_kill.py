"""The demo while its processes are killed: a second centre of the same seed tells what must have been counted."""

import asyncio
import signal
from pathlib import Path

import msgspec
import pytest
from test_up import PATIENCE_S, Up, free_port, pulse_up, wait_until

from collectors.connectors import simulator
from pulse.kpi.records import ContactEvent, Record
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold
from pulse.live.store import connected
from pulse.runtime.collecting import context_of
from pulse.runtime.site import RunningSite
from sql.recorder import Recorder
from sql.session import open_database

DEMO = Path(__file__).parents[2] / "examples/demo.toml"
MARKS = ("redis-server", "pulse.cli collect", "pulse.cli watch", "streamlit run")


def records_of_the_same_seed(site: RunningSite, first_at: int, until: int) -> list[Record]:
    """What a centre that nobody kills tells from its first start to `until`."""
    source = site.config.sources["simulator"]
    now = [first_at]
    centre = simulator.connect(simulator.Options(**source.options), context_of(site, "simulator", source, lambda: now[0]), None)
    told: list[Record] = []
    while True:
        batch = asyncio.run(centre.poll())
        told += batch.records
        if not batch.more and now[0] == until:
            return told
        now[0] = now[0] if batch.more else until


def counts(fold: Fold) -> dict[str, dict[str, int]]:
    """What was counted of contacts; people's time goes on while contacts are compared."""
    fold.roll(fold.now)
    tallies = {name: queue.windows.today.counts for name, queue in fold.queues.items()}
    return {queue: {name: count for name, count in told.items() if not name.startswith("agent_")} for queue, told in tallies.items()}


@pytest.mark.long
def test_whatever_is_killed_the_demo_counts_each_contact_once(tmp_path: Path) -> None:
    config = tmp_path / "demo.toml"
    config.write_text(DEMO.read_text(encoding="utf-8") + f"\n[serve]\nport = {free_port()}\n", encoding="utf-8")
    process = pulse_up(config)
    up = Up(process, RunningSite.of(config), tmp_path / "unused")
    try:
        wait_until(lambda: up.board() is not None, "the first Board")
        for mark in MARKS:
            wait_until(lambda mark=mark: up.child(mark) is not None, f"{mark} running")
            victim, before = up.child(mark), up.board()
            assert victim is not None
            assert before is not None
            victim.kill()
            wait_until(lambda mark=mark, victim=victim: up.child(mark) not in (None, victim), f"{mark} started again")
            later = before.at + 8_000
            wait_until(lambda later=later: (board := up.board()) is not None and board.at > later, "Boards go on")
        with connected(up.site.redis_url) as client:
            cursor = client.get(up.site.keys.cursor("simulator"))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)

    stored = msgspec.json.decode(cursor)
    with open_database(up.site.database_url) as database:
        recorder = Recorder(database, "demo")
        checkpoint = recorder.load()
        seen = {event_id for _, ids in recorder.seen_ids(0) for event_id in ids}
    assert checkpoint is not None
    counted, fresh = (Fold(up.site.fold_settings(), catalogue()) for _ in range(2))
    counted.restore(checkpoint[1])
    # The real centre went on for a moment after its cursor was read.
    told = records_of_the_same_seed(up.site, stored["first_at"], stored["now"] + 10_000)
    events = [record for record in told if isinstance(record, ContactEvent)]
    last_seen_at = max(event.at for event in events if event.event_id in seen)
    fresh.roll(counted.now)
    fresh.fold([event for event in events if event.event_id in seen])
    ours, whole = counts(counted), counts(fresh)

    # What came after the last checkpoint still stands in the stream.
    assert [event.event_id for event in events if event.event_id not in seen and event.at < last_seen_at] == []
    assert sum(figures["offered"] for figures in ours.values()) > 100
    assert ours == whole
