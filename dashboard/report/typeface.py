"""The shipped fonts for what is not a screen of ours: unpacked for the typesetter, cut to a text for a file that carries its own.

In: dashboard/fonts/. Out: a folder of OpenType files that lives as long as the process, the signs they have, and small fonts in base64.
No font of the machine is ever used: a report looks the same wherever it was made.
"""

import base64
import io
import tempfile
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

LATIN, CHINESE = "Inter", "Noto Sans CJK SC"
"""Their families, as the files name them."""
LACKING = "□"
"""Stands for a sign that none of the fonts has: nothing is lost silently."""
_FONTS = Path(__file__).parents[1] / "fonts"
_FIRST_CHINESE = "\u2e80"
_KEYBOARD = frozenset(map(chr, range(0x20, 0x7F))) | set("·–—…→○▲□")
_FACES = {"inter": "inter.woff2", "regular": "noto-sans-sc-regular.woff2", "bold": "noto-sans-sc-bold.woff2"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The fonts as the typesetter reads them; the folder is removed with the process."""

    folder: tempfile.TemporaryDirectory[str]
    signs: frozenset[str]


@cache
def unpacked() -> Unpacked:
    """All faces as OpenType files. Takes a third of a second, once."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - no process holds it before it makes a report

    folder, signs = tempfile.TemporaryDirectory(prefix="pulse-fonts-"), set[int]()
    for name, file in _FACES.items():
        with TTFont(_FONTS / file, recalcTimestamp=False, recalcBBoxes=False) as font:
            font.flavor = None
            font.save(Path(folder.name) / f"{name}.otf", reorderTables=None)
            signs |= set(font.getBestCmap())
    return Unpacked(folder, frozenset(map(chr, signs)))


def drawable(text: str) -> str:
    """The text in one line, every sign that no font has made visible."""
    signs = unpacked().signs
    return "".join(sign if sign in signs else LACKING for sign in in_one_line(text))


def in_one_line(text: str) -> str:
    """The text with a single space wherever it has white space."""
    return " ".join(text.split())


def faces_for(text: str) -> dict[str, str]:
    """The faces a text needs, each in base64 with the signs of the text in it; the Latin one with all of a keyboard's."""
    signs = unpacked().signs & set(text)
    chinese = "".join(sorted(sign for sign in signs if sign >= _FIRST_CHINESE))
    latin = "".join(sorted({sign for sign in signs if sign < _FIRST_CHINESE} | _KEYBOARD))
    return {"inter": _subset(latin, "inter")} | ({face: _subset(chinese, face) for face in ("regular", "bold")} if chinese else {})


@lru_cache(maxsize=8)
def _subset(text: str, face: str) -> str:
    """The WOFF2 of a face with only the signs of a text in it. Takes about a second, the variable face longest: that one hardly changes."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - see above
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - see above

    options = Options(flavor="woff2", layout_features=["kern", "tnum"], hinting=False, notdef_outline=True)
    # Looking for names that nothing needs any more takes longer than all the rest.
    options.name_IDs = ["*"]
    with TTFont(_FONTS / _FACES[face], recalcTimestamp=False, lazy=True) as font:
        cutter = Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(font)
        font.flavor, packed = "woff2", io.BytesIO()
        font.save(packed)
    return base64.b64encode(packed.getvalue()).decode("ascii")
