"""The legend of a chart with many lines, as it is drawn for screens of different widths."""

import re
from datetime import date
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import vl_convert
from made import tally

from dashboard.theme import LIGHT
from dashboard.trend_chart import Drawn, Look, time_chart
from dashboard.trends.lines import Axis, lines
from dashboard.trends.question import Question
from dashboard.trends.stretches import stretches
from pulse.clock import day_at
from pulse.kpi.goal import QueueGoal
from pulse.kpi.snapshot import Edition
from pulse.text import Language

BERLIN = ZoneInfo("Europe/Berlin")
QUEUES = ("Bot", "Service chat", "Support", "General mail", "Order chat", "Pre-sale chat", "Logistics", "Billing")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("width", "columns"), [(330, 2), (960, 4)])
def test_all_names_of_a_legend_are_within_the_chart(width, columns):
    placed = names_drawn(chart_of_queues() | {"width": width})

    assert sorted(name for name, _ in placed) == sorted(QUEUES)
    assert len({x for _, x in placed}) == columns
    assert [name for name, x in placed if x > width - 100] == []


def chart_of_queues():
    shown = stretches(Question(span="4w", last=date(2026, 11, 28)), date(2026, 11, 28), BERLIN)
    counted = {one.start: {queue: tally(offered=90) for queue in QUEUES} for one in shown}
    found = lines("offered", Axis(shown, (), day_at(date(2026, 11, 29), BERLIN)), counted, lambda _name, _day: QueueGoal())
    return time_chart(Drawn("offered", found), Look(Language.EN, LIGHT, Edition.DAILY, str))


def names_drawn(spec):
    """Each name of the legend, and where from the left it begins."""
    return list(_texts(ElementTree.fromstring(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])), 0))


def _texts(node, left):
    moved = re.match(r"translate\(([-\d.]+)", node.get("transform", ""))
    x = left + (float(moved[1]) if moved else 0)
    if node.tag == f"{SVG}text" and node.text in QUEUES:
        yield node.text, round(x)
    for child in node:
        yield from _texts(child, x)
