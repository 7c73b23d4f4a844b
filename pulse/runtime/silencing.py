"""What `pulse silence` does: makes, lists and lifts silences by the same functions as the pages.

In: a site, a wish and an instant. Out: lines to print. Raises Unfit where a silence cannot be.
"""

from collections.abc import Iterator
from dataclasses import replace

from alerts.fields import LEVELS
from alerts.muting import ANY
from alerts.silences import By, Unfit, Wanted, lift, silence, silences_after
from collectors.redact import redact
from pulse.clock import local_time
from pulse.maintenance import matches
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.site import RunningSite
from pulse.text import Text

ORIGIN = "cli"


def listed(site: RunningSite, now: int) -> Iterator[str]:
    """A line for each silence that stands or will, the next to end first."""
    with known_database(site.database_url) as database, database.read() as session:
        found = [one for one in silences_after(session, site.config.site.name, now) if one.lifted_at is None]
    if not found:
        yield "nothing is silenced"
    for one in found:
        until = local_time(one.ends_at, site.config.zone)
        yield f"#{one.id}  {one.rule} / {one.scope}  {LEVELS[one.level]} and milder  until {until}  by {one.by}  {one.comment}".rstrip()


def made(site: RunningSite, wanted: Wanted, who: str | None, now: int) -> str:
    """Makes a silence and says how it stands."""
    _check_rule(site, wanted.rule)
    with known_database(site.database_url) as database:
        clean = replace(wanted, comment=redact(wanted.comment))
        one = silence(database, site.config.site.name, clean, By(named(who), now, ORIGIN))
    return f"#{one.id}  {one.rule} / {one.scope}: silenced until {local_time(one.ends_at, site.config.zone)}"


def _check_rule(site: RunningSite, pattern: str) -> None:
    """A silence of a rule that is not there would hide nothing, and nobody would notice; raises Unfit."""
    names = site.config.rules
    if not any(matches(name, pattern) for name in names):
        allowed = ", ".join((*names, ANY))
        raise Unfit(Text(f'--rule: got "{pattern}", expected one of {allowed}', f"--rule：没有规则 {pattern}，可用：{allowed}"))


def lifted(site: RunningSite, silence_id: int, who: str | None, now: int) -> str | None:
    """Lifts a silence and says so; None where there is none that stands or will."""
    with known_database(site.database_url) as database:
        found = lift(database, site.config.site.name, silence_id, By(named(who), now, ORIGIN))
    return None if found is None else f"#{found.id}: lifted"
