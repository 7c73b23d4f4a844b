"""What `pulse incident` does: finds incidents, tells all of one, and acts on it by the same functions as the console.

In: a site, a wish and an instant. Out: lines to print, and whether the wish was done.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from alerts import actions
from alerts.account import Account, account_of, text_of
from alerts.actions import Answer, Asked, Cause, Outcome
from alerts.allowed import allowed
from alerts.fields import LEVELS
from alerts.telling import ways_of
from alerts.timeline import TIME_NAMES
from alerts.words import DRILL
from collectors.redact import redact
from pulse.clock import local_time
from pulse.runtime.known_database import known_database
from pulse.runtime.person import LONGEST_NAME, named
from pulse.runtime.site import RunningSite
from pulse.written import UNKNOWN, duration
from sql.event_log import first_broken
from sql.incidents import Wanted, find_incidents
from sql.models import Incident
from sql.session import Database

_INDENT = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done to an incident."""

    incident_id: int
    deed: str
    said: str = ""
    """The name or the cause that goes with it."""
    who: str | None = None
    """None means the user of this system."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a wish, in one line."""

    is_done: bool
    line: str


def listed(site: RunningSite, every: bool, now: int) -> Iterator[str]:
    """A line for each open incident, or for each at all, the newest first."""
    with known_database(site.database_url) as database:
        found = find_incidents(database, site.config.site.name, Wanted(only_open=not every))
    if not found.rows:
        yield "no incident" if every else "no open incident"
    for row in found.rows:
        opened = local_time(row.opened_at, site.config.zone)
        lasted = duration(((row.closed_at or now) - row.opened_at) / 1000)
        title = _title(row)
        yield f"{row.id:>5}  {LEVELS.get(row.level, ''):<3}  {row.work:<12}  {opened}  {lasted:>11}  {row.owner or UNKNOWN}  {title}"
    if found.total > len(found.rows):
        yield f"and {found.total - len(found.rows)} more"


def shown(site: RunningSite, incident_id: int, now: int) -> list[str] | None:
    """All that is known of an incident; None where the site has none of that id."""
    with known_database(site.database_url) as database:
        account = account_of(database, site.config, incident_id, now)
    return None if account is None else list(_lines(account, site))


def done(site: RunningSite, wish: Wish, now: int) -> Done:
    """Does it to the incident as it is now; a refusal says what is allowed instead."""
    with known_database(site.database_url) as database:
        incident = _incident(database, site, wish.incident_id)
        if incident is None:
            line = f"incident {wish.incident_id}: there is no such incident, expected an id that `pulse incident list --all` shows"
            return Done(False, line)
        fault = _fault(wish)
        if fault:
            return Done(False, f"incident {wish.incident_id}: {fault}")
        outcome = _DEEDS[wish.deed](_Acting(database, site, _asked(wish, incident, site, now), wish.said.strip()))
        if outcome.answer is Answer.DONE:
            return Done(True, f"incident {wish.incident_id}: {outcome.text.en}")
        stands = _incident(database, site, wish.incident_id) or incident
        return Done(False, f"incident {wish.incident_id}: {outcome.text.en}; allowed now: {', '.join(allowed(stands))}")


def verified(site: RunningSite) -> Done:
    """Whether the event log is as it was written."""
    with known_database(site.database_url) as database:
        broken = first_broken(database, site.config.site.name)
    if broken is None:
        return Done(True, "the event log is whole")
    if broken == 0:
        return Done(False, "event log: lines are missing at its end")
    return Done(False, f"event log, line {broken}: not as it was written, or the line before it is gone")


@dataclass(frozen=True, slots=True)
class _Acting:
    database: Database
    site: RunningSite
    asked: Asked
    said: str


_DEEDS: Mapping[str, Callable[[_Acting], Outcome]] = {
    "acknowledge": lambda acting: actions.acknowledge(acting.database, acting.asked),
    "assign": lambda acting: actions.assign(acting.database, acting.asked, acting.said[:LONGEST_NAME]),
    "comment": lambda acting: actions.comment(acting.database, acting.asked),
    "mitigate": lambda acting: actions.mitigate(acting.database, acting.asked),
    "escalate": lambda acting: actions.escalate(acting.database, acting.asked, ways_of(acting.site.config)),
    "close": lambda acting: actions.close(acting.database, acting.asked, Cause(acting.said)),
    "reopen": lambda acting: actions.reopen(acting.database, acting.asked),
}


def _incident(database: Database, site: RunningSite, incident_id: int) -> Incident | None:
    with database.read() as session:
        found = session.get(Incident, incident_id)
    return found if found is not None and found.site == site.config.site.name else None


def _fault(wish: Wish) -> str | None:
    if wish.deed == "close" and wish.said.strip() not in set(Cause):
        return f'--cause: got "{wish.said}", expected one of {", ".join(Cause)}'
    if wish.deed == "assign" and not wish.said.strip():
        return "NAME: got nothing, expected who is to own it"
    if wish.deed == "comment" and not (wish.comment or "").strip():
        return "TEXT: got nothing, expected what is to be said"
    return None


def _asked(wish: Wish, incident: Incident, site: RunningSite, now: int) -> Asked:
    comment = redact(wish.comment.strip()) if wish.comment else None
    return Asked(incident.id, incident.version, named(wish.who), now, comment, origin="cli", shift_ends_at=site.config.shift_ends_at(now))


def _lines(account: Account, site: RunningSite) -> Iterator[str]:
    incident, zone = account.incident, site.config.zone
    yield f"#{incident.id}  level {LEVELS.get(incident.level, '')}  {incident.work}  {_title(incident)}"
    yield f"{_INDENT}{text_of(incident.why).en}"
    version = "" if account.rule_version is None else f", version {account.rule_version}"
    rule = f"rule {incident.rule} ({incident.kind}{version})"
    yield f"{_INDENT}{rule}, at {incident.scope}; opened {local_time(incident.opened_at, zone)} {zone.key}"
    yield f"{_INDENT}owner: {incident.owner or 'nobody yet'}; cause: {incident.cause or UNKNOWN}"
    took = (f"{name.en} {_duration(getattr(account.times, key))}" for key, name in TIME_NAMES.items())
    yield f"{_INDENT}{', '.join(took)}"
    touched = account.affected
    numbers = {"offered": touched.offered, "abandoned": touched.abandoned, "answered late": touched.answered_late}
    yield f"{_INDENT}contacts: {', '.join(f'{name} {UNKNOWN if value is None else value}' for name, value in numbers.items())}"
    yield f"{_INDENT}allowed now: {', '.join(allowed(incident))}"
    for moment in account.moments:
        said = f"{moment.text.en}: {moment.comment}" if moment.comment else moment.text.en
        yield f"{local_time(moment.at, zone)}  {said}"


def _title(incident: Incident) -> str:
    title = text_of(incident.title).en
    return f"{DRILL.en}{title}" if incident.drill else title


def _duration(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else duration(seconds)
