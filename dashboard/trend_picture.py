"""A chart as a picture for paper, drawn without a browser and with the shipped fonts only.

In: Vega-Lite. Out: a PNG. A process of its own draws it and ends: the engine takes 150 MB, which the server shall not keep, and what
goes wrong in it ends nothing else.
"""

import subprocess
import sys
from typing import Any

import msgspec
import streamlit as st

from dashboard.report.typeface import CHINESE, LATIN, unpacked
from dashboard.theme import LIGHT

WIDTH, SCALE = 960, 2
PATIENCE_S = 60.0
_MOST = 32
_MOST_SAID = 1000
_FONT = f"{LATIN} Variable, {CHINESE}"
"""As the engine finds them: what belongs to the face is in its name."""
_PROGRAM = """
import sys, vl_convert
fonts, scale = sys.argv[1:]
vl_convert.register_font_directory(fonts)
sys.stdout.buffer.write(vl_convert.vegalite_to_png(sys.stdin.read(), scale=float(scale), allowed_base_urls=[]))
"""


class NoPicture(RuntimeError):
    """The engine gave no picture; the text says what it said."""


@st.cache_data(max_entries=_MOST, show_spinner=False)
def picture(spec: dict[str, Any]) -> bytes:
    """The picture of a chart; raises NoPicture. Takes about a second."""
    command = [sys.executable, "-c", _PROGRAM, unpacked().folder.name, str(SCALE)]
    try:
        drawn = subprocess.run(command, input=msgspec.json.encode(on_paper(spec)), capture_output=True, timeout=PATIENCE_S, check=True)
    except subprocess.CalledProcessError as error:
        raise NoPicture(error.stderr.decode(errors="replace")[-_MOST_SAID:]) from error
    except subprocess.TimeoutExpired as error:
        raise NoPicture(f"it took longer than {PATIENCE_S:g} s") from error
    return drawn.stdout


def on_paper(spec: dict[str, Any]) -> dict[str, Any]:
    """The chart with paper under it and its name above it, in our fonts."""
    ink = {"labelColor": LIGHT["text"], "titleColor": LIGHT["text"], "gridColor": LIGHT["line"], "domainColor": LIGHT["line"]}
    config = {**spec.get("config", {}), "font": _FONT, "axis": ink, "legend": {"labelColor": LIGHT["text"]}, "view": {"stroke": None}}
    title = {"text": spec.get("description", ""), "anchor": "start", "color": LIGHT["text"], "fontSize": 16, "fontWeight": 600}
    sized = {"width": WIDTH} if "width" not in spec and "vconcat" not in spec else {}
    return {**spec, **sized, "title": title, "background": LIGHT["panel"], "config": config, "padding": 16}
