import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from colour_vision import DEFICIENCIES, contrast, distance

import dashboard
from dashboard.components import script, stylesheet
from dashboard.theme import TOKENS

ROOT = Path(dashboard.__file__).parent
CONFIG = tomllib.loads((ROOT.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_streamlit_is_given_the_same_tokens():
    theme = CONFIG["theme"]

    assert [theme[key] for key in ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "borderColor", "font")] == [
        TOKENS[name] for name in ("normal", "ground", "panel", "text", "line", "font")
    ]


def test_nothing_is_reported_to_anybody():
    assert CONFIG["browser"]["gatherUsageStats"] is False


@pytest.mark.parametrize("name", ["wall", "console"])
def test_every_colour_of_a_component_is_a_token(name):
    sheet = stylesheet(name).partition("}")[2]

    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", sheet) == []


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_status_colours_stay_apart_for_every_eye(deficiency):
    """Ordinary red, amber and green come as near as 16 under deuteranopia; the worst pair of ours is 34."""
    statuses = [TOKENS[name] for name in ("normal", "warning", "critical")]

    assert min(distance(one, other, deficiency) for one, other in combinations(statuses, 2)) >= 30
    assert min(distance(colour, TOKENS["unknown"], deficiency) for colour in statuses) >= 20


@pytest.mark.parametrize("ground", ["ground", "panel"])
@pytest.mark.parametrize(
    ("colour", "least"), [("text", 4.5), ("muted", 4.5), ("warning", 4.5), ("normal", 4.5), ("critical", 3), ("unknown", 3)]
)
def test_text_and_shapes_stand_out_from_their_ground(ground, colour, least):
    assert contrast(TOKENS[colour], TOKENS[ground]) >= least


@pytest.mark.parametrize("filled", ["critical", "normal"])
def test_word_on_a_filled_status_can_be_read(filled):
    assert contrast(TOKENS["ground"], TOKENS[filled]) >= 4.5


@pytest.mark.parametrize("name", ["wall", "console"])
def test_component_has_one_way_in_and_never_writes_markup_from_data(name):
    written = script(name)

    assert written.count("export default") == 1
    assert not re.findall(r"innerHTML = [^;]*(frame|incident|queue\.|data\.)", written)
