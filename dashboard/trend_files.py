"""A chart to take along: as numbers and as a picture, made only when somebody asks.

In: how each is made. Out: two buttons.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.serving import serving
from dashboard.trend_picture import picture
from dashboard.trends.heeding import heeded
from dashboard.trends.question import Question

Spec = dict[str, object]


def draw_files(name: str, question: Question, as_csv: Callable[[], str], spec: Callable[[], Spec | None]) -> None:
    """The buttons under a chart called `name`; `spec` draws it for paper."""
    file = "-".join((serving().config.site.name, "trend", name, *heeded(question).values())).replace(",", "+").replace(":", "-")
    forms = {"csv": ("text/csv", lambda: as_csv().encode()), "png": ("image/png", lambda: picture(spec() or {}))}
    with st.container(horizontal=True):
        for ending, (mime, made) in forms.items():
            st.download_button(
                ending.upper(),
                made,
                f"{file}.{ending}",
                mime,
                key=f"{ending}_{name}",
                on_click="ignore",
                icon=":material/download:",
            )
