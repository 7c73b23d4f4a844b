"""The components with an event stream: html, css and js from the folder of that name, with what they share put before."""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.theme import css_variables

_HERE = Path(__file__).parent
_SHARED = "live"
_ALSO = {"wall": ("tiles",)}
"""Further folders whose files a component is made of."""


def mount(name: str, data: dict[str, Any], **callbacks: Any) -> Any:
    """Draws the component of the folder `name`; a fixed key and constant data keep its nodes from being built again.

    Another language is another component: its words are written when its nodes are built.
    """
    folder = _HERE / name
    component = st.components.v2.component(
        f"pulse_{name}",
        html=_text(folder / f"{name}.html"),
        css=stylesheet(name),
        js=script(name),
    )
    return component(data=data, key=key_of(name, data["language"]), **callbacks)


def key_of(name: str, language: str) -> str:
    """The name of a component's state in the session."""
    return f"{name}_{language}"


def script(name: str) -> str:
    """One module: what is shared, the component's own files, then the kinds of tiles on a wall."""
    return "".join(_text(path) for path in _parts(name, ".js"))


def stylesheet(name: str) -> str:
    """One sheet: the tokens, then in the same order as the script."""
    return css_variables() + "".join(_text(path) for path in _parts(name, ".css"))


def _parts(name: str, suffix: str) -> list[Path]:
    folders = [_HERE / folder for folder in (_SHARED, name, *_ALSO.get(name, ()))]
    return [path for folder in folders for path in sorted(folder.glob(f"*{suffix}"))]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
