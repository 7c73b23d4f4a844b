"""A snapshot as one page of A4: a PDF to print and a picture to paste, typeset without a browser and without the machine's fonts.

In: a snapshot, a language. Out: bytes, always the same for the same snapshot. Texts reach the typesetter as data, never as markup; what
is too long for its place is cut with a mark, and what is too much for the page is counted: there is never a second page.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from dashboard.page import PRODUCT
from dashboard.report.drawing import funnel, nps_bar, quadrant_chart
from dashboard.report.sheet import sheet_of
from dashboard.report.typeface import CHINESE, LATIN, drawable, in_one_line, unpacked
from dashboard.theme import LIGHT
from pulse.i18n import words
from pulse.kpi.snapshot import Snapshot
from pulse.text import Language

_TEMPLATE = Path(__file__).parent / "sheet.typ"
_HEADINGS = (
    "kpi",
    "channel",
    "business_line",
    "verdict",
    "channels",
    "business_lines",
    "nps",
    "journey",
    "complaints",
    "incidents",
    "best_case",
)
_MORE_HEADINGS = ("completeness", "more", "split", "no_cause")
_COLOURS = ("text", "muted", "line", "normal", "critical", "ground")
_PAGE_INCHES = 210 / 25.4
WIDTH = 1654
"""Of a picture, in pixels: 200 to the inch."""
_FINER = 2
"""The typesetter leaves out rows of pixels of a drawing that does not begin with a pixel: of half ones nobody misses any."""


def as_pdf(snapshot: Snapshot, language: Language) -> bytes:
    """The page as a tagged PDF."""
    return _typeset(snapshot, language, format="pdf", timestamp=snapshot.frozen_at // 1000)


def as_png(snapshot: Snapshot, language: Language, width: int = WIDTH) -> bytes:
    """The page as a picture of so many pixels in width."""
    return _reduced(_typeset(snapshot, language, format="png", ppi=_FINER * width / _PAGE_INCHES))


def _reduced(picture: bytes) -> bytes:
    content = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").reduce(_FINER).save(content, "PNG")
    return content.getvalue()


def _typeset(snapshot: Snapshot, language: Language, **options: Any) -> bytes:
    import typst  # noqa: PLC0415 - 80 MB that no process holds before it makes a report

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[unpacked().folder.name])
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), font_paths=fonts, ignore_system_fonts=True, sys_inputs={"told": told(snapshot, language)}
    )
    made = compiler.compile(**options)
    if not isinstance(made, bytes):
        raise TypeError(f"a report is one page, the typesetter made {len(made or [])}")
    return made


def told(snapshot: Snapshot, language: Language) -> str:
    """What the template is given, as JSON: every text in signs that the fonts have."""
    said = words(language)
    content = {
        "sheet": msgspec.to_builtins(sheet_of(snapshot, language)),
        "words": {name: said[f"report.{name}"] for name in (*_HEADINGS, *_MORE_HEADINGS)},
        "product": PRODUCT,
    }
    drawings = {"nps": nps_bar(snapshot, language), "funnel": funnel(snapshot, language), "quadrant": quadrant_chart(snapshot, language)}
    cleaned = _each(content, drawable)
    lacks = "" if cleaned == _each(content, in_one_line) else said["report.missing_signs"]
    look = {"latin": LATIN, "chinese": CHINESE, "language": language.value, **{name: LIGHT[name] for name in _COLOURS}}
    return msgspec.json.encode({**cleaned, "drawings": _each(drawings, drawable), "look": look, "lacks": lacks}).decode()


def _each(content: Any, change: Callable[[str], str]) -> Any:
    """The same, with every text in it changed; the names of a table stay."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, dict):
        return {name: _each(value, change) for name, value in content.items()}
    return [_each(value, change) for value in content] if isinstance(content, list | tuple) else content
