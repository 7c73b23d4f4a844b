"""A snapshot as one file that needs nothing else: for the mail, for a phone, for the archive.

In: a snapshot, a language, what was corrected since. Out: HTML with its style, drawings and fonts in it; no script, no address. Every
number of a drawing stands in a table too, because many mail programs show no drawing.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.page import PRODUCT
from dashboard.report.drawing import funnel, nps_bar, quadrant_chart
from dashboard.report.restated import Restated
from dashboard.report.sheet import Sheet, sheet_of
from dashboard.report.tables import PLAIN, figure_table, grid_table, headline_line, plain_table, restated_table
from dashboard.report.typeface import CHINESE, LATIN, faces_for
from dashboard.theme import LIGHT
from pulse.i18n import table
from pulse.kpi.snapshot import Snapshot
from pulse.text import Language

_HERE = Path(__file__).parent
_SHEETS = (_HERE.parent / "sheets" / "figures.css", _HERE.parent / "sheets" / "snapshot.css", _HERE / "file.css")
_FAMILIES = {"inter": (LATIN, "100 900"), "regular": (CHINESE, "400"), "bold": (CHINESE, "700")}


def as_html(snapshot: Snapshot, language: Language, restated: tuple[Restated, ...] = ()) -> str:
    """The file. Takes a second or two: the fonts are cut to what it says."""
    sheet, said = sheet_of(snapshot, language), table(language, "report")
    drawings = {"nps": nps_bar(snapshot, language), "funnel": funnel(snapshot, language), "quadrant": quadrant_chart(snapshot, language)}
    parts = {
        "sheet": sheet,
        "said": said,
        "language": language.value,
        "product": PRODUCT,
        "drawings": {name: Markup(drawn) for name, drawn in drawings.items()},  # noqa: S704 its texts are escaped where it is drawn
        "tables": {name: Markup(made) for name, made in _tables(sheet, language, restated).items()},  # noqa: S704 so are those of tables
    }
    told = _environment().get_template("file.html.j2").render(**parts, style="")
    return _environment().get_template("file.html.j2").render(**parts, style=Markup(_style(told)))  # noqa: S704 it is our own


def _tables(sheet: Sheet, language: Language, restated: tuple[Restated, ...]) -> dict[str, str]:
    said = table(language, "report")
    grids = {"channels": (sheet.channels, said["channel"]), "business_lines": (sheet.business_lines, said["business_line"])}
    made = {"headline": headline_line(sheet), "figures": figure_table(sheet, language)}
    made |= {name: grid_table(grid, title) for name, (grid, title) in grids.items() if grid.heads}
    made |= {name: plain_table(name, getattr(sheet, name)) for name in PLAIN if getattr(sheet, name).rows}
    return made | ({"restated": restated_table(restated, language)} if restated else {})


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _style(told: str) -> str:
    """The sheets, the colours for paper, and fonts with every sign of the text in them."""
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
        for (family, weight), data in ((_FAMILIES[face], data) for face, data in faces_for(told).items())
    )
    variables = "".join(f"--{name}: {value};" for name, value in LIGHT.items() if name != "font")
    return f"{faces}:root {{ {variables} }}\n" + "".join(sheet.read_text(encoding="utf-8") for sheet in _SHEETS)
