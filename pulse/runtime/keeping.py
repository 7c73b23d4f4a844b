"""What `pulse retention` and `pulse privacy` do: delete what is too old, and tell or erase what is kept of one customer.

In: a site, a wish and an instant. Out: lines to print, or the customer's data.
"""

import re
from collections.abc import Iterator
from typing import Any

from collectors.redact import customer_hash
from pulse.clock import local_time
from pulse.config import ConfigError, Fault
from pulse.runtime.files import files_of
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.site import RunningSite
from sql.privacy import erase, known_of
from sql.pseudonyms import Pseudonyms
from sql.retention import Keeper, TooOld
from sql.session import Database

_HASH = re.compile(r"[0-9a-f]{32}")
_NEARLY_A_HASH = re.compile(r"[0-9a-f]{28,36}")
"""One that was copied badly: taken for a name it would be told that nothing is kept."""


def too_old(site: RunningSite, now: int) -> Iterator[str]:
    """A line for each kind of thing of which some is too old; nothing is deleted."""
    with known_database(site.database_url) as database:
        found = _keeper(site, database).too_old(now)
    yield from (_line(one, site, "would go") for one in found)
    if not found:
        yield "nothing is too old"


def swept(site: RunningSite, now: int) -> Iterator[str]:
    """Deletes what is too old; a line for each kind that was."""
    count = 0
    with known_database(site.database_url) as database:
        for one in _keeper(site, database).sweep(now):
            count += 1
            yield _line(one, site, "deleted")
    if not count:
        yield "nothing is too old"


def exported(site: RunningSite, customer: str, now: int) -> dict[str, Any]:
    """Everything that is kept of a customer, given by a hash or by who it is; raises ConfigError where that is neither."""
    known = _hash(site, customer)
    with known_database(site.database_url) as database:
        _file_waiting(site, database, now)
        return {"site": site.config.site.name, "customer": known, **known_of(database, site.config.site.name, known)}


def erased(site: RunningSite, customer: str, who: str | None, now: int) -> str:
    """Erases a customer, and says so; raises ConfigError."""
    known, key = _hash(site, customer), site.places.known_site_key()
    if key is None:
        message = "not there, expected the key of the site: without it what is told again of who is erased could not be known again"
        raise ConfigError([Fault(where=str(site.places.site_key_path), message=message)])
    with known_database(site.database_url) as database:
        _file_waiting(site, database, now)
        count = erase(database, site.config.site.name, known, Pseudonyms(key), (named(who), now))
    if not count:
        return f"nothing is kept of this customer (hash {known})"
    return f"erased: {'1 row leads' if count == 1 else f'{count:,} rows lead'} to nobody any more"


def _keeper(site: RunningSite, database: Database) -> Keeper:
    return Keeper(database, site.config.site.name, site.config.retention)


def _file_waiting(site: RunningSite, database: Database, now: int) -> None:
    """What was counted a moment ago belongs to it too; only where the key is, for else who was erased would be filed anew."""
    if site.places.known_site_key() is None:
        return
    files = files_of(site, database, now)
    while files.file_waiting():
        continue


def _hash(site: RunningSite, customer: str) -> str:
    written = customer.strip().lower()
    if _HASH.fullmatch(written):
        return written
    if _NEARLY_A_HASH.fullmatch(written):
        raise ConfigError([Fault(where="CUSTOMER", message=f"got {len(written)} hex digits, expected the 32 of a hash")])
    key = site.places.known_site_key()
    known = None if key is None else customer_hash(customer, key)
    if known is None:
        allowed = "a hash of 32 hex digits, or a number or address where the site has its key"
        raise ConfigError([Fault(where="CUSTOMER", message=f"got {len(customer)} signs that are no hash, expected {allowed}")])
    return known


def _line(one: TooOld, site: RunningSite, what: str) -> str:
    zone = site.config.zone
    span = f"{local_time(one.oldest, zone)} to {local_time(one.until, zone)}"
    return f"{one.kind.replace('_', ' ')}: {one.rows:,} row{'' if one.rows == 1 else 's'} of {span}: {what}"
