"""The tables of the silences page: what is kept quiet, in the order of what ends next, and the windows of the file.

In: silences, the config, now. Out: one map a row, in a language, with times by the site's clock.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from alerts.muting import Silence
from alerts.silences import WARN_BEFORE_MS
from dashboard.figures_table import Row
from dashboard.recurrence import told
from dashboard.written import at_time
from pulse.config import Config
from pulse.i18n import words
from pulse.maintenance import Window, open_windows
from pulse.text import Language


def silence_rows(silences: Iterable[Silence], now: int, zone: ZoneInfo, language: Language) -> list[Row]:
    """A row for each silence: those that stand, those to come, then those that are over."""
    said = words(language)
    order = ["ending", "standing", "to_come", "over", "lifted"]
    states = {one.id: _state(one, now) for one in silences}
    return [
        {
            "state": said[f"silences.is_{states[one.id]}"],
            "rule": one.rule,
            "scope": one.scope,
            "level": said[f"silences.level_{one.level}"],
            "since": at_time(one.starts_at, zone),
            "until": at_time(one.lifted_at or one.ends_at, zone),
            "by": one.by,
            "comment": one.comment,
        }
        for one in sorted(silences, key=lambda one: (order.index(states[one.id]), one.ends_at))
    ]


def window_rows(config: Config, now: int, language: Language) -> list[Row]:
    """A row for each maintenance window of the file."""
    said = words(language)
    open_now = {window.name for window in open_windows(config.maintenance, now, config.zone, config.closed_days)}
    return [
        {
            "state": said["silences.is_open"] if name in open_now else said["silences.is_closed"],
            "name": window.called(name).in_(language),
            "time": "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in window.time),
            "days": told(window.repeat, window.since, language),
            "first": "" if "since" not in window.model_fields_set else f"{window.since:%Y-%m-%d}",
            "last": "" if window.until is None else f"{window.until:%Y-%m-%d}",
            "holidays": said[f"silences.holidays_{window.holidays}"],
            "next": _next(window, config, now, language),
            "rule": ", ".join(window.rules),
            "scope": ", ".join(window.queues),
            "level": said[f"silences.level_{window.level}"],
        }
        for name, window in config.maintenance.items()
    ]


def _next(window: Window, config: Config, now: int, language: Language) -> str:
    span = window.next_at(now, config.zone, config.closed_days)
    if span is None:
        return words(language)["silences.never"]
    start, end = (at_time(at, config.zone) for at in span)
    return f"{start} – {end[-5:]}"


def _state(silence: Silence, now: int) -> str:
    if silence.lifted_at is not None:
        return "lifted"
    if silence.ends_at <= now:
        return "over"
    if silence.starts_at > now:
        return "to_come"
    return "ending" if silence.ends_at - now <= WARN_BEFORE_MS else "standing"
