"""What programs outside have told of, as the evaluator asks for it at every Board: never older than a quarter of a second.

In: the database, read in a thread of its own. Out: alerts; the first question waits for the answer, no later one does.
"""

from collections.abc import Sequence

from alerts.external import ExternalAlert
from alerts.external_kept import Mark, ToldAlerts
from pulse.clock import Clock
from pulse.runtime.reread import Reread
from sql.session import Database

_EVERY_MS = 250
_FIRST_S = 5.0
Alerts = Sequence[ExternalAlert]


class ToldOutside:
    """The alerts of one site that came by `POST /api/v2/alerts`."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._alerts = ToldAlerts(database, site)
        self._seen: tuple[Mark, Alerts] | None = None
        self._is_asked = False
        self._reread = Reread[None, Alerts](self._read, (), clock, _EVERY_MS)

    def __call__(self) -> Alerts:
        """What is known."""
        known = self._reread(None)
        if self._is_asked:
            return known
        self._is_asked = True
        # Not to know yet what stands would mark every incident of a restart as unknown for a moment.
        self._reread.wait(_FIRST_S)
        return self._reread(None)

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until what is being read is known."""
        self._reread.wait(timeout_s)

    def _read(self, _about: None) -> Alerts:
        now = self._alerts.mark()
        if self._seen is None or self._seen[0] != now:
            self._seen = (now, self._alerts.all())
        return self._seen[1]
