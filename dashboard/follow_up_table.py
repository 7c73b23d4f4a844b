"""The table of what people promised to do: what, who, until when, and whether it is late; on a phone a card a row.

In: promises and an instant. Out: HTML whose every text is escaped; late is a shape and a word.
"""

from collections.abc import Iterable
from html import escape
from zoneinfo import ZoneInfo

from alerts.follow_ups import DAY_MS, is_late
from dashboard.incident_index import incident_address
from dashboard.status import SHAPES, Status
from dashboard.written import on_date
from pulse.i18n import words
from pulse.text import Language
from sql.models import FollowUp

_COLUMNS = ("what", "owner", "due", "state")


def follow_up_table(rows: Iterable[FollowUp], zone: ZoneInfo, language: Language, *, now: int, is_inside: bool = True) -> str:
    """The rows in their order at `now` (epoch ms); without owners and ways to incidents for those who see neither."""
    said, columns = words(language), [name for name in _COLUMNS if is_inside or name != "owner"]
    head = "".join(f'<th scope="col">{escape(said[f"after.{name}"])}</th>' for name in columns)
    body = "".join(_row(row, columns, zone, language, now) for row in rows)
    return f'<div class="figures-room"><table class="figures incidents"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(row: FollowUp, columns: list[str], zone: ZoneInfo, language: Language, now: int) -> str:
    said = words(language)
    link = f'<a href="{escape(incident_address(row.incident_id, language), quote=True)}" target="_self">#{row.incident_id}</a>'
    named = link if "owner" in columns else f"#{row.incident_id}"
    cells = {
        "owner": escape(row.owner),
        "due": on_date(row.due_at - 1, zone),
        "state": _late(row, language, now) if is_late(row, now) else escape(said[f"after.state_{row.state}"]),
    }
    told = (f'<td data-label="{escape(said[f"after.{name}"], quote=True)}">{cells[name]}</td>' for name in columns if name in cells)
    return f'<tr><th scope="row">{escape(row.what)}<small>{named} · {row.id}</small></th>{"".join(told)}</tr>'


def _late(row: FollowUp, language: Language, now: int) -> str:
    text = words(language)["after.late"].format(days=(now - row.due_at) // DAY_MS + 1)
    return f'<span class="status missed"><span aria-hidden="true">{SHAPES[Status.WARNING]}</span> {escape(text)}</span>'
