"""Views for BI tools: what history keeps as JSON and epoch ms, as columns and timestamps. docs/access.md describes them.

In: a connection within the transaction that lays the tables out. Out: views; one that is as it should be is not touched, so that nobody's
work on top of it breaks. A site's own day is told from the instant it begins, for a database knows no site's zone.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger(__name__)

FLOW = (
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "abandoned_within_target",
    "overflowed",
    "withdrawn",
    "lost",
    "callback_requested",
    "refused",
    "transferred",
    "handled",
)
"""Counts that are 0 where a queue was counted and nothing of the kind happened."""
OTHERS = (
    "handled_known",
    "wait_answered_known",
    "first_replies",
    "first_replies_known",
    "resolved",
    "resolved_known",
    "reopened",
    "bot_sessions",
    "bot_solved",
    "complaints",
    "csat_responses",
    "csat_top_two",
    "nps_promoters",
    "nps_passives",
    "nps_detractors",
)
"""Counts that are null where there was none: a database cannot tell nothing from nobody who tells."""
SUMS = {
    "talk_s": ("talk_ms", "handled_known"),
    "hold_s": ("hold_ms", "handled_known"),
    "acw_s": ("acw_ms", "handled_known"),
    "wait_answered_s": ("wait_answered_ms", "wait_answered_known"),
    "first_reply_s": ("first_replies_ms", "first_replies_known"),
    "resolution_s": ("resolved_ms", "resolved_known"),
}
"""Sums of seconds: of which count, and how many contacts it is the sum of."""
_COUNTED = ("offered", "answered", "abandoned", "overflowed", "refused", "handled")
"""One of these says that a queue's flow of contacts was counted."""
_CONTACT = (
    "contact_id",
    "queue",
    "channel",
    "outcome",
    "wait_s",
    "talk_s",
    "hold_s",
    "acw_s",
    "first_reply_s",
    "resolution_s",
    "csat",
    "nps",
    "customer",
    "segment",
    "business_line",
    "category",
    "priority",
)
_CONTACT_INSTANTS = ("offered_at", "left_at", "completed_at", "transferred_at", "first_reply_at", "resolved_at", "reopened_at", "rated_at")
_INCIDENT = ("id", "rule", "kind", "scope", "level", "worst_level", "signal", "work", "value", "threshold", "cause")
_NOON_MS = 13 * 3_600_000
"""Behind a local midnight: the UTC day is the site's own then, from UTC−10 to UTC+13."""


class Dialect(NamedTuple):
    """How a database reads a count or a word of JSON, and makes an instant and a day of epoch ms."""

    number: Callable[[str, str], str]
    word: Callable[[str, str], str]
    instant: Callable[[str], str]
    day: Callable[[str], str]


DIALECTS: Mapping[str, Dialect] = {
    "sqlite": Dialect(
        number=lambda where, name: f"json_extract(tally, '$.{where}.{name}')",
        word=lambda column, name: f"json_extract({column}, '$.{name}')",
        instant=lambda at: f"strftime('%Y-%m-%dT%H:%M:%fZ', {at} / 1000.0, 'unixepoch')",
        day=lambda at: f"date(({at} + {_NOON_MS}) / 1000, 'unixepoch')",
    ),
    "postgresql": Dialect(
        number=lambda where, name: f"(tally -> '{where}' ->> '{name}')::bigint",
        word=lambda column, name: f"{column} ->> '{name}'",
        instant=lambda at: f"to_timestamp({at} / 1000.0)",
        day=lambda at: f"(to_timestamp(({at} + {_NOON_MS}) / 1000.0) AT TIME ZONE 'UTC')::date",
    ),
}


def make_views(connection: Connection) -> None:
    """Makes the views that are not there as they should be."""
    known = _known(connection)
    for name, statement in statements(connection.dialect.name).items():
        mark = sha256(statement.encode()).hexdigest()
        if known.get(name) != mark and (_replaced(connection, name, statement) if name in known else _made(connection, name, statement)):
            _keep_mark(connection, name, mark)


def drop_views(connection: Connection) -> None:
    """Takes the views away, so that the tables beneath them can be changed."""
    for name in sorted(set(inspect(connection).get_view_names()) & set(statements(connection.dialect.name))):
        connection.exec_driver_sql(f"DROP VIEW {name}")


def statements(dialect: str) -> dict[str, str]:
    """What each view selects, by its name."""
    d = DIALECTS[dialect]
    return {
        "v_day_figures": _figures(d, "1d", ("queue", "channel")),
        "v_hour_figures": _figures(d, "1h", ("queue", "channel")),
        "v_quarter_figures": _figures(d, "15m", ("queue", "channel")),
        "v_day_parts": _figures(d, "1d", ("queue", "channel", "business_line", "segment", "category")),
        "v_contacts": _select("contacts", [*_at(d), *_CONTACT, *_instants(d, _CONTACT_INSTANTS)]),
        "v_incidents": f"{_select('incidents', _incident(d))} WHERE NOT drill",
        "v_snapshots": _select("snapshots", ["edition", "day", f"{d.instant('frozen_at')} AS frozen_at", "sha"]),
    }


def _figures(d: Dialect, grain: str, keys: tuple[str, ...]) -> str:
    day = [f"{d.day('at')} AS day"] if grain == "1d" else []
    table = "slices" if "segment" in keys else "rollups"
    return f"{_select(table, [*_at(d), *day, *keys, *_counts(d)])} WHERE grain = '{grain}'"


def _counts(d: Dialect) -> Iterator[str]:
    def count(name: str) -> str:
        return d.number("counts", name)

    counted = f"coalesce({', '.join(map(count, _COUNTED))}) IS NOT NULL"
    waits_known = f"coalesce({count('answered_wait_unknown')}, 0) < {count('answered')}"
    yield from (f"CASE WHEN {counted} THEN coalesce({count(name)}, 0) END AS {name}" for name in FLOW)
    within = f"CASE WHEN {waits_known} THEN coalesce({count('answered_within_target')}, 0) END"
    yield f"{within} AS answered_within_target"
    yield from (f"{count(name)} AS {name}" for name in OTHERS)
    for name, (sum_ms, of) in SUMS.items():
        yield f"CASE WHEN {count(of)} > 0 THEN coalesce({count(sum_ms)}, 0) / 1000.0 END AS {name}"
    yield f"{count('csat_centi')} / 100.0 AS csat_points"
    yield f"{d.number('peaks', 'wait_left')} / 1000.0 AS max_wait_s"


def _incident(d: Dialect) -> Iterator[str]:
    yield from _INCIDENT
    yield from _instants(d, ("opened_at", "acknowledge_by", "closed_at"))
    yield "(closed_at - opened_at) / 1000.0 AS lasted_s"
    yield from (f"{d.word(column, language)} AS {column}_{language}" for column in ("title", "why") for language in ("en", "zh"))


def _at(d: Dialect) -> list[str]:
    return [f"{d.instant('at')} AS at", "at AS at_ms"]


def _instants(d: Dialect, names: tuple[str, ...]) -> list[str]:
    return [f"{d.instant(name)} AS {name}" for name in names]


def _select(table: str, columns: list[str] | Iterator[str]) -> str:
    return f"SELECT site, {', '.join(columns)} FROM {table}"  # noqa: S608 - our own names


def _known(connection: Connection) -> dict[str, str | None]:
    """The mark of each view that is there: SQLite keeps its text, PostgreSQL a comment beside it."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
        return {name: sha256(sql.partition(" AS ")[2].encode()).hexdigest() for name, sql in rows}
    query = "SELECT relname, obj_description(oid) FROM pg_class WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace"
    return {name: mark for name, mark in connection.exec_driver_sql(query).all()}  # noqa: C416 - rows are no pairs to mypy


def _keep_mark(connection: Connection, name: str, mark: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"COMMENT ON VIEW {name} IS '{mark}'")


def _made(connection: Connection, name: str, statement: str) -> bool:
    connection.exec_driver_sql(f"CREATE VIEW {name} AS {statement}")
    return True


def _replaced(connection: Connection, name: str, statement: str) -> bool:
    """Whether a view has its new form: in place where PostgreSQL can, for then rights stay. One that others stand on stays as it was."""
    anew = (f"DROP VIEW {name}", f"CREATE VIEW {name} AS {statement}")
    in_place = (f"CREATE OR REPLACE VIEW {name} AS {statement}",)
    for way in (in_place, anew) if connection.dialect.name == "postgresql" else (anew,):
        try:
            with connection.begin_nested():
                for step in way:
                    connection.exec_driver_sql(step)
        except DBAPIError as error:
            log.warning("view_not_replaced", view=name, error=type(error.orig).__name__)
        else:
            return True
    return False
