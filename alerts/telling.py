"""Puts messages about an incident into the outbox, in the transaction of what they tell of: both are there, or neither."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.orm import Session

from alerts.frame import IncidentRow
from alerts.message import Link, Step, payload_of
from alerts.replayed import unit_named
from pulse.config import Config
from pulse.escalation import RuleOwner
from pulse.kpi.shift import current_shift
from pulse.text import Text
from sql.models import OutboxMessage


def no_channels(_rule: str, _level: int) -> Sequence[str]:
    """The channels of a site that tells nobody."""
    return ()


def no_unit(_rule: str) -> str | None:
    """The unit of a rule nobody knows."""
    return None


def no_owner(_rule: str) -> RuleOwner | None:
    """Who answers for the rules of a site that names nobody."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Which channels a rule tells of a level, who answers for it, and where its incidents are seen."""

    channels_of: Callable[[str, int], Sequence[str]] = no_channels
    owner_of: Callable[[str], RuleOwner | None] = no_owner
    link: Link = field(default_factory=Link)
    unit_of: Callable[[str], str | None] = no_unit
    """In what the figure of a rule is counted."""

    def owner_told(self, rule: str) -> dict[str, str] | None:
        """What messages say of who answers for a rule, by language; None where nothing."""
        owner = self.owner_of(rule)
        return owner.told if owner else None


def ways_of(config: Config) -> Ways:
    """The ways of a site."""

    def channels_of(rule: str, level: int) -> Sequence[str]:
        return config.rules[rule].channels(level) if rule in config.rules else ()

    return Ways(channels_of=channels_of, owner_of=config.rule_owner, link=Link(config.console_address), unit_of=partial(unit_named, config))


def named_team(config: Config, name: str, now: int) -> Text:
    """What people call a team, with who of it is on duty at an instant (epoch ms): for the log, never for a message."""
    team, shift = config.teams[name], current_shift(config.planned_shifts, now)
    called, on_duty = team.called(name), None if shift is None else team.on_duty.get(shift.name)
    return Text(f"{called.en} ({on_duty})", f"{called.zh}（{on_duty}）") if on_duty else called


def tell(session: Session, row: IncidentRow, step: Step, channels: Iterable[str]) -> int:
    """Adds one message for each channel; how many there are."""
    messages = [
        OutboxMessage(
            site=step.site,
            incident_id=row.id,
            key=step.key(row.id, channel),
            channel=channel,
            level=row.level,
            payload=payload_of(row, step),
            created_at=step.at,
            due_at=step.at,
            attempts=0,
        )
        for channel in dict.fromkeys(channels)
    ]
    session.add_all(messages)
    return len(messages)
