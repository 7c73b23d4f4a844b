"""[benchmarks] of pulse.toml: what others reach, with where and when that was said.

In: KPI names with a value as people write it, its source and its date. Out: benchmarks in the KPI's own unit, or every fault in words.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pulse.definitions import definitions, figures
from pulse.kpi.snapshot import Benchmark
from pulse.targets import WrongTargets, possible
from pulse.written import read

_KEYS = ("value", "source", "date")
Benchmarks = Mapping[str, Benchmark]
"""By KPI name."""


def read_benchmarks(written: object) -> Benchmarks:
    """The benchmarks of the table as it stands in the file; raises WrongTargets with all its faults."""
    if not isinstance(written, Mapping):
        raise WrongTargets([("", f"got {written!r:.60}, expected a table for each KPI")])
    faults: list[tuple[str, str]] = []
    found = {}
    for name, table in written.items():
        if isinstance(table, Benchmark):
            found[name] = table
        elif not (wrong := list(_faults(name, table))):
            found[name] = _benchmark(name, table)
        else:
            faults += wrong
    if faults:
        raise WrongTargets(faults)
    return found


def allowed_names() -> Iterator[str]:
    """The KPIs that are one number and stand in history."""
    return (kpi.name for kpi in figures())


def _benchmark(name: str, table: Mapping[str, Any]) -> Benchmark:
    return Benchmark(value=_value(name, table["value"]), source=table["source"].strip(), date=_day(table["date"]))


def _faults(name: str, table: object) -> Iterator[tuple[str, str]]:
    if name not in set(allowed_names()):
        yield name, f"is no KPI that can have a benchmark, expected one of {', '.join(allowed_names())}"
    elif not isinstance(table, Mapping):
        yield name, f"got {table!r:.60}, expected a table of {', '.join(_KEYS)}"
    else:
        yield from ((f"{name}.{key}", "this key is not known here") for key in table if key not in _KEYS)
        for key in _KEYS:
            fault = "is missing" if key not in table else _fault(name, key, table[key])
            if fault:
                yield f"{name}.{key}", fault


def _fault(name: str, key: str, written: object) -> str | None:
    try:
        if key == "value":
            _value(name, written)
        elif key == "date":
            _day(written)
        elif not isinstance(written, str) or not written.strip():
            return f"got {written!r:.60}, expected who says so"
    except ValueError as error:
        return str(error)
    return None


def _value(name: str, written: object) -> float:
    return possible(name, read(written, definitions()[name].unit))


def _day(written: object) -> str:
    """A date of TOML, or one written as a text."""
    if type(written) is date:
        return written.isoformat()
    try:
        return date.fromisoformat(written if isinstance(written, str) else "").isoformat()
    except ValueError as error:
        raise ValueError(f"got {written!r:.60}, expected a date such as 2026-06-30") from error
