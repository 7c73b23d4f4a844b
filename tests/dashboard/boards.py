"""Believable Boards and alert frames: twelve queues in four channels and a bot, some late, some very late."""

from alerts.frame import AlertsFrame, Contributor, IncidentRow, Signal, Work, encode_row
from pulse.kpi.board import Agents, Board, Scope, SourceCondition, SourceHealth

AT = 1_790_000_000_000
VOICE, CHAT, SLOW = (20.0, 0.8), (60.0, 0.8), (14_400.0, 0.9)
SOURCE_OF = {"voice": "phone", "chat": "chat", "bot": "chat", "email": "mail", "social": "mail"}
#        name, title, channel, waiting, oldest_s, service level, logged in, free
QUEUES = (
    ("support", "Support", "voice", 9, 74.0, 0.61, 18, 0),
    ("billing", "Billing", "voice", 4, 31.0, 0.76, 10, 1),
    ("logistics", "Logistics", "voice", 6, 48.0, 0.72, 12, 0),
    ("complaints", "Complaints", "voice", 1, 6.0, 0.88, 6, 2),
    ("sales", "Sales", "voice", 0, None, 0.93, 8, 3),
    ("technical", "Technical support, second line", "voice", 2, 15.0, 0.84, 7, 1),
    ("chat_care", "Chat care", "chat", 5, 41.0, 0.83, 14, 2),
    ("chat_shop", "Chat shop", "chat", 1, 12.0, 0.91, 6, 2),
    ("mail_care", "Mail care", "email", 38, 9_300.0, 0.92, 9, None),
    ("mail_claims", "Mail claims", "email", 21, 14_900.0, 0.87, 4, None),
    ("social", "Social media", "social", 3, 1_260.0, 0.95, 3, 1),
    ("bot", "Assistant", "bot", 0, None, None, None, None),
)


def board(at: int = AT, *, waiting: int | None = None, title: str = "Harbour", more: dict[str, Scope] | None = None) -> Board:
    queues = {name: _queue(*row) for name, *row in QUEUES} | (more or {})
    return Board(
        at=at,
        site_name="harbour",
        zone="Europe/Berlin",
        demo=True,
        day_start=at - 40_000_000,
        site=site(waiting, title),
        queues=queues,
        sources=sources(at),
    )


def empty_board(at: int = AT) -> Board:
    return Board(at=at, site=Scope(title="Empty"))


def site(waiting: int | None, title: str) -> Scope:
    return Scope(
        title=title,
        waiting=90 if waiting is None else waiting,
        oldest_wait_s=14_900.0,
        goal_ratio=0.8,
        agents=Agents(logged_in=97, available=12, busy=66, acw=11, paused=8, paused_by_reason={"lunch": 5, "training": 3}),
        today={"service_level": 0.824, "complaints": 143},
        last_5m={},
        last_30m={
            "service_level": 0.764,
            "projected_service_level": 0.689,
            "complaints": 26,
            "complaints_by_category": {"response speed": 11, "problem solving": 7, "attitude": 4, "process": 3, "other": 1},
        },
    )


def sources(at: int) -> dict[str, SourceHealth]:
    phone = _source("phone", at, polled_s=0.4, newest_s=0.7)
    chat = _source("chat", at, polled_s=2.1, newest_s=3.0, every_s=5, completeness_ratio=0.98)
    mail = _source("mail", at, polled_s=24, newest_s=40, every_s=10, condition=SourceCondition.RETRYING, error="timeout")
    return {health.source: health for health in (phone, chat, mail)}


def _source(name: str, at: int, *, polled_s: float, newest_s: float, **more) -> SourceHealth:
    polled_at = at - round(polled_s * 1000)
    told = {"condition": SourceCondition.OK, "polled_at": polled_at, "newest_received_at": polled_at, **more}
    return SourceHealth(source=name, kind="rest", newest_at=at - round(newest_s * 1000), **told)


def alerts(at: int = AT, *, owner: str | None = None, signal: Signal = Signal.RAISED, level: int = 2) -> AlertsFrame:
    spike = IncidentRow(
        id=7,
        version=3,
        rule="complaint_spike",
        kind="spike",
        scope="site",
        level=level,
        signal=signal,
        work=Work.ACKNOWLEDGED if owner else Work.OPEN,
        title={"en": "Complaints about logistics are rising", "zh": "物流投诉激增"},
        why={"en": "26 complaints in 30 min, 12 expected", "zh": "30 分钟内投诉 26 起，预期 12 起"},
        opened_at=at - 190_000,
        acknowledge_by=at + 410_000,
        owner=owner,
        contributors=(Contributor("business_line", "logistics", 0.71), Contributor("category", "response speed", 0.42)),
    )
    return AlertsFrame(at=at, incidents=(spike, _breach(at, 8, "support", None), _breach(at, 9, "mail_claims", "M. Weber")))


def _breach(at: int, number: int, scope: str, owner: str | None) -> IncidentRow:
    return IncidentRow(
        id=number,
        version=1,
        rule="sla",
        kind="sla_breach",
        scope=scope,
        level=3,
        signal=Signal.RAISED,
        work=Work.ACKNOWLEDGED if owner else Work.OPEN,
        title={"en": f"Service level of {scope} is under its goal", "zh": f"{scope} 服务水平低于目标"},
        why={"en": "61 % of 74 contacts within 20 s, goal 80 %", "zh": "74 次联系中 61% 在 20 秒内接听，目标 80%"},
        opened_at=at - 640_000,
        acknowledge_by=at - 40_000,
        owner=owner,
    )


def _queue(title: str, channel: str, *state) -> Scope:
    waiting, oldest_s, level, logged_in, free = state
    target_s, goal = VOICE if channel in ("voice", "bot") else CHAT if channel == "chat" else SLOW
    return Scope(
        title=title,
        channel=channel,
        sources=(SOURCE_OF[channel],),
        waiting=waiting,
        oldest_wait_s=oldest_s,
        contact_time_left_s=None if oldest_s is None else target_s - oldest_s,
        target_s=target_s,
        goal_ratio=goal,
        agents=None if logged_in is None else Agents(logged_in=logged_in, available=free),
        last_30m={"service_level": level},
    )


def kept(frame: AlertsFrame) -> dict[bytes, bytes]:
    """The open alerts as Redis keeps them."""
    rows = {str(row.id).encode(): encode_row(row) for row in frame.incidents}
    return {**rows, b"version": str(frame.version).encode(), b"at": str(frame.at).encode()}
