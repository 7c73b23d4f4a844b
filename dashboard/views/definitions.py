"""The definitions: what each figure means, what is promised since when, and a day by all six service levels."""

from enum import StrEnum
from html import escape

import streamlit as st

from dashboard.address import unknown_names, wrong_words
from dashboard.address_notice import draw_wrong
from dashboard.cells import cell, row, table
from dashboard.data import ledger
from dashboard.definitions_view import definition_rows, definitions_table
from dashboard.following import readable
from dashboard.ledger_view import CHANGE_COLUMNS, PROMISE_COLUMNS, change_rows, promise_rows
from dashboard.look import style
from dashboard.page import Page
from dashboard.reconcile_view import draw_reconciliation
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.visitor import page_language
from pulse.clock import day_of, system_clock
from pulse.i18n import words
from pulse.roles import Permission
from pulse.text import Language, Text

PAGE = Page(title=Text("Definitions", "指标定义"), icon=":material/menu_book:", order=4, needs=Permission.SEE_DAY)
_PART, _FIND = "part", "find"


class Part(StrEnum):
    """What of it is shown."""

    KPIS = "kpis"
    LEDGER = "ledger"
    RECONCILE = "reconcile"


def render() -> None:
    """Draws the part that the address names, at first what each figure means."""
    language = page_language()
    style("figures", "definitions", "print")
    draw_title(PAGE.title, language)
    drawn = {Part.KPIS: _draw_kpis, Part.LEDGER: _draw_ledger, Part.RECONCILE: draw_reconciliation}
    drawn[_chosen(language)](language)


def _chosen(language: Language) -> Part:
    said, asked = words(language), st.query_params.get(_PART)
    draw_wrong([*wrong_words(st.query_params, {_PART: Part}), *unknown_names(st.query_params, (_PART, _FIND))], language)
    default = Part(asked) if asked in set(Part) else Part.KPIS
    picked = st.segmented_control(
        said["definitions.part"],
        list(Part),
        default=default,
        format_func=lambda part: said[f"definitions.{part}"],
        key=f"definitions_part_{language}",
    )
    part = picked or default
    st.query_params[_PART] = part.value
    return part


def _draw_kpis(language: Language) -> None:
    said = words(language)
    search = st.text_input(said["definitions.search"], st.query_params.get(_FIND, ""), key="definitions_search")
    if search:
        st.query_params[_FIND] = search
    else:
        st.query_params.pop(_FIND, None)
    rows = definition_rows(serving().config, search, language, said)
    if rows:
        st.html(definitions_table(rows, said))
    else:
        st.info(said["definitions.not_found"])


@readable
def _draw_ledger(language: Language) -> None:
    said, known = words(language), ledger()
    st.subheader(said["definitions.promises"], anchor=False)
    promises = promise_rows(known, day_of(system_clock(), serving().config.zone), language)
    if promises:
        _draw_table(promises, PROMISE_COLUMNS, language)
    else:
        st.info(said["definitions.no_versions"])
    changes = change_rows(known, language)
    if changes:
        st.subheader(said["definitions.changes"], anchor=False)
        st.caption(said["definitions.changes_why"])
        _draw_table(changes, CHANGE_COLUMNS, language)


def _draw_table(rows: list[tuple[str, ...]], columns: tuple[str, ...], language: Language) -> None:
    first, *others = (words(language)[f"definitions.{name}"] for name in columns)
    told = [
        row(f'<th scope="row">{escape(named)}</th>', [cell(escape(text), head) for text, head in zip(texts, others, strict=True)])
        for named, *texts in rows
    ]
    st.html(table("figures meanings", [first, *others], told))
