"""Adds people's time to the quarters that history keeps of each of them.

In: what each person's quarters grew by. Out: rows of the table, in the transaction of whoever asks.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.agents import PersonTime
from pulse.kpi.interval import QUARTER_MS
from sql.bulk import put_rows, rows_of
from sql.contact_tables import AgentTime
from sql.partitions import make_ready
from sql.parts import stretches

_Key = tuple[int, str, str, str]


def add_agent_times(session: Session, site: str, times: Sequence[PersonTime]) -> None:
    """Adds each to what is known of its person, quarter, state and reason."""
    if not times:
        return
    quarters = sorted({time.at for time in times})
    grown = _stored(session, site, quarters, {time.agent for time in times})
    changed: dict[_Key, int] = {}
    for time in times:
        key = time[:4]
        changed[key] = changed.get(key, grown.get(key, 0)) + time.ms
    make_ready(session, AgentTime, quarters)
    put_rows(session, AgentTime, [(site, *key, ms) for key, ms in changed.items()])


def _stored(session: Session, site: str, quarters: Sequence[int], agents: set[str]) -> dict[_Key, int]:
    columns = select(AgentTime.at, AgentTime.agent, AgentTime.state, AgentTime.reason, AgentTime.ms).where(AgentTime.site == site)
    found: dict[_Key, int] = {}
    for start, end in stretches(quarters, QUARTER_MS):
        for at, agent, state, reason, ms in rows_of(session, columns.where(AgentTime.at >= start, AgentTime.at < end)):
            if agent in agents:
                found[at, agent, state, reason] = ms
    return found
