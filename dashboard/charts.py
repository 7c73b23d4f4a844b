"""Charts for pages where people look rather than glance; today is a full line, yesterday a thin broken one.

In: points, a language and the colours of the page's theme. Out: charts that tell their lines apart by dashes and words too.
"""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from dashboard.day import Day
from dashboard.day_points import Point
from dashboard.report.shown import COUNTED
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.text import Language

HOURS = "datum.value + ':00'"
_TONES = ("normal", "text", "second")


def contacts_chart(day: Day, language: Language, tokens: Mapping[str, str]) -> alt.Chart:
    """Offered, answered and abandoned by half hour, both days over each other."""
    kpis = definitions()
    titles = [kpis[name].title.in_(language) for name in COUNTED]
    table = _table(day.contacts, language, dict(zip(COUNTED, titles, strict=True)))
    tones = alt.Scale(domain=titles, range=[tokens[name] for name in _TONES])
    colour = alt.Color("name:N", sort=titles, scale=tones, legend=alt.Legend(title=None, orient="top"))
    return _lines(table, alt.Y("value:Q", title=None), colour, language).properties(background="transparent")


def service_level_chart(day: Day, language: Language, tokens: Mapping[str, str]) -> alt.LayerChart:
    """The service level by half hour, and the goal as a rule."""
    title = definitions()["service_level"].title.in_(language)
    table = _table(day.service_level, language, {"service_level": title})
    y = alt.Y("value:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    goal = alt.Chart(pd.DataFrame({"value": [day.goal_ratio]})).mark_rule(color=tokens["muted"], strokeDash=[2, 4]).encode(y="value:Q")
    return (goal + _lines(table, y, alt.value(tokens["normal"]), language)).properties(background="transparent")


def _lines(table: pd.DataFrame, y: alt.Y, colour: alt.Color | dict[str, str], language: Language) -> alt.Chart:
    said = words(language)
    days = [said["day.today"], said["day.yesterday"]]
    broken = alt.StrokeDash("day:N", scale=alt.Scale(domain=days, range=[[1, 0], [5, 4]]), legend=None)
    x = alt.X("hour:Q", title=None, scale=alt.Scale(domain=[0, 24]), axis=alt.Axis(values=list(range(0, 25, 3)), labelExpr=HOURS))
    tips = ["day:N", "name:N", alt.Tooltip("hour:Q", format=".1f"), alt.Tooltip("value:Q", format=",.3~f")]
    chart = alt.Chart(table, height=260).mark_line(point={"size": 22}, strokeWidth=2)
    return chart.encode(x=x, y=y, color=colour, strokeDash=broken, tooltip=tips)


def _table(points: tuple[Point, ...], language: Language, titles: dict[str, str]) -> pd.DataFrame:
    said = words(language)
    return pd.DataFrame(
        {
            "day": [said[f"day.{point.day}"] for point in points],
            "hour": [point.hour for point in points],
            "name": [titles[point.name] for point in points],
            "value": [point.value for point in points],
        }
    )
