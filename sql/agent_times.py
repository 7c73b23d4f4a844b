"""Adds people's time to the quarters that history keeps of each of them.

In: what each person's quarters grew by. Out: rows of the table, in the transaction of whoever asks.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.kpi.agents import PersonTime
from sql.bulk import put_rows
from sql.contact_tables import AgentTime
from sql.partitions import make_ready
from sql.parts import parts

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
    columns = select(AgentTime.at, AgentTime.agent, AgentTime.state, AgentTime.reason, AgentTime.ms)
    found: dict[_Key, int] = {}
    for part in parts(quarters):
        for at, agent, state, reason, ms in session.execute(columns.where(AgentTime.site == site, AgentTime.at.in_(part))):
            if agent in agents:
                found[at, agent, state, reason] = ms
    return found
