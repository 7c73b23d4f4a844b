"""The tables of a back-test: figures, days and shifts, alerts, and the incidents it would have found or missed.

In: a `Tried`. Out: HTML whose every text is escaped.
"""

from collections.abc import Iterable, Mapping
from html import escape

from alerts.backtest import Stood
from alerts.fired import Judgement
from dashboard.incident_index import incident_address, place_of
from dashboard.rule_trials import MOST_LISTED, Tried
from dashboard.written import at_time
from pulse.config import Config
from pulse.i18n import words
from pulse.kpi.kpi import Unit
from pulse.text import Language
from pulse.written import duration, written

Row = Mapping[str, str]


def figure_tiles(tried: Tried, language: Language) -> str:
    """How often, how long, how noisy, and what became of the incidents."""
    said, found = words(language), tried.said
    seen = sum(one.found is not None for one in found.incidents)
    figures = {
        "per_day": f"{tried.total / found.days:.2f}",
        "worst_day": written(max(found.per_day.values(), default=0), Unit.COUNT),
        "standing": written(found.standing_ratio, Unit.RATIO),
        "too_short": written(found.short, Unit.COUNT),
        "flaps": written(found.flaps, Unit.COUNT),
        "found": said["rules.of"].format(n=seen, total=len(found.incidents)),
    }
    tiles = "".join(f"<li><span>{escape(said[f'rules.{name}'])}</span><b>{escape(value)}</b></li>" for name, value in figures.items())
    return f'<ul class="tiles">{tiles}</ul>'


def count_tiles(counts: Iterable[tuple[str, int]]) -> str:
    """A tile for each day or shift."""
    tiles = "".join(f"<li><span>{escape(name)}</span><b>{count}</b></li>" for name, count in counts)
    return f'<ul class="tiles">{tiles}</ul>'


def alert_table(tried: Tried, config: Config, language: Language) -> str:
    """A row for each alert, the newest first."""
    said = words(language)
    rows = (_alert(alert, tried.unit, config, language) for alert in tried.alerts)
    return _table(("raised", "scope", "lasted", "worst", "limit", "why"), rows, said)


def judgement_table(judged: Iterable[Judgement], config: Config, language: Language) -> str:
    """A row for each incident; its number leads to its page."""
    said = words(language)
    return _table(("incident", "scope", "raised", "judged"), (_judgement(one, config, language) for one in judged), said)


def newest_first(judged: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """The incidents that are listed."""
    return judged[: -MOST_LISTED - 1 : -1]


def _alert(alert: Stood, unit: Unit, config: Config, language: Language) -> Row:
    lasted = duration(alert.lasted_s, language)
    return {
        "raised": escape(at_time(alert.raised_at, config.zone)),
        "scope": escape(place_of(alert.scope, config).in_(language)),
        "lasted": escape(lasted if alert.is_cleared else words(language)["rules.still"].format(time=lasted)),
        "worst": escape(written(alert.worst, unit, language)),
        "limit": escape(written(alert.threshold, unit, language)),
        "why": escape(alert.why.in_(language)),
    }


def _judgement(one: Judgement, config: Config, language: Language) -> Row:
    known, address = one.incident, escape(incident_address(one.incident.id, language), quote=True)
    link = f'<a href="{address}" target="_self">{escape(known.title.in_(language))}</a>'
    return {
        "incident": f"{link}<small>#{known.id} · {escape(known.rule)}</small>",
        "scope": escape(place_of(known.scope, config).in_(language)),
        "raised": escape(at_time(known.opened_at, config.zone)),
        "judged": escape(_found(one.delay_s, language)),
    }


def _found(delay_s: float | None, language: Language) -> str:
    said = words(language)
    if delay_s is None:
        return f"✕ {said['rules.missed']}"
    told = said["rules.sooner"] if delay_s < 0 else said["rules.later"]
    return f"✓ {told.format(time=duration(abs(delay_s), language))}"


def _table(columns: tuple[str, ...], rows: Iterable[Row], said: Mapping[str, str]) -> str:
    head = "".join(f'<th scope="col">{escape(said[f"rules.{name}"])}</th>' for name in columns)
    body = "".join(_row(row, columns, said) for row in rows)
    table = f'<table class="figures incidents"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="figures-room">{table}</div>'


def _row(row: Row, columns: tuple[str, ...], said: Mapping[str, str]) -> str:
    first, *others = columns
    cells = (f'<td class="{name}" data-label="{escape(said[f"rules.{name}"], quote=True)}">{row[name]}</td>' for name in others)
    return f'<tr><th scope="row">{row[first]}</th>{"".join(cells)}</tr>'
