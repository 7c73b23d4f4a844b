"""The day's figures as tables that read on a desk, on a phone (a card a row) and on paper.

In: figures. Out: HTML whose every text is escaped; a status is a shape and a word, its colour only follows.
"""

from collections.abc import Iterable
from html import escape

from dashboard.cells import cell, row, small, status, table
from dashboard.day import ChannelFigures, Day, Figure
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.goal import ServiceLevelFormula
from pulse.kpi.service_level import WRITTEN
from pulse.kpi.snapshot import Verdict
from pulse.text import Language
from pulse.written import written

_COLUMNS = ("yesterday", "today", "target", "day_before", "last_week")


def site_table(day: Day, formula: ServiceLevelFormula, language: Language) -> str:
    """The figures of the whole site, a row each; the service level names its formula."""
    said = words(language)
    heads = [said["day.kpi"], *(said[f"day.{name}"] for name in _COLUMNS), said[f"day.status_{day.judged}"]]
    notes = {"service_level": f"{formula.upper()}: {WRITTEN[formula].in_(language)}"}
    rows = [row(_named(figure, language, notes.get(figure.kpi, "")), _cells(figure, heads[1:], language)) for figure in day.figures]
    return table("figures", heads, rows)


def channel_table(day: Day, language: Language) -> str:
    """The figures by channel, a row each: of the judged day in full, today's and the target small; a figure nobody has is left out."""
    said = words(language)
    kpis = [figure.kpi for figure in day.channels[0].figures if _is_told(figure.kpi, day.channels)]
    heads = [said["day.channel"], *(definitions()[kpi].title.in_(language) for kpi in kpis)]
    rows = [
        row(
            f'<th scope="row">{escape(said[f"channel.{one.channel}"])}</th>',
            [cell(_compact(figure, day.judged, language), head) for figure, head in zip(_of(one, kpis), heads[1:], strict=True)],
        )
        for one in day.channels
    ]
    return table("figures channels", heads, rows)


def _cells(figure: Figure, heads: list[str], language: Language) -> list[str]:
    said, unit = words(language), definitions()[figure.kpi].unit
    values = {**figure.values, "target": figure.target}
    told = [(name, escape(written(values[name], unit, language))) for name in _COLUMNS]
    if figure.today is Verdict.MISSED:
        told = [(name, f"{content} {status(figure.today, said)}" if name == "today" else content) for name, content in told]
    cells = [*told, ("verdict", status(figure.verdict, said))]
    return [cell(content, head, name) for (name, content), head in zip(cells, heads, strict=True)]


def _compact(figure: Figure, judged: str, language: Language) -> str:
    said, unit = words(language), definitions()[figure.kpi].unit
    value = figure.values[judged]
    parts = [f"<b>{escape(written(value, unit, language))}</b>"]
    if figure.verdict in (Verdict.MET, Verdict.MISSED):
        parts.append(status(figure.verdict, said))
    if judged != "today" and figure.values["today"] is not None:
        today = small(said["day.today_small"].format(value=written(figure.values["today"], unit, language)))
        parts.append(f"{today}{status(figure.today, said)}")
    if figure.target is not None:
        parts.append(small(said["day.target_small"].format(value=written(figure.target, unit, language))))
    return "".join(parts)


def _is_told(kpi: str, channels: Iterable[ChannelFigures]) -> bool:
    return any(value is not None for one in channels for figure in one.figures if figure.kpi == kpi for value in figure.values.values())


def _of(one: ChannelFigures, kpis: Iterable[str]) -> list[Figure]:
    by_name = {figure.kpi: figure for figure in one.figures}
    return [by_name[kpi] for kpi in kpis]


def _named(figure: Figure, language: Language, note: str) -> str:
    kpi = definitions()[figure.kpi]
    formula = escape(kpi.formula.in_(language), quote=True)
    return f'<th scope="row" title="{formula}">{escape(kpi.title.in_(language))}{small(note) if note else ""}</th>'
