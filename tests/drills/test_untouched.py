"""The law of drills: whatever is played, history, checkpoints, Boards, baselines and real alerts are what they are without it."""

import zlib

import msgspec
from drilled import Site, ms, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import in_memory
from made import contact
from sqlalchemy import select

from pulse.drills import Scenario
from sql.models import BoardMinute, Checkpoint, HourlyCount, Incident, Minute, SeenIds, SignalState

TURNS = 26
EVENT_TYPES = ("offered", "answered", "abandoned", "completed", "complaint", "rated")
events = st.builds(
    lambda second, lag_s, kind, name, queue: (second, contact(kind, f"c{name}", ms(second - lag_s), queue=queue, wait_s=float(lag_s))),
    second=st.integers(0, TURNS),
    lag_s=st.integers(0, 90),
    kind=st.sampled_from(EVENT_TYPES),
    name=st.integers(0, 30),
    queue=st.sampled_from(["support", "billing"]),
)
days = st.tuples(st.lists(events, min_size=5, max_size=60), st.sampled_from([None, 12, 20]))
"""What really happens, and when watch is killed and started again."""
plays = st.tuples(st.sampled_from(Scenario), st.integers(0, 6), st.integers(16, TURNS))


@settings(max_examples=5)
@given(day=days, play=plays)
def test_a_drill_leaves_kpi_tables_untouched(day, play):
    drilled = lived(day, play)

    assert drilled == lived(day, None)


def lived(day, play):
    """Everything that is kept and shown of a day, as bytes; with a drill from one second to another, or without."""
    scenario, begins, ends = play or (None, None, None)
    happened, killed_at = day
    with in_memory() as database:
        site = Site(database)
        boards = []
        for second in range(TURNS + 1):
            if second == killed_at:
                site.start()
            site.real(*(record for at, record in happened if at == second))
            if second == begins:
                site.drill(scenario, second)
            if second == ends:
                site.stop()
            site.turn(second)
            boards += site.teller.boards
            site.teller.boards.clear()
        site.watch.checkpoint(site.now)
        return {"boards": boards, **kept(database)}


def kept(database):
    with database.read() as session:
        tables = {table.__tablename__: plain(session.scalars(select(table))) for table in (Minute, HourlyCount, BoardMinute)}
        checkpoint = session.scalars(select(Checkpoint)).one().state
        seen = sorted((one.hour, msgspec.json.decode(zlib.decompress(one.ids))) for one in session.scalars(select(SeenIds)))
        rows = session.scalars(select(SignalState).where(SignalState.site == "site"))
        states = [(row.rule, row.scope, {**row.state, "incident_id": None}) for row in rows]
        real = [(one.rule, one.scope, one.level, one.work, one.opened_at) for one in session.scalars(select(Incident)) if not one.drill]
    return {**tables, "checkpoint": checkpoint, "seen": seen, "states": states, "real": real}
