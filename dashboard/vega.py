"""A chart as Vega-Lite that stands apart from its rows: its layers know them by the name of their table.

In: a chart of Altair, tables of rows. Out: what a browser draws and a picture is made of. Three things would take
longer than all else: that Altair looks at the types of rows, that it checks a chart against Vega-Lite (the tests do), and that it finds
out the class of a channel; so each is given as its class, such as `alt.X2("until:T")` and `alt.ColorValue("red")`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

Spec = dict[str, Any]
Rows = Sequence[dict[str, Any]]
Tokens = Mapping[str, str]
"""The colours of a theme by what they stand for."""


def table_of(name: str) -> alt.Chart:
    """A layer that draws the rows of a table."""
    return alt.Chart(alt.NamedData(name=name))


def tips(*names: str) -> list[alt.Tooltip]:
    """What a mark says of itself: words of its row, without their columns' names."""
    return [alt.Tooltip(f"{name}:N", title=" ") for name in names]


def with_data(chart: alt.LayerChart | alt.Chart, tables: Mapping[str, Rows], called: str) -> Spec:
    """The chart with its tables; `called` is what a reader of screens says of it."""
    drawn = chart.to_dict(validate=False)
    return {**drawn, "description": called, "datasets": {name: rows for name, rows in tables.items() if rows}}
