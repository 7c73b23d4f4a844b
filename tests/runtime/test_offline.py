"""`pulse board`: recorded logs to Boards, compared with a count of the log made another way."""

import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pulse.cli import app

RECORDING = Path(__file__).parents[2] / "examples" / "asterisk22" / "queue_log.gz"


def pulse_board(*arguments: object) -> list[dict]:
    outcome = CliRunner().invoke(app, ["board", "--kind", "asterisk_queue_log", "--json", *map(str, arguments)])
    assert outcome.exit_code == 0, outcome.output
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def counted_by_hand(text: str, until_s: int, since_s: int = 0, target_s: int = 20, short_s: int = 5) -> dict[str, Counter]:
    """Per queue, straight from the lines: no parser, no fold."""
    queues: dict[str, Counter] = defaultdict(Counter)
    for line in text.splitlines():
        at, _, queue, _, event, *data = line.split("|")
        if not since_s < int(at) <= until_s:
            continue
        count = queues[queue]
        count["offered"] += event == "ENTERQUEUE"
        if event == "CONNECT":
            count["answered"] += 1
            count["wait_answered_s"] += int(data[0])
            count["answered_within_target"] += int(data[0]) <= target_s
            count["max_wait_s"] = max(count["max_wait_s"], int(data[0]))
        if event == "ABANDON":
            count["abandoned"] += 1
            count["wait_abandoned_s"] += int(data[2])
            count["abandoned_within_target"] += int(data[2]) <= target_s
            count["short_abandoned"] += int(data[2]) <= short_s
            count["max_wait_s"] = max(count["max_wait_s"], int(data[2]))
        if event == "EXITWITHTIMEOUT":
            count["overflowed"] += 1
            count["max_wait_s"] = max(count["max_wait_s"], int(data[2]))
        if event.startswith("COMPLETE"):
            count["handled"] += 1
            count["talk_s"] += int(data[1])
    return queues


COUNTED = (
    "offered", "answered", "abandoned", "short_abandoned", "answered_within_target", "abandoned_within_target", "overflowed",
    "wait_answered_s", "wait_abandoned_s", "talk_s", "handled",
)  # fmt: skip


@pytest.fixture(scope="module")
def recording() -> str:
    return gzip.decompress(RECORDING.read_bytes()).decode()


@pytest.mark.parametrize("window", [("today", 10**10), ("last_5m", 300), ("last_30m", 1800)], ids=lambda window: window[0])
def test_every_board_of_the_recording_equals_a_count_by_hand(recording: str, window: tuple[str, int]) -> None:
    name, span_s = window

    for board in pulse_board("--source", RECORDING, "--target", "5s", "--short", "3s"):
        at_s = board["at"] // 1000
        by_hand = counted_by_hand(recording, at_s, at_s - span_s, target_s=5, short_s=3)
        for queue, scope in board["queues"].items():
            shown = {figure: scope[name][figure] for figure in COUNTED}
            assert shown == {figure: by_hand[queue][figure] for figure in COUNTED}, (at_s, queue)
            assert (scope[name]["max_wait_s"] or 0) == by_hand[queue]["max_wait_s"]


def test_who_waits_at_each_board_equals_a_count_by_hand(recording: str) -> None:
    for board in pulse_board("--source", RECORDING, "--every", "7s"):
        waiting: dict[str, dict[str, int]] = defaultdict(dict)
        for line in recording.splitlines():
            at, contact, queue, _, event, *_ = line.split("|")
            if int(at) * 1000 > board["at"]:
                break
            if event == "ENTERQUEUE":
                waiting[queue][contact] = int(at)
            elif event in ("CONNECT", "ABANDON", "EXITWITHTIMEOUT"):
                waiting[queue].pop(contact, None)
        for queue, scope in board["queues"].items():
            assert scope["waiting"] == len(waiting[queue])
            assert scope["oldest_wait_s"] == max((board["at"] / 1000 - at for at in waiting[queue].values()), default=0.0)


def test_service_levels_follow_from_the_counts_by_their_formulas(recording: str) -> None:
    count = counted_by_hand(recording, 10**10, target_s=5)["support"]
    ans, ab, short = count["answered"], count["abandoned"], count["short_abandoned"]
    ans_t, ab_t = count["answered_within_target"], count["abandoned_within_target"]

    today = pulse_board("--source", RECORDING, "--target", "5s")[-1]["queues"]["support"]["today"]

    expected = [(ans_t + ab_t) / (ans + ab), ans_t / ans, ans_t / (ans + ab), ans_t / (ans + ab - ab_t)]
    expected += [(ans_t + short) / (ans + ab), ans_t / (ans + ab - short)]
    assert [today[f"service_level_{letter}"] for letter in "abcdef"] == pytest.approx(expected)
    assert today["asa_s"] == pytest.approx(count["wait_answered_s"] / ans)
    assert today["aht_s"] == pytest.approx(count["talk_s"] / count["handled"])


def test_boards_stand_at_every_multiple_and_at_the_end_of_the_log(recording: str) -> None:
    lines = recording.splitlines()
    first_s, last_s = int(lines[0].split("|")[0]), int(lines[-1].split("|")[0])

    at = [board["at"] // 1000 for board in pulse_board("--source", RECORDING, "--every", "1m")]

    multiples = [second for second in range(first_s, last_s + 1) if second % 60 == 0]
    assert at == [*multiples, last_s]


def test_a_last_line_without_a_contact_still_ends_the_log(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("1795412301|1.1|support|NONE|ENTERQUEUE||x|1\n1795412325|NONE|support|Agent-B|PAUSE|lunch\n")

    last = pulse_board("--source", log)[-1]

    assert last["at"] == 1795412325000
    assert last["queues"]["support"]["oldest_wait_s"] == 24.0


def test_rotated_parts_in_any_order_equal_the_whole_log(recording: str, tmp_path: Path) -> None:
    lines = recording.splitlines(keepends=True)
    parts = {"queue_log.0": lines[:400], "queue_log.1": lines[400:900], "queue_log": lines[900:]}
    for name, part in parts.items():
        (tmp_path / name).write_text("".join(part))

    boards = pulse_board("--source", tmp_path / "queue_log", tmp_path / "queue_log.1", tmp_path / "queue_log.0")

    assert boards == pulse_board("--source", RECORDING)


def test_the_same_file_twice_counts_once(recording: str, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text(recording)

    twice = pulse_board("--source", RECORDING, tmp_path / "copy")[-1]

    assert twice["queues"] == pulse_board("--source", RECORDING)[-1]["queues"]


def test_those_waiting_when_asterisk_crashes_are_lost(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("1795412301|1.1|support|NONE|ENTERQUEUE||x|1\n1795412400|NONE|NONE|NONE|QUEUESTART|\n")

    scope = pulse_board("--source", log)[-1]["queues"]["support"]

    assert (scope["waiting"], scope["today"]["lost"], scope["today"]["offered"], scope["today"]["max_wait_s"]) == (0, 1, 1, None)


def test_today_is_the_day_of_the_zone_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("1795449500|1.1|support|NONE|ENTERQUEUE||x|1\n1795449700|1.2|support|NONE|ENTERQUEUE||x|2\n")

    in_utc, in_shanghai = (pulse_board("--source", log, "--zone", zone)[-1] for zone in ("UTC", "Asia/Shanghai"))

    assert in_utc["queues"]["support"]["today"]["offered"] == 2
    assert in_shanghai["queues"]["support"]["today"]["offered"] == 1


def test_the_shape_of_the_documented_board_is_kept() -> None:
    board = pulse_board("--source", RECORDING)[-1]

    assert {"at", "site", "channels", "queues"} <= board.keys()
    for scope in (board["site"], board["channels"]["voice"], board["queues"]["support"]):
        assert {"waiting", "oldest_wait_s", "agents", "today", "last_5m", "last_30m"} <= scope.keys()
        assert scope["agents"] is None


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--source", "nowhere.log"], "nowhere.log"),
        (["--source", str(RECORDING), "--target", "5x"], "5x"),
        (["--source", str(RECORDING), "--zone", "Mars/Base"], "Mars/Base"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(arguments: list[str], named: str) -> None:
    outcome = CliRunner().invoke(app, ["board", "--kind", "asterisk_queue_log", "--json", *arguments])

    assert outcome.exit_code != 0
    assert named in outcome.output + str(outcome.exception)
