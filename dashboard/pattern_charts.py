"""The other charts of the page of trends: the pattern of the week, waits, causes of complaints, people's time.

In: what was counted, a look. Out: Vega-Lite in which every colour has a number or a word beside it.
"""

from collections.abc import Sequence

import altair as alt

from dashboard.duration_axis import duration_marks
from dashboard.report.sheet import figure_text, figure_title
from dashboard.trend_chart import HEIGHT, LEGEND, Look
from dashboard.trends.pareto import Cause
from dashboard.trends.people import STATES, Worked
from dashboard.trends.table import days_name, half_hour, wait_name
from dashboard.trends.waits import Waits
from dashboard.trends.week import Cell
from dashboard.vega import Spec, table_of, tips, with_data
from dashboard.written import weekday_name
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.kpi.snapshot import Edition

_CELL_PX, _SHADES_PX = 30, 240
_AROUND_PX = 130
"""Legend and axis: a chart is as high as it is told with all that is around it."""
_BAR_PX, _UNDER_PX = 22, 40
_LONGEST_WAIT_PX = 110
_ROOM_FOR_A_SHARE = 1.2
"""How much longer than its longest bar a chart is that writes the shares behind the bars."""
_SHARES = alt.Axis(format=".0%", tickCount=5, labelExpr="datum.value > 1 ? '' : datum.label")
_BARE = alt.Axis(labelAngle=-45, labelOverlap=True)


def week_chart(kpi: str, cells: Sequence[Cell], look: Look) -> Spec | None:
    """Weekdays under each other, half hours along: the darker, the more."""
    rows = [
        {
            "weekday": weekday_name(cell.weekday, look.language),
            "at": half_hour(cell.half_hour),
            "value": cell.value,
            "told": figure_text(kpi, cell.value, look.language),
            "days": words(look.language)["trends.of_days"].format(n=cell.days),
        }
        for cell in cells
        if cell.value is not None
    ]
    if not rows:
        return None
    colour = _shades(kpi, [row["value"] for row in rows], look)
    weekdays = [weekday_name(number, look.language) for number in range(7)]
    chart = (
        table_of("cells")
        .mark_rect(stroke=look.tokens["line"], strokeWidth=0.5)
        .encode(
            x=alt.X("at:O", title=None, sort=[half_hour(number) for number in range(48)], axis=_BARE),
            y=alt.Y("weekday:O", title=None, sort=weekdays),
            color=colour,
            tooltip=tips("weekday", "at", "told", "days"),
        )
    )
    return with_data(
        chart.properties(background="transparent", height=_CELL_PX * 7 + _AROUND_PX), {"cells": rows}, figure_title(kpi, look.language)
    )


def _shades(kpi: str, values: Sequence[float], look: Look) -> alt.Color:
    title, unit = figure_title(kpi, look.language), definitions()[kpi].unit
    shades, known = [look.tokens["panel"], look.tokens["normal"]], {"orient": "top", "gradientLength": _SHADES_PX, "labelSeparation": 12}
    if unit is Unit.SECONDS:
        marks = duration_marks(values)
        scale = alt.Scale(range=shades, interpolate="lab", domain=[marks.values[0], marks.values[-1]])
        return alt.Color("value:Q", title=title, scale=scale, legend=alt.Legend(values=marks.values, labelExpr=marks.words, **known))
    legend = alt.Legend(format=".0%" if unit is Unit.RATIO else ",~f", **known)
    return alt.Color("value:Q", title=title, scale=alt.Scale(range=shades, interpolate="lab"), legend=legend)


def waits_chart(found: Waits, beneath: Waits | None, look: Look) -> Spec | None:
    """A bar a stretch of time, under each other, so that each has room for its share on a phone too; what it is compared with as a tick."""
    if not found.count:
        return None
    before = {bar.from_s: bar.share_ratio for bar in beneath.bars} if beneath else {}
    rows = [
        {
            "wait": wait_name(bar),
            "share": bar.share_ratio,
            "before": before.get(bar.from_s),
            "told": f"{bar.share_ratio * 100:.1f} % · n = {bar.count:,}",
        }
        for bar in found.bars
    ]
    longest = max(bar.share_ratio for bar in (*found.bars, *(beneath.bars if beneath else ())))
    y = alt.Y("wait:O", title=None, sort=[row["wait"] for row in rows], axis=alt.Axis(labelLimit=_LONGEST_WAIT_PX))
    x = alt.X("share:Q", title=None, axis=_SHARES, scale=alt.Scale(domain=[0, longest * _ROOM_FOR_A_SHARE]))
    told = tips("wait", "told")
    share = {"text": alt.Text("share:Q", format=".1%"), "tooltip": told}
    layers = [
        table_of("bars").mark_bar(color=look.tokens["normal"], opacity=0.55).encode(x=x, y=y, tooltip=told),
        table_of("bars").mark_text(align="left", dx=4, color=look.tokens["text"]).encode(x=x, y=y, **share),
    ]
    if before:
        ticks = table_of("bars").transform_filter("datum.before != null").mark_tick(color=look.tokens["text"], thickness=2)
        layers.append(ticks.encode(x=alt.X("before:Q"), y=y, tooltip=told))
    return with_data(
        alt.layer(*layers).properties(background="transparent", height=_BAR_PX * len(rows) + _UNDER_PX),
        {"bars": rows},
        words(look.language)["trends.chart_waits"],
    )


def causes_chart(found: Sequence[Cause], look: Look) -> Spec | None:
    """A bar a cause, and the share of all so far as a line."""
    if not found:
        return None
    rows = [
        {
            "cause": look.name_of(cause.name),
            "complaints": cause.complaints,
            "share": cause.cumulated_ratio,
            "told": f"{cause.complaints:,} · {cause.cumulated_ratio * 100:.0f} %",
        }
        for cause in found
    ]
    x = alt.X("cause:N", title=None, sort=[row["cause"] for row in rows], axis=alt.Axis(labelAngle=-30, labelLimit=140))
    told = tips("cause", "told")
    bars = table_of("causes").mark_bar(color=look.tokens["normal"], opacity=0.55)
    shares = table_of("causes").mark_line(point=True, color=look.tokens["text"], strokeWidth=1.5)
    share = alt.Y("share:Q", title=None, axis=alt.Axis(format=".0%", orient="right"), scale=alt.Scale(domain=[0, 1]))
    layers = (
        bars.encode(x=x, y=alt.Y("complaints:Q", title=None, axis=alt.Axis(tickMinStep=1)), tooltip=told),
        shares.encode(x=x, y=share, tooltip=told),
    )
    chart = alt.layer(*layers).resolve_scale(y="independent")
    return with_data(
        chart.properties(background="transparent", height=HEIGHT + LEGEND), {"causes": rows}, words(look.language)["trends.chart_pareto"]
    )


def people_chart(found: Sequence[Worked], look: Look) -> Spec | None:
    """Hours by state, one above the other; in one hue from light to dark, for no state is bad."""
    said = words(look.language)
    names = {state: said[f"wall.{state}"] for state in STATES}
    rows = [
        {
            "first": one.first.isoformat(),
            "stretch": days_name((one.first, one.last), look.step, look.language, is_over=one.is_over),
            "state": names[state],
            "order": number,
            "hours": one.hours[state],
            "told": f"{names[state]}: {one.hours[state]:,.1f} h",
        }
        for one in found
        if one.hours
        for number, state in enumerate(STATES)
    ]
    if not rows:
        return None
    scale = alt.Scale(domain=list(names.values()), range=[look.tokens[state] for state in STATES])
    form = "%Y-%m" if look.step is Edition.MONTHLY else "%m-%d"
    unit = {Edition.DAILY: "utcyearmonthdate", Edition.WEEKLY: "utcyearmonthdate", Edition.MONTHLY: "utcyearmonth"}[look.step]
    chart = (
        table_of("hours")
        .mark_bar()
        .encode(
            x=alt.X("first:O", timeUnit=unit, title=None, axis=alt.Axis(format=form, labelOverlap=True, labelAngle=-45)),
            y=alt.Y("hours:Q", title="h"),
            color=alt.Color("state:N", sort=list(names.values()), scale=scale, legend=alt.Legend(title=None, orient="top")),
            order=alt.Order("order:O"),
            tooltip=tips("stretch", "told"),
        )
    )
    return with_data(chart.properties(background="transparent", height=HEIGHT + LEGEND), {"hours": rows}, said["trends.chart_people"])
