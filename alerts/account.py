"""Everything that is on record of one incident, read at once: for its page, the command line and its post-mortem.

In: the database, the config and an instant. Out: an account, or None where nobody knows the incident.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.affected import COUNTED, Affected, affected, stretch
from alerts.baseline import HourlyBaseline
from alerts.kept_quiet import kept_quiet
from alerts.lifecycle import State
from alerts.replayed import Hindsight, Minute, replayed
from alerts.ruleset import LoadedRule, load_rules
from alerts.timeline import Line, Moment, Story, Times, Told, breach_began, over_at, timeline, times
from pulse.config import Config, ConfigError
from pulse.kpi.board import Board, UnreadableBoard, read_board_json
from pulse.kpi.interval import MINUTE_MS
from pulse.text import Text
from sql.history import History
from sql.models import DeliveryAttempt, Incident, OutboxMessage, SignalState, Transition, shelf_of
from sql.rule_versions import in_force
from sql.session import Database

BEFORE_MS, AFTER_MS = 30 * MINUTE_MS, 10 * MINUTE_MS
"""What is looked at before an alert, for its beginning too, and after it."""
MOST_MINUTES = 720
"""An alert that stood for longer is looked at in part: its first twelve hours."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One incident with what is known of it."""

    incident: Incident
    story: Story
    until: int
    """When its signal was OK to stay, else when it was read (epoch ms)."""
    moments: tuple[Moment, ...]
    times: Times
    affected: Affected
    minutes: tuple[Minute, ...]
    """Its figure, from half an hour before it was raised until ten minutes after its end; empty where no Board tells it."""
    rule: LoadedRule | None
    """None where the config has no such rule any more."""
    peak: float | None = None
    """The worst value while it stood; None where none is known, or the same rule raised another incident there since."""
    is_quiet: bool = False
    """Whether something keeps it quiet: then nobody is asked to acknowledge it."""
    rule_version: int | None = None
    """The number of the text its rule had when it was opened; None where none was kept."""


def account_of(database: Database, config: Config, incident_id: int, now: int) -> Account | None:
    """The account of an incident of this site; raises what the database raises."""
    with database.read() as session:
        incident = session.get(Incident, incident_id)
        if incident is None or incident.site != config.site.name:
            return None
        story = story_of(session, incident)
        peak, is_quiet = _peak(session, incident), bool(kept_quiet(session, [incident], now))
        version = in_force(session, config.site.name, incident.rule, incident.opened_at)
    rule = rule_of(config, incident)
    until = over_at(story) or incident.closed_at or now
    minutes = _minutes(History(database), config, incident, rule, until)
    if rule is not None:
        judged = ((minute.at, minute.breaching) for minute in minutes)
        story = replace(story, began_at=breach_began(judged, story.opened_at, rule.policy.raise_for_ms))
    counts = (
        {}
        if incident.drill
        else History(database).day_counts(config.site.name, *stretch(story.began_at or story.opened_at, until), COUNTED)
    )
    return Account(
        incident=incident,
        story=story,
        until=until,
        moments=timeline(story),
        times=times(story),
        affected=affected(counts, incident.scope, rule.queues if rule else ()),
        minutes=minutes,
        rule=rule,
        peak=peak,
        is_quiet=is_quiet,
        rule_version=None if version is None else version.number,
    )


def story_of(session: Session, incident: Incident) -> Story:
    """The log and the messages of an incident."""
    lines = session.scalars(select(Transition).where(Transition.incident_id == incident.id).order_by(Transition.id))
    return Story(
        opened_at=incident.opened_at, entries=tuple(entry_of(line) for line in lines), messages=tuple(_messages(session, incident.id))
    )


def entry_of(line: Transition) -> Line:
    """A line of the event log as a timeline has it."""
    return Line(
        at=line.at,
        kind=line.kind,
        who=line.who,
        before=line.from_state,
        after=line.to_state,
        why=text_of(line.why),
        comment=line.comment,
    )


def rule_of(config: Config, incident: Incident) -> LoadedRule | None:
    """The rule that raised it, as the config has it now; None where there is none of that name and kind."""
    try:
        rules = load_rules(config)
    except ConfigError as error:
        log.warning("rules_unread", faults=len(error.faults))
        return None
    return next((rule for rule in rules if (rule.name, rule.kind) == (incident.rule, incident.kind)), None)


def text_of(stored: dict[str, str]) -> Text:
    """A text as SQL keeps it; one that has a language only stands for both."""
    english = stored.get("en") or stored.get("zh") or ""
    return Text(english, stored.get("zh") or english)


def _minutes(history: History, config: Config, incident: Incident, rule: LoadedRule | None, until: int) -> tuple[Minute, ...]:
    # The Boards that are kept know nothing of a drill.
    if rule is None or incident.drill:
        return ()
    start, end = incident.opened_at - BEFORE_MS, until + AFTER_MS
    complaints = partial(history.hourly_complaints, config.site.name)
    boards = _boards(history, config.site.name, start, min(end, start + MOST_MINUTES * MINUTE_MS))
    try:
        return replayed(rule, incident.scope, boards, Hindsight(HourlyBaseline(complaints, config.zone), config.name_of))
    except Exception:
        log.exception("rule_fault", rule=rule.name)
        return ()


def _boards(history: History, site: str, start: int, end: int) -> Iterator[Board]:
    for at, data in history.boards(site, start, end):
        try:
            yield read_board_json(data)
        except UnreadableBoard as error:
            log.warning("past_board_unreadable", at=at, error=str(error))


def _peak(session: Session, incident: Incident) -> float | None:
    stored = session.get(SignalState, (shelf_of(incident.site, incident.drill_id), incident.rule, incident.scope))
    state = None if stored is None else msgspec.convert(stored.state, State)
    return state.peak if state is not None and state.incident_id == incident.id else None


def _messages(session: Session, incident_id: int) -> Iterator[Told]:
    failed: dict[int, list[tuple[int, str]]] = {}
    query = (
        select(DeliveryAttempt)
        .join(OutboxMessage, OutboxMessage.id == DeliveryAttempt.message_id)
        .where(OutboxMessage.incident_id == incident_id, DeliveryAttempt.error.is_not(None))
        .order_by(DeliveryAttempt.id)
    )
    for attempt in session.scalars(query):
        failed.setdefault(attempt.message_id, []).append((attempt.at, attempt.error or ""))
    sent: Sequence[OutboxMessage] = session.scalars(
        select(OutboxMessage).where(OutboxMessage.incident_id == incident_id).order_by(OutboxMessage.id)
    ).all()
    for message in sent:
        step = str(message.payload.get("state", ""))
        yield Told(
            channel=message.channel, step=step, level=message.level, sent_at=message.sent_at, failures=tuple(failed.get(message.id, ()))
        )
