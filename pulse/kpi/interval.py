"""What one minute adds to history: the tally of one queue, as a delta since the last checkpoint."""

import msgspec

from pulse.kpi.tally import Tally

MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS
HOUR_MS = 60 * MINUTE_MS


class IntervalRow(msgspec.Struct, frozen=True, gc=False):
    """Counts to be added to one queue's minute that starts at `at` (epoch ms, UTC)."""

    at: int
    queue: str
    channel: str
    tally: Tally
