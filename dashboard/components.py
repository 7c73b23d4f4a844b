"""The components with an event stream: html, css and js from the folder of that name, with what they share put before.

A component may have several scripts and sheets: the one with its own name comes first, the others follow by name.
"""

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
    component = st.components.v2.component(
        f"pulse_{name}",
        html=_texts(name, "html"),
        css=stylesheet(name),
        js=script(name),
    )
    return component(data=data, key=key_of(name, data["language"]), **callbacks)


def key_of(name: str, language: str) -> str:
    """The name of a component's state in the session."""
    return f"{name}_{language}"


def script(name: str) -> str:
    """One module: what is shared, the component's own files, then the kinds of tiles on a wall."""
    return "".join(_texts(folder, "js") for folder in _folders(name))


def stylesheet(name: str) -> str:
    """One sheet: the tokens, then in the same order as the script."""
    return css_variables() + "".join(_texts(folder, "css") for folder in _folders(name))


def _folders(name: str) -> tuple[str, ...]:
    return (_SHARED, name, *_ALSO.get(name, ()))


def _texts(name: str, suffix: str) -> str:
    """Every file of the folder with this suffix, one after the other."""
    files = sorted((_HERE / name).glob(f"*.{suffix}"), key=lambda path: (path.stem != name, path.stem))
    return "".join(path.read_text(encoding="utf-8") for path in files)
