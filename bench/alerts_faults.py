"""What a fault costs an alert: its evaluator killed or frozen, its receiver refusing for a minute, a figure that flips.

Real processes of `pulse watch` on loopback, against the limits that were promised; what the others need is too long to wait for.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench._alerting import Watched, another_watch, site_with_rules, watched
from bench._figure import Figure, at_most
from bench._hooks import hooks
from bench._site import folder

_BAD, _GOOD = 51, 0
_TAKE_OVERS = 5
_REFUSES_S, _FOR_S, _KILLED_AT_S = 60.0, 30, 20.0
_FLIPS, _FLIP_EVERY_S = 40, 1.5
_TAKE_OVER_GOAL_S, _FOR_GOAL_S, _HEALTHY_GOAL_S, _FLIP_GOAL = 3.0, 31.0, 5.0, 2


def figures() -> Iterator[Figure]:
    """Seconds and messages, one figure a fault."""
    for name, how in (("killed", signal.SIGKILL), ("frozen", signal.SIGSTOP)):
        longest_s = max(_take_over_s(how) for _ in range(_TAKE_OVERS))
        yield _figure(f"longest_of_{_TAKE_OVERS}_take_overs_{name}_to_next_message", longest_s, "s", _TAKE_OVER_GOAL_S)
    yield _figure("for_30s_killed_at_20s", _raised_after_s(), "s", _FOR_GOAL_S)
    for retry_after, name in ((True, "429_for_60s_with_retry_after"), (False, "429_for_60s_without")):
        yield _figure(f"{name}_healthy_to_message", _healthy_to_message_s(retry_after=retry_after), "s", _HEALTHY_GOAL_S)
    yield _figure(f"messages_of_{_FLIPS}_flips_in_60s", _messages_of_flips(), "messages", _FLIP_GOAL)


def _figure(name: str, value: float, unit: str, most: float) -> Figure:
    goal, ok = at_most(most, value)
    return Figure(bench="alerts_faults", figure=name, value=value, unit=unit, goal=goal, ok=ok, ratio=value / most, against="the goal")


def _take_over_s(how: signal.Signals) -> float:
    """From the end of one watch to the message of an alert that the next one raised."""
    with folder() as root, hooks() as heard, watched(site_with_rules(root, heard.url)) as site, another_watch(site.site):
        site.waiting({"before": _BAD})
        heard.next("raised", 0)
        began_s = time.monotonic()
        site.process.send_signal(how)
        site.waiting({"after": _BAD})
        took_s = heard.next("raised", 1) - began_s
        site.process.send_signal(signal.SIGCONT)
    return took_s


def _raised_after_s() -> float:
    """From the breach to the message of a rule that wants it to stand for 30 s, where watch is killed after 20."""
    with ExitStack() as stack:
        root, heard = stack.enter_context(folder()), stack.enter_context(hooks())
        site = stack.enter_context(watched(site_with_rules(root, heard.url, raise_for_s=_FOR_S)))
        began_s = time.monotonic()
        site.waiting({"support": _BAD})
        _keep_up(site, {"support": _BAD}, began_s + _KILLED_AT_S)
        site.process.kill()
        stack.enter_context(another_watch(site.site))
        _keep_up(site, {"support": _BAD}, began_s + _FOR_S + 1.0)
        return heard.next("raised", 0) - began_s


def _healthy_to_message_s(*, retry_after: bool) -> float:
    """From the moment at which a receiver that refused for a minute is well, to the message."""
    with folder() as root, hooks() as heard, watched(site_with_rules(root, heard.url)) as site:
        healthy_s = time.monotonic() + _REFUSES_S
        heard.refuse_until(healthy_s, says_when=retry_after)
        site.waiting({"support": _BAD})
        return heard.next("raised", 0) - healthy_s


def _messages_of_flips() -> int:
    """How many messages a figure brings that crosses its limit to and fro for a minute."""
    with folder() as root, hooks() as heard, watched(site_with_rules(root, heard.url)) as site:
        began_s = time.monotonic()
        for flip in range(_FLIPS):
            site.waiting({"support": (_BAD, _GOOD)[flip % 2]})
            time.sleep(max(0.0, began_s + (flip + 1) * _FLIP_EVERY_S - time.monotonic()))
        return len(heard.heard)


def _keep_up(site: Watched, counts: dict[str, int], until_s: float) -> None:
    while time.monotonic() < until_s:
        time.sleep(min(0.5, max(0.0, until_s - time.monotonic())))
        site.waiting(counts)
