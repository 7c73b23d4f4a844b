"""How long from a threshold that is crossed to the webhook: from the collectors' write through Redis, watch and the outbox.

The rival is Prometheus with Alertmanager at their fastest settings on the same machine: 1 s scrape, 1 s evaluation, group_wait 0.
"""

import time
from collections.abc import Callable, Iterator
from random import Random

from bench._alerting import LIMIT, site_with_rules, watched
from bench._figure import Figure, at_most, percentile
from bench._hooks import Hooks, hooks
from bench._prometheus import is_installed, one_rule, rival
from bench._site import folder

_CROSSINGS, _RIVAL_CROSSINGS = 60, 20
_SETTLE_S = 2.0
_GOALS_S = {50: 0.15, 95: 0.4}


def figures() -> Iterator[Figure]:
    """Seconds from the crossing to the message, median and 95th percentile."""
    ours_s = _ours_s()
    theirs_s = _theirs_s() if is_installed() else []
    for share, most_s in _GOALS_S.items():
        value_s = percentile(ours_s, share)
        goal, ok = at_most(most_s, value_s)
        beside = _beside(value_s, theirs_s, share)
        yield Figure(bench="alerts_latency", figure=f"crossing_to_webhook_p{share}", value=value_s, unit="s", goal=goal, ok=ok, **beside)
    yield Figure(bench="alerts_latency", figure=f"longest_of_{len(ours_s)}", value=max(ours_s), unit="s")


def _beside(value_s: float, theirs_s: list[float], share: int) -> dict[str, float | str]:
    if not theirs_s:
        return {"against": "prometheus and prometheus-alertmanager are not installed"}
    rival_s = percentile(theirs_s, share)
    return {
        "ratio": value_s / rival_s,
        "against": f"Prometheus and Alertmanager, 1 s / 1 s / 0 s, {len(theirs_s)} crossings: {rival_s:.3g} s",
    }


def _ours_s() -> list[float]:
    with folder() as root, hooks() as heard, watched(site_with_rules(root, heard.url)) as site:
        return _crossings_s(_CROSSINGS, heard, "raised", site.waiting)


def _theirs_s() -> list[float]:
    with folder() as root, hooks() as heard, rival(root, one_rule(LIMIT), heard.url, grouped_by="queue") as theirs:
        return _crossings_s(_RIVAL_CROSSINGS, heard, "firing", theirs.exporter.waiting)


def _crossings_s(count: int, heard: Hooks, state: str, tell: Callable[[dict[str, int]], None]) -> list[float]:
    """Lets one queue after the other cross the limit, at moments of chance; the seconds of each, less the first."""
    random, took_s = Random(7), []
    waiting = {f"queue{number:02}": 0 for number in range(count + 1)}
    tell(waiting)
    time.sleep(_SETTLE_S)
    for queue in waiting:
        time.sleep(random.uniform(0.1, 1.1))
        waiting[queue] = LIMIT + 50
        before, began_s = len(heard.heard), time.monotonic()
        tell(waiting)
        took_s.append(heard.next(state, before) - began_s)
    return took_s[1:]
