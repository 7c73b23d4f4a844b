"""The look in one place: every colour, font and size of pages, wall, console and charts.

A status is told by shape and word first; its colours stay apart under every colour-vision deficiency, in both themes.
"""

from collections.abc import Mapping
from types import MappingProxyType

FONT = "'Pulse Sans', 'Pulse Sans SC', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'DejaVu Sans', sans-serif"
_SHARED = {"font": FONT}

DARK: Mapping[str, str] = MappingProxyType(
    {
        "ground": "#0B1220",
        "panel": "#121C2E",
        "line": "#24334D",
        "text": "#E6EDF7",
        "muted": "#9DB0CC",
        "normal": "#56B4E9",
        "warning": "#F0E442",
        "critical": "#D55E00",
        "unknown": "#7C8CA6",
        "second": "#CC79A7",
        "busy": "#8AA6CF",
        "acw": "#5E7BA8",
        "available": "#D4E3F7",
        "paused": "#3C5074",
        **_SHARED,
    }
)
"""For walls, and for desks whose system is dark. What people do is one hue from light to dark: it must not look like a status."""

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "ground": "#F3F6FB",
        "panel": "#FFFFFF",
        "line": "#D3DBE8",
        "text": "#0B1220",
        "muted": "#4C5D78",
        "normal": "#1D6CA5",
        "warning": "#84700B",
        "critical": "#730D1E",
        "unknown": "#7C8CA6",
        "second": "#8C3A6B",
        "busy": "#4F6E9E",
        "acw": "#86A0C6",
        "available": "#1B3356",
        "paused": "#B9C7DD",
        **_SHARED,
    }
)
"""For desks and paper."""

CLASSIC: Mapping[str, str] = MappingProxyType({"normal": "#3DBE6C", "warning": "#FFBF00", "critical": "#F0523D"})
"""Green, amber and red over the dark theme, for those who want them: some eyes cannot tell these apart."""

SIZES: Mapping[str, float] = MappingProxyType(
    {"small": 2.1, "text": 2.4, "row": 3.0, "title": 3.4, "value": 5.3, "figure": 6.2, "verdict": 7.4, "hero": 11.0}
)
"""The type scale of a wall, in hundredths of its height at scale 1; nothing on a wall is set smaller than `small`."""

CAP_RATIO = 0.727
"""Height of a capital letter to size of the type, as the shipped font has it."""


def tokens(theme: str) -> Mapping[str, str]:
    """The colours and the font of a theme, "light" or "dark"."""
    return LIGHT if theme == "light" else DARK


def css_variables() -> str:
    """The tokens as CSS custom properties of a component: dark ones, and what a root with data-theme or data-palette puts over them."""
    sizes = {f"size-{name}": f"calc({size} * var(--u))" for name, size in SIZES.items()}
    rules = {":host, .pulse": {**DARK, **sizes}, ".pulse[data-theme=light]": LIGHT, ".pulse[data-palette=classic]": CLASSIC}
    return "".join(f"{selector} {{\n{_declared(values)}}}\n" for selector, values in rules.items())


def _declared(values: Mapping[str, str]) -> str:
    return "".join(f"  --{name}: {value};\n" for name, value in values.items())
