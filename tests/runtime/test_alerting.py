"""What is due and what the rules say do not stop each other, and nothing due is done before it is known what is kept quiet."""

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select

from pulse.clock import system_clock
from pulse.kpi.board import Board, Scope
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold
from pulse.live.publish import Publisher
from pulse.runtime.alerting import Alerting
from pulse.runtime.site import RunningSite
from sql.duty import HandOver, Notice
from sql.models import Incident, OutboxMessage, SilenceRow
from sql.session import open_database

RULES = """
[rules.queue]
kind = "threshold"
figure = "waiting"
raise_above = 10
level = 2
raise_for = "0s"

[notify.desk]
kind = "webhook"
url = "https://ops.example/hook"

[teams.operations]
notify = ["desk"]
"""


@pytest.fixture
def alerting(tmp_path):
    """Makes the alerting of a site whose Redis is away, with one incident that nobody acknowledged in time."""
    opened = []

    def make(steps):
        (tmp_path / "pulse.toml").write_text(f'{RULES}\n[escalation.2]\nsteps = ["{steps}"]\n')
        site = RunningSite.of(tmp_path / "pulse.toml")
        database = open_database(site.database_url)
        opened.append(database)
        with database.write() as session:
            session.add(overdue())
        publisher = Publisher(Redis(port=1, retry=Retry(NoBackoff(), 0)), site.keys)
        return Alerting(site, database, publisher, Boards(Fold(site.fold_settings(), catalogue()))), database

    yield make
    for database in opened:
        database.close()


def overdue():
    told = {"title": {"en": "t", "zh": "t"}, "why": {"en": "w", "zh": "w"}, "contributors": [], "opened_at": 0}
    facts = {"rule": "queue", "kind": "threshold", "scope": "support", "signal": "raised", "work": "open"}
    return Incident(site="site", level=2, worst_level=2, acknowledge_by=system_clock() - 1, **facts, **told)


def seen(**waiting):
    return Board(
        at=system_clock(), site=Scope(title="Site"), queues={name: Scope(title=name, waiting=count) for name, count in waiting.items()}
    )


def rows(database, table):
    with database.read() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def test_rules_are_judged_though_what_is_due_cannot_be_done(alerting):
    running, database = alerting("nobody of that name")

    running.decide(seen(billing=99))

    assert [one.scope for one in rows(database, Incident)] == ["support", "billing"]


def test_what_is_due_is_done(alerting):
    running, database = alerting("operations")

    running.decide(seen(billing=0))

    assert [one.payload["state"] for one in rows(database, OutboxMessage)] == ["unanswered"]


def test_after_a_restart_nobody_hears_of_an_alert_that_is_silenced(alerting):
    running, database = alerting("operations")
    with database.write() as session:
        until = system_clock() + 3_600_000
        session.add(SilenceRow(site="site", rule="*", scope="*", level=2, starts_at=0, ends_at=until, comment="", who="Ada", made_at=0))

    running.decide(seen(support=99))

    assert rows(database, OutboxMessage) == []


def test_a_hand_over_that_nobody_accepted_in_time_is_told(alerting, tmp_path):
    running, database = alerting('operations"]\n[handover]\nteam = "operations"\n[teams.others]\nnotify = ["desk')
    sheet = {"at": 0, "leaves": None, "takes": None, "incidents": [], "quiet": [], "stale": [], "board_at": None, "figures": {}}
    with database.write() as session:
        session.add(HandOver(site="site", sheet=sheet, offered_by="Ada", offered_at=0, due_at=system_clock() - 1))

    running.decide(seen(billing=0))

    assert [one.payload["state"] for one in rows(database, Notice)] == ["handover"]
