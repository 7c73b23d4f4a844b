"""What each figure means: from what it is made, since when, and what this site wants of it.

In: the KPIs of pulse/kpi/ and the config. Out: rows in one language, cut down to what somebody searches for in either, and their HTML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from dashboard.cells import cell, row, small, table
from pulse.config import Config
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.kpi import Kpi
from pulse.kpi.service_level import WRITTEN
from pulse.text import Language
from pulse.written import UNKNOWN, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One KPI as people read it."""

    title: str
    name: str
    formula: str
    exclusions: str
    unit: str
    better: str
    target: str
    version: int
    since: str
    owner: str
    source: str


def definition_rows(config: Config, search: str, language: Language, said: Mapping[str, str]) -> list[Definition]:
    """The KPIs whose texts hold every word of the search, in English or Chinese, the one of that name first; all for an empty search."""
    wanted = search.lower().split()
    found = (kpi for kpi in definitions().values() if all(word in _text(kpi) for word in wanted))
    return [_row(kpi, config, language, said) for kpi in sorted(found, key=lambda kpi: kpi.name not in wanted)]


def definitions_table(rows: Sequence[Definition], said: Mapping[str, str]) -> str:
    """The rows as HTML; formula and source share a cell, and so do unit and direction, and version, date and owner."""
    heads = {name: said[f"definitions.{name}"] for name in ("formula", "exclusions", "unit", "target", "version")}
    return table("figures meanings", [said["definitions.title"], *heads.values()], [_html(one, heads, said) for one in rows])


def meaning_link(language: Language, kpi: str = "") -> str:
    """The way to what a figure means, as HTML; to all of them where none is named."""
    address = escape(f"/definitions?{urlencode({**({'find': kpi} if kpi else {}), 'lang': language.value})}", quote=True)
    return f'<p class="small"><a href="{address}" target="_self">{escape(words(language)["definitions.meaning"])}</a></p>'


def _html(one: Definition, heads: Mapping[str, str], said: Mapping[str, str]) -> str:
    owner = small(said["definitions.owned"].format(owner=one.owner)) if one.owner != UNKNOWN else ""
    told = {
        "formula": escape(one.formula) + small(said["definitions.made_of"].format(source=one.source)),
        "exclusions": escape(one.exclusions),
        "unit": escape(one.unit) + small(one.better),
        "target": escape(one.target),
        "version": f"{one.version}{small(one.since)}{owner}",
    }
    named = f'<th scope="row">{escape(one.title)}{small(one.name)}</th>'
    return row(named, [cell(told[name], head, name) for name, head in heads.items()])


def _text(kpi: Kpi) -> str:
    texts = (kpi.title, kpi.formula, kpi.exclusions, kpi.source)
    return " ".join((kpi.name, *(text.en for text in texts), *(text.zh for text in texts))).lower()


def _row(kpi: Kpi, config: Config, language: Language, said: Mapping[str, str]) -> Definition:
    goal = config.site_goal
    is_chosen = kpi.name == "service_level"
    target = goal.goal_ratio if is_chosen else config.targets.of(kpi.name)
    formula = kpi.formula.in_(language)
    return Definition(
        title=kpi.title.in_(language),
        name=kpi.name,
        formula=f"{formula} · {goal.formula.upper()}: {WRITTEN[goal.formula].in_(language)}" if is_chosen else formula,
        exclusions=kpi.exclusions.in_(language),
        unit=said[f"definitions.unit_{kpi.unit}"],
        better=said[f"definitions.better_{kpi.better}"],
        target=UNKNOWN if target is None else written(target, kpi.unit, language),
        version=kpi.version,
        since=kpi.since.isoformat(),
        owner=config.definitions[kpi.name].owner if kpi.name in config.definitions else UNKNOWN,
        source=kpi.source.in_(language),
    )
