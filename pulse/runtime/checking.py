"""`pulse check-config`: every fault of the config at once and, for one source, what a single call brings."""

import asyncio
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import msgspec

from collectors.base import Batch, Seen, SourceFailed
from collectors.redact import redact
from pulse.config import Config, ConfigError, Fault, missing_secrets
from pulse.config_faults import every_fault, in_order
from pulse.kpi.records import encode
from pulse.runtime.alerting import checked_alerting
from pulse.runtime.collecting import checked_sources, context_of
from pulse.runtime.places import Places
from pulse.runtime.site import RunningSite
from sql.session import checked_url

_SHOWN_RECORDS = 5
_SHOWN_ROWS = 2
_SHOWN_CHARACTERS = 600
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class _Look:
    """What one poll shows to somebody who looks; of each kind of problem the first few."""

    seen: list[Seen] = field(default_factory=list)
    noted: dict[str, list[str]] = field(default_factory=dict)

    def note(self, name: str, text: str) -> None:
        of_kind = self.noted.setdefault(name, [])
        if len(of_kind) < _SHOWN_PROBLEMS:
            of_kind.append(text)


def checked_site(path: Path) -> RunningSite:
    """The site of a config file; raises ConfigError with every fault of it that can be found in one reading."""
    try:
        return RunningSite.of(path)
    except ConfigError as error:
        try:
            written = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            raise error from None
        raise ConfigError(every_fault(written, path, _further_faults)) from error


def report(site: RunningSite, source: str | None) -> Iterator[str]:
    """The lines to print; raises ConfigError with all faults of the file, or where the source is unknown or does not answer."""
    config = site.config
    faults = in_order(_further_faults(config))
    if faults:
        raise ConfigError(faults)
    yield f"{config.path.name}: {len(config.sources)} sources, {len(config.queues)} queues, {len(config.rules)} rules: no fault"
    if source is None:
        return
    if source not in config.sources:
        known = ", ".join(config.sources) or "none"
        raise ConfigError([Fault(where=f"{config.path.name}, sources", message=f'got "{source}", expected one of {known}')])
    look = _Look()
    yield from _told(source, asyncio.run(_one_poll(site, source, look)), look)


def _checked_database(site: RunningSite) -> None:
    checked_url(site.database_url)


def _further_faults(config: Config) -> list[Fault]:
    """What the tables do not show by themselves: plug-ins, names that lead nowhere, secrets that are not there."""
    site, faults = RunningSite(config, Places.of(config)), list[Fault]()
    for check in (checked_sources, checked_alerting, _checked_database):
        try:
            check(site)
        except ConfigError as error:
            faults += error.faults
    for name, source in config.sources.items():
        faults += missing_secrets(source.options, config.base_dir, f"{config.path.name}, sources.{name}")
    if config.login:
        faults += missing_secrets(config.login.client_secret, config.base_dir, f"{config.path.name}, login.client_secret")
    if config.interop:
        faults += missing_secrets(config.interop.token, config.base_dir, f"{config.path.name}, interop.token")
    return faults


async def _one_poll(site: RunningSite, name: str, look: _Look) -> Batch:
    module, options = checked_sources(site)[name]
    source = site.config.sources[name]
    context = replace(context_of(site, name, source), show=look.seen.append, note=look.note)
    connector = module.connect(options, context, None)
    try:
        async with asyncio.timeout(source.timeout):
            batch: Batch = await connector.poll()
            return batch
    except (SourceFailed, TimeoutError) as error:
        raise ConfigError([Fault(where=f"sources.{name}", message=str(error) or "no answer in time")]) from error
    finally:
        await connector.close()


def _told(source: str, batch: Batch, look: _Look) -> Iterator[str]:
    rows = [row for one in look.seen for row in one.rows]
    for row in rows[:_SHOWN_ROWS]:
        yield f"  as it came: {redact(msgspec.json.encode(row).decode())[:_SHOWN_CHARACTERS]}"
    yield f"{source}: {len(batch.records)} records{', more are waiting' if batch.more else ''}"
    for record in islice(batch.records, _SHOWN_RECORDS):
        yield f"  {encode([record]).decode()[1:-1]}"
    for name, count in sorted(batch.problems.items()):
        yield f"  problem {name}: {count}"
        noted = look.noted.get(name, [])
        yield from (f"    {text}" for text in noted)
        if noted and count > len(noted):
            yield f"    … and {count - len(noted)} more"
    unmapped = sorted({key for one in look.seen for key in one.unmapped})
    if unmapped:
        yield f"  not used: {', '.join(unmapped)}"
    for warning in dict.fromkeys(warning for one in look.seen for warning in one.warnings):
        yield f"  look again: {warning}"
