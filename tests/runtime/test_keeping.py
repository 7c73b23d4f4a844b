"""Retention and privacy as people ask for them: what would go, what is kept of one customer, and who is forgotten."""

import json

import pytest
from made import MINUTE, NOON, contact
from sqlalchemy import select
from typer.testing import CliRunner

from collectors.redact import customer_hash
from pulse.cli import app
from pulse.clock import day_start
from pulse.config import ConfigError
from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from pulse.runtime.keeping import erased, exported
from pulse.runtime.remembering import Nightly, Remembering
from pulse.runtime.site import RunningSite
from sql.contact_tables import ComplaintRow, ContactRow
from sql.event_log import first_broken
from sql.recorder import Recorder
from sql.session import open_database

PHONE = "+49 170 1234567"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "pulse.toml").write_text('[site]\nname = "harbour"\n')
    site = RunningSite.of(tmp_path / "pulse.toml")
    customer = customer_hash(PHONE, site.places.site_key())
    calls = [
        contact("offered", "a", customer=customer),
        contact("complaint", "a", NOON + MINUTE, text="late", category="delay"),
        contact("offered", "b", customer="f" * 32),
    ]
    with open_database(site.database_url) as database:
        Recorder(database, "harbour").commit(stream_id="1-0", at=NOON, state=b"", seen={}, rows=[], told=calls)
    return site


def rows(site, model):
    with open_database(site.database_url) as database, database.read() as session:
        return session.scalars(select(model).order_by(model.contact_id)).all()


def test_everything_of_a_customer_is_told_by_number_or_by_hash(site):
    told = exported(site, PHONE, NOON)

    assert [row["contact_id"] for row in told["contacts"]] == ["a"]
    assert [row["text"] for row in told["complaints"]] == ["late"]
    assert exported(site, told["customer"], NOON) == exported(site, f" {told['customer'].upper()}\n", NOON) == told


def test_a_hash_that_was_copied_badly_is_refused_and_not_said_to_be_of_nobody(site):
    known = exported(site, PHONE, NOON)["customer"]

    with pytest.raises(ConfigError, match="got 31 hex digits, expected the 32 of a hash"):
        erased(site, known[1:], "Ada", NOON)


def test_a_customer_who_is_erased_leads_to_nobody_and_stays_counted(site):
    told = exported(site, PHONE, NOON)

    said = erased(site, PHONE, "Ada", NOON + 2 * MINUTE)

    visits, complaints = rows(site, ContactRow), rows(site, ComplaintRow)
    assert said == "erased: 2 rows lead to nobody any more"
    forgotten = next(visit for visit in visits if visit.contact_id != "b")
    (complaint,) = complaints
    assert (forgotten.contact_id.startswith("erased-"), forgotten.customer in (None, told["customer"])) == (True, False)
    assert (complaint.text, complaint.category, complaint.customer) == (None, "delay", forgotten.customer)
    assert "|a|" not in complaint.event_id
    assert complaint.contact_id == forgotten.contact_id
    assert erased(site, "f" * 32, "Ada", NOON + 2 * MINUTE) == "erased: 1 row leads to nobody any more"
    assert exported(site, PHONE, NOON)["contacts"] == []
    assert erased(site, PHONE, None, NOON) == f"nothing is kept of this customer (hash {told['customer']})"
    with open_database(site.database_url) as database:
        assert first_broken(database, "harbour") is None


def test_what_is_no_hash_needs_the_key_of_the_site(site):
    (site.places.root / "site.key").unlink()

    with pytest.raises(ConfigError, match="15 signs that are no hash") as refused:
        exported(site, PHONE, NOON)

    assert PHONE not in str(refused.value)


def test_the_commands_say_what_they_did(site, tmp_path):
    config = ["--config", str(site.config.path)]
    told = tmp_path / "told.json"

    plan = CliRunner().invoke(app, ["retention", "plan", *config])
    CliRunner().invoke(app, ["privacy", "export", PHONE, "--out", str(told), *config])

    assert plan.output == "nothing is too old\n"
    assert (json.loads(told.read_text())["site"], told.stat().st_mode & 0o077) == ("harbour", 0)


def test_what_is_too_old_goes_once_a_night(site):
    class Keeper:
        swept = 0

        def sweep(self, _now, _breathe):
            self.swept += 1
            return iter(())

    keeper, clock = Keeper(), [day_start(NOON, site.config.zone) + 60 * MINUTE]
    nightly = Nightly(keeper, site.config.zone, lambda: clock[0])

    for hours, times in ((0, 0), (3, 1), (5, 1), (25, 1), (27, 2)):
        clock[0] = day_start(NOON, site.config.zone) + hours * 60 * MINUTE
        nightly.sweep()
        assert keeper.swept == times


def test_the_watch_files_and_sums_up_what_it_has_counted_until_nothing_waits(site):
    with open_database(site.database_url) as database:
        row = IntervalRow(NOON, "support", "voice", Tally.from_map({"counts": {"offered": 2}, "peaks": {}}))
        Recorder(database, "harbour").commit(stream_id="2-0", at=NOON, state=b"", seen={}, rows=[row])
        remembering = Remembering(database, site, lambda: NOON + 2 * 24 * 60 * MINUTE)

        turns = [remembering.turn() for _ in range(5)]

        assert [turn > 0 for turn in turns] == [True, True, True, False, False]
        assert len(rows(site, ContactRow)) == 2
