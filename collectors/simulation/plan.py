"""The plan of the simulated centre: its queues, its teams, and how many contacts a minute of the week brings.

In: contacts a day and wall instants (epoch ms as the day profile sees them). Out: rates a minute.
"""

from dataclasses import dataclass
from typing import Any

from pulse.kpi.records import Channel

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_THURSDAY = 3
"""The weekday of the epoch, Monday being 0."""
_HOURS = (8, 5, 4, 3, 4, 8, 16, 32, 60, 85, 100, 95, 70, 72, 93, 98, 92, 76, 60, 52, 46, 38, 26, 15)
_WEEKDAYS = (1.12, 1.04, 1.0, 0.98, 1.0, 0.82, 0.74)
HANDED_ON_RATIO = 0.35
"""Share of the bot's contacts that ask for a human."""


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """One queue: its share of all contacts and what its contacts are like."""

    name: str
    code: str
    channel: Channel
    share_ratio: float
    talk_s: float
    line: str
    """The business line its complaints are about."""
    acw_s: float = 0.0
    patience_s: float | None = None
    """Mean patience; None waits for ever."""
    timeout_s: float | None = None
    """Waits longer are sent elsewhere."""
    complaint_ratio: float = 0.01
    priority: int | None = None

    @property
    def business_line(self) -> str | None:
        """What its contacts are about; the bot and the complaint line hear about everything."""
        return None if self.channel is Channel.BOT or self.name == "complaints" else self.line


VOICE, CHAT, EMAIL = Channel.VOICE, Channel.CHAT, Channel.EMAIL
QUEUES: dict[str, QueuePlan] = {
    plan.name: plan
    for plan in (
        QueuePlan("support", "su", VOICE, 0.12, 290, "product", 40, 170, timeout_s=240),
        QueuePlan("billing", "bi", VOICE, 0.07, 260, "billing", 35, 150),
        QueuePlan("logistics", "lo", VOICE, 0.08, 240, "logistics", 30, 120),
        QueuePlan("complaints", "co", VOICE, 0.04, 420, "account", 60, 200, complaint_ratio=0.4),
        QueuePlan("vip", "vi", VOICE, 0.04, 310, "account", 40, 180, priority=1),
        QueuePlan("chat_presale", "cp", CHAT, 0.09, 420, "product", patience_s=240),
        QueuePlan("chat_service", "cs", CHAT, 0.10, 480, "account", patience_s=240),
        QueuePlan("chat_orders", "cr", CHAT, 0.09, 400, "logistics", patience_s=240),
        QueuePlan("mail_general", "mg", EMAIL, 0.11, 230, "account", complaint_ratio=0.02),
        QueuePlan("mail_claims", "mc", EMAIL, 0.05, 330, "product", complaint_ratio=0.12),
        QueuePlan("social_media", "so", Channel.SOCIAL, 0.05, 180, "product", complaint_ratio=0.03),
        QueuePlan("bot", "bo", Channel.BOT, 0.16, 75, "account", complaint_ratio=0.0),
    )
}


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """Agents who do the same work; member number i has `skills[i % len(skills)]`."""

    name: str
    queues: tuple[str, ...]
    """The queues it is staffed for."""
    skills: tuple[tuple[str, ...], ...]
    slots: int = 1
    safety: float = 0.95
    """Agents above the load, in square roots of it: chosen so that 80 to 95 % are answered within the target."""
    office: bool = False
    """Works through a backlog in office hours with the same number of agents all day."""


def _team(name: str, *queues: str, **facts: Any) -> TeamPlan:
    return TeamPlan(name, queues, (queues,), **facts)


TEAMS = (
    TeamPlan("support", ("support",), (("support",), ("support",), ("support", "billing"))),
    _team("billing", "billing"),
    _team("logistics", "logistics"),
    _team("complaints", "complaints"),
    _team("vip", "vip"),
    _team("sales_chat", "chat_presale", slots=3, safety=0.2),
    _team("service_chat", "chat_service", "chat_orders", slots=3, safety=0.2),
    _team("mail", "mail_claims", "mail_general", office=True),
    _team("social", "social_media", safety=0.4),
)


def contacts_per_minute(contacts_per_day: float, wall_ms: int) -> float:
    """How many contacts a minute reach all queues together at a wall instant."""
    day, in_day_ms = divmod(wall_ms, DAY_MS)
    hour, in_hour_ms = divmod(in_day_ms, HOUR_MS)
    part = in_hour_ms / HOUR_MS
    weight = _HOURS[hour] * (1 - part) + _HOURS[(hour + 1) % 24] * part
    return contacts_per_day * _WEEKDAYS[(day + _THURSDAY) % 7] * weight / sum(_HOURS) / 60


def expected_share(queue: str) -> float:
    """The share of all contacts a queue gets, with what the bot hands on."""
    handed_on = QUEUES["bot"].share_ratio * HANDED_ON_RATIO if queue == "chat_service" else 0.0
    return QUEUES[queue].share_ratio + handed_on
