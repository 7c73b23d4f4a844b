"""The rules of a running site change with its file: read and checked in a thread of its own, taken over between two Boards.

In: the config a process runs on. Out: what is ready to be taken over, until it was; a file with faults leaves everything in force.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from socket import gethostname
from types import TracebackType

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.frame import MACHINE
from alerts.ruleset import LoadedRule, faults_in, load_rules
from alerts.trial_lines import rule_toml
from collectors.redact import redact
from pulse.config import Config
from pulse.config_file import ConfigFile, Reading
from pulse.text import Text
from sql import ledger
from sql.config_tables import ConfigReading, RuleVersion
from sql.event_log import append
from sql.models import Transition
from sql.rule_versions import Seen, keep
from sql.session import Database

_EVERY_S = 1.0
_MOST_NAMED = 20
_MOST_FAULTS = 50
_MOST_ORIGIN = 200
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What a file says, with everything that takes long already done."""

    reading: Reading
    rules: tuple[LoadedRule, ...] = ()
    texts: Mapping[str, str] | None = None
    """The rules in force by name, as TOML; None where the file has faults."""

    @classmethod
    def of(cls, reading: Reading) -> "Ready":
        """A reading with its rules loaded."""
        config = reading.config
        if config is None:
            return cls(reading=reading)
        texts = {name: rule_toml(name, rule) for name, rule in config.rules.items()}
        return cls(reading=reading, rules=load_rules(config), texts=texts)


class Reloading:
    """Looks at the file every second."""

    def __init__(self, config: Config) -> None:
        self._file = ConfigFile(config, faults_in)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.first = Ready.of(self._file.now())
        """What the file says when alerting begins: it may have changed since the process did."""
        self.ready: Ready | None = None
        """What is to be taken over; None where there is nothing new."""

    def __enter__(self) -> "Reloading":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()

    def look(self) -> None:
        """Looks once; a newer reading takes the place of one that was not taken over yet."""
        reading = self._file.look()
        if reading is not None:
            self.ready = Ready.of(reading)

    def done(self, taken: Ready) -> None:
        """What was ready is taken over."""
        if self.ready is taken:
            self.ready = None

    def _run(self) -> None:
        while not self._stopping.wait(_EVERY_S):
            try:
                self.look()
            except Exception:  # the next look may do better, and the alerts of the site must not wait for it
                log.exception("config_not_read")


def note(database: Database, config: Config, ready: Ready, now: int) -> None:
    """Keeps what was read, and the rules as they are from now on, in one transaction; says so in the logs."""
    reading, site = ready.reading, config.site.name
    faults = [redact(str(fault)) for fault in reading.faults[:_MOST_FAULTS]]
    with database.write() as session:
        found = session.get(ConfigReading, site) or ConfigReading(site=site, in_force_since=now)
        found.read_at, found.sha, found.faults, found.restart = now, reading.sha, faults, list(reading.restart)
        session.add(found)
        _note_definitions(session, reading.config or config, now)
        if ready.texts is not None:
            found.in_force_since = now
            known = session.scalar(select(RuleVersion.name).where(RuleVersion.site == site).limit(1)) is not None
            origin = f"{config.path.name}, {gethostname()}"[:_MOST_ORIGIN]
            seen = keep(session, site, ready.texts, (now, origin))
            if known and seen:
                append(session, _line(site, seen, now))
    _say(reading, faults)


def _note_definitions(session: Session, config: Config, now: int) -> None:
    """Keeps what figures mean and what is promised, from the site's day on."""
    today = datetime.fromtimestamp(now / 1000, config.zone).date()
    added = ledger.keep(session, config.site.name, ledger.entries_of(config), (now, today))
    if added:
        log.info("definitions_changed", versions=len(added))


def _say(reading: Reading, faults: list[str]) -> None:
    if reading.config is None:
        log.error("config_refused", faults=faults, in_force="what was before")
    else:
        log.info("config_in_force", sha=reading.sha[:12], rules=len(reading.config.rules))
    if reading.restart:
        log.warning("config_needs_restart", keys=list(reading.restart))


def _line(site: str, seen: list[Seen], now: int) -> Transition:
    named = ", ".join(_named(one).en for one in seen[:_MOST_NAMED]), "、".join(_named(one).zh for one in seen[:_MOST_NAMED])
    more = len(seen) - _MOST_NAMED
    rest = Text(f" and {more} more", f" 等，另有 {more} 条") if more > 0 else Text("", "")
    why = Text(f"rules changed: {named[0]}{rest.en}", f"规则变更：{named[1]}{rest.zh}")
    return Transition(site=site, at=now, kind="rules", who=MACHINE, from_state="", to_state=str(len(seen)), why=why.by_language())


def _named(one: Seen) -> Text:
    if one.is_gone:
        return Text(f"{one.name} (removed)", f"{one.name}（已删除）")
    if one.number == 1:
        return Text(f"{one.name} (new)", f"{one.name}（新增）")
    return Text(f"{one.name} (version {one.number})", f"{one.name}（第 {one.number} 版）")
