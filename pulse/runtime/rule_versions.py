"""What `pulse rule list --versions` shows: every text a rule had, from when until when, and which incidents it opened.

In: a site. Out: lines to print.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import select

from pulse.clock import local_time
from pulse.runtime.known_database import known_database
from pulse.runtime.site import RunningSite
from sql.config_tables import RuleVersion
from sql.models import Incident
from sql.rule_versions import GONE, versions
from sql.session import Database

_MOST_NAMED = 10
_INDENT = "    "


def version_lines(site: RunningSite) -> Iterator[str]:
    """A line for each rule and, below it, one for each version, the first one first."""
    with known_database(site.database_url) as database:
        found, opened = versions(database, site.config.site.name), _opened(database, site.config.site.name)
    if not found:
        yield "no version: no watch has run since rules are kept"
    for name, some in groupby(found, key=lambda one: one.name):
        of_rule = list(some)
        yield f"{name}  {len(of_rule)} version{'' if len(of_rule) == 1 else 's'}"
        fired = _fired(of_rule, opened.get(name, ()))
        for one, ids in zip(of_rule, fired, strict=True):
            yield f"{_INDENT}{_version(one, ids, site)}"


def _version(one: RuleVersion, ids: Sequence[int], site: RunningSite) -> str:
    since = f"since {local_time(one.first_seen_at, site.config.zone)} {site.config.zone.key}"
    if one.text == GONE:
        return f"{one.number:>3}  {since}  removed"
    named = ", ".join(f"#{number}" for number in ids[:_MOST_NAMED]) or "none"
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return f"{one.number:>3}  {since}  {one.sha[:12]}  {one.origin}  incidents: {named}{more}"


def _fired(of_rule: Sequence[RuleVersion], opened: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The ids of the incidents that each version opened, by when they were opened."""
    since = [one.first_seen_at for one in of_rule]
    fired: list[list[int]] = [[] for _ in of_rule]
    for opened_at, number in opened:
        place = bisect_right(since, opened_at) - 1
        if place >= 0:
            fired[place].append(number)
    return fired


def _opened(database: Database, site: str) -> Mapping[str, Sequence[tuple[int, int]]]:
    """When incidents were opened (epoch ms), and their ids, by rule."""
    found = defaultdict[str, list[tuple[int, int]]](list)
    query = select(Incident.rule, Incident.opened_at, Incident.id).where(Incident.site == site).order_by(Incident.id)
    with database.read() as session:
        for rule, opened_at, number in session.execute(query):
            found[rule].append((opened_at, number))
    return found
