"""`pulse collect`: opens the connectors of the config and runs them until told to stop."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from collectors.base import Connector, Cursor, SourceContext
from collectors.drill_play import play_drills
from collectors.runner import Schedule, SourceRun, run_sources
from pulse.clock import Clock, system_clock
from pulse.config import ConfigError, Fault, faults_of
from pulse.live.ingest import Ingest
from pulse.live.store import connected_async
from pulse.plugins import UnknownKind, load
from pulse.runtime.site import RunningSite
from pulse.tables import Source

_PACKAGE = "collectors.connectors"


def checked_sources(site: RunningSite) -> dict[str, tuple[ModuleType, Any]]:
    """Each source's connector module and its checked options; raises ConfigError with the faults of all of them."""
    checked: dict[str, tuple[ModuleType, Any]] = {}
    faults: list[Fault] = []
    for name, source in site.config.sources.items():
        where = f"{site.config.path.name}, sources.{name}"
        try:
            module = load(_PACKAGE, source.kind)
            checked[name] = (module, module.Options.model_validate(source.options))
        except UnknownKind as error:
            faults.append(Fault(where=f"{where}.kind", message=str(error)))
        except ValidationError as error:
            faults += [_within(where, fault) for fault in faults_of(error, where)]
    if faults:
        raise ConfigError(faults)
    return checked


def context_of(site: RunningSite, name: str, source: Source, clock: Clock = system_clock) -> SourceContext:
    """What a connector is told of the place it works in."""
    data_dir = site.places.root / "sources" / name
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return SourceContext(
        site=site.config.site.name,
        source=name,
        channels=site.channels(),
        default_channel=source.channel,
        zone=site.config.site.zone,
        base_dir=site.config.base_dir,
        data_dir=data_dir,
        site_key=site.places.site_key(),
        clock=clock,
        attributes=site.config.attributes,
    )


async def collect(site: RunningSite) -> None:
    """Runs every source until SIGTERM or SIGINT; raises ConfigError or AlreadyRunning."""
    checked = checked_sources(site)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with site.places.locked("collect"):
        await _collect(site, checked, stopping)


async def _collect(site: RunningSite, checked: Mapping[str, tuple[ModuleType, Any]], stopping: asyncio.Event) -> None:
    async with connected_async(site.redis_url) as client:
        door = Ingest(client, site.keys)
        await door.forget_sources_but(site.config.sources)
        schedules = [_schedule(name, source) for name, source in site.config.sources.items()]
        runs = [SourceRun(schedule, _opener(site, schedule.source, checked[schedule.source]), door, system_clock) for schedule in schedules]
        playing = asyncio.create_task(play_drills(door, system_clock, stopping))
        await run_sources(runs, schedules, stopping)
        await playing


def _schedule(name: str, source: Source) -> Schedule:
    return Schedule(
        source=name,
        kind=source.kind,
        every_s=source.every,
        timeout_s=source.timeout,
        stale_after_s=source.stale_after_s,
        replayed=source.kind == "replay",
        demo=source.kind == "simulator",
    )


def _opener(site: RunningSite, name: str, checked: tuple[ModuleType, Any]) -> Callable[[Cursor | None], Connector]:
    module, options = checked
    context = context_of(site, name, site.config.sources[name])

    def opened(cursor: Cursor | None) -> Connector:
        connector: Connector = module.connect(options, context, cursor)
        return connector

    return opened


def _within(where: str, fault: Fault) -> Fault:
    return Fault(where=fault.where.replace(f"{where}, ", f"{where}."), message=fault.message)
