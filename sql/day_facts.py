"""What a day is told by beside its counts: how long it was watched, its last Board, who complained, whom it went best with.

In: a site and a stretch of time (epoch ms, the end is left out). Out: numbers and rows; None or nothing where nothing was recorded.
"""

import zlib
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from pulse.kpi.board import Board, UnreadableBoard, read_board_json
from sql.contact_tables import ComplaintRow, ContactRow
from sql.models import BoardMinute, PostMortemVersion
from sql.parts import Span, parts
from sql.session import Database

GOOD_CSAT, GOOD_NPS = 4, 9
"""From here on a rating praises."""
_RATED_WITHIN_MS = 31 * 86_400_000
"""Who rates later than a month after the contact is not looked for: so the index by time can be used."""


def minutes_watched(database: Database, site: str, start: int, end: int) -> int:
    """Of how many minutes a Board was kept."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(BoardMinute).where(_of(site, (start, end)))) or 0


def last_boards(database: Database, site: str, spans: Sequence[Span]) -> list[Board | None]:
    """Of each stretch the last Board that was kept; None where none was, or an older program's, which cannot be read any more."""
    kept: dict[int, bytes] = {}
    with database.read() as session:
        for some in parts(spans):
            last = [select(func.max(BoardMinute.at)).where(_of(site, span)).scalar_subquery() for span in some]
            query = select(BoardMinute.at, BoardMinute.board).where(BoardMinute.site == site, BoardMinute.at.in_(last))
            kept.update((row.at, row.board) for row in session.execute(query))
    boards = {at: _board(board) for at, board in sorted(kept.items())}
    return [next((boards[at] for at in reversed(boards) if start <= at < end), None) for start, end in spans]


def _of(site: str, span: Span) -> ColumnElement[bool]:
    return and_(BoardMinute.site == site, BoardMinute.at >= span[0], BoardMinute.at < span[1])


def _board(kept: bytes) -> Board | None:
    try:
        return read_board_json(zlib.decompress(kept))
    except UnreadableBoard:
        return None


def complainers(database: Database, site: str, start: int, end: int) -> dict[tuple[str | None, str | None], int]:
    """How many different customers complained, by class and line of business; those who are not known as a customer are not among them."""
    customers = func.count(ComplaintRow.customer.distinct())
    told = (ComplaintRow.site == site, ComplaintRow.at >= start, ComplaintRow.at < end, ComplaintRow.customer.is_not(None))
    query = select(ComplaintRow.category, ComplaintRow.business_line, customers).where(*told)
    with database.read() as session:
        rows = session.execute(query.group_by(ComplaintRow.category, ComplaintRow.business_line)).all()
        return {(category, line): count for category, line, count in rows}


def complainers_by(database: Database, site: str, start: int, end: int, dimension: str) -> dict[str, int]:
    """How many different customers complained, by `category` or `business_line`; what told none is under an empty word."""
    column = {"category": ComplaintRow.category, "business_line": ComplaintRow.business_line}[dimension]
    told = (ComplaintRow.site == site, ComplaintRow.at >= start, ComplaintRow.at < end, ComplaintRow.customer.is_not(None))
    query = select(column, func.count(ComplaintRow.customer.distinct())).where(*told).group_by(column)
    with database.read() as session:
        return {value or "": count for value, count in session.execute(query)}


def best_rated(database: Database, site: str, start: int, end: int) -> ContactRow | None:
    """The contact its customer praised most; of equals the one that was solved, and then answered, soonest. None where nobody praised."""
    row = ContactRow
    praised = or_(row.csat >= GOOD_CSAT, row.nps >= GOOD_NPS)
    near = (row.site == site, row.at >= start - _RATED_WITHIN_MS, row.at < end)
    query = select(row).where(*near, row.rated_at >= start, row.rated_at < end, praised)
    best_first = (
        row.csat.desc().nulls_last(),
        row.nps.desc().nulls_last(),
        row.resolution_s.nulls_last(),
        row.wait_s.nulls_last(),
        row.rated_at,
        row.contact_id,
    )
    with database.read() as session:
        return session.scalar(query.order_by(*best_first).limit(1))


def post_mortems(database: Database, incidents: Sequence[int]) -> Mapping[int, PostMortemVersion]:
    """The newest version of the post-mortem of each incident that has one."""
    query = select(PostMortemVersion).where(PostMortemVersion.incident_id.in_(incidents)).order_by(PostMortemVersion.version)
    with database.read() as session:
        return {version.incident_id: version for version in session.scalars(query)}
