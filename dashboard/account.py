"""Who looks, on every page for people: a person with roles and the way out, or this machine with a choice of roles."""

from html import escape

import streamlit as st

from dashboard.serving import serving
from dashboard.visitor import page_visitor
from dashboard.ways import ALL_ROLES, ROLE_PATH
from dashboard.written import plain
from pulse.access import Actor, Kind, Visitor
from pulse.i18n import words
from pulse.roles import ROLE_NAMES, Role
from pulse.text import Language

OWNER_KEY = "owner_name"


def draw_account(visitor: Visitor, language: Language) -> None:
    """The name and what goes with it: log out, or the mode, the role to look as and the name that owns what is acknowledged."""
    said = words(language)
    if visitor.kind is Kind.PERSON:
        st.markdown(said["account.you_are"].format(name=plain(visitor.name), roles=role_names(visitor, language)))
        st.button(said["door.log_out"], on_click=st.logout)
        return
    st.info(said["page.local_mode"], icon=":material/computer:")
    st.html(_choice(visitor, language))
    st.text_input(said["page.your_name"], value=_desk(), key=OWNER_KEY, max_chars=40)


def page_actor() -> Actor:
    """Who acts on this page: the person who logged in, else the name typed at this machine."""
    typed = str(st.session_state.get(OWNER_KEY) or "").strip()
    return page_visitor().actor(typed or _desk())


def _desk() -> str:
    """The desk's name until somebody types theirs: in the site's language, so that whoever changes the page's stays one person."""
    return words(serving().config.site.language)["page.desk"]


def role_names(visitor: Visitor, language: Language) -> str:
    """The visitor's roles in words."""
    return ", ".join(ROLE_NAMES[role].in_(language) for role in Role if role in visitor.roles)


def _choice(visitor: Visitor, language: Language) -> str:
    said = words(language)
    chosen = ALL_ROLES if len(visitor.roles) == len(Role) else next(iter(visitor.roles)).value
    names = {ALL_ROLES: said["account.all_roles"], **{role.value: name.in_(language) for role, name in ROLE_NAMES.items()}}
    links = " · ".join(_link(role, name, language, role == chosen) for role, name in names.items())
    return f'<nav aria-label="{escape(said["account.look_as"])}">{escape(said["account.look_as"])}<br>{links}</nav>'


def _link(role: str, name: str, language: Language, is_chosen: bool) -> str:
    if is_chosen:
        return f"<b aria-current='true'>{escape(name)}</b>"
    return f'<a href="{ROLE_PATH}?as={role}&amp;lang={language}" target="_self">{escape(name)}</a>'
