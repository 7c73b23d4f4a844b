"""The noise of alarms as people read it: a row for each rule and each shift, what is beyond the norm marked by a shape and a word.

In: figures. Out: HTML whose every text is escaped; on a phone a card a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote

from alerts.noise import FINE_PER_SLOT, FLOOD_PER_SLOT, Load, Noise, RuleNoise
from dashboard.status import SHAPES, Status
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language
from pulse.written import UNKNOWN, duration

_RULES = ("rule", "alerts", "nothing", "acknowledged", "median", "false", "no_action", "flaps")
_LOADS = ("shift", "alerts", "per_slot", "worst", "floods", "verdict")


def rule_rows(noise: Noise, config: Config, language: Language, *, may_try: bool) -> str:
    """A row for each rule, the one that asked most for nothing first; with the way to its back-test for those who may try it."""
    return _table(_RULES, (_rule(one, config, language, may_try=may_try) for one in noise.rules), language)


def load_rows(noise: Noise, language: Language) -> str:
    """A row for the whole site, then one for each shift."""
    return _table(_LOADS, (_load(one, language) for one in (noise.site, *noise.shifts)), language)


def verdict(load: Load, language: Language) -> str:
    """Whether a load is within the norm, as a shape and a word."""
    said = words(language)
    if load.floods:
        return _mark(Status.CRITICAL, said["noise.is_flooded"])
    if (load.per_slot or 0.0) > FINE_PER_SLOT:
        return _mark(Status.WARNING, said["noise.is_busy"])
    return _mark(Status.NORMAL, said["noise.is_fine"])


def _mark(status: Status, text: str) -> str:
    return f'<span class="level {status}"><span aria-hidden="true">{SHAPES[status]}</span> {escape(text)}</span>'


def _rule(one: RuleNoise, config: Config, language: Language, *, may_try: bool) -> tuple[str, dict[str, str]]:
    said, known = words(language), one.rule in config.rules
    address = escape(f"/rules?rule={quote(one.rule)}&lang={language}", quote=True)
    kind = config.rules[one.rule].kind if known else said["noise.gone"]
    trial = f' · <a href="{address}" target="_self">{escape(said["noise.try"])}</a>' if known and may_try else ""
    cells = {
        "alerts": f"{one.alerts:,}",
        "nothing": f"{one.for_nothing:,}",
        "acknowledged": _percent(one.acknowledged_ratio),
        "median": UNKNOWN if one.acknowledge_s is None else duration(one.acknowledge_s, language),
        "false": _percent(one.false_alarm_ratio),
        "no_action": _percent(one.no_action_ratio),
        "flaps": f"{one.flaps:,}",
    }
    return f"{escape(one.rule)}<small>{escape(kind)}{trial}</small>", cells


def _load(one: Load, language: Language) -> tuple[str, dict[str, str]]:
    said = words(language)
    cells = {
        "alerts": f"{one.alerts:,}",
        "per_slot": UNKNOWN if one.per_slot is None else f"{one.per_slot:.2f}",
        "worst": f"{one.worst_slot:,}",
        "floods": f"{one.floods:,}",
        "verdict": verdict(one, language),
    }
    return escape(said["noise.site"] if one.title is None else one.title.in_(language)), cells


def _percent(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else f"{ratio * 100:.0f} %"


def _table(columns: Sequence[str], rows: Iterable[tuple[str, Mapping[str, str]]], language: Language) -> str:
    said, numbers = words(language), {"fine": f"{FINE_PER_SLOT:.0f}", "flood": str(FLOOD_PER_SLOT)}
    heads = {name: said[f"noise.{name}"].format(**numbers) for name in columns}
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads.values())
    body = "".join(
        f'<tr><th scope="row">{named}</th>{"".join(_cell(heads, name, content) for name, content in cells.items())}</tr>'
        for named, cells in rows
    )
    return f'<div class="figures-room"><table class="figures noise"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(heads: Mapping[str, str], name: str, content: str) -> str:
    return f'<td class="{name}" data-label="{escape(heads[name], quote=True)}">{content}</td>'
