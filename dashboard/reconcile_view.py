"""The six service levels of a day side by side, and the contacts that make them differ: a part of the page of definitions.

In: a day and a scope that somebody chooses. Out: tables; single contacts, by id, for those who may see people's names.
"""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.data import database
from dashboard.figures_table import Row, figures_table
from dashboard.following import readable
from dashboard.incident_index import place_of
from dashboard.report.csv import table_csv
from dashboard.serving import serving
from dashboard.visitor import page_visitor
from dashboard.written import plain
from pulse.clock import local_time, system_clock
from pulse.i18n import words
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.kpi import Unit
from pulse.kpi.records import Channel
from pulse.kpi.service_level import WRITTEN
from pulse.reconciliation import COUNTS_NAMES, KIND_NAMES, counts_as, promises_told
from pulse.text import Language
from pulse.written import UNKNOWN, written
from sql.differing import Differing
from sql.ledger import CHANNEL, QUEUE, SITE
from sql.reconciling import DayReconciled, reconcile

_MOST_CONTACTS = 500
_CONTACT = ("contact", "left_at", "queue", "waited", "left_as")


@readable
def draw_reconciliation(language: Language) -> None:
    """Draws the day that is chosen; yesterday, before anybody chooses."""
    said, config = words(language), serving().config
    today = datetime.fromtimestamp(system_clock() / 1000, config.zone).date()
    left, right = st.columns(2)
    yesterday = today - timedelta(days=1)
    day = left.date_input(said["definitions.day"], yesterday, max_value=today, format="YYYY-MM-DD", key="reconcile_day")
    scope = right.selectbox(said["definitions.scope"], _scopes(), format_func=lambda name: _called(name, language), key="reconcile_scope")
    found = reconcile(database(serving().database_url), config, day, scope)
    if found is None:
        st.info(said["definitions.nothing_counted"])
        return
    promise = promises_told(((place_of(queue, config).in_(language), goal) for queue, goal in found.promises.items()), language)
    st.caption(plain(said["definitions.promised"].format(promise=promise, day=day)))
    st.html(levels_table(found, language))
    st.html(kinds_table(found, language))
    _draw_contacts(found, language)


def levels_table(found: DayReconciled, language: Language) -> str:
    """Each formula with its level and counts; the one that was promised is named so."""
    titles = {name: words(language)[f"definitions.{name}"] for name in ("formula", "level", "within", "judged", "counts_here")}
    rows = (
        {
            "formula": f"{level.formula.upper()} · {WRITTEN[level.formula].in_(language)}",
            "level": written(level.ratio, Unit.RATIO),
            "within": UNKNOWN if level.judged is None else f"{level.judged.within:,}",
            "judged": UNKNOWN if level.judged is None else f"{level.judged.all:,}",
            "counts_here": "✓" if level.formula is found.goal.formula else "",
        }
        for level in found.reconciliation.levels
    )
    return figures_table(titles, rows, ("formula", "counts_here"))


def kinds_table(found: DayReconciled, language: Language) -> str:
    """What each formula makes of each kind of contact."""
    formulas = {formula.value: formula.upper() for formula in ServiceLevelFormula}
    titles = {name: words(language)[f"definitions.{name}"] for name in ("left_as", "contacts")} | formulas
    rows = (
        {
            "left_as": KIND_NAMES[kind].in_(language),
            "contacts": UNKNOWN if count is None else f"{count:,}",
            **{formula.value: COUNTS_NAMES[counts_as(kind, formula)].in_(language) for formula in ServiceLevelFormula},
        }
        for kind, count in found.reconciliation.kinds.items()
    )
    return figures_table(titles, rows, ("left_as", *formulas))


def _draw_contacts(found: DayReconciled, language: Language) -> None:
    said, zone = words(language), serving().config.zone
    st.subheader(said["definitions.differing"], anchor=False)
    if not page_visitor().sees_names:
        st.caption(said["definitions.contacts_hidden"])
    elif not found.contacts:
        st.caption(said["definitions.no_contacts"])
    else:
        st.caption(said["definitions.contacts_shown"].format(shown=min(_MOST_CONTACTS, len(found.contacts)), all=len(found.contacts)))
        titles = {name: said[f"definitions.{name}"] for name in _CONTACT}
        shown = (_contact(one, zone, language) for one in found.contacts[:_MOST_CONTACTS])
        st.html(figures_table(titles, shown, ("contact", "queue", "left_as")))
        st.download_button("CSV", partial(_csv, found), "differing.csv", "text/csv", on_click="ignore", icon=":material/download:")


def _contact(one: Differing, zone: ZoneInfo, language: Language) -> Row:
    return {
        "contact": one.contact_id,
        "left_at": local_time(one.left_at, zone),
        "queue": one.queue,
        "waited": written(one.wait_s, Unit.SECONDS, language),
        "left_as": KIND_NAMES[one.kind].in_(language),
    }


def _csv(found: DayReconciled) -> bytes:
    """All of them, with instants in epoch ms."""
    rows = ((one.contact_id, one.left_at, one.queue, one.wait_s, one.kind.value) for one in found.contacts)
    return table_csv(("contact_id", "left_at", "queue", "wait_s", "kind"), rows).encode()


def _scopes() -> list[str]:
    config = serving().config
    return [SITE, *(f"{CHANNEL}{channel}" for channel in Channel), *(f"{QUEUE}{name}" for name in config.queues)]


def _called(name: str, language: Language) -> str:
    if name.startswith(CHANNEL):
        return words(language)[f"channel.{name.removeprefix(CHANNEL)}"]
    return place_of(name.removeprefix(QUEUE), serving().config).in_(language)
