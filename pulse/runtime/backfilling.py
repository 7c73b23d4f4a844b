"""`pulse backfill`: takes whole files into history, through the same connectors, fold and files as what happens now.

In: files and the source they come from. Out: history; how far it has come, again and again. A part of a file is one transaction,
so it may be broken off anywhere and goes on where it was.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collectors.base import Batch, SourceContext, SourceFailed
from collectors.replaying import instant_of
from pulse.clock import Clock, day_of
from pulse.config import ConfigError, Fault
from pulse.kpi.interval import QUARTER_MS
from pulse.kpi.records import ContactEvent, Record
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold, FoldSettings
from pulse.plugins import load
from pulse.runtime.collecting import checked_sources, context_of
from pulse.runtime.files import files_of, goal_then
from pulse.runtime.site import RunningSite
from pulse.tables import Source
from sql.backfills import Backfills
from sql.ledger import entries_of, keep
from sql.repeats import Repeats
from sql.rollup import RollUp
from sql.session import Database

RECORDS_KIND = "records"
AT_ONCE = 20_000
_READ_BYTES = 1 << 20
_SETTLES_MS = 6_000
"""So long after the last record the fold has laid the time of people up to it."""
_AHEAD_MS = 3_600_000
"""So far the clock of who wrote a file may go ahead of ours."""
_REMEMBER_MS = 3_600_000
"""Within a file, events are told apart by their contacts: ids need not be remembered for long."""


@dataclass(slots=True)
class Progress:
    """How far one file has come."""

    name: str
    read: int = 0
    added: int = 0
    at: int | None = None
    """The newest instant (epoch ms) that was taken in."""
    problems: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    """Why records were left out, by name."""
    is_done: bool = False
    was_done: bool = False
    """Whether an earlier run had taken all of it in."""
    first_fault: str | None = None
    """The first line that could not be read, what was found there and what is allowed; None where none is known."""

    def lines(self) -> Iterator[str]:
        """What there is to say of a file that is done."""
        if not self.read:
            yield f"{self.name}: nothing of it could be read{'' if self.problems else ': no records are in it'}"
        elif self.was_done:
            yield f"{self.name}: known already: {self.read:,} records, nothing new"
        else:
            yield f"{self.name}: done: {self.read:,} records read, {self.added:,} new"
        for name, count in sorted(self.skipped.items()):
            yield f"{self.name}: left out, {name.replace('_', ' ')}: {count:,}"
        for name, count in sorted(self.problems.items()):
            yield f"{self.name}: could not be read, {name.replace('_', ' ').replace(':', ' ')}: {count:,}"
        if self.first_fault:
            yield f"{self.name}: the first: {self.first_fault}"


def backfill(
    site: RunningSite, database: Database, paths: Iterable[Path], source: str | None, clock: Clock, at_once: int = AT_ONCE
) -> Iterator[Progress]:
    """Takes the files in one after another, so many records a transaction, and tells after each part how far it has come.

    Raises ConfigError, and AlreadyRunning where another one does so: two would lay the same time of people twice.
    """
    reader = _Reader.of(site, source)
    with site.places.locked("backfill"):
        _keep_promises(site, database, clock())
        yield from _taken_in(site, database, reader, paths, clock, at_once)


def _keep_promises(site: RunningSite, database: Database, now: int) -> None:
    """What is promised now holds for the files: it shall do so when something else is promised."""
    with database.write() as session:
        keep(session, site.config.site.name, entries_of(site.config), (now, day_of(now, site.config.zone)))


def _taken_in(
    site: RunningSite, database: Database, reader: "_Reader", paths: Iterable[Path], clock: Clock, at_once: int
) -> Iterator[Progress]:
    now = clock()
    minutes_since = now - round(site.config.retention.minutes * 1000)
    backfills = Backfills(database, site.config.site.name, files_of(site, database, now), minutes_since - minutes_since % QUARTER_MS)
    settings = replace(
        site.fold_settings(), goal_then=goal_then(site, database, now), remember_ms=_REMEMBER_MS, hands_on_times=True, draws_boards=False
    )
    backfills.file_waiting()
    for path in paths:
        file = _File(settings, backfills, {"sha": _checked_sha(path), "name": path.name}, clock)
        for progress in file.take_in(_parts(reader.read(path), at_once)):
            if progress.is_done and progress.problems:
                progress.first_fault = reader.first_fault(path)
            yield progress


def summed_up(site: RunningSite, database: Database, now: int) -> int:
    """Counts who came again, and forms every sum that is due (a running watch does so too); how many sums there were."""
    Repeats(database, site.config.site.name).catch_up(now)
    return RollUp(database, site.config.site.name, site.config.zone).catch_up(now)


def sha_of(path: Path) -> str:
    """The hash of a file's content: the same file under another name is the same file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_READ_BYTES):
            digest.update(data)
    return digest.hexdigest()


def _checked_sha(path: Path) -> str:
    found = "a folder" if path.is_dir() else "not a regular file" if path.exists() else "no such file"
    if not path.is_file():
        raise ConfigError([Fault(where=str(path), message=f"{found}, expected a file to take into history")])
    try:
        return sha_of(path)
    except OSError as error:
        raise ConfigError([Fault(where=str(path), message=f"cannot be read: {error.strerror}")]) from error


class _File:
    """One file on its way into history."""

    def __init__(self, settings: FoldSettings, backfills: Backfills, named: dict[str, Any], clock: Clock) -> None:
        self._backfills = backfills
        self._named = named
        self._clock = clock
        self._reached = backfills.reached(named["sha"])
        self._fold = Fold(settings, catalogue())
        if self._reached.state is not None:
            self._fold.restore(self._reached.state)
        if not self._reached.facts:
            self._reached.facts = {"counted_since": backfills.counted_since(), "filed_since": backfills.filed_since()}
        if not self._reached.position:
            self._reached.is_done = False
        self._progress = self._so_far()

    def _so_far(self) -> Progress:
        """What an earlier run told; lines that could not be read are met again on the way to where it broke off."""
        reached = self._reached
        skipped, problems = (Counter(reached.facts.get(name, {})) for name in ("skipped", "problems"))
        found = Progress(self._named["name"], reached.position, reached.added, skipped=skipped, was_done=reached.is_done)
        return replace(found, problems=problems) if reached.is_done else found

    def take_in(self, parts: Iterator[Batch]) -> Iterator[Progress]:
        """Takes in what is left of the file."""
        if self._reached.is_done:
            self._progress.is_done = True
            yield self._progress
            return
        skip = self._reached.position
        for part in parts:
            self._progress.problems.update(part.problems)
            if len(part.records) > skip:
                self._take(part.records[skip:])
                yield self._progress
            skip = max(0, skip - len(part.records))
        self._finish()
        yield self._progress

    def _take(self, records: Sequence[Record]) -> None:
        wanted = [record for record in records if self._is_wanted(record)]
        with self._backfills.part() as part:
            new = part.file([record for record in wanted if isinstance(record, ContactEvent)])
            others = [record for record in wanted if not isinstance(record, ContactEvent)]
            self._fold.fold([*new, *others])
            self._fold.roll(max((instant_of(record) for record in wanted), default=self._fold.now))
            self._reached.position += len(records)
            self._reached.added += len(new) + len(others)
            self._reached.state = self._fold.dump()
            self._reached.facts["skipped"] = dict(self._progress.skipped)
            part.keep(self._fold.take_rows(), self._named, self._reached, self._clock())
            part.keep_times(self._fold.people.take_times())
        self._fold.take_seen()
        self._progress.read, self._progress.added, self._progress.at = self._reached.position, self._reached.added, self._fold.now

    def _finish(self) -> None:
        """Settles the time of people up to the last record."""
        with self._backfills.part() as part:
            self._fold.roll(self._fold.now + _SETTLES_MS)
            self._reached.state, self._reached.is_done = None, True
            self._reached.facts["problems"] = dict(self._progress.problems)
            part.keep(self._fold.take_rows(), self._named, self._reached, self._clock())
            part.keep_times(self._fold.people.take_times())
        self._progress.is_done = True

    def _is_wanted(self, record: Record) -> bool:
        """Whether history can tell that this record is new to it."""
        if instant_of(record) > self._clock() + _AHEAD_MS:
            self._progress.skipped["of_a_time_yet_to_come"] += 1
            return False
        counted, filed = self._reached.facts["counted_since"], self._reached.facts["filed_since"]
        if counted is None or instant_of(record) < counted:
            return True
        if not isinstance(record, ContactEvent):
            self._progress.skipped["states_of_a_time_that_was_watched"] += 1
            return False
        if filed is None or instant_of(record) < filed:
            self._progress.skipped["counted_before_contacts_were_filed"] += 1
            return False
        return True


def _parts(batches: Iterator[Batch], size: int) -> Iterator[Batch]:
    """The records in parts of a steady size, each with the problems met on the way to it."""
    records: list[Record] = []
    problems: Counter[str] = Counter()
    for batch in batches:
        records += batch.records
        problems.update(batch.problems)
        while len(records) >= size:
            yield Batch(records[:size], problems=problems)
            records, problems = records[size:], Counter()
    yield Batch(records, problems=problems)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the files are read: as the named source reads its own, else as records of ours."""

    module: Any
    options: Any
    context: SourceContext

    @classmethod
    def of(cls, site: RunningSite, source: str | None) -> "_Reader":
        """Raises ConfigError where there is no such source, or it reads no files."""
        if source is None:
            return cls(load("collectors.connectors", RECORDS_KIND), None, context_of(site, "backfill", Source(kind=RECORDS_KIND)))
        return cls(*_source(site, source))

    def read(self, path: Path) -> Iterator[Batch]:
        """The records of a file, part by part; raises ConfigError where it cannot be read on."""
        yield from self._read(path, self.context)

    def first_fault(self, path: Path) -> str | None:
        """Where the first line is that could not be read, what is there and what is allowed: the file is read once more up to it."""
        noted: list[str] = []

        def note(_name: str, text: str) -> None:
            if not noted:
                noted.append(text)

        for _ in self._read(path, replace(self.context, note=note)):
            if noted:
                break
        return noted[0] if noted else None

    def _read(self, path: Path, context: SourceContext) -> Iterator[Batch]:
        try:
            yield from self.module.read_recording([path], self.options, context)
        except SourceFailed as error:
            raise ConfigError([Fault(where=str(path), message=str(error).removeprefix(f"{path.name}: "))]) from error


def _source(site: RunningSite, name: str) -> tuple[Any, Any, SourceContext]:
    where = f"{site.config.path.name}, sources"
    if name not in site.config.sources:
        known = ", ".join(site.config.sources) or "none"
        raise ConfigError([Fault(where=where, message=f'got "{name}", expected one of the sources of the file: {known}')])
    module, options = checked_sources(site)[name]
    if not hasattr(module, "read_recording"):
        kind = site.config.sources[name].kind
        raise ConfigError([Fault(where=f"{where}.{name}.kind", message=f'got "{kind}", expected a kind that reads files')])
    return module, options, context_of(site, name, site.config.sources[name])
