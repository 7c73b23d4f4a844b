"""Who one is here, and the table of who may do what."""

import pandas as pd
import streamlit as st

from dashboard.account import role_names
from dashboard.page import Page
from dashboard.shell import draw_title
from dashboard.visitor import page_language, page_visitor
from pulse.i18n import words
from pulse.roles import PERMISSION_NAMES, PERMISSIONS, ROLE_NAMES, Permission
from pulse.text import Language, Text

PAGE = Page(title=Text("Roles", "角色"), icon=":material/badge:", order=9, needs=Permission.SEE_ROLES)
_YES, _NO = "●", "—"


def render() -> None:
    """Draws the visitor's own roles and the table."""
    language, visitor = page_language(), page_visitor()
    draw_title(PAGE.title, language)
    st.caption(words(language)["account.your_roles"].format(roles=role_names(visitor, language)))
    st.dataframe(table(language), hide_index=True, height="content")


def table(language: Language) -> pd.DataFrame:
    """Every permission as a row, every role as a column."""
    rows = [
        {
            words(language)["account.permission"]: PERMISSION_NAMES[permission].in_(language),
            **{ROLE_NAMES[role].in_(language): _YES if permission in allowed else _NO for role, allowed in PERMISSIONS.items()},
        }
        for permission in Permission
    ]
    return pd.DataFrame(rows)
