"""Many open incidents at once, of every level, with and without an owner."""

from boards import AT, alerts
from msgspec.structs import replace

from alerts.frame import IncidentRow, Signal, Work

OWNERS = (None, None, "A. Li", "local desk")
SCOPES = ("support", "billing", "logistics")


def flood(count: int, at: int = AT) -> list[IncidentRow]:
    """Incident 1 is the gravest and the oldest: every tenth is of level I, every tenth after it of level II."""
    rows = [_row(number, at) for number in range(1, count + 1)]
    return sorted(rows, key=lambda row: (row.level, row.opened_at, row.id))


def _row(number: int, at: int) -> IncidentRow:
    owner = OWNERS[number % len(OWNERS)]
    opened_at = at - 3_600_000 + number * 1_000
    return replace(
        alerts(at).incidents[0],
        id=number,
        version=1,
        level={1: 1, 2: 2}.get(number % 10, 3),
        scope=SCOPES[number % len(SCOPES)],
        title={"en": f"Alert number {number}", "zh": f"{number} 号告警"},
        opened_at=opened_at,
        acknowledge_by=None if owner else opened_at + 900_000,
        owner=owner,
        work=Work.ACKNOWLEDGED if owner else Work.OPEN,
        signal=Signal.OK if number % 50 == 0 else Signal.RAISED,
        drill=number % 25 == 0,
    )
