"""What a benchmark tells: figures beside their goals and rivals, and the machine they were measured on."""

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured number."""

    bench: str
    figure: str
    value: float
    unit: str
    goal: str | None = None
    ok: bool | None = None
    """Whether the goal is reached; None where there is none."""
    ratio: float | None = None
    """The value divided by the rival's, in the same unit."""
    against: str | None = None


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was measured."""

    machine: str
    cores: int
    python: str
    load_1m: float


def at_least(goal: float, value: float) -> tuple[str, bool]:
    """The goal as it is printed, and whether it is reached."""
    return f">= {goal:g}" if goal < 10_000 else f">= {goal:.0f}", value >= goal


def at_most(goal: float, value: float) -> tuple[str, bool]:
    """The goal as it is printed, and whether it is kept."""
    return f"<= {goal:g}", value <= goal


def machine() -> Machine:
    """This machine."""
    described = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((row.split(":")[1].strip() for row in described if row.startswith("model name")), platform.machine())
    return Machine(machine=model, cores=os.cpu_count() or 1, python=platform.python_version(), load_1m=round(os.getloadavg()[0], 2))


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` per cent of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def line(told: msgspec.Struct) -> str:
    """One line of JSON."""
    rounded = {name: _rounded(value) for name, value in msgspec.structs.asdict(told).items()}
    return msgspec.json.encode(rounded).decode()


def _rounded(value: object) -> object:
    return (
        float(f"{value:.4g}") if isinstance(value, float) and abs(value) < 10_000 else round(value) if isinstance(value, float) else value
    )
