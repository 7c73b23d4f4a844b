import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from colour_vision import DEFICIENCIES, contrast, distance

import dashboard
from dashboard.components import script, stylesheet
from dashboard.theme import CLASSIC, DARK, FONT, LIGHT, SIZES, css_variables, tokens

ROOT = Path(dashboard.__file__).parent
CONFIG = tomllib.loads((ROOT.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_streamlit_is_given_the_same_tokens(theme):
    given = CONFIG["theme"][theme]

    assert [given[key] for key in ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "borderColor")] == [
        tokens(theme)[name] for name in ("normal", "ground", "panel", "text", "line")
    ]
    assert CONFIG["theme"]["font"] == FONT


def test_every_font_that_pages_ask_for_is_shipped_with_its_licence():
    asked = [face["url"].removeprefix("/fonts/") for face in CONFIG["theme"]["fontFaces"]]

    assert all((ROOT / "fonts" / name).stat().st_size > 50_000 for name in asked)
    assert {face["family"] for face in CONFIG["theme"]["fontFaces"]} == {"Pulse Sans", "Pulse Sans SC"}
    assert "SIL OPEN FONT LICENSE" in (ROOT / "fonts" / "LICENCE.txt").read_text(encoding="utf-8")


def test_nothing_is_reported_to_anybody():
    assert CONFIG["browser"]["gatherUsageStats"] is False


@pytest.mark.parametrize("name", ["wall", "console"])
def test_every_colour_of_a_component_is_a_token(name):
    sheet = stylesheet(name).replace(css_variables(), "")

    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", sheet) == []


def test_nothing_on_a_wall_is_set_in_a_size_of_its_own():
    sheet = stylesheet("wall").replace(css_variables(), "").partition(".setup {")[0]

    own = {size for size in re.findall(r"font-size: ([^;]+);", sheet) if not size.startswith("var(--size-")}
    assert own <= {".45em", ".5em", ".86em", "1.15em"}, "only shapes are sized by the text beside them"
    assert min(SIZES.values()) == SIZES["small"]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_status_colours_stay_apart_for_every_eye(deficiency, theme):
    """Ordinary red, amber and green come as near as 16 under deuteranopia; the worst pair of ours is 33."""
    statuses = [theme[name] for name in ("normal", "warning", "critical")]

    assert min(distance(one, other, deficiency) for one, other in combinations(statuses, 2)) >= 30
    assert min(distance(colour, theme["unknown"], deficiency) for colour in statuses) >= 20


def test_classic_colours_are_no_default_for_some_eyes_cannot_tell_them_apart():
    worst = min(distance(one, other, name) for name in DEFICIENCIES for one, other in combinations(CLASSIC.values(), 2))

    assert worst < 30
    assert CLASSIC.items().isdisjoint(DARK.items())


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", ["ground", "panel"])
@pytest.mark.parametrize(
    ("colour", "least"), [("text", 4.5), ("muted", 4.5), ("warning", 4.5), ("normal", 4.5), ("critical", 3), ("unknown", 3)]
)
def test_text_and_shapes_stand_out_from_their_ground(ground, colour, least, theme):
    assert contrast(theme[colour], theme[ground]) >= least


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("filled", ["critical", "normal"])
def test_word_on_a_filled_status_can_be_read(filled, theme):
    assert contrast(theme["ground"], theme[filled]) >= 4.5


@pytest.mark.parametrize("name", ["wall", "console"])
def test_component_has_one_way_in_and_never_writes_markup_from_data(name):
    written = script(name)

    assert written.count("export default") == 1
    assert not re.findall(r"innerHTML = [^;]*(frame|incident|queue\.|data\.)", written)
