"""The table of a site's rules: what each looks at, whom it tells, and how often it has called people lately; on a phone a card a row.

In: loaded rules and what SQL counted of their incidents. Out: HTML whose every text is escaped.
"""

from collections.abc import Iterable, Mapping
from html import escape
from zoneinfo import ZoneInfo

from alerts.fields import LEVELS
from alerts.muting import ANY
from alerts.ruleset import LoadedRule
from alerts.schedule import CLOSED, OPEN
from dashboard.written import at_time
from pulse.i18n import words
from pulse.text import Language
from pulse.written import UNKNOWN, duration
from sql.incidents import RuleCount

_COLUMNS = ("level", "rule", "times", "queues", "owner", "notify", "inhibits", "last", "opened", "short")


def rule_table(rules: Iterable[LoadedRule], counts: Mapping[str, RuleCount] | None, zone: ZoneInfo, language: Language) -> str:
    """A row for each rule; counts are None while the history does not answer."""
    said = words(language)
    head = "".join(f'<th scope="col">{escape(said[f"rules.{name}"])}</th>' for name in _COLUMNS)
    body = "".join(_row(rule, _counted(rule.name, counts, zone, language), language) for rule in rules)
    table = f'<table class="figures incidents rules"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="figures-room">{table}</div>'


def levels_of(rule: LoadedRule) -> str:
    """Its level, then the graver ones."""
    return " → ".join(LEVELS[level] for level in (rule.policy.level, *sorted(rule.notify_from, reverse=True)))


def told_channels(rule: LoadedRule, language: Language) -> str:
    """The channels, and from which level on further ones are told; — where nobody is."""
    said = words(language)
    further = (
        said["rules.from_level"].format(level=LEVELS[level], channels=", ".join(names))
        for level, names in sorted(rule.notify_from.items(), reverse=True)
        if names
    )
    return " · ".join(part for part in (", ".join(rule.notify), *further) if part) or UNKNOWN


def hours_of(rule: LoadedRule, language: Language) -> tuple[str, ...]:
    """When it judges, in words; nothing where it always does."""
    said = words(language)
    named = {OPEN: said["rules.while_open"], CLOSED: said["rules.while_closed"]}
    return tuple(named.get(name, name) for name in rule.schedule.names) if rule.schedule else ()


def _row(rule: LoadedRule, counted: Mapping[str, str], language: Language) -> str:
    said = words(language)
    about = " · ".join((rule.module.TITLE.in_(language), rule.kind, *hours_of(rule, language)))
    named = f'<th scope="row">{escape(rule.name)}<small>{escape(about)}</small></th>'
    explains = [said["rules.any"] if name == ANY else name for name in rule.inhibits]
    cells = {
        "times": " / ".join(duration(ms / 1000, language) for ms in (rule.policy.raise_for_ms, rule.policy.clear_for_ms)),
        "queues": ", ".join(rule.queues) or said["rules.all_queues"],
        "owner": rule.owner.called.in_(language) if rule.owner else UNKNOWN,
        "notify": told_channels(rule, language),
        "inhibits": ", ".join(explains) or UNKNOWN,
        **counted,
    }
    told = "".join(_cell(name, content, said) for name, content in cells.items())
    return f"<tr>{_cell('level', levels_of(rule), said)}{named}{told}</tr>"


def _counted(name: str, counts: Mapping[str, RuleCount] | None, zone: ZoneInfo, language: Language) -> dict[str, str]:
    if counts is None:
        return dict.fromkeys(("last", "opened", "short"), UNKNOWN)
    found = counts.get(name)
    if found is None:
        return {"last": words(language)["rules.never"], "opened": "0", "short": "0"}
    return {"last": at_time(found.last_at, zone), "opened": str(found.opened), "short": str(found.short)}


def _cell(name: str, content: str, said: Mapping[str, str]) -> str:
    return f'<td class="{name}" data-label="{escape(said[f"rules.{name}"], quote=True)}">{escape(content)}</td>'
