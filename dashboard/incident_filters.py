"""The filters over the list of incidents: a choice each, kept in the page's address so that it can be sent to somebody.

In: what the site has. Out: what is looked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from alerts.actions import CAUSES
from alerts.fields import LEVELS
from alerts.frame import Work
from dashboard.incident_index import place_of
from dashboard.written import on_date
from pulse.clock import week_start
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language
from sql.incidents import Wanted

MOST_WEEKS = 53
_ANY = ""
Choices = Mapping[str, str]
"""What is offered, by the word of it in the address; the empty one means any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the site has to choose from."""

    scopes: tuple[str, ...]
    first_at: int | None
    """When the first incident was opened (epoch ms)."""


def draw_filters(known: Known, config: Config, language: Language, now: int) -> Wanted:
    """Draws the choices; what they ask for."""
    weeks = weeks_since(known.first_at, config, now)
    offered = choices(known, config, language, list(weeks))
    chosen = {}
    for column, (name, choice) in zip(st.columns(len(offered)), offered.items(), strict=True):
        with column:
            chosen[name] = _chosen(name, choice, language)
    start = weeks.get(chosen["week"])
    return Wanted(
        start=None if start is None else start[0],
        end=None if start is None else start[1],
        level=int(chosen["level"]) if chosen["level"] else None,
        scope=chosen["where"] or None,
        cause=chosen["cause"] or None,
        work=chosen["state"] if chosen["state"] in set(Work) else None,
        only_open=chosen["state"] == "all_open",
    )


def choices(known: Known, config: Config, language: Language, weeks: list[str]) -> dict[str, Choices]:
    """What each filter offers, by its name."""
    said = words(language)
    works = {work.value: said[f"incident.work_{work.value}"] for work in Work}
    return {
        "week": {_ANY: said["incident.any"], **{week: said["incident.week_of"].format(date=week) for week in weeks}},
        "level": {_ANY: said["incident.any"], **{str(level): roman for level, roman in LEVELS.items()}},
        "where": {_ANY: said["incident.any"], **{scope: place_of(scope, config).in_(language) for scope in known.scopes}},
        "state": {_ANY: said["incident.any"], "all_open": said["incident.all_open"], **works},
        "cause": {_ANY: said["incident.any"], **{cause.value: text.in_(language) for cause, text in CAUSES.items()}},
    }


def weeks_since(first_at: int | None, config: Config, now: int) -> dict[str, tuple[int, int]]:
    """Beginning and end (epoch ms) of the weeks from the running one back to the first incident, by the date of their Monday."""
    found: dict[str, tuple[int, int]] = {}
    for ago in range(MOST_WEEKS):
        start = week_start(now, config.zone, ago)
        found[on_date(start, config.zone)] = (start, week_start(now, config.zone, ago - 1))
        if first_at is None or start <= first_at:
            break
    return found


def _chosen(name: str, choice: Choices, language: Language) -> str:
    asked, offered = st.query_params.get(name, _ANY), list(choice)
    index = offered.index(asked) if asked in offered else 0
    label = words(language)[f"incident.{name}"]
    picked = str(st.selectbox(label, offered, index=index, format_func=choice.__getitem__, key=f"incidents_{name}_{language}"))
    if picked:
        st.query_params[name] = picked
    elif name in st.query_params:
        del st.query_params[name]
    return picked
