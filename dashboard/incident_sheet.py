"""What an incident's page says: facts, times, whom it touched, what contributed, and everything that happened.

In: an account. Out: HTML whose every text is escaped; what is not known is —.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby

from alerts.account import Account
from alerts.frame import MACHINE
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS
from alerts.replayed import unit_of
from alerts.timeline import TIME_NAMES, Moment, times_raised
from dashboard.incident_index import cause_word, level_mark, place_of, stands, told_in, work_word
from dashboard.written import at_clock, at_time, on_date
from pulse.clock import local_time
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language
from pulse.written import UNKNOWN, duration, written

_MARK: Mapping[str, str] = {"signal": "◆", "work": "●", "delivery": "→", "comment": "❝", "no_data": "◌", "began": "◇"}


def head(account: Account, language: Language) -> str:
    """Level, state and why, in one line each."""
    incident, said = account.incident, words(language)
    flags = [work_word(incident, language)]
    flags.append(said["incident.stands"] if stands(incident) else said["incident.over"])
    flags += [said["console.no_data"]] if incident.no_data else []
    flags += [said["console.drill"]] if incident.drill else []
    marks = "".join(f'<span class="flag">{escape(flag)}</span>' for flag in flags)
    return (
        f'<p class="incident-head">{level_mark(incident)} {marks}</p><p class="incident-why">{escape(told_in(incident.why, language))}</p>'
    )


def facts(account: Account, config: Config, language: Language) -> str:
    """Who owns it, where it is, which rule raised it, since when, and how it ended."""
    incident, zone = account.incident, config.zone
    answering = config.rule_owner(incident.rule)
    rows = {
        "owner": escape(incident.owner or words(language)["console.no_owner"]),
        "where": escape(place_of(incident.scope, config).in_(language)),
        "rule": escape(f"{incident.rule} · {incident.kind} #{incident.id}{_version(account, language)}"),
        "answers": escape(answering.called.in_(language)) if answering else UNKNOWN,
        "opened": at_time(incident.opened_at, zone),
        "peak": _peak(account, language),
        "raises": str(times_raised(account.story)),
        "due": _due(account, config),
        "closed": UNKNOWN if incident.closed_at is None else at_time(incident.closed_at, zone),
        "cause": escape(cause_word(incident.cause, language)),
        "runbook": _runbook(incident.runbook),
    }
    return _list(rows, language)


def time_tiles(account: Account, language: Language) -> str:
    """The six times; the one to acknowledge with what its level promises."""
    said = words(language)
    promised = said["incident.within"].format(time=duration(ACKNOWLEDGE_WITHIN_MS[account.incident.level] / 1000, language))
    tiles = [
        _tile(name.in_(language), _duration(getattr(account.times, key), language), promised if key == "acknowledge_s" else "")
        for key, name in TIME_NAMES.items()
    ]
    return f'<ul class="tiles">{"".join(tiles)}</ul>'


def affected_tiles(account: Account, config: Config, language: Language) -> str:
    """The contacts of its queues while it lasted."""
    said, start = words(language), account.story.began_at or account.story.opened_at
    numbers = account.affected
    tiles = [
        _tile(said[f"incident.{name}"], UNKNOWN if value is None else f"{value:,}")
        for name, value in (("offered", numbers.offered), ("abandoned", numbers.abandoned), ("late", numbers.answered_late))
    ]
    ends = at_clock(account.until, config.zone) if on_date(start, config.zone) == on_date(account.until, config.zone) else ""
    span = said["incident.between"].format(start=at_time(start, config.zone), end=ends or at_time(account.until, config.zone))
    return f'<ul class="tiles">{"".join(tiles)}</ul><p class="small">{escape(span)}</p>'


def contributors(account: Account, language: Language) -> str:
    """What the rise is made of, the largest first; empty where the rule names none."""
    lines = [
        f'<li style="--share:{max(0.0, min(float(part["share_ratio"]), 1.0)):.3f}">{escape(_part(part, language))}</li>'
        for part in account.incident.contributors
    ]
    return f'<ul class="shares">{"".join(lines)}</ul>' if lines else ""


def timeline_list(moments: Sequence[Moment], config: Config, language: Language) -> str:
    """Every moment; one day under each date."""
    days = groupby(moments, key=lambda moment: on_date(moment.at, config.zone))
    parts = [f"<h4>{day}</h4><ol>{''.join(_moment(one, config, language) for one in of_day)}</ol>" for day, of_day in days]
    return f'<div class="timeline">{"".join(parts)}</div>'


def _moment(moment: Moment, config: Config, language: Language) -> str:
    at = local_time(moment.at, config.zone)
    is_named = moment.who in (None, MACHINE) or str(moment.who) in moment.text.in_(language)
    who = "" if is_named else f' <span class="who">{escape(moment.who or "")}</span>'
    comment = f"<q>{escape(moment.comment)}</q>" if moment.comment else ""
    mark = _MARK.get(moment.kind, "○")
    said = f"<span>{escape(moment.text.in_(language))}{who}{comment}</span>"
    return f'<li class="{escape(moment.kind)}"><time datetime="{at}">{at[11:]}</time> <i aria-hidden="true">{mark}</i> {said}</li>'


def _version(account: Account, language: Language) -> str:
    number = account.rule_version
    return "" if number is None else f" · {words(language)['incident.version'].format(n=number)}"


def _peak(account: Account, language: Language) -> str:
    return UNKNOWN if account.rule is None else escape(written(account.peak, unit_of(account.rule), language))


def _due(account: Account, config: Config) -> str:
    incident = account.incident
    waits = incident.work == "open" and not account.is_quiet and incident.acknowledge_by is not None
    return at_time(incident.acknowledge_by, config.zone) if waits and incident.acknowledge_by else UNKNOWN


def _runbook(runbook: str | None) -> str:
    if not runbook:
        return UNKNOWN
    if not runbook.lower().startswith(("https://", "http://")):
        return escape(runbook)
    return f'<a href="{escape(runbook, quote=True)}" target="_blank" rel="noopener noreferrer">{escape(runbook)}</a>'


def _part(part: Mapping[str, object], language: Language) -> str:
    titles = part.get("title")
    name = titles.get(language.value) if isinstance(titles, dict) else None
    share = words(language)["console.share"]
    return share.format(value=name or part["value"], percent=f"{float(str(part['share_ratio'])) * 100:.0f} %")


def _list(rows: Mapping[str, str], language: Language) -> str:
    said = words(language)
    lines: Iterable[str] = (f"<dt>{escape(said[f'incident.{name}'])}</dt><dd>{content}</dd>" for name, content in rows.items())
    return f'<dl class="facts">{"".join(lines)}</dl>'


def _tile(name: str, value: str, note: str = "") -> str:
    small = f"<small>{escape(note)}</small>" if note else ""
    return f"<li><span>{escape(name)}</span><b>{escape(value)}</b>{small}</li>"


def _duration(seconds: float | None, language: Language) -> str:
    return UNKNOWN if seconds is None else duration(seconds, language)
