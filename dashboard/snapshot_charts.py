"""The charts of the snapshot page: answers behind the NPS, the customers' way, complaints in four quadrants, channels beside their goals.

In: a snapshot, a language and the colours of the page's theme. Out: charts that tell everything in words and numbers too; None where
there is nothing to draw.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import streamlit as st

from dashboard.report.journey import share_text
from dashboard.report.quadrant import Quadrant, quadrants, split_of
from dashboard.report.sheet import NPS, figure_text, quadrant_word, told_in
from dashboard.vega import Spec, Tokens, table_of, tips, with_data
from pulse.i18n import words
from pulse.kpi.snapshot import Snapshot, Step
from pulse.text import Language
from pulse.written import UNKNOWN, duration

_MOST = 64
_ROW_PX = 34
_LEGEND_PX, _AXIS_PX = 112, 30
"""A chart is as high as it is told with all that is around it."""
_LABELS = alt.Axis(labelLimit=140, ticks=False, domain=False)
_CORNERS = {Quadrant.SOLVE_FIRST: (1, 1), Quadrant.SPREADS: (0, 1), Quadrant.REPEATS: (1, 0), Quadrant.WATCH: (0, 0)}


def specs(snapshot: Snapshot, sha: str, language: Language, tokens: Tokens) -> dict[str, Spec]:
    """The charts there are, by name, as Vega-Lite."""
    return _specs(sha, language, tuple(tokens.items()), snapshot)


@st.cache_data(max_entries=_MOST, show_spinner=False)
def _specs(sha: str, language: Language, tokens: tuple[tuple[str, str], ...], _snapshot: Snapshot) -> dict[str, Spec]:  # noqa: ARG001 it is the key
    """Kept, because Altair takes longer over the charts than all else of the page."""
    made = {name: chart(_snapshot, language, dict(tokens)) for name, chart in CHARTS.items()}
    return {name: spec for name, spec in made.items() if spec is not None}


def nps_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> Spec | None:
    """Promoters, passives and detractors as parts of one bar."""
    said = words(language)
    counts = {figure.kpi: figure.value or 0 for figure in snapshot.figures if figure.kpi in NPS}
    total = sum(counts.values())
    if len(counts) < len(NPS) or not total:
        return None
    names = [f"{said[f'report.{name}']} {counts[name]:,.0f} ({counts[name] / total * 100:.0f} %)" for name in NPS]
    rows = [{"name": called, "count": counts[name], "order": place} for place, (name, called) in enumerate(zip(NPS, names, strict=True))]
    scale = alt.Scale(domain=names, range=[tokens["normal"], tokens["unknown"], tokens["critical"]])
    legend = alt.Legend(title=None, orient="bottom", labelLimit=0, columns=1)
    bar = (
        table_of("answers")
        .mark_bar()
        .encode(
            x=alt.X("count:Q", axis=None, stack="zero"),
            color=alt.Color("name:N", sort=names, scale=scale, legend=legend),
            order=alt.Order("order:O"),
            tooltip=tips("name"),
        )
    )
    return _spec([bar], {"answers": rows}, said["report.nps"], height=_ROW_PX + _LEGEND_PX)


def funnel_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> Spec | None:
    """The steps under each other, each with how many came so far and how long it took."""
    if not any(step.count for step in snapshot.journey):
        return None
    rows = [
        {
            "step": told_in(step.titles, language, step.name),
            "count": step.count or 0,
            "told": _told(step, snapshot, language),
        }
        for step in snapshot.journey
    ]
    y = alt.Y("step:N", sort=None, title=None, axis=_LABELS)
    bars = table_of("steps").mark_bar(color=tokens["normal"], opacity=0.45)
    layers = [bars.encode(x=alt.X("count:Q", axis=None), y=y, tooltip=tips("step", "told")), _words("steps", y, tokens)]
    return _spec(layers, {"steps": rows}, words(language)["report.journey"], height=_ROW_PX * len(rows))


def quadrant_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> Spec | None:
    """The classes by their numbers: further right the more complaints, higher the more customers."""
    said, split = words(language), split_of(snapshot.complaints)
    rows = _class_rows(snapshot, language)
    if split is None or not rows:
        return None
    x, y = (_square_root(name, rows, said) for name in ("complaints", "customers"))
    known = {"x": x, "y": y, "tooltip": tips("class", "told", "quadrant")}
    fill, ink = _where_urgent(tokens["critical"], tokens["panel"]), _where_urgent("#FFFFFF", tokens["text"])
    marks = table_of("classes").mark_circle(size=280, opacity=1, stroke=tokens["muted"], strokeWidth=1).encode(color=fill, **known)
    numbers = table_of("classes").mark_text(fontSize=12, fontWeight=600).encode(text=alt.Text("number:Q"), color=ink, **known)
    rule = table_of("split").mark_rule(color=tokens["muted"], strokeDash=[3, 3])
    layers = [rule.encode(x=x), rule.encode(y=y), *_corners(said, tokens), marks, numbers]
    tables = {"classes": rows, "split": [split._asdict()], "corner": [{"at": 0}]}
    return _spec(layers, tables, said["report.complaints"], height=340)


def level_chart(snapshot: Snapshot, language: Language, tokens: Tokens) -> Spec | None:
    """The service level of each channel as a bar, its goal as a tick."""
    rows = [
        {
            "channel": told_in(section.titles, language, section.name),
            "level": figure.value,
            "goal": figure.target,
            "told": figure_text(figure.kpi, figure.value, language),
            "wanted": figure_text(figure.kpi, figure.target, language),
        }
        for section in snapshot.channels
        for figure in section.figures
        if figure.kpi == "service_level" and figure.value is not None
    ]
    if not rows:
        return None
    x = alt.X("level:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", grid=False))
    y = alt.Y("channel:N", sort=None, title=None, axis=_LABELS)
    bars = table_of("channels").mark_bar(color=tokens["normal"], opacity=0.45)
    goals = table_of("channels").transform_filter("datum.goal != null").mark_tick(color=tokens["text"], thickness=2, size=24)
    layers = [bars.encode(x=x, y=y, tooltip=tips("channel", "told", "wanted")), goals.encode(x=alt.X("goal:Q"), y=y)]
    layers.append(_words("channels", y, tokens))
    return _spec(layers, {"channels": rows}, words(language)["report.service_level"], height=_ROW_PX * len(rows) + _AXIS_PX)


CHARTS = {"service_level": level_chart, "nps": nps_chart, "journey": funnel_chart, "complaints": quadrant_chart}
"""By the word that stands above it."""


def _spec(layers: list[alt.Chart], tables: Mapping[str, list[dict[str, Any]]], called: str, height: int) -> Spec:
    return with_data(alt.layer(*layers).properties(background="transparent", height=height), tables, called)


def _words(table: str, y: alt.Y, tokens: Tokens) -> alt.Chart:
    """What each row says, from the left edge on: so it is read where its bar is short too."""
    text = table_of(table).mark_text(align="left", dx=6, fontSize=13, color=tokens["text"])
    return text.encode(x=alt.XValue(0), y=y, text=alt.Text("told:N"))


def _told(step: Step, snapshot: Snapshot, language: Language) -> str:
    if step.count is None:
        return UNKNOWN
    took = "" if step.mean_s is None else f" · {duration(step.mean_s, language)}"
    return f"{step.count:,} · {share_text(step, snapshot.journey, language)}{took}"


def _class_rows(snapshot: Snapshot, language: Language) -> list[dict[str, Any]]:
    said = words(language)
    return [
        {
            "number": place.number,
            "class": told_in(place.complained.titles, language, place.complained.category),
            "complaints": place.complained.complaints,
            "customers": place.complained.customers,
            "quadrant": quadrant_word(place.quadrant, said),
            "told": f"{said['report.often']} {place.complained.complaints:,} · {said['report.customers']} {place.complained.customers:,}",
            "urgent": place.quadrant is Quadrant.SOLVE_FIRST,
        }
        for place in quadrants(snapshot.complaints)
        if place.quadrant
    ]


def _where_urgent(urgent: str, otherwise: str) -> alt.ColorValue:
    return alt.ColorValue(otherwise, condition={"test": "datum.urgent", "value": urgent})


def _square_root(name: str, rows: list[dict[str, Any]], said: Mapping[str, str]) -> Any:
    """An axis on which the many small classes are told apart beside the one large."""
    scale = alt.Scale(type="sqrt", domain=[0, max(1.0, 1.45 * max(row[name] or 0 for row in rows))], nice=False)
    axis, (along, word) = alt.Axis(tickMinStep=1, grid=False), {"complaints": (alt.X, "often"), "customers": (alt.Y, "customers")}[name]
    return along(f"{name}:Q", title=said[f"report.{word}"], scale=scale, axis=axis)


def _corners(said: Mapping[str, str], tokens: Tokens) -> list[alt.Chart]:
    """The name of each quadrant in its corner."""
    corners = []
    for quadrant, (right, top) in _CORNERS.items():
        colour, align, inset = tokens["critical" if quadrant is Quadrant.SOLVE_FIRST else "muted"], ("left", "right")[right], (8, -8)[right]
        mark = table_of("corner").mark_text(
            align=align, dx=inset, dy=(-12, 14)[top], fontSize=13, color=colour, text=quadrant_word(quadrant, said)
        )
        corners.append(mark.encode(x=alt.XValue("width" if right else 0), y=alt.YValue(0 if top else "height")))
    return corners
