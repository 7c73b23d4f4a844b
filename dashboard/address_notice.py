"""The notice above a page whose address is not understood in full.

In: what is wrong. Out: what Streamlit draws: each part with what was found and what is allowed; nothing where all is understood.
"""

from collections.abc import Iterable

import streamlit as st

from dashboard.address import Wrong
from dashboard.written import plain
from pulse.i18n import words
from pulse.text import Language

_MOST_FOUND = 40


def draw_wrong(wrong: Iterable[Wrong], language: Language) -> None:
    """Says each part; what was found is cut, for it may be anything."""
    said = words(language)
    faults = [
        said["page.wrong_part"].format(name=plain(one.name[:_MOST_FOUND]), found=plain(one.found[:_MOST_FOUND]), allowed=plain(one.allowed))
        for one in wrong
    ]
    if faults:
        st.warning("  \n".join([said["page.wrong_address"], *faults]), icon=":material/link_off:")
