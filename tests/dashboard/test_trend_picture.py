"""A chart as a picture: drawn in a process of its own, with the shipped fonts; what goes wrong there is said."""

import pytest

from dashboard.trend_picture import NoPicture, on_paper, picture

SPEC = {"datasets": {"one": [{"a": "呼入", "b": 1}]}, "data": {"name": "one"}, "mark": "bar", "encoding": {"x": {"field": "a"}}}


def test_a_chart_becomes_a_picture_on_paper():
    assert picture(SPEC).startswith(b"\x89PNG")
    assert on_paper(SPEC)["background"] == "#FFFFFF"


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(NoPicture, match="vega-lite"):
        picture({"mark": {"type": "nothing"}, "data": {"values": [1]}})
