"""What `pulse incident statement | post-mortem | action` does: what people write after an incident, by the functions of its page.

In: a site, what was typed, an instant. Out: lines, or whether it was done. Texts lose identities before they are stored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from alerts import follow_ups, postmortem, statements
from alerts.account import Account, account_of
from alerts.actions import Answer, Asked, Outcome
from alerts.follow_ups import Promise, State
from alerts.postmortem import FISHBONE, LONGEST_FIELD, WHYS, PostMortem
from collectors.redact import redact
from pulse.audiences import AUDIENCE_NAMES, Audience, AudienceTable
from pulse.clock import local_time, next_day_start
from pulse.runtime.incidents import Done
from pulse.runtime.known_database import known_database
from pulse.runtime.person import LONGEST_NAME, named
from pulse.runtime.site import RunningSite
from pulse.text import Language, Text
from pulse.written import UNKNOWN, duration
from sql.models import StatementVersion
from sql.session import Database

ORIGIN = "cli"


@dataclass(frozen=True, slots=True)
class By:
    """Who types it when (epoch ms), of which incident; None means the user of this system."""

    incident_id: int
    who: str | None
    now: int


def statements_shown(site: RunningSite, incident_id: int) -> Iterator[str]:
    """The newest version for each audience, with what was done with it."""
    with known_database(site.database_url) as database:
        known = statements.versions_of(database, incident_id)
    for audience, versions in known.items():
        yield f"{audience}: {_marks(versions[-1], site)}"
        yield from (f"    {language}: {versions[-1].text[language]}" for language in Language)
    if not known:
        yield "no statement yet"


def statement_drafted(site: RunningSite, by: By, audience: Audience, text: Text | None) -> Done:
    """Adds a version: what was typed, else what the template makes of the incident."""

    def do(database: Database, account: Account, asked: Asked) -> Outcome:
        told = statements.drafted(account, audience, site.config) if text is None else Text(redact(text.en), redact(text.zh))
        return statements.draft(database, asked, audience, told, seen=_newest(database, by.incident_id, audience))

    return _done(site, by, do)


def statement_approved(site: RunningSite, by: By, audience: Audience) -> Done:
    """Approves the newest version; where another person than its author must, who acts is to be named."""
    second = site.config.login is not None and _table(site, audience).second_person
    if second and not (by.who or "").strip():
        return Done(False, f"incident {by.incident_id}: --who: got nothing, expected who approves: another person than its author must")

    def do(database: Database, _account: Account, asked: Asked) -> Outcome:
        return statements.approve(database, asked, audience, _newest(database, by.incident_id, audience), second_person=second)

    done = _done(site, by, do)
    return Done(True, f"{done.line}, by {named(by.who)}") if done.is_done else done


def statement_sent(site: RunningSite, by: By, audience: Audience) -> Done:
    """Sends the newest version, if it is approved, to the channels of its audience."""
    channels = _table(site, audience).notify

    def do(database: Database, _account: Account, asked: Asked) -> Outcome:
        return statements.send(database, asked, audience, _newest(database, by.incident_id, audience), channels=channels)

    return _done(site, by, do)


def post_mortem_shown(site: RunningSite, by: By) -> list[str] | None:
    """The newest version, else what the log drafts by itself; None where there is no such incident."""
    with known_database(site.database_url) as database:
        account = account_of(database, site.config, by.incident_id, by.now)
        if account is None:
            return None
        versions = postmortem.versions_of(database, by.incident_id)
        content = postmortem.content_of(versions[-1]) if versions else postmortem.drafted(account, Language.EN, site.config.zone)
    head = f"version {versions[-1].version} by {versions[-1].who}" if versions else "no version yet; what the log drafts"
    return [head, *_content_lines(content)]


def post_mortem_written(site: RunningSite, by: By, changes: PostMortem) -> Done:
    """Adds a version: the newest, else the draft, with what was typed put over it and the facts of now."""
    fault = _class_fault(changes.fishbone)
    if fault:
        return Done(False, f"incident {by.incident_id}: {fault}")

    def do(database: Database, account: Account, asked: Asked) -> Outcome:
        versions = postmortem.versions_of(database, by.incident_id)
        base = postmortem.content_of(versions[-1]) if versions else postmortem.drafted(account, Language.EN, site.config.zone)
        content = postmortem.with_facts(_put_over(base, changes), account)
        return postmortem.save(database, asked, content, versions[-1].version if versions else 0)

    return _done(site, by, do)


def post_mortem_finished(site: RunningSite, by: By) -> Done:
    """Ends the work on a closed incident."""
    return _done(site, by, lambda database, _account, asked: postmortem.finish(database, asked))


def actions_shown(site: RunningSite, incident_id: int) -> Iterator[str]:
    """A line for each action that follows from an incident."""
    with known_database(site.database_url) as database:
        rows = follow_ups.follow_ups_of(database, incident_id)
    for row in rows:
        yield f"{row.id:>4}  {row.state:<8}  due {local_time(row.due_at - 1, site.config.zone)[:10]}  {row.owner}  {row.what}"
    if not rows:
        yield "no action"


def action_promised(site: RunningSite, by: By, what: str, owner: str, due: date) -> Done:
    """Keeps what somebody is to do until the end of a day."""
    noon = round(datetime(due.year, due.month, due.day, 12, tzinfo=site.config.zone).timestamp() * 1000)
    promised = Promise(what=redact(what), owner=owner.strip()[:LONGEST_NAME], due_at=next_day_start(noon, site.config.zone))
    return _done(site, by, lambda database, _account, asked: follow_ups.promise(database, asked, promised))


def action_moved(site: RunningSite, by: By, action_id: int, state: State) -> Done:
    """Says that an action is done, dropped or open again."""
    return _done(site, by, lambda database, _account, asked: follow_ups.move(database, asked, action_id, state))


def _done(site: RunningSite, by: By, do: Callable[[Database, Account, Asked], Outcome]) -> Done:
    with known_database(site.database_url) as database:
        account = account_of(database, site.config, by.incident_id, by.now)
        if account is None:
            line = f"incident {by.incident_id}: there is no such incident, expected an id that `pulse incident list --all` shows"
            return Done(False, line)
        asked = Asked(by.incident_id, account.incident.version, named(by.who), by.now, origin=ORIGIN)
        outcome = do(database, account, asked)
    return Done(outcome.answer is Answer.DONE, f"incident {by.incident_id}: {outcome.text.en}")


def _newest(database: Database, incident_id: int, audience: Audience) -> int:
    versions: Sequence[StatementVersion] = statements.versions_of(database, incident_id).get(audience, ())
    return versions[-1].version if versions else 0


def _table(site: RunningSite, audience: Audience) -> AudienceTable:
    return site.config.statements.get(audience, AudienceTable())


def _marks(version: StatementVersion, site: RunningSite) -> str:
    zone = site.config.zone
    parts = [f"version {version.version} for {AUDIENCE_NAMES[Audience(version.audience)].en.lower()}, drafted by {version.drafted_by}"]
    if version.approved_at is not None:
        parts.append(f"approved {local_time(version.approved_at, zone)} by {version.approved_by}")
    if version.sent_at is not None:
        parts.append(f"sent {local_time(version.sent_at, zone)} by {version.sent_by} to {', '.join(version.channels)}")
    return "; ".join(parts)


def _class_fault(fishbone: str | None) -> str | None:
    if fishbone is None or fishbone in FISHBONE:
        return None
    return f'--class: got "{fishbone}", expected one of {", ".join(FISHBONE)}'


def _put_over(base: PostMortem, changes: PostMortem) -> PostMortem:
    """The fields that were typed, without identities; those that were not stay."""
    texts = {
        name: redact(value[:LONGEST_FIELD])
        for name, value in {"summary": changes.summary, "went_well": changes.went_well, "went_badly": changes.went_badly}.items()
        if value.strip()
    }
    whys = tuple(redact(why[:LONGEST_FIELD]) for why in changes.whys[:WHYS]) if any(changes.whys) else base.whys
    return msgspec.structs.replace(base, whys=(*whys, *[""] * (WHYS - len(whys))), fishbone=changes.fishbone or base.fishbone, **texts)


def _content_lines(content: PostMortem) -> Iterator[str]:
    yield from content.summary.splitlines()
    yield from (f"why {number}: {why}" for number, why in enumerate(content.whys, 1) if why)
    yield f"class: {content.fishbone or UNKNOWN}"
    for name, text in (("went well", content.went_well), ("went badly", content.went_badly)):
        if text:
            yield f"{name}: {text}"
    yield ", ".join(f"{name} {UNKNOWN if value is None else duration(value)}" for name, value in content.times.items())
    if content.missing:
        yield f"missing before it can be finished: {', '.join(content.missing)}"
