"""Made-up open incidents of every level, on screens and in SQL."""

from random import Random

import msgspec

from alerts.frame import AlertsFrame, Contributor, IncidentRow, Signal, Work, in_order
from bench._contacts import QUEUES
from sql.models import Incident
from sql.session import open_database

_LEVELS, _WEIGHTS = (1, 2, 3), (1, 9, 90)
_OWNERS = (None, None, "A. Li", "M. Weber")
_PARTS = (Contributor("business_line", "logistics", 0.71), Contributor("category", "response speed", 0.42))


def open_incidents(count: int, now: int) -> AlertsFrame:
    """A frame of that many incidents that were opened in the last hour before `now` (epoch ms)."""
    random = Random(2)
    return AlertsFrame(at=now, incidents=in_order(_row(number, now, random) for number in range(1, count + 1)))


def store(frame: AlertsFrame, site: str, url: str) -> None:
    """Puts the frame's incidents into the database, so that they can be acted on."""
    kept = set(Incident.__table__.columns.keys())
    with open_database(url) as database, database.write() as session:
        for row in frame.incidents:
            told = msgspec.to_builtins(row)
            session.add(Incident(site=site, raises=1, **{name: told[name] for name in told if name in kept}))


def _row(number: int, now: int, random: Random) -> IncidentRow:
    queue, owner = random.choice(QUEUES), random.choice(_OWNERS)
    opened_at = now - random.randrange(5_000, 3_600_000)
    return IncidentRow(
        id=number,
        version=1,
        rule=f"sla{number}",
        kind="sla_breach",
        scope=queue,
        level=random.choices(_LEVELS, _WEIGHTS)[0],
        signal=Signal.RAISED,
        work=Work.ACKNOWLEDGED if owner else Work.OPEN,
        title={"en": f"{queue}: service level below goal", "zh": f"{queue}：服务水平低于目标"},
        why={"en": "61 % of 74 contacts within 20 s, goal 80 %", "zh": "74 次联系中 61% 在 20 秒内接听，目标 80%"},
        opened_at=opened_at,
        acknowledge_by=None if owner else opened_at + 900_000,
        owner=owner,
        value=0.61,
        threshold=0.8,
        contributors=_PARTS,
    )
