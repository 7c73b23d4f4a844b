"""`pulse check-config`: every fault of the config at once and, for one source, what a single call brings."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from collectors.base import Batch, SourceFailed
from pulse.config import ConfigError, Fault
from pulse.kpi.records import encode
from pulse.runtime.alerting import checked_alerting
from pulse.runtime.collecting import checked_sources, context_of
from pulse.runtime.site import RunningSite

_SHOWN_RECORDS = 5


def report(site: RunningSite, source: str | None) -> Iterator[str]:
    """The lines to print; raises ConfigError with all faults of the file, or where the source is unknown or does not answer."""
    checked_sources(site)
    checked_alerting(site)
    config = site.config
    yield f"{config.path.name}: {len(config.sources)} sources, {len(config.queues)} queues, {len(config.rules)} rules: no fault"
    if source is None:
        return
    if source not in config.sources:
        known = ", ".join(config.sources) or "none"
        raise ConfigError([Fault(where=f"{config.path.name}, sources", message=f'got "{source}", expected one of {known}')])
    yield from _told(source, asyncio.run(_one_poll(site, source)))


async def _one_poll(site: RunningSite, name: str) -> Batch:
    module, options = checked_sources(site)[name]
    source = site.config.sources[name]
    connector = module.connect(options, context_of(site, name, source), None)
    try:
        async with asyncio.timeout(source.timeout):
            batch: Batch = await connector.poll()
            return batch
    except (SourceFailed, TimeoutError) as error:
        raise ConfigError([Fault(where=f"sources.{name}", message=str(error) or "no answer in time")]) from error
    finally:
        await connector.close()


def _told(source: str, batch: Batch) -> Iterator[str]:
    yield f"{source}: {len(batch.records)} records{', more are waiting' if batch.more else ''}"
    for record in islice(batch.records, _SHOWN_RECORDS):
        yield f"  {encode([record]).decode()[1:-1]}"
    for name, count in sorted(batch.problems.items()):
        yield f"  problem {name}: {count}"
