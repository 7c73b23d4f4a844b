"""The receipts of messages as people read them: what was told to whom, what became of it, and each try.

In: receipts. Out: HTML whose every text is escaped; what a receiver said loses identities, an address is cut down to its host.
"""

from collections.abc import Iterable, Mapping
from html import escape
from zoneinfo import ZoneInfo

from alerts.failure_words import failure
from alerts.fields import LEVELS, STATES
from alerts.recipients import recipient_of
from collectors.redact import redact
from dashboard.incident_index import incident_address, told_in
from dashboard.status import SHAPES, Status, incident_status
from dashboard.written import at_time
from pulse.clock import local_time
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language, itself
from pulse.written import UNKNOWN, duration
from sql.duty import AuditFinding
from sql.receipts import Fate, Receipt, Try

_COLUMNS = ("what", "channel", "to", "when", "fate", "tries")
_STATUS: Mapping[Fate, Status] = {Fate.SENT: Status.NORMAL, Fate.WAITING: Status.WARNING, Fate.GIVEN_UP: Status.CRITICAL}
_MOST_SAID = 120


def receipt_table(receipts: Iterable[Receipt], config: Config, language: Language) -> str:
    """A row for each message."""
    said = words(language)
    head = "".join(f'<th scope="col">{escape(said[f"receipts.{name}"])}</th>' for name in _COLUMNS)
    body = "".join(_row(one, config, language) for one in receipts)
    table = f'<table class="figures incidents receipts"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="figures-room">{table}</div>'


def late_list(rows: Iterable[AuditFinding], zone: ZoneInfo, language: Language) -> str:
    """When alerting itself was late, and for how long."""
    lines = (f"<li>{escape(told_in(row.why, language))} · {escape(_lasted(row, zone, language))}</li>" for row in rows)
    return f'<ul class="plain">{"".join(lines)}</ul>'


def _lasted(row: AuditFinding, zone: ZoneInfo, language: Language) -> str:
    said = words(language)
    if row.over_at is None:
        return said["receipts.still_late"]
    lasted = duration(max(0, row.over_at - row.since) / 1000, language)
    return said["receipts.late_until"].format(time=at_time(row.over_at, zone), lasted=lasted)


def title_of(receipt: Receipt, language: Language) -> str:
    """The step and title of a message."""
    step = str(receipt.payload.get("state", ""))
    return f"{STATES.get(step, itself(step)).in_(language)} · {told_in(receipt.payload.get('title') or {}, language)}"


def _row(one: Receipt, config: Config, language: Language) -> str:
    said = words(language)
    cells = {
        "channel": escape(one.channel),
        "to": escape(recipient_of(config.notify.get(one.channel))),
        "when": at_time(one.created_at, config.zone),
        "fate": _fate(one, language),
        "tries": _tries(one, config, language),
    }
    told = "".join(
        f'<td class="{name}" data-label="{escape(said[f"receipts.{name}"], quote=True)}">{content}</td>' for name, content in cells.items()
    )
    return f'<tr><th scope="row">{_level(one)}{escape(title_of(one, language))}<small>{_about(one, language)}</small></th>{told}</tr>'


def _level(one: Receipt) -> str:
    """Shape and numeral of what the message was told as; empty for a notice, which has no level."""
    if one.level is None:
        return ""
    status = incident_status(one.level)
    return f'<span class="level {status}"><span aria-hidden="true">{SHAPES[status]}</span> {escape(LEVELS.get(one.level, ""))}</span> '


def _about(one: Receipt, language: Language) -> str:
    said = words(language)
    parts = [escape(said["receipts.notice"])]
    if one.incident_id is not None:
        address = escape(incident_address(one.incident_id, language), quote=True)
        parts = [f'<a href="{address}" target="_self">#{one.incident_id}</a>']
    if one.payload.get("instead_of"):
        parts.append(escape(said["receipts.instead"].format(channel=one.payload["instead_of"])))
    if one.is_batched:
        parts.append(escape(said["receipts.together"]))
    if one.payload.get("drill"):
        parts.append(escape(said["console.drill"]))
    return " · ".join(parts)


def _fate(one: Receipt, language: Language) -> str:
    status = _STATUS[one.fate]
    text = words(language)[f"receipts.fate_{one.fate}"]
    return f'<span class="level {status}"><span aria-hidden="true">{SHAPES[status]}</span> {escape(text)}</span>'


def _tries(one: Receipt, config: Config, language: Language) -> str:
    said = words(language)
    if not one.tries:
        return escape(said["receipts.no_try"])
    more = f"<small>{escape(said['receipts.last_only'].format(n=one.attempts))}</small>" if one.attempts > len(one.tries) else ""
    return f"<ol>{''.join(_try(tried, config, language) for tried in one.tries)}</ol>{more}"


def _try(tried: Try, config: Config, language: Language) -> str:
    said = words(language)
    error = tried.error or ""
    parts = [] if tried.status is None or error.startswith("http_") else [said["receipts.status"].format(status=tried.status)]
    if tried.body_code and tried.body_code != "0" and error != f"code_{tried.body_code}":
        parts.append(said["receipts.code"].format(code=_shown(tried.body_code)))
    parts.append(_shown(failure(error).in_(language)) if error else said["receipts.delivered"])
    return f"<li>{local_time(tried.at, config.zone)} {escape(' · '.join(parts) or UNKNOWN)}</li>"


def _shown(text: str) -> str:
    """What a receiver said, without identities and of bounded length."""
    clean = redact(text)
    return clean if len(clean) <= _MOST_SAID else f"{clean[:_MOST_SAID]}…"
