"""Charts for pages where people look rather than glance; today is a full line, yesterday a thin broken one."""

import altair as alt
import pandas as pd

from dashboard.day import COUNTED, Day, Point, definitions
from dashboard.theme import TOKENS
from pulse.i18n import words
from pulse.text import Language

_LINES_LEGEND = alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeColor=TOKENS["text"], symbolSize=400)
HOURS = "datum.value + ':00'"
_TONES = [TOKENS["normal"], TOKENS["text"], TOKENS["second"]]


def contacts_chart(day: Day, language: Language) -> alt.Chart:
    """Offered, answered and abandoned by half hour, both days over each other."""
    kpis = definitions()
    titles = [kpis[name].title.in_(language) for name in COUNTED]
    table = _table(day.contacts, language, dict(zip(COUNTED, titles, strict=True)))
    colour = alt.Color("name:N", sort=titles, scale=alt.Scale(domain=titles, range=_TONES), legend=alt.Legend(title=None, orient="top"))
    return _lines(table, alt.Y("value:Q", title=None), language, colour)


def service_level_chart(day: Day, language: Language) -> alt.LayerChart:
    """The service level by half hour, and the goal as a rule."""
    title = definitions()["service_level"].title.in_(language)
    table = _table(day.service_level, language, {"service_level": title})
    y = alt.Y("value:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    goal = alt.Chart(pd.DataFrame({"value": [day.goal_ratio]})).mark_rule(color=TOKENS["muted"], strokeDash=[2, 4]).encode(y="value:Q")
    return goal + _lines(table, y, language, alt.value(TOKENS["normal"]))


def _lines(table: pd.DataFrame, y: alt.Y, language: Language, colour: alt.Color | dict[str, str]) -> alt.Chart:
    said = words(language)
    days = [said["day.today"], said["day.yesterday"]]
    broken = alt.StrokeDash("day:N", scale=alt.Scale(domain=days, range=[[1, 0], [5, 4]]), legend=_LINES_LEGEND)
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
