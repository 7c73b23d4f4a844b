"""What pages read and write beside the streams: history and incidents in SQL, the nudge in Redis; kept open per process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st
import structlog
from redis.exceptions import RedisError

from alerts import follow_ups, postmortem, statements
from alerts.account import Account, account_of
from alerts.auditing import auditor_of, findings_lately
from alerts.handovers import HandOvers
from alerts.noise import Known as Alarms
from alerts.noise import Noise, noise_of
from alerts.outbox_counts import ChannelCounts, counts_by_channel
from alerts.review import Review, review_of
from dashboard.day import Day, by_channel, day_of, days_at
from dashboard.day_points import HALF_HOUR_MS, Slots
from dashboard.incident_filters import Known
from dashboard.incident_log import LogLine, log_of
from dashboard.layout import Ready, shipped
from dashboard.layouts_kept import layouts_of
from dashboard.report.from_history import snapshot_now
from dashboard.report.restated import Restated, restated
from dashboard.report.stretch import stretch_of
from dashboard.serving import Serving, serving
from dashboard.trend import QueueTallies
from dashboard.written import at_clock
from pulse.audiences import Audience
from pulse.clock import Clock, day_start, earlier_day_start, next_day_start, system_clock
from pulse.kpi.interval import MINUTE_MS
from pulse.kpi.snapshot import Edition, Snapshot, UnreadableSnapshot, encode_snapshot, seal
from sql import noise as noise_rows
from sql import receipts, snapshots, wall_tokens
from sql.config_tables import ConfigReading
from sql.duty import AuditFinding
from sql.history import History
from sql.incidents import Found, Mark, RuleCount, Wanted, counts_by_rule, find_incidents, first_opened, mark_of, scopes_seen
from sql.ledger import Ledger
from sql.models import FollowUp, PostMortemVersion, StatementVersion
from sql.receipts import Found as FoundReceipts
from sql.receipts import Wanted as WantedReceipts
from sql.session import Database, DatabaseUnreadable, open_database

HISTORY_TTL_S = 60
PAST_TTL_S = 600
"""A day that is over changes only by late records."""
STANDING_TTL_S = 2
MOST_SNAPSHOTS = 64
"""Kept in memory at once."""
MOST_IN_A_WEEK = 500
"""More incidents of one week are not read in a meeting."""
log = structlog.get_logger(__name__)


@st.cache_resource
def database(url: str) -> Database:
    """The database behind a URL, opened once."""
    return open_database(url)


@st.cache_data(ttl=HISTORY_TTL_S, show_spinner=False)
def day_page(minute: int) -> Day:
    """Today and the days it is compared with, as they stood in the minute that starts at `minute` (epoch ms)."""
    served = serving()
    days = days_at(minute, served.config.zone)
    counted_until = History(database(served.database_url)).watched_until(served.config.site.name)

    def read(start: int, end: int) -> Slots:
        return _slots(start, end) if end > days.today else _past_slots(start, end)

    return day_of(read, ledger(), days, counted_until)


@st.cache_data(ttl=PAST_TTL_S, show_spinner=False)
def _past_slots(start: int, end: int) -> Slots:
    return _slots(start, end)


def _slots(start: int, end: int) -> Slots:
    served = serving()
    history = History(database(served.database_url))
    return history.channel_slots((start, end), HALF_HOUR_MS, served.config.site.name, served.config.zone)


def ledger() -> Ledger:
    """What was promised on which day; raises what the database raises."""
    served = serving()
    return Ledger.read(database(served.database_url), served.config)


def last_hour(at: int) -> dict[int, QueueTallies]:
    """What each queue counted in each of the 90 minutes before `at` (epoch ms), by minute number; a trend looks back half an hour."""
    served = serving()
    end = at - at % MINUTE_MS
    slots = History(database(served.database_url)).tallies_by(served.config.site.name, end - 90 * MINUTE_MS, end, MINUTE_MS)
    return {start // MINUTE_MS: queues for start, queues in slots.items()}


def standing_tokens() -> frozenset[str]:
    """The ids of the wall tokens that nobody revoked."""
    served = serving()
    return wall_tokens.standing(database(served.database_url), served.config.site.name)


def token_labels() -> dict[str, str]:
    """The labels of all wall tokens by id; none while the database does not answer."""
    served = serving()
    try:
        return {row.id: row.label for row in wall_tokens.issued(database(served.database_url), served.config.site.name)}
    except DatabaseUnreadable as error:
        log.warning("wall_tokens_unreadable", error=type(error).__name__)
        return {}


@st.cache_data(ttl=STANDING_TTL_S, show_spinner=False)
def standing_tokens_lately() -> frozenset[str]:
    """The same, at most two seconds old: for pages, which are drawn again and again."""
    return standing_tokens()


def layouts_now() -> dict[str, Ready]:
    """The site's layouts; raises what the database raises."""
    served, kept = serving(), _kept_layouts()
    kept.layouts = layouts_of(database(served.database_url), served.config.site.name)
    return kept.layouts


@dataclass
class _KeptLayouts:
    """The layouts that were read last, by a page or for the streams."""

    layouts: dict[str, Ready]


@st.cache_resource(show_spinner=False)
def _kept_layouts() -> _KeptLayouts:
    return _KeptLayouts(dict(shipped()))


@st.cache_resource(ttl=STANDING_TTL_S, show_spinner=False)
def site_layouts() -> dict[str, Ready]:
    """The site's layouts, at most two seconds old; the ones read last while the database does not answer."""
    try:
        return layouts_now()
    except DatabaseUnreadable as error:
        log.warning("layouts_unreadable", error=type(error).__name__)
        return _kept_layouts().layouts


def incident_log(incident_id: int) -> list[LogLine]:
    """What happened to an incident of this site; raises what the database raises."""
    served = serving()
    return log_of(database(served.database_url), served.config.site.name, incident_id)


def account_now(incident_id: int, now: int) -> Account | None:
    """Everything that is on record of an incident at `now` (epoch ms); None where the site has none of that id."""
    served = serving()
    return account_of(database(served.database_url), served.config, incident_id, now)


def incident_mark(incident_id: int) -> Mark:
    """Changes whenever something happens to an incident."""
    return mark_of(database(serving().database_url), incident_id)


def incidents_found(wanted: Wanted) -> Found:
    """The incidents that are looked for, the newest first."""
    served = serving()
    return find_incidents(database(served.database_url), served.config.site.name, wanted)


def incidents_known() -> Known:
    """What incidents can be looked for by."""
    served = serving()
    opened, site = database(served.database_url), served.config.site.name
    return Known(scopes=tuple(scopes_seen(opened, site)), first_at=first_opened(opened, site))


def rule_counts(start: int, short_s: float) -> dict[str, RuleCount]:
    """How often each rule opened an incident since `start` (epoch ms), and how often one that was over sooner than `short_s`."""
    served = serving()
    return counts_by_rule(database(served.database_url), served.config.site.name, start, short_s)


def statements_of(incident_id: int) -> dict[Audience, Sequence[StatementVersion]]:
    """What was written for each audience of an incident."""
    return statements.versions_of(database(serving().database_url), incident_id)


def post_mortems_of(incident_id: int) -> Sequence[PostMortemVersion]:
    """The versions of an incident's post-mortem."""
    return postmortem.versions_of(database(serving().database_url), incident_id)


def follow_ups_of(incident_id: int) -> Sequence[FollowUp]:
    """What people promised to do after an incident."""
    return follow_ups.follow_ups_of(database(serving().database_url), incident_id)


def week_review(start: int, end: int) -> Review:
    """The review of the days in [start, end) (epoch ms), as far as they have come; raises what the database raises."""
    served = serving()
    config, opened = served.config, database(served.database_url)
    days, day, until = {}, start, min(end, this_minute())
    while day < until:
        next_day = next_day_start(day, config.zone)
        counted = by_channel(_past_slots(day, next_day) if next_day <= until else _slots(day, until))
        if counted:
            days[day] = counted
        day = next_day
    found = find_incidents(opened, config.site.name, Wanted(start=start, end=end), most=MOST_IN_A_WEEK)
    return review_of(days, found.rows, follow_ups.open_follow_ups(opened, config.site.name), ledger())


@dataclass(frozen=True, slots=True)
class ConfigState:
    """What the watch made of the config file when it read it last; instants are epoch ms."""

    read_at: int
    in_force_since: int
    faults: tuple[str, ...]
    """Why the rules in force are not those of the file; none where they are."""
    restart: tuple[str, ...]
    """The keys of the file that wait for a restart."""


def config_state() -> ConfigState | None:
    """What the watch made of the config file; None where no watch has read one. Raises what the database raises."""
    served = serving()
    with database(served.database_url).read() as session:
        found = session.get(ConfigReading, served.config.site.name)
        return found and ConfigState(found.read_at, found.in_force_since, tuple(found.faults), tuple(found.restart))


@st.cache_data(ttl=STANDING_TTL_S, show_spinner=False)
def config_state_lately() -> ConfigState | None:
    """The same, at most two seconds old; None too while the database does not answer."""
    try:
        return config_state()
    except DatabaseUnreadable as error:
        log.warning("config_state_unreadable", error=type(error).__name__)
        return None


@st.cache_data(ttl=HISTORY_TTL_S, show_spinner=False)
def noise_page(minute: int, days: int) -> tuple[int, Noise]:
    """Since when (epoch ms) and how much alarms asked of people in so many days, as it stood in the minute that starts at `minute`."""
    served = serving()
    config, opened, site = served.config, database(served.database_url), served.config.site.name
    begun_at = History(opened).first_at(site)
    start, end = max(earlier_day_start(minute, days - 1, config.zone), begun_at or 0), minute + MINUTE_MS
    known = Alarms(
        start=start,
        end=end,
        raises=noise_rows.raises(opened, site, start, end),
        incidents=noise_rows.answered(opened, site, start, end),
        flaps=noise_rows.flaps_by_rule(opened, site, start, end),
    )
    return start, noise_of(known, config.planned_shifts, lambda at: day_start(at, config.zone))


def receipts_found(wanted: WantedReceipts) -> FoundReceipts:
    """The messages that are looked for, the newest first."""
    served = serving()
    return receipts.find_receipts(database(served.database_url), served.config.site.name, wanted)


def late_lately() -> Sequence[AuditFinding]:
    """When alerting itself was late, the newest first."""
    served = serving()
    return findings_lately(database(served.database_url), served.config.site.name)


def channels_seen() -> list[str]:
    """Every channel that ever had a message."""
    served = serving()
    return receipts.channels_seen(database(served.database_url), served.config.site.name)


def outbox_counts() -> list[ChannelCounts]:
    """How the outbox stands; raises what the database raises."""
    served = serving()
    return counts_by_channel(database(served.database_url), served.config.site.name)


def auditor_look(served: Serving, clock: Clock) -> Callable[[], tuple[str, ...]] | None:
    """How the auditor of this process looks: what it found as late_KIND:HH:MM. None where the file has no [auditor]."""
    auditor = auditor_of(served.config, lambda: database(served.database_url), clock())
    if auditor is None:
        return None
    return lambda: tuple(f"late_{one.kind}:{at_clock(one.since, served.config.zone)}" for one in auditor.look(clock()))


def hand_over_look(served: Serving) -> Callable[[], tuple[str, ...]] | None:
    """Whether a shift was not taken over in time, as late_handover:HH:MM of its beginning. None where the file has no [handover]."""
    if served.config.handover is None:
        return None

    def look() -> tuple[str, ...]:
        row = HandOvers(database(served.database_url), served.config).offered()
        if row is None or not row.told:
            return ()
        return (f"late_handover:{at_clock(row.to_start or row.offered_at, served.config.zone)}",)

    return look


def this_minute() -> int:
    """The first instant of the running minute (epoch ms)."""
    now = system_clock()
    return now - now % 60_000


def nudge(kind: str) -> bool:
    """Tells the other processes that something changed; False where Redis did not take it, they look once a second anyway."""
    served = serving()
    try:
        with served.redis() as client:
            client.publish(served.keys.changed, kind)
    except RedisError as error:
        log.warning("nudge_lost", kind=kind, error=type(error).__name__)
        return False
    return True


def snapshots_kept(edition: Edition) -> list[snapshots.Frozen]:
    """What is frozen of an edition, the newest first."""
    served = serving()
    return snapshots.listed(database(served.database_url), served.config.site.name, edition)


@st.cache_data(max_entries=MOST_SNAPSHOTS, show_spinner=False)
def snapshot_kept(edition: Edition, day: str, sha: str) -> Snapshot:
    """What was frozen with that hash; raises UnreadableSnapshot where it is not that any more."""
    served = serving()
    found = snapshots.find(database(served.database_url), served.config.site.name, edition, day)
    if found is None or seal(encode_snapshot(found)) != sha:
        raise UnreadableSnapshot(f"{edition} {day}: its content does not have its hash")
    return found


@st.cache_data(ttl=PAST_TTL_S, max_entries=MOST_SNAPSHOTS, show_spinner=False)
def restated_lately(edition: Edition, day: str, sha: str) -> tuple[Restated, ...]:
    """What history tells otherwise than a frozen snapshot, at most ten minutes old."""
    served = serving()
    stretch = stretch_of(edition, date.fromisoformat(day), served.config.zone)
    return restated(snapshot_kept(edition, day, sha), snapshot_now(database(served.database_url), served.config, stretch, system_clock()))
