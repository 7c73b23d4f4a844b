"""What a site costs that runs the demo at its own pace with one wall open: CPU over a minute, and memory. Chromium does not count."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import redis

from bench._figure import Figure, at_most
from bench._screen import wall
from bench._site import ROOT, folder, up
from pulse.live.read import latest_board
from pulse.runtime.redis_server import own_url
from pulse.runtime.site import RunningSite

_SETTLE_S = 15.0
_WATCHED_S = 60.0
_MB = 1_000_000


def figures() -> Iterator[Figure]:
    """CPU in per cent of one core, PSS in MB; the sums and each process's part."""
    with folder() as root:
        config = _demo_in(root)
        with up(config) as (site, address, supervisor), wall(address):
            time.sleep(_SETTLE_S)
            processes = _processes(supervisor.pid)
            before_s = {name: _cpu_s(process) for name, process in processes.items()}
            records = _records(site)
            began_s = time.monotonic()
            time.sleep(_WATCHED_S)
            took_s = time.monotonic() - began_s
            records = _records(site) - records
            shares = {name: (_cpu_s(process) - before_s[name]) / took_s * 100 for name, process in processes.items()}
            pss_mb = {name: _pss_mb(process.pid) for name, process in processes.items()}
    yield Figure(bench="idle", figure=f"records of {config.stem}", value=records / took_s * 60, unit="1/min")
    for figure, parts, unit, most in (("cpu", shares, "% of a core", 5), ("pss", pss_mb, "MB", 400)):
        total = sum(parts.values())
        goal, ok = at_most(most, total)
        yield Figure(bench="idle", figure=f"{figure} of {config.stem}", value=total, unit=unit, goal=goal, ok=ok)
        for name, value in parts.items():
            yield Figure(bench="idle", figure=f"{figure}_{name}", value=value, unit=unit)


def _records(site: RunningSite) -> int:
    """How many records the sources have given since they were started."""
    with redis.Redis.from_url(own_url(site.places)) as client:
        board = latest_board(client, site.keys)
    return sum(source.records for source in board.sources.values()) if board else 0


def _demo_in(root: Path) -> Path:
    """A copy of the examples, so that the data folder is our own."""
    shutil.copytree(ROOT / "examples", root / "examples", ignore=shutil.ignore_patterns("var"))
    demo = root / "examples" / "demo.toml"
    return demo if demo.exists() else root / "examples" / "asterisk.toml"


def _processes(supervisor: int) -> dict[str, psutil.Process]:
    """The supervisor and all it has started, by their part."""
    top = psutil.Process(supervisor)
    return {"up": top, **{_part(process): process for process in top.children(recursive=True)}}


def _part(process: psutil.Process) -> str:
    told = process.cmdline()
    parts = {"watch": "watch", "collect": "collect", "streamlit": "serve"}
    named = next((part for word, part in parts.items() if word in told), None)
    return named or process.name()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _pss_mb(pid: int) -> float:
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) * 1024 / _MB
