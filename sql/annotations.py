"""What people wrote beside a chart: made, taken back, looked through, each deed in one transaction with its line in the event log.

In: what happened when, and who says so. Out: rows of `Annotation`. Nothing is deleted: who took one back, and when, stands in it.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from pulse.text import Text
from sql.event_log import append
from sql.memory_tables import Annotation
from sql.models import Transition
from sql.session import Database

KIND = "annotation"
LONGEST_TITLE = 120
LONGEST_MS = 366 * 86_400_000


class AnnotationKind(StrEnum):
    """What it tells of."""

    RELEASE = "release"
    CAMPAIGN = "campaign"
    OUTAGE = "outage"
    OTHER = "other"


KIND_NAMES = {
    AnnotationKind.RELEASE: Text("release", "版本发布"),
    AnnotationKind.CAMPAIGN: Text("campaign", "营销活动"),
    AnnotationKind.OUTAGE: Text("outage", "故障"),
    AnnotationKind.OTHER: Text("other", "其他"),
}


class UnfitAnnotation(ValueError):
    """An annotation that cannot be made; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to stand beside the charts; instants are epoch ms, `until` is left out and None of what has no length."""

    kind: AnnotationKind
    at: int
    until: int | None = None
    title: Text


@dataclass(frozen=True, slots=True)
class By:
    """Who does it when (epoch ms), and from where."""

    who: str
    now: int
    origin: str | None = None


def annotate(database: Database, site: str, wanted: Wanted, by: By) -> Annotation:
    """The annotation as it stands; raises UnfitAnnotation."""
    _check(wanted)
    row = Annotation(
        site=site,
        kind=wanted.kind.value,
        at=wanted.at,
        until=wanted.until,
        title=wanted.title.by_language(),
        who=by.who,
        made_at=by.now,
    )
    with database.write() as session:
        session.add(row)
        session.flush()
        append(session, _line(row, by, ("none", "annotated")))
    return row


def take_back(database: Database, site: str, annotation_id: int, by: By) -> Annotation | None:
    """Takes one back; None where none of that number stands."""
    with database.write() as session:
        row = session.get(Annotation, annotation_id, with_for_update=True)
        if row is None or row.site != site or row.removed_at is not None:
            return None
        row.removed_at, row.removed_by = by.now, by.who
        append(session, _line(row, by, ("annotated", "taken_back")))
    return row


def annotations(database: Database, site: str, start: int, end: int) -> list[Annotation]:
    """Those that stand and touch [start, end) (epoch ms), the oldest first."""
    touches = (Annotation.at < end, func.coalesce(Annotation.until, Annotation.at + 1) > start)
    query = select(Annotation).where(Annotation.site == site, Annotation.removed_at.is_(None), *touches)
    with database.read() as session:
        return list(session.scalars(query.order_by(Annotation.at, Annotation.id)))


def _check(wanted: Wanted) -> None:
    longest = max(map(len, wanted.title.by_language().values()))
    if not wanted.title.en.strip() or not wanted.title.zh.strip():
        raise UnfitAnnotation(Text("title: got nothing, expected what happened", "标题为空，请写明发生了什么"))
    if longest > LONGEST_TITLE:
        raise UnfitAnnotation(
            Text(f"title: got {longest} signs, expected at most {LONGEST_TITLE}", f"标题有 {longest} 个字符，最多 {LONGEST_TITLE} 个")
        )
    if wanted.until is not None and not 0 < wanted.until - wanted.at <= LONGEST_MS:
        is_early = wanted.until <= wanted.at
        found = Text("an end that is no later than its beginning", "结束不晚于开始") if is_early else Text("more than a year", "超过一年")
        raise UnfitAnnotation(
            Text(f"until: got {found.en}, expected one after its beginning, a year later at most", f"{found.zh}；须晚于开始，且不超过一年")
        )


def _line(row: Annotation, by: By, moved: tuple[str, str]) -> Transition:
    before, after = moved
    said = {
        "annotated": Text(f"annotated by {by.who}: {row.title['en']}", f"{by.who} 添加标注：{row.title['zh']}"),
        "taken_back": Text(f"annotation taken back by {by.who}: {row.title['en']}", f"{by.who} 撤回标注：{row.title['zh']}"),
    }[after]
    return Transition(
        site=row.site,
        at=by.now,
        kind=KIND,
        who=by.who,
        from_state=before,
        to_state=after,
        why=said.by_language(),
        comment=f"#{row.id}",
        origin=by.origin,
    )
