"""The charts of the snapshot page: answers behind the NPS, the customers' way, complaints in four quadrants, channels beside their goals.

In: a snapshot, a language and the colours of the page's theme. Out: charts that tell everything in words and numbers too; None where
there is nothing to draw.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.report.quadrant import Quadrant, quadrants, split_of
from dashboard.report.sheet import NPS, figure_text, quadrant_word, told_in
from pulse.i18n import words
from pulse.kpi.snapshot import Snapshot
from pulse.text import Language
from pulse.written import UNKNOWN, duration

Tokens = Mapping[str, str]
Spec = dict[str, Any]
_MOST = 64
_ROW_PX = 34
_LEGEND_PX, _AXIS_PX = 112, 30
"""A chart is as high as it is told with all that is around it."""
_CORNERS = {Quadrant.SOLVE_FIRST: (1, 1), Quadrant.SPREADS: (0, 1), Quadrant.REPEATS: (1, 0), Quadrant.WATCH: (0, 0)}


def specs(snapshot: Snapshot, sha: str, language: Language, tokens: Tokens) -> dict[str, Spec]:
    """The charts there are, by name, as Vega-Lite."""
    return _specs(sha, language, tuple(tokens.items()), snapshot)


@st.cache_data(max_entries=_MOST, show_spinner=False)
def _specs(sha: str, language: Language, tokens: tuple[tuple[str, str], ...], _snapshot: Snapshot) -> dict[str, Spec]:  # noqa: ARG001 it is the key
    """Kept, because Altair takes ten times as long to check a chart as the whole page takes without."""
    made = {name: chart(_snapshot, language, dict(tokens)) for name, chart in CHARTS.items()}
    return {name: chart.to_dict() for name, chart in made.items() if chart is not None}


def nps_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> alt.LayerChart | None:
    """Promoters, passives and detractors as parts of one bar."""
    said = words(language)
    counts = {figure.kpi: figure.value or 0 for figure in snapshot.figures if figure.kpi in NPS}
    total = sum(counts.values())
    if len(counts) < len(NPS) or not total:
        return None
    names = [f"{said[f'report.{name}']} {counts[name]:,.0f} ({counts[name] / total * 100:.0f} %)" for name in NPS]
    table = pd.DataFrame({"name": names, "count": [counts[name] for name in NPS], "order": range(len(NPS))})
    scale = alt.Scale(domain=names, range=[tokens["normal"], tokens["unknown"], tokens["critical"]])
    colour = alt.Color("name:N", sort=names, scale=scale, legend=alt.Legend(title=None, orient="bottom", labelLimit=0, columns=1))
    bar = (
        alt.Chart(table, height=_ROW_PX + _LEGEND_PX)
        .mark_bar()
        .encode(x=alt.X("count:Q", axis=None, stack="zero"), color=colour, order="order:O", tooltip=["name:N"])
    )
    return alt.layer(bar).properties(background="transparent")


def funnel_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> alt.LayerChart | None:
    """The steps under each other, each with how many came so far and how long it took."""
    first = next((step.count for step in snapshot.journey if step.count), None)
    if not first:
        return None
    steps = [(told_in(step.titles, language, step.name), step.count, step.mean_s) for step in snapshot.journey]
    table = pd.DataFrame(
        {
            "step": [title for title, _, _ in steps],
            "count": [count or 0 for _, count, _ in steps],
            "told": [_told(count, first, mean_s) for _, count, mean_s in steps],
        }
    )
    y = alt.Y("step:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, ticks=False, domain=False))
    bars = alt.Chart(table, height=_ROW_PX * len(steps)).mark_bar(color=tokens["normal"], opacity=0.45)
    texts = alt.Chart(table).mark_text(align="left", dx=6, fontSize=13, color=tokens["text"]).encode(x=alt.value(0), y=y, text="told:N")
    return (bars.encode(x=alt.X("count:Q", axis=None), y=y, tooltip=["step:N", "told:N"]) + texts).properties(background="transparent")


def quadrant_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> alt.LayerChart | None:
    """The classes by their numbers: further right the more complaints, higher the more customers."""
    said, split = words(language), split_of(snapshot.complaints)
    places = [place for place in quadrants(snapshot.complaints) if place.quadrant]
    if split is None or not places:
        return None
    table = pd.DataFrame(
        {
            "number": [place.number for place in places],
            "class": [told_in(place.complained.titles, language, place.complained.category) for place in places],
            "complaints": [place.complained.complaints for place in places],
            "customers": [place.complained.customers for place in places],
            "quadrant": [quadrant_word(place.quadrant, said) for place in places],
            "urgent": [place.quadrant is Quadrant.SOLVE_FIRST for place in places],
        }
    )
    across, up = (
        alt.Scale(type="sqrt", domain=[0, max(1.0, 1.45 * table[name].max())], nice=False) for name in ("complaints", "customers")
    )
    x = alt.X("complaints:Q", title=said["report.often"], scale=across, axis=alt.Axis(tickMinStep=1, grid=False))
    y = alt.Y("customers:Q", title=said["report.customers"], scale=up, axis=alt.Axis(tickMinStep=1, grid=False))
    tips = ["number:Q", "class:N", "complaints:Q", "customers:Q", "quadrant:N"]
    fill = alt.condition("datum.urgent", alt.value(tokens["critical"]), alt.value(tokens["panel"]))
    ink = alt.condition("datum.urgent", alt.value("#FFFFFF"), alt.value(tokens["text"]))
    marks = (
        alt.Chart(table, height=340)
        .mark_circle(size=280, opacity=1, stroke=tokens["muted"], strokeWidth=1)
        .encode(x=x, y=y, color=fill, tooltip=tips)
    )
    numbers = alt.Chart(table).mark_text(fontSize=12, fontWeight=600).encode(x=x, y=y, text="number:Q", color=ink, tooltip=tips)
    rule = {"color": tokens["muted"], "strokeDash": [3, 3]}
    lines = [
        alt.Chart(pd.DataFrame({"complaints": [split.complaints]})).mark_rule(**rule).encode(x=x),
        alt.Chart(pd.DataFrame({"customers": [split.customers]})).mark_rule(**rule).encode(y=y),
    ]
    return alt.layer(*lines, *_corners(said, tokens), marks, numbers).properties(background="transparent")


def level_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> alt.LayerChart | None:
    """The service level of each channel as a bar, its goal as a tick."""
    found = [
        (told_in(section.titles, language, section.name), figure)
        for section in snapshot.channels
        for figure in section.figures
        if figure.kpi == "service_level" and figure.value is not None
    ]
    if not found:
        return None
    table = pd.DataFrame(
        {
            "channel": [title for title, _ in found],
            "level": [figure.value for _, figure in found],
            "goal": [figure.target for _, figure in found],
            "told": [figure_text(figure.kpi, figure.value) for _, figure in found],
        }
    )
    x = alt.X("level:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", grid=False))
    y = alt.Y("channel:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, ticks=False, domain=False))
    bars = alt.Chart(table, height=_ROW_PX * len(found) + _AXIS_PX).mark_bar(color=tokens["normal"], opacity=0.45)
    goals = alt.Chart(table.dropna()).mark_tick(color=tokens["text"], thickness=2, size=24).encode(x="goal:Q", y=y)
    texts = alt.Chart(table).mark_text(align="left", dx=6, fontSize=13, color=tokens["text"]).encode(x=alt.value(0), y=y, text="told:N")
    tips = ["channel:N", "told:N", alt.Tooltip("goal:Q", format=".1%")]
    return (bars.encode(x=x, y=y, tooltip=tips) + goals + texts).properties(background="transparent")


CHARTS = {"service_level": level_chart, "nps": nps_chart, "journey": funnel_chart, "complaints": quadrant_chart}
"""By the word that stands above it."""


def _told(count: int | None, first: int, mean_s: float | None) -> str:
    if count is None:
        return UNKNOWN
    return f"{count:,} · {count / first * 100:.0f} %{'' if mean_s is None else f' · {duration(mean_s)}'}"


def _corners(said: Mapping[str, str], tokens: Tokens) -> list[alt.Chart]:
    """The name of each quadrant in its corner."""
    nothing = pd.DataFrame({"nothing": [0]})
    corners = []
    for quadrant, (right, top) in _CORNERS.items():
        colour, align, inset = tokens["critical" if quadrant is Quadrant.SOLVE_FIRST else "muted"], ("left", "right")[right], (8, -8)[right]
        mark = alt.Chart(nothing).mark_text(
            align=align, dx=inset, dy=(-12, 14)[top], fontSize=13, color=colour, text=quadrant_word(quadrant, said)
        )
        corners.append(mark.encode(x=alt.value("width" if right else 0), y=alt.value(0 if top else "height")))
    return corners
