"""The table of incidents: a row each, a link to its page; on a phone a card.

In: incidents. Out: HTML whose every text is escaped; a level is a shape and a numeral, its colour only follows.
"""

from collections.abc import Iterable, Mapping
from html import escape

from alerts.actions import CAUSES, Cause
from alerts.fields import LEVELS
from alerts.frame import Signal, Work
from dashboard.status import SHAPES, incident_status
from dashboard.written import at_time
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language, Text
from pulse.written import UNKNOWN, duration
from sql.models import Incident

_COLUMNS = ("level", "what", "where", "opened", "lasted", "owner", "state", "cause")


def incident_table(rows: Iterable[Incident], config: Config, language: Language, now: int) -> str:
    """The rows in their order; how long one lasted that is not closed is counted until `now` (epoch ms)."""
    said = words(language)
    heads = [said[f"incident.{name}"] for name in _COLUMNS]
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(_row(row, config, language, now) for row in rows)
    return f'<div class="figures-room"><table class="figures incidents"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def place_of(scope: str, config: Config) -> Text:
    """What people call the scope of an incident."""
    if scope == "site":
        return Text(words(Language.EN)["console.whole_site"], words(Language.ZH)["console.whole_site"])
    queue = config.queues.get(scope)
    return queue.title.text if queue and queue.title else config.name_of(scope)


def level_mark(incident: Incident) -> str:
    """Shape and numeral of an incident's level."""
    status = incident_status(incident.level, stands=stands(incident))
    return f'<span class="level {status}"><span aria-hidden="true">{SHAPES[status]}</span> {LEVELS.get(incident.level, "")}</span>'


def stands(incident: Incident) -> bool:
    """Whether its alert is still raised, or not known to be over."""
    return not Work(incident.work).is_closed and (incident.signal != Signal.OK or incident.no_data)


def work_word(incident: Incident, language: Language) -> str:
    """How far people have come with it."""
    return words(language)[f"incident.work_{incident.work}"]


def cause_word(cause: str | None, language: Language) -> str:
    """The cause in words; — where none was given."""
    return CAUSES[Cause(cause)].in_(language) if cause in set(Cause) else UNKNOWN


def incident_address(incident_id: int, language: Language) -> str:
    """The page of an incident."""
    return f"/incident?id={incident_id}&lang={language}"


def told_in(stored: dict[str, str], language: Language) -> str:
    """A text as SQL keeps it, in a language; in English where it has no other."""
    return stored.get(language.value) or stored.get(Language.EN.value) or UNKNOWN


def _row(incident: Incident, config: Config, language: Language, now: int) -> str:
    said = words(language)
    title = f'<a href="{escape(incident_address(incident.id, language), quote=True)}" target="_self">{_text(incident.title, language)}</a>'
    drill = f" · {escape(said['console.drill'])}" if incident.drill else ""
    named = f'<th scope="row">{title}<small>#{incident.id}{drill} · {_text(incident.why, language)}</small></th>'
    cells = {
        "where": escape(place_of(incident.scope, config).in_(language)),
        "opened": escape(at_time(incident.opened_at, config.zone)),
        "lasted": duration(((incident.closed_at or now) - incident.opened_at) / 1000, language),
        "owner": escape(incident.owner or UNKNOWN),
        "state": escape(work_word(incident, language)),
        "cause": escape(cause_word(incident.cause, language)),
    }
    level = _cell("level", level_mark(incident), said)
    return f"<tr>{level}{named}{''.join(_cell(name, content, said) for name, content in cells.items())}</tr>"


def _cell(name: str, content: str, said: Mapping[str, str]) -> str:
    return f'<td class="{name}" data-label="{escape(said[f"incident.{name}"], quote=True)}">{content}</td>'


def _text(stored: dict[str, str], language: Language) -> str:
    return escape(told_in(stored, language))
