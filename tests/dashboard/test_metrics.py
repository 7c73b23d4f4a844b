"""What /metrics says, as Prometheus reads it: checked by promtool where there is one."""

import os
import shutil
import subprocess

import pytest
from boards import kept

from alerts.frame import AlertsFrame, IncidentRow, Signal, Work
from alerts.outbox_counts import ChannelCounts, counts_by_channel
from dashboard.exposition import exposition, gauge
from dashboard.layout import shipped
from dashboard.metrics import metrics_of
from dashboard.picture import Saying
from dashboard.stream import Hub
from dashboard.walls import Walls
from pulse.kpi.board import Board, Scope, SourceHealth, encode_board
from pulse.targets import Targets
from pulse.text import itself
from sql.models import Incident, OutboxMessage
from sql.session import open_database, sqlite_url

AT = 1_795_435_200_000
PROMTOOL = shutil.which("promtool")
PHONE = SourceHealth(source="phone", kind="ami", polled_at=AT - 1_500, newest_received_at=AT - 9_000, records=7, problems={"a": 1, "b": 2})


@pytest.fixture
def hub():
    saying = Saying(formula="A", name_of=itself, targets=Targets())
    return Hub(lambda: AT, Walls(lambda: AT, shipped(), saying, "b"), "b")


def told(hub, outbox=()):
    return dict(line.rsplit(" ", 1) for line in exposition(metrics_of(hub, outbox, AT)).splitlines() if not line.startswith("#"))


def row(number, level, work, drill=False):
    facts = {
        "version": 1,
        "rule": "sla",
        "kind": "sla_breach",
        "scope": "s",
        "signal": Signal.RAISED,
        "title": {},
        "why": {},
        "opened_at": AT,
    }
    return IncidentRow(id=number, level=level, work=work, acknowledge_by=None, no_data=number == 1, drill=drill, **facts)


def heard(hub):
    hub.take_board(encode_board(Board(at=AT - 2_000, site=Scope(title="Site"), sources={"phone": PHONE})))
    hub.take_kept(
        kept(
            AlertsFrame(
                at=AT - 500, incidents=(row(1, 1, Work.OPEN), row(2, 3, Work.OPEN), row(3, 3, Work.OPEN), row(4, 3, Work.OPEN, drill=True))
            )
        )
    )


def test_ages_are_told_in_seconds_and_counts_by_their_labels(hub):
    heard(hub)

    found = told(hub, [ChannelCounts(channel="ops", waiting=2, oldest_at=AT - 4_000, sent=5, given_up=1, tries=11)])

    assert found["pulse_board_age_seconds"] == "2.0"
    assert found['pulse_source_poll_age_seconds{source="phone"}'] == "1.5"
    assert found['pulse_source_problems_total{source="phone"}'] == "3"
    assert found['pulse_open_alerts{level="3",work="open"}'] == "2"
    assert found["pulse_open_alerts_without_data"] == "1"
    assert found['pulse_outbox_oldest_age_seconds{channel="ops"}'] == "4.0"
    assert found['pulse_deliveries_total{channel="ops",result="given_up"}'] == "1"


def test_what_is_not_known_is_not_said(hub):
    found = told(hub, None)

    assert found["pulse_database_up"] == "0"
    assert [name for name in found if "_age_" in name or "source" in name or "outbox" in name] == []


def test_label_cannot_break_out_of_its_line():
    assert exposition([gauge("a", "b", ({"source": 'x"\n\\'}, 1))]).splitlines()[-1] == 'a{source="x\\"\\n\\\\"} 1'


def test_outbox_is_counted_by_channel(tmp_path):
    facts = {"rule": "r", "kind": "k", "scope": "s", "level": 1, "signal": "ok", "work": "open", "title": {}, "why": {}, "contributors": []}
    with open_database(sqlite_url(tmp_path / "history.db")) as database:
        with database.write() as session:
            session.add(Incident(id=1, site="site", opened_at=AT, **facts))
            session.flush()
            for number, ends in enumerate(({}, {}, {"sent_at": AT}, {"given_up_at": AT})):
                message = {"key": str(number), "channel": "ops", "level": 1, "payload": {}, "created_at": AT + number, "due_at": AT}
                session.add(OutboxMessage(site="site", incident_id=1, attempts=number, **message, **ends))

        assert counts_by_channel(database, "site") == [ChannelCounts(channel="ops", waiting=2, oldest_at=AT, sent=1, given_up=1, tries=6)]
        assert counts_by_channel(database, "other") == []


@pytest.mark.skipif(PROMTOOL is None and os.environ.get("PULSE_REQUIRE") != "all", reason="there is no promtool (prometheus)")
def test_promtool_finds_nothing_to_say(hub):
    heard(hub)
    text = exposition(metrics_of(hub, [ChannelCounts(channel="ops", waiting=2, oldest_at=AT, sent=5, given_up=1, tries=11)], AT))

    checked = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, timeout=20, check=False)

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_what_is_late_is_told_by_kind_and_nothing_is_where_nobody_looks(hub):
    before = told(hub)

    hub.take_late(["late_steps:14:02"])

    assert [key for key in before if key.startswith("pulse_alerting_late")] == []
    found = {key: value for key, value in told(hub).items() if key.startswith("pulse_alerting_late")}
    kinds = ("steps", "messages", "channels", "watch", "blind")
    assert found == {f'pulse_alerting_late{{kind="{kind}"}}': str(int(kind == "steps")) for kind in kinds}
