"""What is told of the open incidents, and when: whole frames when they change, beats in between.

In: the frame as it stands, ten times a second. Out: the news to publish now, if any. A frame of 2,000 incidents is about
a megabyte: what a person acts on is told at once, what a rule merely words anew waits for the second.
"""

from alerts.frame import AlertsFrame, Beat, IncidentRow, News

EVERY_MS = 1_000
WHOLE_EVERY_MS = 30_000
"""A frame is told whole at least this often: it is what a Redis that lost its key has again."""


class Announcer:
    """Remembers what was told last; `lost` makes the next news whole."""

    def __init__(self) -> None:
        self._whole: AlertsFrame | None = None
        self._acted_on: list[object] = []
        self._told_at = 0

    def news(self, frame: AlertsFrame) -> News | None:
        """What must be told now; None where nothing must. A clock that was set back is told whole."""
        whole, acted_on = self._whole, [_acted_on(row) for row in frame.incidents]
        if whole is None or acted_on != self._acted_on or not 0 <= frame.at - whole.at < WHOLE_EVERY_MS:
            return self._tell(frame, acted_on)
        if frame.at - self._told_at < EVERY_MS:
            return None
        if frame.incidents != whole.incidents:
            return self._tell(frame, acted_on)
        self._told_at = frame.at
        return Beat(at=frame.at, since=whole.at)

    def lost(self) -> None:
        """The last news did not arrive."""
        self._whole = None

    def _tell(self, frame: AlertsFrame, acted_on: list[object]) -> AlertsFrame:
        self._whole, self._acted_on, self._told_at = frame, acted_on, frame.at
        return frame


def _acted_on(row: IncidentRow) -> object:
    return row.id, row.version, row.level, row.signal, row.work, row.no_data, row.owner, row.not_told, row.flapping, row.muted
