"""A thousand alerts at one moment: how many messages leave, and when the first and the last of them are there.

The rival is Prometheus with Alertmanager that groups by alert name, at their fastest settings.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench._alerting import LIMIT, site_with_rules, watched
from bench._figure import Figure, at_most
from bench._hooks import Hooks, hooks
from bench._prometheus import is_installed, one_rule, rival
from bench._site import folder

_ALERTS = 1_000
_QUIET_S = 5.0
_SETTLE_S = 3.0
_LONGEST_S = 180.0
_ABSENT = "prometheus and prometheus-alertmanager are not installed"


@dataclass(frozen=True, slots=True)
class _Storm:
    """What came of it; seconds since all of them crossed the limit."""

    messages: int
    first_s: float
    last_s: float


def figures() -> Iterator[Figure]:
    """Messages, and the seconds to the first and to the last."""
    ours = _ours()
    theirs = _theirs() if is_installed() else None
    for name, most, unit in (("messages", 1, "messages"), ("first_s", 1, "s"), ("last_s", 1, "s")):
        value = getattr(ours, name)
        goal, ok = at_most(most, value)
        other = getattr(theirs, name) if theirs else None
        against = _ABSENT if other is None else f"Prometheus and Alertmanager: {other:.3g} {unit}"
        ratio = value / other if other else None
        figure = f"{name.removesuffix('_s')}_of_{_ALERTS}_alerts"
        yield Figure(bench="alerts_storm", figure=figure, value=value, unit=unit, goal=goal, ok=ok, ratio=ratio, against=against)


def _ours() -> _Storm:
    with folder() as root, hooks() as heard, watched(site_with_rules(root, heard.url)) as site:
        return _storm(heard, site.waiting)


def _theirs() -> _Storm:
    with folder() as root, hooks() as heard, rival(root, one_rule(LIMIT), heard.url) as theirs:
        return _storm(heard, theirs.exporter.waiting)


def _storm(heard: Hooks, tell: Callable[[dict[str, int]], None]) -> _Storm:
    tell(_all(0))
    time.sleep(_SETTLE_S)
    began_s = time.monotonic()
    tell(_all(LIMIT + 1))
    heard.wait_for(bool)
    while time.monotonic() < began_s + _LONGEST_S:
        known = len(heard.heard)
        if not heard.wait_for(lambda told, known=known: len(told) > known, _QUIET_S):
            break
    return _Storm(len(heard.heard), heard.heard[0][0] - began_s, heard.heard[-1][0] - began_s)


def _all(waiting: int) -> dict[str, int]:
    return {f"queue{number:04}": waiting for number in range(_ALERTS)}
