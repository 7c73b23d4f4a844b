"""The tables of a week in review: missed targets, and incidents by their causes; on a phone a card a row.

In: a review. Out: HTML whose every text is escaped.
"""

from collections.abc import Iterable, Mapping
from html import escape
from zoneinfo import ZoneInfo

from alerts.review import Miss, Review
from dashboard.incident_index import cause_word
from dashboard.status import SHAPES, Status
from dashboard.written import on_date
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.text import Language
from pulse.written import UNKNOWN, written

_COLUMNS = ("day", "scope", "kpi", "value", "target")


def miss_table(misses: Iterable[Miss], zone: ZoneInfo, language: Language) -> str:
    """A row for each target that a day missed."""
    said = words(language)
    head = "".join(f'<th scope="col">{escape(said[f"review.{name}"])}</th>' for name in _COLUMNS)
    body = "".join(_row(miss, zone, said, language) for miss in misses)
    return f'<div class="figures-room"><table class="figures incidents"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def cause_list(review: Review, language: Language) -> str:
    """How many incidents had which cause."""
    said = words(language)
    names = {cause: said["review.no_cause"] if cause is None else cause_word(cause, language) for cause in review.causes}
    tiles = "".join(f"<li><span>{escape(names[cause])}</span><b>{count}</b></li>" for cause, count in review.causes.items())
    return f'<ul class="tiles">{tiles}</ul>'


def _row(miss: Miss, zone: ZoneInfo, said: Mapping[str, str], language: Language) -> str:
    kpi = definitions()[miss.kpi]
    scope = said["day.site"] if miss.channel is None else said[f"channel.{miss.channel}"]
    mark = f'<span class="status missed"><span aria-hidden="true">{SHAPES[Status.WARNING]}</span> {escape(said["day.missed"])}</span>'
    cells = {
        "scope": escape(scope),
        "kpi": escape(kpi.title.in_(language)),
        "value": f"{escape(written(miss.value, kpi.unit, language))} {mark}",
        "target": escape(written(miss.target, kpi.unit, language)) or UNKNOWN,
    }
    told = (f'<td data-label="{escape(said[f"review.{name}"], quote=True)}">{content}</td>' for name, content in cells.items())
    return f'<tr><th scope="row">{on_date(miss.day, zone)}</th>{"".join(told)}</tr>'
