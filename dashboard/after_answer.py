"""What came of the last thing written on an incident's page, said once where it was written; and what was written, if it was refused."""

from collections.abc import Mapping

import streamlit as st

from dashboard.after_actions import DONE
from pulse.i18n import words
from pulse.text import Language

_KEY = "after_answer"


def keep_answer(place: str, word: str, wrote: Mapping[str, str] | None = None) -> None:
    """Remembers an answer for the next drawing; with what was written where it was not kept, so that nothing is lost."""
    st.session_state[_KEY] = (place, word, {} if word in DONE or wrote is None else dict(wrote))


def draw_answer_at(place: str, language: Language) -> None:
    """Says the answer that belongs to this place of the page."""
    answered = st.session_state.get(_KEY)
    if answered is None or answered[0] != place:
        return
    del st.session_state[_KEY]
    said = words(language)
    text = said[f"after.{answered[1]}"]
    if answered[1] in DONE:
        st.success(text, icon=":material/check:")
        return
    st.warning(text, icon=":material/warning:")
    wrote = {label: value for label, value in answered[2].items() if value.strip()}
    if wrote:
        with st.expander(said["after.you_wrote"], expanded=True):
            for label, value in wrote.items():
                st.caption(label)
                st.code(value, language=None, wrap_lines=True)
