"""What history keeps, as the ports of a snapshot: the one place in which composing meets the database.

In: a database and a config. Out: `Ports`, and the snapshot that is made of them.
"""

from collections.abc import Iterator
from functools import partial

from alerts.actions import CAUSES, Cause
from alerts.postmortem import content_of
from dashboard.report.compose import composed
from dashboard.report.goals import Goals
from dashboard.report.ports import Facts, Pair, Ports, Spans
from dashboard.report.stretch import Stretch
from pulse.config import Config
from pulse.kpi.complaints import UNKNOWN
from pulse.kpi.snapshot import BestCase, Happened, Snapshot
from pulse.kpi.tally import Tally
from pulse.text import Language, Text, itself
from pulse.written import duration
from sql import day_facts
from sql.contact_tables import ContactRow
from sql.history import History
from sql.ledger import Ledger
from sql.models import Incident, PostMortemVersion
from sql.rolled import Rolled
from sql.session import Database


def snapshot_now(database: Database, config: Config, stretch: Stretch, now: int) -> Snapshot:
    """The snapshot of a stretch as history has it now (epoch ms), all of it of one state; raises what the database raises."""
    with database.standing_still() as still:
        ledger = Ledger.read(still, config)
        return composed(ports_of(still, config), config, stretch, now, lambda day: Goals(ledger.on(day)))


def ports_of(database: Database, config: Config) -> Ports:
    """Where a snapshot of this site is read from."""
    history, site = History(database), config.site.name
    rolled = Rolled(database, site, config.zone)
    return Ports(
        read=partial(rolled.channel_totals, spread=True),
        lines=partial(_lines, rolled),
        offered=partial(_offered, rolled),
        last_boards=partial(day_facts.last_boards, database, site),
        facts=lambda start, end: _facts(database, config, start, end),
        begun_at=history.first_at(site),
    )


def _lines(rolled: Rolled, spans: Spans) -> list[dict[str, Tally]]:
    """What was counted of each line of business that was told; what told none belongs to no line."""
    found = rolled.part_totals(spans, "business_line")
    return [{line: tally for line, tally in lines.items() if line} for lines in found]


def _offered(rolled: Rolled, days: Spans) -> list[dict[str, int]]:
    return [{channel: tally.count("offered") for channel, tally in channels.items()} for channels in rolled.channel_totals(days)]


def _facts(database: Database, config: Config, start: int, end: int) -> Facts:
    site = config.site.name
    best = day_facts.best_rated(database, site, start, end)
    return Facts(
        incidents=tuple(_happened(database, config, start, end)),
        best_case=None if best is None else _best_case(best, config),
        customers=_customers(database, site, start, end),
        minutes=day_facts.minutes_watched(database, site, start, end),
    )


def _happened(database: Database, config: Config, start: int, end: int) -> Iterator[Happened]:
    rows = History(database).incidents(config.site.name, start, end)
    learnt = day_facts.post_mortems(database, [row.id for row in rows])
    for row in rows:
        yield Happened(
            id=row.id,
            titles=row.title,
            level=min(row.level, row.worst_level),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            cause=_cause(row, learnt.get(row.id), config),
        )


def _cause(row: Incident, learnt: PostMortemVersion | None, config: Config) -> str | None:
    """The last why of the post-mortem, else the class of the cause in the site's language."""
    content = content_of(learnt) if learnt else None
    whys = [why for why in content.whys if why.strip()] if content else []
    if whys:
        return whys[-1]
    named = row.cause or (content.fishbone if content else None)
    if named is None:
        return None
    return CAUSES[Cause(named)].in_(config.site.language) if named in set(Cause) else named


def _customers(database: Database, site: str, start: int, end: int) -> dict[Pair, int]:
    """By the names that counts of complaints have: what was not named is called unknown there."""
    found = day_facts.complainers(database, site, start, end)
    return {(category or UNKNOWN, line or UNKNOWN): count for (category, line), count in found.items()}


def _best_case(row: ContactRow, config: Config) -> BestCase:
    queue = config.queues.get(row.queue)
    title = queue.title.text if queue and queue.title else itself(row.queue)
    facts = tuple(_praise(row))
    why = Text("; ".join(one.en for one in facts), "，".join(one.zh for one in facts))
    return BestCase(contact_id=row.contact_id, queue=row.queue, titles=title.by_language(), why=why.by_language())


def _praise(row: ContactRow) -> Iterator[Text]:
    if row.csat is not None:
        yield Text(f"rated {row.csat:g} of 5", f"满意度 {row.csat:g} 分（满分 5 分）")
    if row.nps is not None:
        yield Text(f"would recommend us with {row.nps:g} of 10", f"推荐意愿 {row.nps:g} 分（满分 10 分）")
    timed = (
        (row.wait_s, Text("answered after", "等待后应答")),
        (row.first_reply_s, Text("first reply after", "首次回复用时")),
        (row.resolution_s, Text("solved in", "解决用时")),
    )
    for seconds, called in timed:
        if seconds is not None:
            yield Text(f"{called.en} {duration(seconds)}", f"{called.zh} {duration(seconds, Language.ZH)}")
