"""pulse.toml: what may stand in it, checked once and whole; the only place besides clock.py that reads the environment.

In: a TOML file. Out: a frozen `Config`, or one ConfigError that lists every fault with where, found, allowed.
What belongs to a connector, rule or channel is checked by that plug-in's own `Options`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from pulse.audiences import Audience, AudienceTable
from pulse.auditing import AuditorRules
from pulse.benchmarks import Benchmarks, read_benchmarks
from pulse.calendar import Calendar
from pulse.definitions import definitions
from pulse.drills import PlannedDrill
from pulse.escalation import Escalation, RuleOwner, Team
from pulse.freezing import FreezingRules
from pulse.goals import QUEUES, PlannedGoal
from pulse.handover import HandOverRules
from pulse.kpi.goal import QueueGoal
from pulse.kpi.hours import OpenHours
from pulse.kpi.records import Channel
from pulse.kpi.shift import Shift, current_shift
from pulse.login import origin_of
from pulse.maintenance import Window
from pulse.names import Names
from pulse.people import Person
from pulse.retention import Retention
from pulse.shifts import PlannedShift
from pulse.tables import PERSON, REFERENCES, ChannelOut, Definition, Goal, Interop, Login, Queue, Rule, Serve, Site, Source, Strict
from pulse.targets import Targets, WrongTargets, read_targets
from pulse.text import Text, itself


class Fault(BaseModel):
    """One thing wrong in the config."""

    model_config = ConfigDict(frozen=True)
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class ConfigError(ValueError):
    """Everything that is wrong with a config file, all at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


_OF_A_KEY = "[key]"
"""What pydantic puts behind a key that is itself at fault."""
_WORD = re.compile(r"'([^']*)'")
"""A word that is allowed, as pydantic writes it."""
GIVEN_UP = "given_up"
"""The file in the data folder in which the supervisor names the processes that stay down."""


def _known_level(level: str) -> str:
    if level not in ("1", "2", "3"):
        raise ValueError(f"got level {level}, expected 1, 2 or 3")
    return level


def _known_kpi(name: str) -> str:
    if name not in definitions():
        raise ValueError(f"got {name}, expected a KPI such as service_level; the settings list all of them")
    return name


class Config(Strict):
    """The whole file."""

    site: Site = Site()
    serve: Serve = Serve()
    login: Login | None = None
    interop: Interop | None = None
    data_dir: str | None = None
    redis_url: str | None = None
    database_url: str | None = None
    calendar: Calendar | None = None
    shifts: Mapping[str, PlannedShift] = {}
    targets: Annotated[Targets, BeforeValidator(read_targets)] = Targets()
    benchmarks: Annotated[Benchmarks, PlainValidator(read_benchmarks)] = Field({})
    definitions: Mapping[Annotated[str, AfterValidator(_known_kpi)], Definition] = {}
    """By KPI: who answers for what it means."""
    channels: Mapping[Channel, Goal] = {}
    queues: Mapping[str, Queue] = {}
    goals: Mapping[str, PlannedGoal] = {}
    sources: Mapping[str, Source] = {}
    rules: Mapping[str, Rule] = {}
    maintenance: Mapping[str, Window] = {}
    drills: Mapping[str, PlannedDrill] = {}
    people: Mapping[str, Person] = {}
    teams: Mapping[str, Team] = {}
    escalation: Mapping[Annotated[str, AfterValidator(_known_level)], Escalation] = {}
    """By level: 1, 2, 3."""
    handover: HandOverRules | None = None
    auditor: AuditorRules | None = None
    snapshot: FreezingRules = FreezingRules()
    retention: Retention = Retention()
    notify: Mapping[str, ChannelOut] = {}
    statements: Mapping[Audience, AudienceTable] = {}
    names: Mapping[str, Names] = {}
    """What people call the values of complaint classes, lines of business and attributes."""
    attributes: tuple[str, ...] = ("product", "region", "carrier", "touchpoint", "skill")
    """The dimensions records may carry."""
    path: Path = Field(Path("pulse.toml"), exclude=True)
    written: Mapping[str, Any] = Field({}, exclude=True, repr=False)
    """The tables as the file has them."""

    @field_validator("maintenance")
    @classmethod
    def _closed_days_are_known(cls, windows: Mapping[str, Window], others: ValidationInfo) -> Mapping[str, Window]:
        apart = [name for name, window in windows.items() if window.holidays != "also"]
        if apart and others.data.get("calendar", ...) is None:
            raise ValueError(f"{', '.join(apart)}: got holidays, expected a [calendar] that says when the site is closed")
        return windows

    @field_validator("shifts")
    @classmethod
    def _holidays_are_known(cls, shifts: Mapping[str, PlannedShift], others: ValidationInfo) -> Mapping[str, PlannedShift]:
        idle = [name for name, shift in shifts.items() if not shift.on_holidays]
        if idle and others.data.get("calendar", ...) is None:
            raise ValueError(f"{', '.join(idle)}: got on_holidays = false, expected a [calendar] that says when the site is closed")
        return shifts

    def name_of(self, value: str) -> Text:
        """What people call a value; the value itself where the file has no name for it. A pair is called by both its parts."""
        known = [self.names.get(part) for part in value.split("/")]
        texts = [name.text if name else Text(part, part) for name, part in zip(known, value.split("/"), strict=True)]
        return Text(" / ".join(text.en for text in texts), " / ".join(text.zh for text in texts))

    def rule_owner(self, rule: str) -> RuleOwner | None:
        """Who answers for a rule; None where the file names nobody, or has no such rule."""
        owner = self.rules[rule].owner if rule in self.rules else None
        return None if owner is None else self.owner_called(owner)

    def owner_called(self, owner: str) -> RuleOwner:
        """What people call an owner as the file has it: a person such as person:A. Li, else a team."""
        if owner.startswith(PERSON):
            return RuleOwner(itself(owner.removeprefix(PERSON).strip()), is_team=False)
        team = self.teams.get(owner)
        return RuleOwner(team.called(owner) if team else itself(owner), is_team=True)

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.zone)

    @cached_property
    def hours(self) -> OpenHours | None:
        """When the site is open; None where it never closes."""
        return self.calendar.hours(self.zone) if self.calendar else None

    @cached_property
    def planned_shifts(self) -> tuple[Shift, ...]:
        """The shifts of the site; none where the file has none."""
        return tuple(shift.shift(name, self.zone, self.closed_days) for name, shift in self.shifts.items())

    def shift_ends_at(self, now: int) -> int | None:
        """When the shift that runs at an instant is over (epoch ms); None between shifts and without any."""
        running = current_shift(self.planned_shifts, now)
        return None if running is None else running.end

    @property
    def closed_days(self) -> frozenset[date]:
        """The days on which the site does not open; none where it never closes."""
        return self.hours.closed if self.hours else frozenset()

    @property
    def base_dir(self) -> Path:
        """The folder the config file is in."""
        return self.path.parent

    @property
    def data_path(self) -> Path:
        """Where everything of this site is kept: `data_dir`, else var/<config name>/ beside the config."""
        return self.base_dir / (self.data_dir or f"var/{self.path.stem}")

    @property
    def history_url(self) -> str:
        """Where history and incidents are kept: `database_url`, else DATABASE_URL, else SQLite in the data folder."""
        return self.database_url or environment("DATABASE_URL") or f"sqlite:///{self.data_path / 'history.db'}"

    @property
    def given_redis_url(self) -> str | None:
        """The Redis that somebody else runs: `redis_url`, else REDIS_URL; None where the site runs its own."""
        return self.redis_url or environment("REDIS_URL") or None

    @property
    def console_address(self) -> str:
        """Where people open the alert console."""
        return self.page_address("console")

    def page_address(self, page: str) -> str:
        """Where people open a page: where they log in or, without log-in, on this machine only, at the port `pulse up` was told."""
        port = environment("PULSE_PORT") or self.serve.port
        origin = origin_of(self.login.redirect) if self.login else f"http://127.0.0.1:{port}"
        return f"{origin}/{page}"

    def channel_goal(self, channel: Channel) -> QueueGoal:
        """The promise of a channel: the field's defaults with the config's over them."""
        base = replace(DEFAULT_GOALS.get(channel, QueueGoal()), hours=self.hours)
        given = self.channels.get(channel)
        return given.over(base) if given else base

    @property
    def site_goal(self) -> QueueGoal:
        """What the whole site is judged by: the promise of its phone."""
        return self.channel_goal(Channel.VOICE)

    def queue_goal(self, queue: str, channel: Channel) -> QueueGoal:
        """The promise of a queue; a queue that is not in the file promises what its channel does."""
        given = self.queues.get(queue)
        return given.over(self.channel_goal(given.channel)) if given else self.channel_goal(channel)


DEFAULT_GOALS: Mapping[Channel, QueueGoal] = {
    Channel.VOICE: QueueGoal(target_s=20, goal_ratio=0.8),
    Channel.CHAT: QueueGoal(target_s=60, goal_ratio=0.8),
    Channel.SOCIAL: QueueGoal(target_s=4 * 3600, goal_ratio=0.9, short_s=0),
    Channel.EMAIL: QueueGoal(target_s=4 * 3600, goal_ratio=0.9, short_s=0),
    Channel.BOT: QueueGoal(target_s=5, goal_ratio=0.95, short_s=0),
}


def load_config(path: Path) -> Config:
    """The checked config of a file; raises ConfigError with all its faults."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([Fault(where=str(path), message=str(error))]) from error
    return checked_config(written, path)


def checked_config(written: Mapping[str, Any], path: Path) -> Config:
    """The config of tables already read; `path` is where they say they come from."""
    try:
        return validated(written, path, written)
    except ValidationError as error:
        raise ConfigError(faults_of(error, path.name)) from error


def validated(tables: Mapping[str, Any], path: Path, whole: Mapping[str, Any]) -> Config:
    """The config of tables, some of which may be left out of the whole file; raises ValidationError."""
    queues = whole.get("queues")
    context = {QUEUES: tuple(queues) if isinstance(queues, Mapping) else ()}
    return Config.model_validate({**tables, "path": path.absolute(), "written": tables}, context=context)


def faults_of(error: ValidationError, where: str) -> list[Fault]:
    """Every fault pydantic found, in our words: where, found, allowed."""
    return [fault for item in error.errors() for fault in _faults_in(dict(item), _place(where, item["loc"]))]


def secret(reference: str, base_dir: Path, environment: Mapping[str, str] | None = None) -> str:
    """The secret behind env:NAME or file:PATH; raises ConfigError that names the reference, never the secret."""
    scheme, _, name = reference.partition(":")
    variables = os.environ if environment is None else environment
    if scheme == "env" and name in variables:
        return variables[name]
    if scheme == "file" and (base_dir / name).is_file():
        return (base_dir / name).read_text(encoding="utf-8").strip()
    raise ConfigError([Fault(where=reference, message="nothing is there, expected a secret")])


def missing_secrets(options: object, base_dir: Path, where: str) -> list[Fault]:
    """A fault for each env: or file: reference in a table behind which there is nothing."""
    if isinstance(options, Mapping):
        return [fault for key, value in options.items() for fault in missing_secrets(value, base_dir, f"{where}.{key}")]
    if isinstance(options, list | tuple):
        return [fault for value in options for fault in missing_secrets(value, base_dir, where)]
    if not isinstance(options, str) or not options.startswith(REFERENCES):
        return []
    try:
        secret(options, base_dir)
    except ConfigError as error:
        return [Fault(where=f"{where}: {fault.where}", message=fault.message) for fault in error.faults]
    return []


def environment(name: str, default: str | None = None) -> str | None:
    """A variable of the environment."""
    return os.environ.get(name, default)


def _faults_in(item: dict[str, Any], place: str) -> list[Fault]:
    told = item.get("ctx", {}).get("error")
    if isinstance(told, WrongTargets):
        return [Fault(where=f"{place}.{where}".rstrip("."), message=message) for where, message in told.faults]
    return [Fault(where=place, message=_message(item))]


def _place(where: str, location: tuple[int | str, ...]) -> str:
    parts = [str(part) for part in location if part != _OF_A_KEY]
    return f"{where}, {'.'.join(parts)}" if parts else where


def _message(item: dict[str, Any]) -> str:
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    if item["type"] == "extra_forbidden":
        return "this key is not known here"
    if item["type"] == "missing":
        return "is missing"
    words = _WORD.findall(item["msg"]) if item["type"] in ("literal_error", "enum") else []
    allowed = f"one of {', '.join(words)}" if len(words) > 1 else item["msg"].removeprefix("Input should be ").replace("'", "")
    told = f"{item['msg'][0].lower()}{item['msg'][1:]}" if allowed == item["msg"] else f"expected {allowed}"
    return f"got {_shown(item['input'])}, {told}"


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value!r:.60}"
