"""What `pulse handover` does: shows, lists, offers and accepts hand-overs by the same functions as the page.

In: a site, a wish and an instant. Out: lines to print, and whether the wish was done.
"""

from collections.abc import Iterator

from alerts.actions import Answer
from alerts.fields import LEVELS
from alerts.frame import MACHINE
from alerts.handover_sheet import FIGURES, Sheet, digest_of, read_sheet
from alerts.handovers import HandOvers, Seen
from alerts.silences import By
from collectors.redact import redact
from pulse.clock import local_time
from pulse.config import Config
from pulse.kpi.board import Board, UnreadableBoard
from pulse.live.read import latest_board
from pulse.live.store import RedisLost, connected
from pulse.runtime.incidents import Done
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.site import RunningSite
from pulse.written import UNKNOWN, duration, written
from sql.duty import HandOver

ORIGIN = "cli"
_LISTED = 30
_INDENT = "    "


def shown(site: RunningSite, number: int | None, now: int) -> list[str] | None:
    """A hand-over line by line; without a number the one that waits, else the sheet of now. None where there is none of that number."""
    with known_database(site.database_url) as database:
        known = HandOvers(database, site.config)
        row = known.offered() if number is None else known.find(number)
        if row is None and number is not None:
            return None
        if row is None:
            return ["nothing waits; the sheet as it would be now", *_lines(known.sheet_now(now, Seen(board=_board(site))), site.config)]
        sheet, is_whole = read_sheet(row.sheet), known.is_as_offered(row)
    last = f"sheet {digest_of(sheet)}: {'as' if is_whole else 'NOT as'} it was offered, says the event log"
    return [_line(row, site.config), *_lines(sheet, site.config), last]


def listed(site: RunningSite) -> Iterator[str]:
    """A line for each of the newest hand-overs, the newest first."""
    with known_database(site.database_url) as database:
        rows = HandOvers(database, site.config).latest(_LISTED)
    yield from (_line(row, site.config) for row in rows)
    if not rows:
        yield "no hand-over yet"


def offered(site: RunningSite, note: str, who: str | None, now: int) -> Iterator[str]:
    """Offers the sheet of this instant, and says so."""
    with known_database(site.database_url) as database:
        row = HandOvers(database, site.config).offer(By(named(who), now, ORIGIN), Seen(board=_board(site), note=redact(note)))
    yield _line(row, site.config)


def accepted(site: RunningSite, number: int | None, who: str | None, now: int) -> Done:
    """Takes a shift over; without a number by the hand-over that waits."""
    with known_database(site.database_url) as database:
        known = HandOvers(database, site.config)
        waiting = known.offered() if number is None else None
        if number is None and waiting is None:
            return Done(False, "nothing waits to be accepted")
        wanted = number if waiting is None else waiting.id
        outcome = known.accept(wanted or 0, By(named(who), now, ORIGIN))
    is_done = outcome.answer is Answer.DONE
    return Done(is_done, outcome.text.en if is_done else f"hand-over {wanted}: {outcome.text.en}")


def _line(row: HandOver, config: Config) -> str:
    sheet = read_sheet(row.sheet)
    by = "nobody" if row.offered_by == MACHINE else row.offered_by
    change = f"{(sheet.leaves or {}).get('en', UNKNOWN)} -> {(sheet.takes or {}).get('en', UNKNOWN)}"
    return f"#{row.id}  {change}  offered {local_time(row.offered_at, config.zone)} by {by}; {_accepted(row, config)}"


def _accepted(row: HandOver, config: Config) -> str:
    if row.accepted_at is not None:
        return f"accepted {local_time(row.accepted_at, config.zone)} by {row.accepted_by}"
    if row.replaced_at is not None:
        return "replaced by a newer one"
    if row.told:
        return f"not accepted in time, told {row.told} times"
    return "waits" if row.due_at is None else f"waits until {local_time(row.due_at, config.zone)}"


def _lines(sheet: Sheet, config: Config) -> Iterator[str]:
    zone = config.zone
    if sheet.note:
        yield f"note: {sheet.note}"
    if sheet.board_at is None:
        yield "figures: not known, there was no Board"
    else:
        told = (f"{name.en} {written(sheet.figures.get(key), unit)}" for key, (name, unit) in FIGURES.items())
        yield f"figures of {local_time(sheet.board_at, zone)}: {', '.join(told)}"
    yield f"open alerts: {len(sheet.incidents)}, without an owner: {sheet.without_owner}"
    for one in sheet.incidents:
        left = UNKNOWN if one.acknowledge_by is None else _left((one.acknowledge_by - sheet.at) / 1000)
        age = duration((sheet.at - one.opened_at) / 1000)
        named = f"{one.owner or 'nobody yet'}  {'[drill] ' if one.drill else ''}{one.title['en']}"
        yield f"{_INDENT}#{one.id}  {LEVELS.get(one.level, ''):<3}  {age}  to acknowledge: {left}  {named}"
    yield f"kept quiet: {len(sheet.quiet)}"
    for quiet in sheet.quiet:
        until = UNKNOWN if quiet.ends_at is None else local_time(quiet.ends_at, zone)
        yield f"{_INDENT}{quiet.kind}: {quiet.what['en']}, until {until}, by {quiet.by or 'the file'}  {quiet.comment}".rstrip()
    for source in sheet.stale:
        yield f"silent source: {source.name}, nothing since {UNKNOWN if source.polled_at is None else local_time(source.polled_at, zone)}"


def _left(left_s: float) -> str:
    return f"overdue by {duration(-left_s)}" if left_s < 0 else duration(left_s)


def _board(site: RunningSite) -> Board | None:
    """The Board of now; None where Redis does not answer or holds none."""
    try:
        with connected(site.redis_url) as client:
            return latest_board(client, site.keys)
    except (*RedisLost, UnreadableBoard):
        return None
