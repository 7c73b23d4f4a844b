"""Silences in SQL: made, looked through and lifted by people, each in one transaction with its line in the event log.

In: what to hear nothing of, until when, who wants it. Out: the silence, or what is wrong with it. A silence always ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.frame import IncidentRow
from alerts.lifecycle import GRAVEST_LEVEL
from alerts.muting import ANY, Silence, Subject
from pulse.text import Text
from sql.event_log import append
from sql.models import SilenceRow, Transition
from sql.session import Database

LONGEST_MS = 7 * 24 * 3_600_000
LATEST_START_MS = 30 * 24 * 3_600_000
"""How far ahead one may begin: further ahead nobody would remember it."""
WARN_BEFORE_MS = 15 * 60_000
"""So long before its end its author is told."""
LONGEST_PATTERN = 200
LONGEST_COMMENT = 500


class Unfit(ValueError):
    """A silence that cannot be made; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to hear nothing of: rules and scopes by name, which may hold * and ?, from a level down."""

    rule: str = ANY
    scope: str = ANY
    level: int
    starts_at: int
    ends_at: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class By:
    """Who does it when (epoch ms), and from where."""

    who: str
    now: int
    origin: str | None = None


def silence(database: Database, site: str, wanted: Wanted, by: By) -> Silence:
    """The silence as it stands from now on; raises Unfit."""
    _check(wanted, by.now)
    with database.write() as session:
        row = SilenceRow(
            site=site,
            rule=wanted.rule,
            scope=wanted.scope,
            level=wanted.level,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            comment=wanted.comment,
            who=by.who,
            made_at=by.now,
        )
        session.add(row)
        session.flush()
        append(session, _line(row, by, ("none", "silenced"), Text(f"silenced by {by.who}", f"{by.who} 设置静默")))
        return silence_of(row)


def lift(database: Database, site: str, silence_id: int, by: By) -> Silence | None:
    """Ends a silence before its time; None where there is none that stands or will."""
    with database.write() as session:
        row = session.get(SilenceRow, silence_id, with_for_update=True)
        if row is None or row.site != site or row.lifted_at is not None or row.ends_at <= by.now:
            return None
        row.lifted_at, row.lifted_by = by.now, by.who
        append(session, _line(row, by, ("silenced", "lifted"), Text(f"silence lifted by {by.who}", f"{by.who} 解除静默")))
        return silence_of(row)


def silences_after(session: Session, site: str, since: int) -> tuple[Silence, ...]:
    """The silences that end after an instant, those that have yet to begin and those that were lifted included, the next to end first."""
    query = select(SilenceRow).where(SilenceRow.site == site, SilenceRow.ends_at > since)
    return tuple(silence_of(row) for row in session.scalars(query.order_by(SilenceRow.ends_at, SilenceRow.id)))


def hidden(wanted: Wanted, rows: Sequence[IncidentRow]) -> list[IncidentRow]:
    """The open incidents a silence would hide: what its author sees before they make it."""
    made = Silence(id=0, by="", rule=wanted.rule, scope=wanted.scope, level=wanted.level, starts_at=0, ends_at=0)
    return [row for row in rows if made.hides(Subject(row.rule, row.scope, row.level))]


def silence_of(row: SilenceRow) -> Silence:
    """The silence of a row."""
    return Silence(
        id=row.id,
        rule=row.rule,
        scope=row.scope,
        level=row.level,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        by=row.who,
        comment=row.comment,
        lifted_at=row.lifted_at,
    )


def _check(wanted: Wanted, now: int) -> None:
    if wanted.ends_at == wanted.starts_at:
        raise Unfit(Text("it would last no time at all, expected more than 0 s and 7 days at most", "时长为 0，应大于 0 秒且不超过 7 天"))
    if wanted.ends_at <= max(now, wanted.starts_at):
        raise Unfit(Text("its end lies before its beginning or in the past", "结束时间早于开始时间或已过去"))
    if wanted.ends_at - max(now, wanted.starts_at) > LONGEST_MS:
        raise Unfit(Text("it is longer than 7 days; plan a maintenance window", "超过 7 天；请设置维护窗口"))
    if wanted.starts_at - now > LATEST_START_MS:
        raise Unfit(Text("it begins in more than 30 days; plan a maintenance window", "开始时间在 30 天之后；请设置维护窗口"))
    if wanted.level not in (1, 2, 3):
        raise Unfit(Text(f"got level {wanted.level}, expected 1, 2 or 3", f"级别 {wanted.level} 无效，应为 1、2 或 3"))
    for pattern in (wanted.rule, wanted.scope):
        if not 0 < len(pattern) <= LONGEST_PATTERN:
            raise Unfit(Text("a rule or scope is empty or too long", "规则或范围为空或过长"))
    if len(wanted.comment) > LONGEST_COMMENT:
        found = len(wanted.comment)
        raise Unfit(
            Text(f"the reason has {found} characters, expected {LONGEST_COMMENT} or fewer", f"原因共 {found} 字，最多 {LONGEST_COMMENT} 字")
        )
    if wanted.level == GRAVEST_LEVEL and _is_everything(wanted) and not wanted.comment.strip():
        raise Unfit(Text("it hides everything, level I too, expected the reason why", "将静默全部告警（含 I 级），请填写原因"))


def _is_everything(wanted: Wanted) -> bool:
    return {*wanted.rule, *wanted.scope} == {ANY}


def _line(row: SilenceRow, by: By, moved: tuple[str, str], why: Text) -> Transition:
    told = Text(f"{why.en}: {row.rule} / {row.scope}", f"{why.zh}：{row.rule} / {row.scope}")
    return Transition(
        site=row.site,
        at=by.now,
        kind="silence",
        who=by.who,
        from_state=moved[0],
        to_state=moved[1],
        why=told.by_language(),
        comment=row.comment or None,
        origin=by.origin,
    )
