"""The alerts of each day by level, beside the norm.

In: alerts by day and level, the colours of the page's theme. Out: a chart by the site's own days; None where there was no alert.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd

from alerts.fields import LEVELS
from alerts.noise import SLOT_MS
from dashboard.written import on_date
from pulse.i18n import words
from pulse.text import Language

_TONES = {1: "critical", 2: "warning", 3: "normal"}
DAY_MS = 86_400_000


def noise_chart(days: Mapping[int, Mapping[int, int]], look: tuple[ZoneInfo, Language, Mapping[str, str]]) -> alt.LayerChart | None:
    """A bar a day, its levels one above the other; the norm as a broken line. `look` is zone, language, colours."""
    zone, language, tokens = look
    if not any(sum(levels.values()) for levels in days.values()):
        return None
    said = words(language)
    names = {level: said["noise.level"].format(level=LEVELS[level]) for level in _TONES}
    table = pd.DataFrame(
        [
            {"day": on_date(day, zone), "level": names[level], "order": level, "alerts": count}
            for day, levels in sorted(days.items())
            for level, count in levels.items()
        ]
    )
    tones = alt.Scale(domain=list(names.values()), range=[tokens[name] for name in _TONES.values()])
    colour = alt.Color("level:N", scale=tones, legend=alt.Legend(title=None, orient="top"))
    x, y = alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True)), alt.Y("alerts:Q", title=None)
    bars = alt.Chart(table, height=260).mark_bar().encode(x=x, y=y, color=colour, order="order:Q", tooltip=["day:O", "level:N", "alerts:Q"])
    norm = alt.Chart(pd.DataFrame({"alerts": [DAY_MS / SLOT_MS]})).mark_rule(color=tokens["muted"], strokeDash=[5, 4]).encode(y="alerts:Q")
    return (bars + norm).properties(background="transparent")
