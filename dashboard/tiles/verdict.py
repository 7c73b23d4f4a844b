"""The verdict alone, in the largest letters: for the far end of a room."""

import msgspec

from dashboard.open_alerts import AlertCounts
from dashboard.picture import Picture, titles
from dashboard.status import Status
from dashboard.tiles.hero import silent_sources, site_verdict
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Verdict", "总体判断")


class Options(Strict):
    """The whole site; nothing to choose."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the tile draws."""

    verdict: Status
    queues: dict[Status, int]
    alerts: AlertCounts
    silent_sources: int
    worst: dict[str, str] | None
    """The title of the worst queue; None while every queue is well."""


def frame(picture: Picture, _options: Options) -> Verdict:
    """The verdict, how many queues stand how, and which is the worst."""
    every = list(picture.statuses.values())
    first = picture.order[0] if picture.order else None
    in_trouble = first is not None and picture.statuses[first] in (Status.WARNING, Status.CRITICAL)
    return Verdict(
        verdict=site_verdict(picture),
        queues={status: every.count(status) for status in Status},
        alerts=picture.alerts.counts,
        silent_sources=silent_sources(picture.board),
        worst=titles(picture.board.queues[first]) if in_trouble and first else None,
    )
