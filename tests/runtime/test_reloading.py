"""Rules and channels that change while the watch runs: taken over between two Boards, and nothing that is known is lost."""

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
from sql.config_tables import ConfigReading, RuleVersion
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, Transition
from sql.session import open_database

DESK, PAGER = (f'[notify.{name}]\nkind = "webhook"\nurl = "https://ops.example/{name}"\n' for name in ("desk", "pager"))


def queue(limit, notify="desk", name="queue"):
    keys = f'kind = "threshold"\nfigure = "waiting"\nraise_above = {limit}\nlevel = 2\nraise_for = "0s"\nnotify = ["{notify}"]\n'
    return f"[rules.{name}]\n{keys}"


def alerting_of(site, database):
    publisher = Publisher(Redis(port=1, retry=Retry(NoBackoff(), 0)), site.keys)
    return Alerting(site, database, publisher, Boards(Fold(site.fold_settings(), catalogue())))


class Running:
    """The alerting of a site whose Redis is away; its threads are not started, the test looks and decides."""

    def __init__(self, folder):
        self.path = folder / "pulse.toml"
        self.path.write_text(queue(10) + DESK, encoding="utf-8")
        site = RunningSite.of(self.path)
        self.database = open_database(site.database_url)
        self.alerting = alerting_of(site, self.database)

    def becomes(self, text):
        self.path.write_text(text, encoding="utf-8")
        for _ in range(2):
            self.alerting.reloading.look()
        return self

    def sees(self, **waiting):
        queues = {name: Scope(title=name, waiting=count) for name, count in waiting.items()}
        self.alerting.decide(Board(at=system_clock(), site=Scope(title="Site"), queues=queues))
        return self

    def all(self, table, *columns):
        with self.database.read() as session:
            return [tuple(getattr(row, name) for name in columns) for row in session.scalars(select(table))]

    @property
    def reading(self):
        ((faults, restart),) = self.all(ConfigReading, "faults", "restart")
        return faults, restart


@pytest.fixture
def running(tmp_path):
    made = Running(tmp_path)
    yield made
    made.database.close()


def test_another_limit_holds_from_the_next_board_on(running):
    running.sees(support=7)
    before = running.all(Incident, "scope")

    running.becomes(queue(5) + DESK).sees(support=7)

    assert (before, running.all(Incident, "scope", "threshold")) == ([], [("support", 5.0)])


def test_what_stands_goes_on_standing_under_the_changed_rule_and_nobody_is_told_again(running):
    running.sees(support=20)

    running.becomes(queue(15) + DESK).sees(support=20).sees(support=20)

    assert running.all(Incident, "signal", "raises") == [("raised", 1)]
    assert len(running.all(OutboxMessage, "id")) == 1


def test_a_file_with_faults_leaves_the_rules_in_force_and_is_told(running):
    running.becomes(queue("'many'") + DESK).sees(support=20)

    faults, _ = running.reading
    assert running.all(Incident, "threshold") == [(10.0,)]
    assert faults == ['pulse.toml, rules.queue: raise_above: got "many", expected a number such as 4.2']
    assert running.becomes(queue(10) + DESK).sees(support=20).reading == ([], [])


def test_what_waits_for_a_restart_is_named(running):
    running.becomes('redis_url = "redis://elsewhere"\n' + queue(5) + DESK).sees(support=7)

    assert running.reading == ([], ["redis_url"])
    assert len(running.all(Incident, "id")) == 1


def test_every_text_a_rule_had_is_a_version_and_the_log_names_those_that_changed(running):
    running.becomes(queue(5) + queue(9, name="length") + DESK).sees(support=1)
    running.becomes(queue(5) + DESK).sees(support=1)

    assert running.all(RuleVersion, "name", "number") == [("queue", 1), ("queue", 2), ("length", 1), ("length", 2)]
    assert [why["en"] for (why,) in running.all(Transition, "why")] == [
        "rules changed: queue (version 2), length (new)",
        "rules changed: length (removed)",
    ]
    assert first_broken(running.database, "site") is None


def test_a_channel_that_comes_is_told_and_one_that_goes_is_waited_for_no_longer(running):
    running.sees(support=20)

    running.becomes(queue(10, notify="pager") + PAGER).sees(support=20, sales=20)

    waits = running.all(OutboxMessage, "channel", "last_error")
    assert waits == [("desk", "unknown_channel"), ("pager", None)]
    assert list(running.alerting._ways) == ["pager"]


def test_a_channel_that_stayed_as_it_was_keeps_its_thread_and_a_changed_one_gets_another(running):
    before = dict(running.alerting._ways)

    running.becomes(queue(5) + DESK + PAGER).sees(support=1)
    kept = running.alerting._ways["desk"] is before["desk"]
    running.becomes(queue(5) + DESK.replace("ops.", "new.") + PAGER).sees(support=1)

    assert kept
    assert before["desk"].stopping.is_set()
    assert not running.alerting._ways["desk"].stopping.is_set()


def test_a_process_that_waited_for_its_turn_begins_with_the_file_as_it_is_by_then(tmp_path):
    path = tmp_path / "pulse.toml"
    path.write_text(queue(10) + DESK, encoding="utf-8")
    site = RunningSite.of(path)
    path.write_text(queue(5, notify="pager") + PAGER, encoding="utf-8")

    with open_database(site.database_url) as database:
        begun = alerting_of(site, database)

        assert list(begun._ways) == ["pager"]
