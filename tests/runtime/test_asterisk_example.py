"""The Asterisk example, played fast through `pulse up`, against a count of its log made another way."""

import gzip
import shutil
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from test_up import Up, free_port, pulse_up, wait_until

from pulse.kpi.board import Board
from pulse.live.store import connected
from pulse.runtime.site import RunningSite

EXAMPLES = Path(__file__).parents[2] / "examples"


def by_hand() -> dict[str, Counter[str]]:
    names = {"ENTERQUEUE": "offered", "CONNECT": "answered", "ABANDON": "abandoned", "EXITWITHTIMEOUT": "overflowed"}
    counted: dict[str, Counter[str]] = {}
    for line in gzip.decompress((EXAMPLES / "asterisk22/queue_log.gz").read_bytes()).decode().splitlines():
        _, _, queue, _, event, *data = line.split("|")
        if event not in names:
            continue
        count = counted.setdefault(queue, Counter())
        count[names[event]] += 1
        if event == "CONNECT":
            count["waited"] += int(data[0])
            count["in_time"] += int(data[0]) <= 5
        if event == "ABANDON":
            count["abandoned_in_time"] += int(data[2]) <= 5
    return counted


def waits() -> dict[str, list[tuple[int, int]]]:
    """From when to when (epoch s) each caller waited in a queue, as the log tells it."""
    begun: dict[tuple[str, str], int] = {}
    found: dict[str, list[tuple[int, int]]] = {}
    for line in gzip.decompress((EXAMPLES / "asterisk22/queue_log.gz").read_bytes()).decode().splitlines():
        at, caller, queue, _, event, *_ = line.split("|")
        if event == "ENTERQUEUE":
            begun[queue, caller] = int(at)
        elif event in ("CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY") and (queue, caller) in begun:
            found.setdefault(queue, []).append((begun.pop((queue, caller)), int(at)))
    return found


def oldest_wait_s(waiting: list[tuple[int, int]], at: float) -> float:
    return max((at - begun for begun, ended in waiting if begun <= at < ended), default=0.0)


@pytest.mark.long
def test_at_recorded_speed_the_oldest_wait_is_that_of_the_log(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "asterisk22", tmp_path / "asterisk22")
    config = tmp_path / "asterisk.toml"
    config.write_text((EXAMPLES / "asterisk.toml").read_text() + f"\n[serve]\nport = {free_port()}\n")
    process = pulse_up(config)
    up = Up(process, RunningSite.of(config), tmp_path / "unused")
    boards: dict[int, Board] = {}

    def seen_enough() -> bool:
        board = up.board()
        if board is not None:
            boards.setdefault(board.at // 1000, board)
        return len(boards) > 50

    try:
        wait_until(seen_enough, "fifty seconds of Boards")
        with connected(up.site.redis_url) as client:
            start = msgspec.json.decode(client.get(up.site.keys.cursor("ami")))["start"]
    finally:
        process.terminate()
        process.communicate(timeout=20)

    compared, recorded = [], waits()["support"]
    for board in boards.values():
        told = board.queues["support"].oldest_wait_s if "support" in board.queues else None
        if told is not None:
            at = (board.at - start) / 1000 + 1795412295
            # The log's clock ticks in seconds, the manager interface is asked once a second.
            near = [oldest_wait_s(recorded, at + step / 4) for step in range(-10, 5)]
            compared.append((round(told, 1), any(abs(told - one) <= 1.5 for one in near)))
    assert len(compared) > 30
    assert max(told for told, _ in compared) > 8
    assert [told for told, is_near in compared if not is_near] == []


@pytest.mark.long
def test_the_performed_recording_gives_the_counts_of_its_log(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "asterisk22", tmp_path / "asterisk22")
    written = (EXAMPLES / "asterisk.toml").read_text()
    config = tmp_path / "asterisk.toml"
    config.write_text(written.replace('every = "1s"', 'every = "1s"\nspeed = 60').replace('every = "500ms"', 'every = "500ms"\nspeed = 60'))
    config.write_text(config.read_text() + f"\n[serve]\nport = {free_port()}\n")
    process = pulse_up(config)
    up = Up(process, RunningSite.of(config), tmp_path / "unused")

    try:
        wait_until(lambda: (board := up.board()) is not None and all(s.condition == "ended" for s in board.sources.values()), "the end")
        wait_until(lambda: (board := up.board()) is not None and board.site.today.get("answered") == 259, "the last answer")
        board = up.board()
    finally:
        process.terminate()
        process.communicate(timeout=20)

    assert board is not None
    for queue, count in by_hand().items():
        today = board.queues[queue].today
        assert [today[name] for name in ("offered", "answered", "abandoned", "overflowed")] == [
            count[name] for name in ("offered", "answered", "abandoned", "overflowed")
        ]
        ans, ab, target_s = count["answered"], count["abandoned"], board.queues[queue].target_s
        ans_t = count["in_time"] if target_s == 5 else ans  # every call of billing was answered within a second
        ab_t = short = count["abandoned_in_time"]
        expected = [(ans_t + ab_t) / (ans + ab), ans_t / ans, ans_t / (ans + ab), ans_t / (ans + ab - ab_t)]
        expected += [(ans_t + short) / (ans + ab), ans_t / (ans + ab - short)]
        assert [today[f"service_level_{letter}"] for letter in "abcdef"] == pytest.approx(expected)
        assert today["asa_s"] == pytest.approx(count["waited"] / count["answered"])
