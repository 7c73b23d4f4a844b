"""The rules and channels of a config, found by their kinds and checked whole before anything runs.

In: a Config. Out: loaded rules and channels, or one ConfigError with every fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from alerts.lifecycle import Policy, policy_of
from alerts.message import ChannelContext, ChannelModule
from alerts.sample import RuleModule
from pulse.config import Config, ConfigError, Fault, Plugin, faults_of
from pulse.plugins import UnknownKind, load

RULES, CHANNELS = "alerts.rules", "alerts.channels"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRule:
    """A [rules.NAME] table with its module."""

    name: str
    kind: str
    module: RuleModule
    options: Any
    policy: Policy
    queues: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    runbook: str | None = None


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
        where = f"rules.{name}"
        faults += [
            Fault(where=f"{config.path.name}, {where}.notify", message=f'got "{channel}", expected {_names(config.notify)}')
            for channel in rule.notify
            if channel not in config.notify
        ]
        found = _plugin(RULES, where, rule, config, faults)
        if found is not None:
            module, options = found
            loaded.append(
                LoadedRule(
                    name=name,
                    kind=rule.kind,
                    module=module,
                    options=options,
                    policy=policy_of(rule),
                    queues=rule.queues,
                    notify=rule.notify,
                    runbook=rule.runbook,
                )
            )
    _raise(faults)
    return tuple(loaded)


def load_channels(config: Config) -> tuple[LoadedChannel, ...]:
    """The channels of a config, in its order; raises ConfigError with all their faults."""
    faults = _fallback_faults(config)
    loaded = []
    for name, channel in config.notify.items():
        found = _plugin(CHANNELS, f"notify.{name}", channel, config, faults)
        if found is not None:
            loaded.append(LoadedChannel(name=name, module=found[0], options=found[1], fallback=channel.fallback))
    _raise(faults)
    return tuple(loaded)


def faults_in(config: Config) -> list[Fault]:
    """Everything wrong with the rules and channels of a config, secrets included; empty where they can run."""
    faults: list[Fault] = []
    for check in (load_rules, _open_all):
        try:
            check(config)
        except ConfigError as error:
            faults += error.faults
    return faults


def _open_all(config: Config) -> None:
    context, faults = ChannelContext(config.base_dir, config.zone), list[Fault]()
    for channel in load_channels(config):
        try:
            channel.module.open_channel(channel.options, context).close()
        except ConfigError as error:
            faults += [
                Fault(where=f"{config.path.name}, notify.{channel.name}: {fault.where}", message=fault.message) for fault in error.faults
            ]
    _raise(faults)


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


def _names(tables: Mapping[str, object]) -> str:
    return f"one of {', '.join(sorted(tables))}" if tables else "no name: there is no other [notify.NAME] table"


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise ConfigError(faults)
