"""The chart of an incident: its figure by minutes, what the rule allowed, and while it was raised.

In: an account and the colours of the page's theme. Out: a chart by the site's own clocks; None where no figure is on record.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from alerts.account import Account
from alerts.replayed import unit_of
from alerts.timeline import stood
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.text import Language

_FORMATS: Mapping[Unit, str] = {Unit.RATIO: ".0%", Unit.COUNT: "d"}


def figure_chart(account: Account, zone: ZoneInfo, language: Language, tokens: Mapping[str, str]) -> alt.LayerChart | None:
    """The figure as a line, its limit as a broken one, the time of the alert as a ground."""
    if account.rule is None or all(minute.value is None for minute in account.minutes):
        return None
    said, unit = words(language), unit_of(account.rule)
    names = [said["incident.figure"], said["incident.limit"]]
    table = pd.DataFrame(
        [
            {"time": _clock(minute.at, zone), "name": name, "value": value}
            for minute in account.minutes
            for name, value in zip(names, (minute.value, minute.threshold), strict=True)
        ]
    )
    axis = alt.Axis(format=_FORMATS.get(unit, ",.3~f"))
    y = alt.Y("value:Q", title=said["incident.seconds"] if unit is Unit.SECONDS else None, axis=axis, scale=alt.Scale(zero=False))
    x = alt.X("time:T", title=None, axis=alt.Axis(format="%H:%M", tickMinStep=60_000, labelOverlap=True))
    colour = alt.Color("name:N", sort=names, scale=alt.Scale(domain=names, range=[tokens["normal"], tokens["text"]]), legend=_legend())
    broken = alt.StrokeDash("name:N", sort=names, scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]]), legend=None)
    tips = [alt.Tooltip("time:T", format="%H:%M"), "name:N", alt.Tooltip("value:Q", format=_FORMATS.get(unit, ",.3~f"))]
    line = alt.Chart(table, height=260).mark_line(point={"size": 22}, strokeWidth=2)
    return (_window(account, zone, tokens) + line.encode(x=x, y=y, color=colour, strokeDash=broken, tooltip=tips)).properties(
        background="transparent"
    )


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="top", symbolType="stroke")


def _window(account: Account, zone: ZoneInfo, tokens: Mapping[str, str]) -> alt.Chart:
    spans = stood(account.story, account.until)
    ends = pd.DataFrame([{"start": _clock(start, zone), "end": _clock(end, zone)} for start, end in spans], columns=["start", "end"])
    return alt.Chart(ends).mark_rect(color=tokens["critical"], opacity=0.16).encode(x="start:T", x2="end:T")


def _clock(at: int, zone: ZoneInfo) -> pd.Timestamp:
    """What the site's clocks show: a browser elsewhere must not put its own time there."""
    return pd.Timestamp(at, unit="ms", tz="UTC").tz_convert(zone).tz_localize(None)
