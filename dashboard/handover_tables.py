"""A hand-over as people read it, on a screen, a phone and on paper: who to whom, the figures, what is open, what is quiet, what is silent.

In: a row of SQL, or a sheet that nobody offered yet. Out: HTML whose every text is escaped; what is not known is —.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from alerts.fields import LEVELS
from alerts.frame import MACHINE
from alerts.handover_sheet import FIGURES, HeldIncident, HeldQuiet, Sheet, read_sheet
from dashboard.incident_index import incident_address, place_of, told_in
from dashboard.status import SHAPES, Status, incident_status
from dashboard.written import at_clock, at_time
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language
from pulse.written import UNKNOWN, duration, written
from sql.duty import HandOver

MOST_ROWS = 200
"""So many alerts of a sheet are drawn; all of them are kept and move."""
_OPEN_COLUMNS = ("level", "what", "where", "owner", "age", "left")
_QUIET_COLUMNS = ("quiet", "by", "until", "comment")
_ROW_COLUMNS = ("shift", "offered", "by", "accepted", "open")


def sheet_html(sheet: Sheet, config: Config, language: Language) -> str:
    """The whole sheet."""
    said = words(language)
    note = (
        f'<blockquote class="note">{escape(sheet.note)}</blockquote>'
        if sheet.note
        else f'<p class="small">{escape(said["handover.no_note"])}</p>'
    )
    parts = {
        "note": note,
        "figures": _figures(sheet, config, language),
        "incidents": _incidents(sheet, config, language),
        "quiet_title": _quiet(sheet.quiet, config, language),
        "stale": _stale(sheet, config, language),
    }
    return "".join(
        f'<section class="sheet"><h3>{escape(said[f"handover.{name}"])}</h3>{content}</section>' for name, content in parts.items()
    )


def marks_html(row: HandOver, config: Config, language: Language, now: int) -> str:
    """From which shift to which, who offered it when, and until when it must be accepted or who did."""
    said, zone = words(language), config.zone
    sheet = read_sheet(row.sheet)
    link = f'<a href="{_address(row, language)}" target="_self">#{row.id}</a>'
    rows = {
        "shift": f"{escape(change_text(sheet, language))} · {link}",
        "offered": f"{escape(offerer(row, language))}, {at_time(row.offered_at, zone)}",
    }
    if row.accepted_at is not None:
        rows["accepted"] = f"{escape(row.accepted_by or UNKNOWN)}, {at_time(row.accepted_at, zone)}"
    elif row.replaced_at is not None:
        rows["accepted"] = escape(said["handover.replaced"].format(time=at_time(row.replaced_at, zone)))
    else:
        rows["accepted"] = _waits(row, config, language, now)
    lines = "".join(f"<dt>{escape(said[f'handover.{name}'])}</dt><dd>{content}</dd>" for name, content in rows.items())
    return f'<dl class="facts">{lines}</dl>'


def hand_over_table(rows: Iterable[HandOver], config: Config, language: Language, now: int) -> str:
    """A row for each hand-over, with the way to its sheet."""
    return _table(_ROW_COLUMNS, (_hand_over(row, config, language, now) for row in rows), language)


def change_text(sheet: Sheet, language: Language) -> str:
    """From which shift to which."""
    return f"{_shift(sheet.leaves, language)} → {_shift(sheet.takes, language)}"


def offerer(row: HandOver, language: Language) -> str:
    """Who offered it; the machine where nobody did."""
    return words(language)["handover.nobody"] if row.offered_by == MACHINE else row.offered_by


def _shift(titles: Mapping[str, str] | None, language: Language) -> str:
    return UNKNOWN if titles is None else titles.get(language.value) or titles.get("en", UNKNOWN)


def _waits(row: HandOver, config: Config, language: Language, now: int) -> str:
    said = words(language)
    first_due = row.due_at if not row.told else None
    if row.told:
        mark = SHAPES[Status.CRITICAL]
        text = said["handover.overdue"].format(n=row.told)
        return f'<span class="level critical"><span aria-hidden="true">{mark}</span> {escape(text)}</span>'
    if first_due is None:
        return escape(said["handover.waits"])
    left = duration(max(0, first_due - now) / 1000, language)
    return escape(said["handover.waits_until"].format(time=at_clock(first_due, config.zone), left=left))


def _hand_over(row: HandOver, config: Config, language: Language, now: int) -> tuple[str, dict[str, str]]:
    sheet = read_sheet(row.sheet)
    said = words(language)
    accepted = (
        f"{escape(row.accepted_by or UNKNOWN)}<small>{at_time(row.accepted_at, config.zone)}</small>"
        if row.accepted_at is not None
        else escape(said["handover.not_accepted"])
        if row.replaced_at is not None
        else _waits(row, config, language, now)
    )
    cells = {
        "offered": at_time(row.offered_at, config.zone),
        "by": escape(offerer(row, language)),
        "accepted": accepted,
        "open": said["handover.open_of"].format(n=len(sheet.incidents), lost=sheet.without_owner),
    }
    return f'<a href="{_address(row, language)}" target="_self">{escape(change_text(sheet, language))}</a><small>#{row.id}</small>', cells


def _address(row: HandOver, language: Language) -> str:
    return escape(f"/handover?id={row.id}&lang={language}", quote=True)


def _figures(sheet: Sheet, config: Config, language: Language) -> str:
    said = words(language)
    if sheet.board_at is None:
        return f'<p class="small">{escape(said["handover.no_board"])}</p>'
    tiles = "".join(
        f"<li><span>{escape(name.in_(language))}</span><b>{escape(written(sheet.figures.get(key), unit, language))}</b></li>"
        for key, (name, unit) in FIGURES.items()
    )
    as_of = said["handover.figures_of"].format(time=at_time(sheet.board_at, config.zone))
    return f'<ul class="tiles">{tiles}</ul><p class="small">{escape(as_of)}</p>'


def _incidents(sheet: Sheet, config: Config, language: Language) -> str:
    if not sheet.incidents:
        return f'<p class="small">{escape(words(language)["handover.none_open"])}</p>'
    rest = len(sheet.incidents) - MOST_ROWS
    more = f'<p class="small">{escape(words(language)["handover.more"].format(n=rest))}</p>' if rest > 0 else ""
    rows = (_incident(one, sheet.at, config, language) for one in sheet.incidents[:MOST_ROWS])
    return _table(_OPEN_COLUMNS, rows, language) + more


def _incident(one: HeldIncident, at: int, config: Config, language: Language) -> tuple[str, dict[str, str]]:
    said, status = words(language), incident_status(one.level, stands=True)
    link = escape(incident_address(one.id, language), quote=True)
    drill = f" · {escape(said['console.drill'])}" if one.drill else ""
    cells = {
        "level": f'<span class="level {status}"><span aria-hidden="true">{SHAPES[status]}</span> {LEVELS.get(one.level, "")}</span>',
        "where": escape(place_of(one.scope, config).in_(language)),
        "owner": escape(one.owner or said["console.no_owner"]),
        "age": duration(max(0, at - one.opened_at) / 1000, language),
        "left": _left(one, at, language),
    }
    return f'<a href="{link}" target="_self">{escape(told_in(one.title, language))}</a><small>#{one.id}{drill}</small>', cells


def _left(one: HeldIncident, at: int, language: Language) -> str:
    if one.acknowledge_by is None:
        return UNKNOWN
    late_s = (at - one.acknowledge_by) / 1000
    left = duration(abs(late_s), language)
    return escape(words(language)["console.overdue"].format(age=left) if late_s > 0 else left)


def _quiet(quiet: Sequence[HeldQuiet], config: Config, language: Language) -> str:
    if not quiet:
        return f'<p class="small">{escape(words(language)["handover.nothing_quiet"])}</p>'
    rows = (
        (
            escape(told_in(one.what, language)),
            {
                "by": escape(one.by or words(language)[f"handover.by_{one.kind}"]),
                "until": UNKNOWN if one.ends_at is None else at_time(one.ends_at, config.zone),
                "comment": escape(one.comment) or UNKNOWN,
            },
        )
        for one in quiet
    )
    return _table(_QUIET_COLUMNS, rows, language)


def _stale(sheet: Sheet, config: Config, language: Language) -> str:
    said = words(language)
    if sheet.board_at is None or not sheet.stale:
        return f'<p class="small">{escape(said["handover.no_board" if sheet.board_at is None else "handover.none_stale"])}</p>'
    lines = (
        said["handover.stale_since"].format(name=one.name, time=UNKNOWN if one.polled_at is None else at_time(one.polled_at, config.zone))
        for one in sheet.stale
    )
    return f'<ul class="plain">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'


def _table(columns: Sequence[str], rows: Iterable[tuple[str, dict[str, str]]], language: Language) -> str:
    """A table whose rows are named by one cell; its name is the column that the cells leave out."""
    said = words(language)
    head = "".join(f'<th scope="col">{escape(said[f"handover.{name}"])}</th>' for name in columns)
    body = "".join(_row(columns, named, cells, said) for named, cells in rows)
    return f'<div class="figures-room"><table class="figures incidents"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(columns: Sequence[str], named: str, cells: Mapping[str, str], said: Mapping[str, str]) -> str:
    told = (
        f'<td class="{name}" data-label="{escape(said[f"handover.{name}"], quote=True)}">{cells[name]}</td>'
        if name in cells
        else f'<th scope="row">{named}</th>'
        for name in columns
    )
    return f"<tr>{''.join(told)}</tr>"
