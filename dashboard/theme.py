"""The look in one place: every colour and font of pages, wall, console and charts."""

from collections.abc import Mapping
from types import MappingProxyType

TOKENS: Mapping[str, str] = MappingProxyType(
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
        "font": "'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'DejaVu Sans', sans-serif",
    }
)
"""Normal, warning and critical stay apart under every colour-vision deficiency; shape and word always go with them.

What people do is told in one hue from light to dark, so that no state of a person looks like a status.
"""


def css_variables() -> str:
    """The tokens as CSS custom properties for a component's shadow root."""
    return "".join(f"  --{name}: {value};\n" for name, value in TOKENS.items())
