"""The chart of an incident: its figure by minutes, what the rule allowed, and while it was raised.

In: an account and the colours of the page's theme. Out: a chart by the site's own clocks; None where no figure is on record.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from alerts.account import Account
from alerts.fields import LEVELS
from alerts.replayed import unit_of
from alerts.ruleset import LoadedRule
from alerts.timeline import stood
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.text import Language

_DASHES = ([5, 4], [2, 3], [9, 3])
"""The limits of a level and of those graver than it."""
_FORMATS: Mapping[Unit, str] = {Unit.RATIO: ".0%", Unit.COUNT: "d"}


def figure_chart(account: Account, zone: ZoneInfo, language: Language, tokens: Mapping[str, str]) -> alt.LayerChart | None:
    """The figure as a line, the limit of each level as a broken one with its name, the time of the alert as a ground."""
    if account.rule is None or all(minute.value is None for minute in account.minutes):
        return None
    said, unit = words(language), unit_of(account.rule)
    names = [said["incident.figure"], *_limit_names(account.rule, language)]
    table = pd.DataFrame(
        [
            {"time": _clock(minute.at, zone), "name": name, "value": value}
            for minute in account.minutes
            for name, value in zip(names, (minute.value, minute.threshold, *minute.graver), strict=True)
        ]
    )
    axis = alt.Axis(format=_FORMATS.get(unit, ",.3~f"))
    y = alt.Y("value:Q", title=said["incident.seconds"] if unit is Unit.SECONDS else None, axis=axis, scale=alt.Scale(zero=False))
    x = alt.X("time:T", title=None, axis=alt.Axis(format="%H:%M", tickMinStep=60_000, labelOverlap=True))
    colour = alt.Color(
        "name:N",
        sort=names,
        scale=alt.Scale(domain=names, range=[tokens["normal"], *(len(names) - 1) * [tokens["text"]]]),
        legend=_legend(),
    )
    broken = alt.StrokeDash("name:N", sort=names, scale=alt.Scale(domain=names, range=[[1, 0], *_DASHES[: len(names) - 1]]), legend=None)
    tips = [alt.Tooltip("time:T", format="%H:%M"), "name:N", alt.Tooltip("value:Q", format=_FORMATS.get(unit, ",.3~f"))]
    line = alt.Chart(table, height=260).mark_line(point={"size": 22}, strokeWidth=2)
    drawn = line.encode(x=x, y=y, color=colour, strokeDash=broken, tooltip=tips)
    ends = table[table["name"] != names[0]].dropna().groupby("name").tail(1)
    at_the_line = alt.Chart(ends).mark_text(align="right", dy=-8, fontSize=13, color=tokens["text"]).encode(x=x, y=y, text="name:N")
    return (_window(account, zone, tokens) + drawn + at_the_line).properties(background="transparent")


def _limit_names(rule: LoadedRule, language: Language) -> list[str]:
    """What the limits are called: by their levels where there are several."""
    limit = words(language)["incident.limit"]
    if not rule.policy.graver:
        return [limit]
    return [f"{limit} {LEVELS[policy.level]}" for policy in (rule.policy, *rule.policy.graver)]


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="top", symbolType="stroke")


def _window(account: Account, zone: ZoneInfo, tokens: Mapping[str, str]) -> alt.Chart:
    spans = stood(account.story, account.until)
    ends = pd.DataFrame([{"start": _clock(start, zone), "end": _clock(end, zone)} for start, end in spans], columns=["start", "end"])
    return alt.Chart(ends).mark_rect(color=tokens["critical"], opacity=0.16).encode(x="start:T", x2="end:T")


def _clock(at: int, zone: ZoneInfo) -> pd.Timestamp:
    """What the site's clocks show: a browser elsewhere must not put its own time there."""
    return pd.Timestamp(at, unit="ms", tz="UTC").tz_convert(zone).tz_localize(None)
