import re
import tomllib
from pathlib import Path

import pytest

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

    assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)) <= {"#8AA6CF", "#5E7BA8", "#D4E3F7", "#3C5074"}


@pytest.mark.parametrize("name", ["wall", "console"])
def test_component_has_one_way_in_and_never_writes_markup_from_data(name):
    written = script(name)

    assert written.count("export default") == 1
    assert not re.findall(r"innerHTML = [^;]*(frame|incident|queue\.|data\.)", written)
