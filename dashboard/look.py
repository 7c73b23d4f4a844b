"""The look of the page that is being drawn: the colours of its theme, and the style sheets in dashboard/sheets/."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard.theme import tokens

_SHEETS = Path(__file__).parent / "sheets"
_INK = "[data-testid='stVegaLiteChart'] { filter: invert(1) hue-rotate(180deg); }"
"""Turns a chart that was drawn for a dark ground into one for paper."""


def page_tokens() -> Mapping[str, str]:
    """The colours of the theme this visitor sees."""
    return tokens("light" if is_light() else "dark")


def is_light() -> bool:
    """Whether this visitor sees the light theme."""
    return st.context.theme.type == "light"


def style(*names: str) -> None:
    """Puts style sheets on the page, with the colours of its theme as variables."""
    variables = "".join(f"--{name}: {value};" for name, value in page_tokens().items())
    sheets = "".join((_SHEETS / f"{name}.css").read_text(encoding="utf-8") for name in names)
    ink = "" if is_light() else f"@media print {{ {_INK} }}"
    st.html(f"<style>:root {{ {variables} }}\n{sheets}{ink}</style>")
