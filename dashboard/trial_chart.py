"""The chart of a back-test in one scope: what was measured against its limit, and where an alert would have stood.

In: a `Line` and the colours of the page's theme. Out: a chart by the site's own clocks; None where nothing was measured.
"""

from collections.abc import Mapping, Sequence
from math import isnan
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from dashboard.trial_line import Line
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.text import Language

_FORMATS: Mapping[Unit, str] = {Unit.RATIO: ".0%", Unit.COUNT: "d"}
_TWO_DAYS_MS = 2 * 86_400_000


def trial_chart(line: Line, unit: Unit, look: tuple[ZoneInfo, Language, Mapping[str, str]]) -> alt.LayerChart | None:
    """The figure as a line, its limit as a broken one, each alert as a ground; `look` is zone, language and colours."""
    zone, language, tokens = look
    if all(isnan(value) for value in line.value):
        return None
    said = words(language)
    names = [said["incident.figure"], said["incident.limit"]]
    times = _clocks(line.at, zone)
    table = pd.concat(
        [
            pd.DataFrame({"time": times, "name": name, "value": values})
            for name, values in zip(names, (line.value, line.threshold), strict=True)
        ]
    )
    form = "%H:%M" if line.at[-1] - line.at[0] < _TWO_DAYS_MS else "%m-%d"
    y = alt.Y(
        "value:Q",
        title=said["incident.seconds"] if unit is Unit.SECONDS else None,
        axis=alt.Axis(format=_FORMATS.get(unit, ",.3~f")),
        scale=alt.Scale(zero=False),
    )
    x = alt.X("time:T", title=None, axis=alt.Axis(format=form, tickMinStep=60_000, labelOverlap=True))
    tones = alt.Scale(domain=names, range=[tokens["normal"], tokens["text"]])
    colour = alt.Color("name:N", sort=names, scale=tones, legend=alt.Legend(title=None, orient="top", symbolType="stroke"))
    broken = alt.StrokeDash("name:N", sort=names, scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]]), legend=None)
    tips = [alt.Tooltip("time:T", format="%m-%d %H:%M"), "name:N", alt.Tooltip("value:Q", format=",.3~f")]
    drawn = alt.Chart(table, height=280).mark_line(strokeWidth=1.5).encode(x=x, y=y, color=colour, strokeDash=broken, tooltip=tips)
    return (_bars(line, zone, tokens) + drawn).properties(background="transparent")


def _bars(line: Line, zone: ZoneInfo, tokens: Mapping[str, str]) -> alt.Chart:
    ends = pd.DataFrame({"start": _clocks([start for start, _ in line.stood], zone), "end": _clocks([end for _, end in line.stood], zone)})
    # The edge keeps an alert of some minutes visible among days.
    bar = alt.Chart(ends).mark_rect(color=tokens["critical"], opacity=0.3, stroke=tokens["critical"], strokeWidth=1)
    return bar.encode(x="start:T", x2="end:T")


def _clocks(instants: Sequence[int], zone: ZoneInfo) -> pd.DatetimeIndex:
    """What the site's clocks show: a browser elsewhere must not put its own time there."""
    return pd.to_datetime(pd.Series(instants, dtype="int64"), unit="ms", utc=True).dt.tz_convert(zone).dt.tz_localize(None)
