"""A figure over time as people look at it: lines, what they are compared with beneath them, and what happened beside the axis.

In: lines, marks, a look. Out: a chart that needs no colour to be read: parts have shapes too, what is compared is thin and broken, what
is not over is dotted, what began before history did stands apart, few contacts are hollow, and every point says all of it in words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

import altair as alt

from dashboard.duration_axis import duration_marks
from dashboard.report.sheet import figure_title
from dashboard.trends.lines import MOST_LINES, Line, Point
from dashboard.trends.marks import Mark
from dashboard.trends.table import NameOf, point_text, stretch_name
from dashboard.vega import Rows, Spec, table_of, tips, with_data
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.kpi.snapshot import Edition, Number
from pulse.text import Language

HEIGHT, LEGEND = 280, 80
TONES = ("normal", "second", "text", "acw", "available", "busy", "unknown", "paused")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
_COLUMNS = alt.ExprRef("width < 480 ? 2 : 4")
"""Of a legend: what is beyond the edge of a phone nobody reads."""
_BREAKS = [5, 4]
_MOST_MARKED = 12
_TIPS = tips("part", "stretch", "told")
MOST_COMPARED = 3
"""Of more lines than these none is drawn beneath; the table has them."""


@dataclass(frozen=True, slots=True)
class Look:
    """In which words and colours it is drawn."""

    language: Language
    tokens: Mapping[str, str]
    step: Edition
    name_of: NameOf


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn of one figure; a target stands beside each stretch, None where there is none."""

    kpi: str
    lines: Sequence[Line]
    targets: Sequence[Number] = ()
    marks: Sequence[Mark] = ()


def time_chart(drawn: Drawn, look: Look) -> Spec | None:
    """The lines of a figure as Vega-Lite; None where nothing is known of it."""
    rows = list(_rows(drawn, look))
    if all(row["value"] is None for row in rows):
        return None
    x = alt.X("first:T", title=None, scale=alt.Scale(type="utc"), axis=_time_axis(drawn.lines[0].points, look.step))
    happened, targets = list(_mark_rows(drawn, look)), list(_target_rows(drawn))
    y = value_axis(drawn.kpi, (row["value"] for row in (*rows, *targets)))
    layers = [*_happened(happened, look, x), *_target(targets, look, (x, y)), *_drawn_lines(rows, drawn, look, (x, y))]
    chart = alt.layer(*layers).properties(background="transparent", height=HEIGHT + (LEGEND if len(drawn.lines) > 1 else 0))
    return with_data(chart, {"lines": rows, "marks": happened, "targets": targets}, figure_title(drawn.kpi, look.language))


def value_axis(kpi: str, values: Iterable[Number]) -> alt.Y:
    """The axis of a figure in its unit, for what is drawn on it."""
    unit = definitions()[kpi].unit
    if unit is Unit.SECONDS:
        marks = duration_marks(value for value in values if value is not None)
        scale = alt.Scale(domain=[marks.values[0], marks.values[-1]], nice=False)
        return alt.Y("value:Q", title=None, axis=alt.Axis(values=marks.values, labelExpr=marks.words), scale=scale)
    axis = alt.Axis(format=".1~%" if unit is Unit.RATIO else ",~f", **({"tickMinStep": 1} if unit is Unit.COUNT else {}))
    return alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(zero=unit is Unit.COUNT))


def parts_colour(titles: Sequence[str], tokens: Mapping[str, str]) -> dict[str, Any]:
    """Colour and shape of each part, with one legend for both; of a single one only the colour."""
    if len(titles) < 2:
        return {"color": alt.ColorValue(tokens["normal"])}
    scale = alt.Scale(domain=list(titles), range=[tokens[tone] for tone in TONES[: len(titles)]])
    shapes = alt.Scale(domain=list(titles), range=list(SHAPES[: len(titles)]))
    legend = alt.Legend(title=None, orient="top", columns=_COLUMNS, symbolType="stroke")
    return {
        "color": alt.Color("part:N", sort=list(titles), scale=scale, legend=legend),
        "fill": alt.Fill("part:N", sort=list(titles), scale=scale, legend=None),
        "shape": alt.Shape("part:N", sort=list(titles), scale=shapes, legend=alt.Legend(title=None, orient="top", columns=_COLUMNS)),
    }


def _drawn_lines(rows: Rows, drawn: Drawn, look: Look, axes: tuple[alt.X, alt.Y]) -> Iterator[alt.Chart]:
    titles = [_title(line, drawn.kpi, look) for line in drawn.lines[:MOST_LINES]]
    encoded = parts_colour(titles, look.tokens)
    known = {"x": axes[0], "y": axes[1], "color": encoded["color"]}
    shown = table_of("lines").transform_filter("datum.line == 'shown'")
    if any(row["line"] == "beneath" for row in rows):
        under = table_of("lines").transform_filter("datum.line == 'beneath'")
        yield under.mark_line(strokeWidth=1.25, strokeDash=_BREAKS, opacity=0.75).encode(tooltip=_TIPS, **known)
        yield under.transform_filter("datum.is_alone").mark_point(shape="stroke", size=36, opacity=0.75).encode(tooltip=_TIPS, **known)
    yield shown.transform_filter("!datum.is_apart").mark_line(strokeWidth=2).encode(**known)
    if any(row["is_apart"] and row["ends"] for row in rows):
        yield shown.transform_filter("datum.ends").mark_line(strokeWidth=2, strokeDash=[1, 3]).encode(**known)
    points = shown.mark_point(size=36, opacity=1)
    if len(titles) == 1:
        fill = alt.FillValue(look.tokens["normal"], condition={"test": "datum.is_hollow", "value": look.tokens["ground"]})
        yield points.encode(fill=fill, tooltip=_TIPS, **known)
    else:
        filled = alt.FillOpacityValue(1, condition={"test": "datum.is_hollow", "value": 0})
        yield points.encode(fill=encoded["fill"], fillOpacity=filled, shape=encoded["shape"], tooltip=_TIPS, **known)


def _title(line: Line, kpi: str, look: Look) -> str:
    return look.name_of(line.name) or figure_title(kpi, look.language)


def _rows(drawn: Drawn, look: Look) -> Iterator[dict[str, Any]]:
    for line in drawn.lines[:MOST_LINES]:
        part = _title(line, drawn.kpi, look)
        last = next((number for number in reversed(range(len(line.points))) if line.points[number].is_over), -1)
        for number, point in enumerate(line.points):
            yield _row(drawn.kpi, point, point, look) | {
                "part": part,
                "line": "shown",
                "is_apart": point.is_in_part or not point.is_over,
                "ends": number >= last and not point.is_in_part,
                "is_hollow": point.is_few or point.is_in_part or not point.is_over,
                "is_alone": False,
            }
            if line.beneath and len(drawn.lines) <= MOST_COMPARED:
                yield _row(drawn.kpi, line.beneath[number], point, look) | {
                    "part": part,
                    "line": "beneath",
                    "is_apart": False,
                    "ends": False,
                    "is_hollow": False,
                    "is_alone": _is_alone(line.beneath, number),
                }


def _is_alone(points: Sequence[Point], number: int) -> bool:
    """Whether a point has no neighbour that a line could lead to."""
    around = points[max(0, number - 1) : number + 2]
    return points[number].value is not None and sum(point.value is not None for point in around) == 1


def _row(kpi: str, point: Point, place: Point, look: Look) -> dict[str, Any]:
    return {
        "first": place.first.isoformat(),
        "value": point.value,
        "stretch": stretch_name(point, look.step, look.language),
        "told": f"{figure_title(kpi, look.language)}: {point_text(kpi, point, look.language)}",
    }


def _target_rows(drawn: Drawn) -> Iterator[dict[str, Any]]:
    if drawn.lines and any(target is not None for target in drawn.targets):
        for point, target in zip(drawn.lines[0].points, drawn.targets, strict=True):
            yield {"first": point.first.isoformat(), "value": target, "is_last": point is drawn.lines[0].points[-1]}


def _target(rows: Rows, look: Look, axes: tuple[alt.X, alt.Y]) -> Iterator[alt.Chart]:
    if not rows:
        return
    known, muted = {"x": axes[0], "y": axes[1]}, look.tokens["muted"]
    yield table_of("targets").mark_line(color=muted, strokeDash=[2, 4], interpolate="step-after", strokeWidth=1.5).encode(**known)
    text = table_of("targets").transform_filter("datum.is_last").mark_text(align="right", dy=-7, color=muted)
    yield text.encode(text=alt.TextValue(words(look.language)["trends.target"]), **known)


def _mark_rows(drawn: Drawn, look: Look) -> Iterator[dict[str, Any]]:
    for mark in drawn.marks:
        yield {
            "first": mark.first.isoformat(),
            "until": (mark.last + timedelta(days=1)).isoformat(),
            "sign": mark.sign,
            "told": mark.title.in_(look.language),
            "is_tint": mark.is_tint,
        }


def _happened(rows: Rows, look: Look, x: alt.X) -> Iterator[alt.Chart]:
    """What happened beside the axis: a sign at the top of each, a tint where it lasted; the page lists the same in words."""
    if not rows:
        return
    tip, muted = tips("told"), look.tokens["muted"]
    if any(row["is_tint"] for row in rows):
        tinted = table_of("marks").transform_filter("datum.is_tint")
        yield tinted.mark_rect(opacity=0.16, color=look.tokens["unknown"]).encode(x=x, x2=alt.X2("until:T"), tooltip=tip)
    if any(not row["is_tint"] for row in rows):
        yield table_of("marks").transform_filter("!datum.is_tint").mark_rule(color=muted, strokeDash=[1, 2]).encode(x=x, tooltip=tip)
    signs = table_of("marks").mark_text(fontSize=12, baseline="top", color=muted)
    yield signs.encode(x=x, y=alt.YValue(2), text=alt.Text("sign:N"), tooltip=tip)


def _time_axis(points: Sequence[Point], step: Edition) -> alt.Axis:
    """A mark where a stretch begins: the newest, and of many only some. In a browser marks given as numbers have no words."""
    form = "%Y-%m" if step is Edition.MONTHLY else "%m-%d"
    days = [point.first for point in points][:: -ceil(len(points) / _MOST_MARKED)]
    # As they stand in the chart: objects of Altair's would be gone through once for each layer.
    marked = [{"year": day.year, "month": day.month, "date": day.day, "utc": True} for day in reversed(days)]
    return alt.Axis(format=form, labelOverlap=True, grid=False, values=marked)
