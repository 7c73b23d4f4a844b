"""What the tests of freezing share: a site in Asia/Kolkata with some days of history, and instants by its clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from made import tally

from pulse.kpi.interval import MINUTE_MS, IntervalRow
from pulse.kpi.records import Channel
from sql.recorder import Recorder

ZONE = ZoneInfo("Asia/Kolkata")


def at(written):
    """An instant (epoch ms) by the site's clock, such as 2026-11-20 07:30."""
    return round(datetime.fromisoformat(written).replace(tzinfo=ZONE).timestamp() * 1000)


def count(database, written, **counts):
    """Counts something in the queue `support` at an instant."""
    row = IntervalRow(at(written) // MINUTE_MS * MINUTE_MS, "support", Channel.VOICE, tally(**counts))
    Recorder(database, "harbour").commit(stream_id="1-0", at=0, state=b"", seen={}, rows=[row])


def missed_day(database, day):
    """A day on which seven of ten were answered in time."""
    count(database, f"{day} 10:00", offered=10, answered=10, answered_within_target=7)
