"""A real Prometheus tells of an alert and of its end, and dies while one fires: what our incident makes of each."""

from dataclasses import replace

import pytest
from doors import door
from own_prometheus import Trunk, needs_prometheus, prometheus, served, wait_for
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware

from alerts.evaluate import Evaluator, Ports
from alerts.external import Stand
from alerts.external_kept import ToldAlerts
from alerts.frame import MACHINE, Signal, Work
from dashboard.alertmanager import AlertmanagerApi
from dashboard.data import database
from dashboard.guard import Gate, Guard
from dashboard.serving import Serving
from pulse.clock import system_clock
from pulse.config import checked_config
from pulse.kpi.board import Board, Scope
from sql.models import Incident, Transition
from sql.session import open_database

TOKEN = "token-of-the-tests"
RULE = {"kind": "external", "level": 3, "match": {"severity": "critical"}, "scope_label": "queue", "raise_for": "0s", "clear_for": "0s"}


class Watched:
    """A site whose watch judges what outside programs told of, on the clock that Prometheus has too."""

    def __init__(self, folder, kept):
        tables = {"data_dir": ".", "interop": {"token": "file:token"}, "rules": {"it": RULE}}
        self.config, self.kept = checked_config(tables, folder / "pulse.toml"), kept
        self.told = ToldAlerts(kept, self.config.site.name)
        self.evaluator = Evaluator(kept, self.config, Ports(publish=lambda _news: True, external=self.told.all))

    def app(self):
        serving = Serving(self.config, "")
        api = AlertmanagerApi(lambda: serving, system_clock)
        gate = Gate(api.ways(), lambda: replace(door(), bearer=serving.bearer()), system_clock)
        return Starlette(routes=[one.route for one in api.ways()], middleware=[Middleware(Guard, gate=gate)])

    def sees(self, wanted):
        """The first incident there ever was, once it is as wanted."""
        now = system_clock()
        self.evaluator.evaluate(Board(at=now, site=Scope(title="Site"), queues={"support": Scope(title="Support")}), now)
        with self.kept.read() as session:
            found = session.scalar(select(Incident))
        return found if found is not None and wanted(found) else None

    def stands(self):
        return [alert.stand(system_clock()) for alert in self.told.all()]

    def log(self):
        with self.kept.read() as session:
            return [
                (line.who, line.kind, line.to_state, line.why["en"]) for line in session.scalars(select(Transition).order_by(Transition.id))
            ]


@pytest.fixture
def watched(tmp_path):
    needs_prometheus()
    (tmp_path / "token").write_text(TOKEN)
    with open_database(f"sqlite:///{tmp_path / 'history.db'}") as kept:
        yield Watched(tmp_path, kept)
    database.clear()


@pytest.fixture
def trunk():
    made = Trunk()
    yield made
    made.close()


def test_alert_of_a_real_prometheus_opens_an_incident_which_its_end_closes_and_its_death_does_not(watched, trunk, tmp_path):
    with served(watched.app()) as pulse, prometheus(tmp_path, trunk, pulse, TOKEN) as process:
        before = watched.sees(lambda found: True)
        trunk.up = 0
        raised = wait_for(lambda: watched.sees(lambda found: found.signal == Signal.RAISED), "the alert")
        trunk.up = 1
        closed = wait_for(lambda: watched.sees(lambda found: found.work == Work.CLOSED), "its end")
        over = watched.stands()
        trunk.up = 0
        wait_for(lambda: watched.sees(lambda found: found.signal == Signal.RAISED), "the alert again")
        process.kill()
        left = wait_for(lambda: watched.sees(lambda found: found.no_data), "that nobody speaks of it any more")
        silent = watched.stands()

    assert before is None
    assert (raised.title["en"], raised.why["en"], raised.scope) == ("Support: TrunkDown", "no trunk since the last look", "support")
    assert (MACHINE, "signal", Signal.OK, "1 told to be over") in watched.log()
    assert (closed.work, over) == (Work.CLOSED, [Stand.OVER])
    assert (left.signal, left.work, silent) == (Signal.RAISED, Work.OPEN, [Stand.SILENT])
