"""Pages of the past as the server draws them, the whole script, out of two years of twelve queues: opened first, and opened again.

A chart is drawn by the browser; what is measured is the processor time until it has all it draws.
"""

import os
import time
from collections.abc import Iterator
from math import isqrt
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from bench._figure import Figure, at_most
from bench._past import LAST, remembering_site
from pulse.clock import day_at
from pulse.config import load_config
from pulse.kpi.snapshot import Edition
from sql.contact_tables import ComplaintRow
from sql.session import open_database

_ROUNDS = 3
_GOALS_MS = {"snapshot": 300, "trends": 500}
_CLASSES = ("speed", "attitude", "process", "cost", "wording")


def figures() -> Iterator[Figure]:
    """Milliseconds of the server's processor."""
    with remembering_site() as (path, _):
        os.environ["PULSE_CONFIG"] = str(path)
        _freeze(path)
        _open("definitions")
        for edition in Edition:
            yield from _opened("snapshot", edition.value, edition=edition.value)
        for grain in Edition:
            yield from _opened("trends", grain.value, grain=grain.value, at=LAST.isoformat())


def _freeze(path: Path) -> None:
    # What is served is read from the environment, so it is imported only now.
    from dashboard.report.stretch import stretch_of  # noqa: PLC0415
    from pulse.runtime.freezing import freeze  # noqa: PLC0415

    config = load_config(path)
    with open_database(config.database_url or f"sqlite:///{path.parent / 'var/pulse/history.db'}") as database:
        with database.write() as session:
            session.add_all(_complaint(number, day_at(LAST, config.zone)) for number in range(60))
        for edition in Edition:
            freeze(database, config, stretch_of(edition, LAST, config.zone), "bench", day_at(LAST, config.zone) + 7 * 86_400_000)


def _complaint(number: int, midnight: int) -> ComplaintRow:
    category = _CLASSES[isqrt(number) % len(_CLASSES)]
    told = {"site": "site", "queue": "queue00", "channel": "voice", "category": category, "business_line": "logistics", "attributes": {}}
    names = {"event_id": f"e{number}", "contact_id": f"c{number}", "customer": f"k{number // 2}"}
    return ComplaintRow(at=midnight + number * 60_000, **told, **names)


def _opened(page: str, name: str, **query: str) -> Iterator[Figure]:
    import streamlit as st  # noqa: PLC0415

    rounds = []
    for _ in range(_ROUNDS):
        st.cache_data.clear()
        rounds.append((_open(page, **query), _open(page, **query)))
    for how, spent in (("first", min(first.shown_ms for first, _ in rounds)), ("again", min(again.shown_ms for _, again in rounds))):
        goal, ok = at_most(_GOALS_MS[page], spent)
        yield Figure(bench="pages", figure=f"{page}_{name}_{how}", value=spent, unit="ms", goal=goal, ok=ok)
    if page == "snapshot":
        compared = min(first.all_ms for first, _ in rounds)
        yield Figure(bench="pages", figure=f"{page}_{name}_compared_with_history", value=compared, unit="ms")


class _Opened(NamedTuple):
    """The processor time of one run of a page's script: until all but the comparison with history is sent, and until its end."""

    shown_ms: float
    all_ms: float


def _open(page: str, **query: str) -> _Opened:
    import streamlit.runtime.context as client  # noqa: PLC0415
    from streamlit.components.v2 import manifest_scanner  # noqa: PLC0415
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415
    from streamlit.util import calc_hash  # noqa: PLC0415

    import dashboard  # noqa: PLC0415
    from dashboard.views import snapshot as snapshot_page  # noqa: PLC0415

    compare, compared_ns = snapshot_page.restated_lately, []

    def noted(*about: Any) -> Any:
        compared_ns.append(time.process_time_ns())
        return compare(*about)

    app = AppTest.from_file(str(Path(dashboard.__file__).parent / "main.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    for key, value in query.items():
        app.query_params[key] = value
    app._page_hash = calc_hash(page)
    # A served process looks for components once, AppTest at each run.
    with (
        patch.object(client, "_get_client_context", _Here),
        patch.object(manifest_scanner, "scan_component_manifests", list),
        patch.object(snapshot_page, "restated_lately", noted),
    ):
        began_ns = time.process_time_ns()
        app.run()
        ended_ns = time.process_time_ns()
    assert not app.exception, app.exception
    assert page == "definitions" or app.main.get("vega_lite_chart"), f"{page} has drawn nothing"
    return _Opened(*((at_ns - began_ns) / 1e6 for at_ns in (min(compared_ns, default=ended_ns), ended_ns)))


class _Here:
    """A visitor from this machine."""

    remote_ip = "127.0.0.1"
    headers = (("host", "127.0.0.1"),)
    cookies: dict[str, str] = {}  # noqa: RUF012 - that is what Streamlit asks for
