"""A thousand walls on one serve process, one push a second, over loopback; the rival's screens poll the snapshot once a second.

The limit of open files is raised for this process and the one it starts: a screen is a socket at each end.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench._figure import Figure, at_most, percentile
from bench._readers import Heard, Read, closed, opened, poll, stream
from bench._served import Served, raise_open_files, served
from bench._site import folder

_SCREENS, _POLLING = 1_000, 200
_PUSHES = 30
_WARM = 3


@dataclass(frozen=True, slots=True)
class _Measured:
    cores: float
    delays_ms: list[int]


def figures() -> Iterator[Figure]:
    """Cores of the serve process, milliseconds from the write in Redis to each socket, frames that did not arrive."""
    raise_open_files(_SCREENS + 500)
    with folder() as root, served(root) as site:
        ours = asyncio.run(_measured(site, stream, _SCREENS))
        rival = asyncio.run(_measured(site, poll, _POLLING))
    rival_cores = rival.cores * _SCREENS / _POLLING
    goal, ok = at_most(0.25, ours.cores)
    against = f"{_POLLING} screens that poll the snapshot once a second, times {_SCREENS // _POLLING}: {rival_cores:.3f} cores"
    yield Figure(
        bench="screens",
        figure=f"cpu_of_{_SCREENS}_streams",
        value=ours.cores,
        unit="cores",
        goal=goal,
        ok=ok,
        ratio=ours.cores / rival_cores,
        against=against,
    )
    p95_ms, rival_ms = percentile(ours.delays_ms, 95), percentile(rival.delays_ms, 95)
    goal, ok = at_most(250, p95_ms)
    against = f"the same polling screens: {rival_ms:.0f} ms"
    yield Figure(bench="screens", figure="write_to_socket_p50", value=percentile(ours.delays_ms, 50), unit="ms")
    yield Figure(
        bench="screens", figure="write_to_socket_p95", value=p95_ms, unit="ms", goal=goal, ok=ok, ratio=p95_ms / rival_ms, against=against
    )
    missed = _SCREENS * _PUSHES - len(ours.delays_ms)
    goal, ok = at_most(0, missed)
    yield Figure(bench="screens", figure=f"frames_missed_of_{_SCREENS * _PUSHES}", value=missed, unit="frames", goal=goal, ok=ok)


async def _measured(site: Served, read: Read, screens: int) -> _Measured:
    heard = Heard()
    site.publish()
    tasks = await opened(read, site.address, screens, heard)
    await _pushed(site, _WARM)
    before_s, began_s = site.cpu_s(), time.monotonic()
    published = await _pushed(site, _PUSHES)
    cores = (site.cpu_s() - before_s) / (time.monotonic() - began_s)
    await closed(tasks)
    return _Measured(cores, [delay for at in published for delay in heard.delays_ms.get(at, ())])


async def _pushed(site: Served, times: int) -> list[int]:
    """One Board a second; each has a second to arrive."""
    published = []
    for _ in range(times):
        published.append(site.publish())
        await asyncio.sleep(1.0)
    return published
