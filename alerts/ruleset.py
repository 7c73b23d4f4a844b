"""The rules and channels of a config, found by their kinds and checked whole before anything runs.

In: a Config. Out: loaded rules and channels, or one ConfigError with every fault.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from alerts.lifecycle import Policy, policy_of
from alerts.message import ChannelContext, ChannelModule
from alerts.muting import ANY
from alerts.sample import RuleModule
from alerts.schedule import Schedule, unfit
from pulse.config import Config, ConfigError, Fault, faults_of
from pulse.escalation import RuleOwner, unknown_names
from pulse.plugins import UnknownKind, load
from pulse.tables import PERSON, Plugin, Rule

RULES, CHANNELS = "alerts.rules", "alerts.channels"


def no_channels(_level: int) -> tuple[str, ...]:
    """The channels of a rule that tells nobody."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRule:
    """A [rules.NAME] table with its module."""

    name: str
    kind: str
    module: RuleModule
    options: Any
    policy: Policy
    graver: tuple[Any, ...] = ()
    """The options of each graver level."""
    queues: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    notify_from: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Further channels from a level on."""
    channels: Callable[[int], tuple[str, ...]] = no_channels
    """The channels that are told of a level, each once."""
    runbook: str | None = None
    written: Mapping[str, Any] = field(default_factory=dict)
    """The plug-in's own keys as the file has them."""
    inhibits: tuple[str, ...] = ()
    """Rules whose alerts it keeps quiet where it explains them; ANY for all that are no graver."""
    owner: RuleOwner | None = None
    """Who answers for it."""
    schedule: Schedule | None = None
    """None where it always judges."""

    @property
    def sees_alerts(self) -> bool:
        """Whether it judges the alerts of the others; its own do not count among them."""
        return bool(getattr(self.module, "SEES_ALERTS", False))

    @property
    def sees_outside(self) -> bool:
        """Whether it judges what programs outside told of."""
        return bool(getattr(self.module, "SEES_OUTSIDE", False))

    def rests(self, at: int) -> bool:
        """Whether an instant (epoch ms) lies outside its hours: then it neither raises nor clears."""
        return self.schedule is not None and not self.schedule.is_on(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedChannel:
    """A [notify.NAME] table with its module; not open yet."""

    name: str
    module: ChannelModule
    options: Any
    fallback: str | None = None


def load_rules(config: Config) -> tuple[LoadedRule, ...]:
    """The rules of a config, in its order; raises ConfigError with all their faults."""
    faults: list[Fault] = []
    loaded = []
    for name, rule in config.rules.items():
        faults += _name_faults(config, name, rule)
        found = _plugin(RULES, f"rules.{name}", rule, config, faults)
        if found is not None:
            loaded.append(_loaded(name, rule, found, _graver(name, rule, config, faults)))
    _raise(faults)
    schedules = {names: Schedule(names, config) for names in {rule.schedule for rule in config.rules.values()} if names}
    hours = {name: schedules.get(rule.schedule) for name, rule in config.rules.items()}
    return tuple(replace(rule, schedule=hours[rule.name], owner=config.rule_owner(rule.name)) for rule in loaded)


def _loaded(name: str, rule: Rule, found: tuple[Any, Any], graver: tuple[Any, ...]) -> LoadedRule:
    module, options = found
    return LoadedRule(
        name=name,
        kind=rule.kind,
        module=module,
        options=options,
        policy=policy_of(rule),
        graver=graver,
        queues=rule.queues,
        notify=rule.notify,
        channels=rule.channels,
        notify_from={one.level: one.notify for one in rule.graver},
        runbook=rule.runbook,
        written=rule.options,
        inhibits=rule.inhibits if rule.inhibits is not None else (ANY,) if getattr(module, "INHIBITS", False) else (),
    )


def _graver(name: str, rule: Rule, config: Config, faults: list[Fault]) -> tuple[Any, ...]:
    """The options of each graver level: the rule's own with what it gives put over them."""
    found = []
    for number, one in enumerate(rule.graver):
        whole = Rule(kind=rule.kind, **{**rule.options, **one.options})
        made = _plugin(RULES, f"rules.{name}.graver.{number}", whole, config, faults)
        found += [made[1]] if made else []
    return tuple(found)


def _name_faults(config: Config, name: str, rule: Rule) -> Iterator[Fault]:
    """Channels, teams, hours and rules that are named and are not there."""
    where = f"{config.path.name}, rules.{name}"
    told = {"notify": rule.notify} | {f"graver.{number}.notify": one.notify for number, one in enumerate(rule.graver)}
    for key, names in told.items():
        for channel in names:
            if channel not in config.notify:
                yield Fault(where=f"{where}.{key}", message=f'got "{channel}", expected {_names(config.notify)}')
    if rule.owner is not None and not rule.owner.startswith(PERSON) and rule.owner not in config.teams:
        yield Fault(where=f"{where}.owner", message=f'got "{rule.owner}", expected "{PERSON}NAME" or {_names(config.teams, "teams")}')
    yield from (Fault(where=f"{where}.schedule", message=message) for message in unfit(rule.schedule, config))
    for other in rule.inhibits or ():
        if other != ANY and other not in config.rules:
            yield Fault(where=f"{where}.inhibits", message=f'got "{other}", expected "{ANY}" or {_names(config.rules, "rules")}')


def load_channels(config: Config) -> tuple[LoadedChannel, ...]:
    """The channels of a config, in its order; raises ConfigError with all their faults."""
    loaded, faults = _channels(config)
    _raise(faults)
    return loaded


def _channels(config: Config) -> tuple[tuple[LoadedChannel, ...], list[Fault]]:
    """Those that can be loaded, and what is wrong with the others."""
    faults = _fallback_faults(config) + _audience_faults(config)
    loaded = []
    for name, channel in config.notify.items():
        found = _plugin(CHANNELS, f"notify.{name}", channel, config, faults)
        if found is not None:
            loaded.append(LoadedChannel(name=name, module=found[0], options=found[1], fallback=channel.fallback))
    return tuple(loaded), faults


def faults_in(config: Config) -> list[Fault]:
    """Everything wrong with the rules and channels of a config, secrets included; empty where they can run."""
    faults: list[Fault] = []
    for check in (load_rules, _open_all, _check_duties):
        try:
            check(config)
        except ConfigError as error:
            faults += error.faults
    return faults


def _open_all(config: Config) -> None:
    context, (channels, faults) = ChannelContext(config.base_dir, config.zone), _channels(config)
    for channel in channels:
        try:
            channel.module.open_channel(channel.options, context).close()
        except ConfigError as error:
            faults += [
                Fault(where=f"{config.path.name}, notify.{channel.name}: {fault.where}", message=fault.message) for fault in error.faults
            ]
    _raise(faults)


def _check_duties(config: Config) -> None:
    unknown = [*unknown_names(config.teams, config.escalation, config.notify, config.shifts)]
    for name, person in config.people.items():
        unknown += [(f"people.{name}.notify", way, "notify", config.notify) for way in person.notify if way not in config.notify]
    if config.handover and config.handover.team not in config.teams:
        unknown.append(("handover.team", config.handover.team, "teams", config.teams))
    unknown += [("snapshot.notify", way, "notify", config.notify) for way in config.snapshot.notify if way not in config.notify]
    _raise(
        [
            Fault(where=f"{config.path.name}, {where}", message=f'got "{name}", expected {_names(known, kind)}')
            for where, name, kind, known in unknown
        ]
        + _auditor_faults(config)
    )


def _auditor_faults(config: Config) -> list[Fault]:
    """A channel that a rule tells too is no second path: what keeps one from being heard keeps both."""
    told = {name for rule in config.rules.values() for name in rule.channels(1)}
    where = f"{config.path.name}, auditor.channels"
    faults = []
    for name in config.auditor.channels if config.auditor else ():
        if name not in config.notify:
            faults.append(Fault(where=where, message=f'got "{name}", expected {_names(config.notify)}'))
        elif name in told:
            faults.append(Fault(where=where, message=f'got "{name}", which rules tell too, expected a channel that no rule tells'))
    return faults


def _fallback_faults(config: Config) -> list[Fault]:
    faults = []
    for name, channel in config.notify.items():
        others = {other: table for other, table in config.notify.items() if other != name}
        where, leads = f"{config.path.name}, notify.{name}.fallback", _leads(config, name)
        if channel.fallback is not None and channel.fallback not in others:
            faults.append(Fault(where=where, message=f'got "{channel.fallback}", expected {_names(others)}'))
        elif leads[-1] == name and len(leads) > 1:
            way = " → ".join(leads)
            faults.append(Fault(where=where, message=f'got "{channel.fallback}", which leads back ({way}), expected a way that ends'))
    return faults


def _audience_faults(config: Config) -> list[Fault]:
    return [
        Fault(where=f"{config.path.name}, statements.{audience}.notify", message=f'got "{name}", expected {_names(config.notify)}')
        for audience, table in config.statements.items()
        for name in table.notify
        if name not in config.notify
    ]


def _leads(config: Config, name: str) -> list[str]:
    """The channels a message goes through that none can deliver; it ends where one comes again."""
    way = [name]
    while (table := config.notify.get(way[-1])) is not None and table.fallback is not None:
        way.append(table.fallback)
        if table.fallback in way[:-1]:
            break
    return way


def _plugin(package: str, where: str, table: Plugin, config: Config, faults: list[Fault]) -> tuple[Any, Any] | None:
    place = f"{config.path.name}, {where}"
    try:
        module = load(package, table.kind)
        return module, module.Options.model_validate(table.options)
    except UnknownKind as error:
        faults.append(Fault(where=f"{place}.kind", message=str(error)))
    except ValidationError as error:
        faults += faults_of(error, place)
    return None


def _names(tables: Collection[str], kind: str = "notify") -> str:
    return f"one of {', '.join(sorted(tables))}" if tables else f"no name: there is no other [{kind}.NAME] table"


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise ConfigError(faults)
