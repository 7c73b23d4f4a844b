"""The Asterisk example, played fast through `pulse up`, against a count of its log made another way."""

import gzip
import shutil
from collections import Counter
from pathlib import Path

import pytest
from test_up import Up, free_port, pulse_up, wait_until

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
