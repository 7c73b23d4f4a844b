"""Whether the rules in force are those of the config file, as the watch has it: on pages, and for who asks after health.

In: what the watch kept of its last reading. Out: a line for people on duty, every fault for who keeps the file.
"""

import asyncio
from collections.abc import Callable

import streamlit as st
import structlog

from dashboard.data import ConfigState
from dashboard.written import at_time, plain
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language
from sql.session import DatabaseUnreadable

LOOK_S = 1.0
_READ_EVERY = 5
"""The watch's word is read every fifth look at the file."""
log = structlog.get_logger(__name__)


class Health:
    """The watch's word on the config, in one word: in_force, faulty, restart_needed or unknown."""

    def __init__(self) -> None:
        self.word = "unknown"

    def take(self, state: ConfigState | None) -> None:
        """Takes what was read."""
        self.word = "unknown" if state is None else "faulty" if state.faults else "restart_needed" if state.restart else "in_force"


async def look_for_config(look: Callable[[], None], read: Callable[[], ConfigState | None], health: Health) -> None:
    """Looks at the file once a second, and every five seconds at what the watch made of it, until cancelled."""
    number = 0
    while True:
        try:
            if number % _READ_EVERY == 0:
                health.take(await asyncio.to_thread(read))
            await asyncio.to_thread(look)
        except DatabaseUnreadable:
            health.take(None)
        except Exception:
            # Whatever it was: pages must go on following the file.
            log.exception("looking_for_config_fault")
        number += 1
        await asyncio.sleep(LOOK_S)


def draw_notice(state: ConfigState | None, config: Config, language: Language) -> None:
    """One line where the rules in force are not those of the file; nothing where they are."""
    if state is not None and state.faults:
        st.warning(_notice(state, config, language), icon=":material/rule:")


def draw_state(state: ConfigState | None, config: Config, language: Language) -> None:
    """The same with every fault, and what waits for a restart."""
    said = words(language)
    draw_notice(state, config, language)
    if state is None:
        return
    if state.faults:
        st.code("\n".join(state.faults), language=None, wrap_lines=True)
    if state.restart:
        st.info(said["config.restart"].format(keys=plain(", ".join(state.restart))), icon=":material/restart_alt:")


def _notice(state: ConfigState, config: Config, language: Language) -> str:
    read, since = (at_time(at, config.zone) for at in (state.read_at, state.in_force_since))
    return words(language)["config.faulty"].format(read=read, since=since)
