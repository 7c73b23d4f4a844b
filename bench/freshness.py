"""How long a record takes from the collectors' door to the picture: Ingest, Redis, watch, serve, event stream, Chromium.

One contact at a time is offered; the wall's waiting figure then shows one more. Both instants are of this machine's clock.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import redis.asyncio
from playwright.sync_api import Locator

from bench._figure import Figure, at_most, percentile
from bench._screen import wall
from bench._site import folder, up
from pulse.clock import system_clock
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from pulse.live.ingest import Ingest
from pulse.runtime.redis_server import own_url
from pulse.runtime.site import RunningSite

_PACES = {"busy": (500, 0.05), "quiet": (60, 0.5)}
"""By pace: how many contacts, and the mean pause between two of them in seconds; they come at random, as contacts do."""
_FIGURE = "[data-figure=waiting] .value"
_NOTE_CHANGES = """value => {
  window.seen = [];
  window.noting?.disconnect();
  window.noting = new MutationObserver(() => window.seen.push([Number(value.textContent), Date.now()]));
  window.noting.observe(value, {characterData: true, childList: true, subtree: true});
}"""


def figures() -> Iterator[Figure]:
    """Milliseconds from accepted to drawn, median and 95th percentile, at each pace."""
    with folder() as root:
        config = root / "pulse.toml"
        config.write_text('[site]\nname = "bench"\n', encoding="utf-8")
        with up(config) as (site, address, _), wall(address) as screen:
            offered = 0
            for pace, (contacts, pause_s) in _PACES.items():
                accepted, seen = _shown(site, screen, range(offered, offered + contacts), pause_s)
                offered += contacts
                yield from _figures_of(pace, _delays_ms(accepted, seen))


def _figures_of(pace: str, delays_ms: list[int]) -> Iterator[Figure]:
    for share, most_ms in ((50, 150), (95, 400)):
        value_ms = percentile(delays_ms, share)
        goal, ok = at_most(most_ms, value_ms)
        yield Figure(bench="freshness", figure=f"{pace}_p{share}", value=value_ms, unit="ms", goal=goal, ok=ok)
    yield Figure(bench="freshness", figure=f"{pace}_longest_of_{len(delays_ms)}", value=max(delays_ms), unit="ms")


def _shown(site: RunningSite, screen: Locator, numbers: range, pause_s: float) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """When each number of waiting contacts was accepted, and what the screen showed when."""
    value = screen.locator(_FIGURE)
    value.evaluate(_NOTE_CHANGES)
    accepted = _offered_to(site, numbers, pause_s)
    value.filter(has_text=str(numbers.stop)).wait_for()
    return accepted, [(int(waiting), int(at)) for waiting, at in screen.page.evaluate("window.seen")]


def _delays_ms(accepted: dict[int, int], seen: list[tuple[int, int]]) -> list[int]:
    """For each number waiting, how much later the screen first showed it or more."""
    return [min(at for waiting, at in seen if waiting >= number) - accepted_at for number, accepted_at in accepted.items()]


def _offered_to(site: RunningSite, numbers: range, pause_s: float) -> dict[int, int]:
    """What `_offer` gives, from a thread of its own: the browser's driver holds this thread's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_offer(site, numbers, pause_s))).result()


async def _offer(site: RunningSite, numbers: range, pause_s: float) -> dict[int, int]:
    """Offers one contact after the other; gives the instant each was accepted, by how many then wait."""
    random, accepted = Random(7), {}
    async with redis.asyncio.Redis.from_url(own_url(site.places)) as client:
        door = Ingest(client, site.keys)
        for number in numbers:
            now = accepted[number + 1] = system_clock()
            await door.store("bench", [_offered(number, now)], {"number": number}, now)
            await asyncio.sleep(random.expovariate(1 / pause_s))
    return accepted


def _offered(number: int, at: int) -> ContactEvent:
    return ContactEvent(
        site="bench",
        source="bench",
        event_id=f"bench|{number}",
        contact_id=str(number),
        queue=f"queue{number % 4}",
        channel=Channel.VOICE,
        at=at,
        type=ContactEventType.OFFERED,
    )
