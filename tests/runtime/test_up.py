"""`pulse up` as people meet it: it starts, says where, survives a killed process, refuses clearly, and stops whole."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil
import pytest

from dashboard.nav import all_views
from pulse.config import GIVEN_UP
from pulse.kpi.board import Board, UnreadableBoard
from pulse.live.read import latest_board
from pulse.live.store import RedisLost, connected
from pulse.runtime.redis_server import answers, server_binary, server_command
from pulse.runtime.site import RunningSite
from pulse.runtime.up import PAGES, Address, addresses

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
BOARD_OF_AN_EARLIER_VERSION = b'{"at": 1}'
LOG = "1795412301|1.1|support|NONE|ENTERQUEUE||x|1\n1795412302|1.1|support|Agent-A|CONNECT|1|1.2|1\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"waited {PATIENCE_S} s for: {what}"
        select_nothing(0.02)


def select_nothing(pause_s: float) -> None:
    import select

    select.select([], [], [], pause_s)


def config_in(folder: Path, port: int, more: str = "") -> Path:
    config = folder / "pulse.toml"
    source = '[sources.log]\nkind = "asterisk_queue_log"\npath = "queue_log"\nevery = "200ms"\n'
    config.write_text(f'[site]\nname = "up"\n[serve]\nport = {port}\n{source}{more}')
    return config


def pulse_up(config: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pulse.cli", "up", "--config", str(config)],
        cwd=ROOT, env={**os.environ, "REDIS_URL": ""}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@dataclass
class Up:
    """A running site."""

    process: subprocess.Popen[str]
    site: RunningSite
    log: Path
    said: str = ""
    first_board: Board | None = None

    def board(self) -> Board | None:
        try:
            with connected(self.site.redis_url) as client:
                return latest_board(client, self.site.keys)
        except (*RedisLost, UnreadableBoard):
            return None

    def offered(self) -> int:
        board = self.board()
        scope = board.queues.get("support") if board else None
        return int(scope.today["offered"]) if scope else -1  # type: ignore[call-overload]

    def child(self, mark: str) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children(recursive=True)
        return next((child for child in children if mark in command_of(child)), None)


def command_of(process: psutil.Process) -> str:
    """The command line; empty for a process that has ended."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


numbers = count()


def caller() -> str:
    now_s = int(time.time())
    return f"{now_s}|{now_s}.{next(numbers)}|support|NONE|ENTERQUEUE||x|1\n"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    (folder / "queue_log").write_text(caller())
    config = config_in(folder, free_port())
    site = RunningSite.of(config)
    leave_in_redis(site, BOARD_OF_AN_EARLIER_VERSION)
    process = pulse_up(config)
    try:
        assert process.stdout is not None
        said = next((line for line in process.stdout if line.startswith(("up is up", "pulse"))), "it ended without a word")
        running = Up(process, site, folder / "queue_log", said)
        running.first_board = running.board()
        wait_until(lambda: running.offered() == 1, "the first caller on the Board")
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize("mark", ["redis-server", "pulse.cli collect", "pulse.cli watch", "streamlit run"])
def test_a_killed_process_is_started_again_and_no_count_is_lost_or_doubled(up: Up, mark: str) -> None:
    wait_until(lambda: up.child(mark) is not None, f"{mark} running")
    before, victim = up.offered(), up.child(mark)
    assert victim is not None

    victim.kill()
    with up.log.open("a") as log:
        log.write(caller() + caller())

    wait_until(lambda: up.child(mark) not in (None, victim), f"{mark} started again")
    wait_until(lambda: up.offered() >= before + 2, "the callers of the meantime on the Board")
    assert up.offered() == before + 2
    with up.log.open("a") as log:
        log.write(caller())
    wait_until(lambda: up.offered() == before + 3, "the next caller on the Board")


def test_a_second_instance_on_the_same_data_is_refused_in_one_line(up: Up) -> None:
    second = pulse_up(up.site.config.path)

    said, _ = second.communicate(timeout=PATIENCE_S)

    assert second.returncode == 2
    assert said.strip().endswith("already works on this data")
    assert len(said.splitlines()) == 1


def test_addresses_of_all_pages_are_said(tmp_path: Path) -> None:
    site = RunningSite.of(config_in(tmp_path, 8600))

    first, *pages, last = addresses(site, Address("127.0.0.1", 8600))

    assert first == "up is up"
    assert [line.split()[:2] for line in pages] == [[page, f"http://127.0.0.1:8600/{page}"] for page in PAGES]
    assert PAGES.keys() == all_views().keys()
    assert max(map(len, pages)) <= 110
    assert str(site.places.root) in last


def test_ctrl_c_stops_everything_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(LOG)
    config = config_in(tmp_path, free_port())
    process = pulse_up(config)
    assert process.stdout is not None
    said = next(line for line in process.stdout if "is up" in line)
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)

    assert said.startswith("up is up")
    assert process.returncode == 0
    assert len(children) >= 4
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []


def test_a_site_starts_though_redis_holds_a_board_of_an_earlier_version(up: Up) -> None:
    assert up.said.startswith("up is up")
    assert up.first_board is not None


def leave_in_redis(site: RunningSite, board: bytes) -> None:
    site.places.redis.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(server_command(server_binary(), site.places), stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(site.redis_url), "redis running")
        with connected(site.redis_url) as client:
            client.set(site.keys.board, board)
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def test_when_the_supervisor_is_killed_its_children_go_with_it(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(LOG)
    process = pulse_up(config_in(tmp_path, free_port()))
    assert process.stdout is not None
    next(line for line in process.stdout if "is up" in line)
    children = psutil.Process(process.pid).children(recursive=True)

    process.kill()
    process.communicate(timeout=PATIENCE_S)

    gone, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
    assert alive == []
    assert len(gone) >= 4


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = pulse_up(config_in(tmp_path, taken.getsockname()[1]))
        said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 2
    assert "Address already in use" in said
    assert len(said.splitlines()) == 1


def test_a_process_that_dies_again_and_again_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(caller())
    config = config_in(tmp_path, free_port())
    process = pulse_up(config)
    running = Up(process, RunningSite.of(config), tmp_path / "queue_log")
    wait_until(lambda: running.offered() == 1, "the first caller on the Board")
    given_up = running.site.places.root / GIVEN_UP

    config.write_text(config.read_text() + '[sources.b]\nkind = "nothing"\n')
    collect = running.child("pulse.cli collect")
    assert collect is not None
    collect.kill()
    wait_until(given_up.is_file, "collect given up")
    told, board = given_up.read_text(), running.board()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE_S)

    assert told == "collect"
    assert board is not None
    assert "collect died 5 times in a minute" in said
    assert not given_up.exists()


def test_a_redis_that_does_not_answer_is_one_clear_line_without_its_password(tmp_path: Path) -> None:
    config = config_in(tmp_path, free_port())
    config.write_text(f'redis_url = "redis://:secret@127.0.0.1:{free_port()}/0"\n' + config.read_text())

    process = pulse_up(config)
    said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 2
    assert "redis_url: nothing answers at redis://127.0.0.1:" in said
    assert "secret" not in said


def test_a_data_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    config = config_in(tmp_path, free_port())
    config.write_text('data_dir = "/proc/nowhere"\n' + config.read_text())

    process = pulse_up(config)
    said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 2
    assert "/proc/nowhere" in said
    assert len(said.splitlines()) == 1


def test_a_broken_config_tells_every_fault_and_starts_nothing(tmp_path: Path) -> None:
    more = '[sources.b]\nkind = "nothing"\n[rules.r]\nkind = "sla_breach"\nlevel = 9\n'
    process = pulse_up(config_in(tmp_path, free_port(), more))

    said, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 2
    assert "pulse.toml, rules.r.level: got 9" in said
    assert not (tmp_path / "var").exists()
