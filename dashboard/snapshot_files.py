"""A snapshot to take along: the forms it comes in, made only when somebody asks, once.

In: a snapshot, a language, what was corrected since. Out: buttons; the content of the file when one is pressed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard.report.csv import as_csv
from dashboard.report.html import as_html
from dashboard.report.pdf import as_pdf, as_png
from dashboard.report.restated import Restated
from pulse.kpi.snapshot import Snapshot
from pulse.text import Language

_MOST = 32


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its media type, and how it is made."""

    mime: str
    made: Callable[[Snapshot, Language, tuple[Restated, ...]], bytes]
    tells_restated: bool = False


FORMS: Mapping[str, Form] = {
    "pdf": Form("application/pdf", lambda snapshot, language, _: as_pdf(snapshot, language)),
    "png": Form("image/png", lambda snapshot, language, _: as_png(snapshot, language)),
    "html": Form("text/html", lambda snapshot, language, restated: as_html(snapshot, language, restated).encode(), tells_restated=True),
    "csv": Form("text/csv", lambda snapshot, language, _: as_csv(snapshot, language).encode()),
}
"""By the ending of the file."""


def draw_files(snapshot: Snapshot, sha: str, restated: Callable[[], tuple[Restated, ...]], language: Language) -> None:
    """A button for each form, side by side; what was `restated` since is looked for only when a form that tells it is asked for."""
    with st.container(horizontal=True):
        for ending, form in FORMS.items():
            st.download_button(
                ending.upper(),
                partial(asked_for, ending, sha, language, restated, snapshot),
                file_name(snapshot, ending, language),
                form.mime,
                key=f"snapshot_{ending}",
                on_click="ignore",
                icon=":material/download:",
            )


def file_name(snapshot: Snapshot, ending: str, language: Language) -> str:
    """Such as harbour-daily-2026-11-27-zh.pdf."""
    return f"{snapshot.site}-{snapshot.edition}-{snapshot.day}-{language}.{ending}"


def asked_for(ending: str, sha: str, language: Language, restated: Callable[[], tuple[Restated, ...]], snapshot: Snapshot) -> bytes:
    """What is in the file that somebody wants."""
    return content(ending, sha, language, restated() if FORMS[ending].tells_restated else (), snapshot)


@st.cache_data(max_entries=_MOST, show_spinner=False)
def content(ending: str, sha: str, language: Language, restated: tuple[Restated, ...], _snapshot: Snapshot) -> bytes:  # noqa: ARG001 the hash stands for the snapshot
    """What is in the file; the same snapshot is made once."""
    return FORMS[ending].made(_snapshot, language, restated)
