"""What people change on a page besides incidents: allowed or refused by their role, answered with a word."""

import structlog

from dashboard.data import database, nudge
from dashboard.layout import check_name, ready
from dashboard.layouts_kept import KIND
from dashboard.serving import serving
from pulse.access import Actor
from pulse.clock import system_clock
from pulse.roles import Permission
from sql.documents import Outdated, save
from sql.session import DatabaseUnreadable

log = structlog.get_logger(__name__)


def save_layout(name: str, text: str, seen: int, by: Actor) -> str:
    """Keeps a layout's new version upon version `seen`; an empty text takes the saved ones back.

    Answers saved, outdated (somebody saved in the meantime), not_allowed or failed; raises ConfigError with all its faults and
    keeps nothing then.
    """
    if not by.may(Permission.MANAGE_SCREENS):
        log.warning("action_refused", needs=Permission.MANAGE_SCREENS.value)
        return "not_allowed"
    check_name(name)
    if text.strip():
        ready(name, text)
    served = serving()
    try:
        save(database(served.database_url), (served.config.site.name, KIND, name), text, seen, (by.who, system_clock()))
    except Outdated:
        return "outdated"
    except DatabaseUnreadable as error:
        log.error("action_failed", error=type(error).__name__)
        return "failed"
    nudge("layouts")
    return "saved"
