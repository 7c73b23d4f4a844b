"""`pulse export` as people meet it: typed columns in Parquet, the same rows in every form, and clear words for what cannot be."""

import csv
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made import contact_files
from typer.testing import CliRunner

from pulse.cli import app
from pulse.kpi.interval import IntervalRow
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from pulse.kpi.snapshot import Figure, Snapshot
from pulse.kpi.tally import Tally
from pulse.runtime import exporting
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from sql.contact_list import Wanted, contact_pages
from sql.models import Incident
from sql.recorder import Recorder
from sql.session import open_database
from sql.snapshots import keep

NOON = 1_795_435_200_000
"""2026-11-23 12:00 UTC."""


@pytest.fixture
def site(tmp_path, database_url):
    config = tmp_path / "pulse.toml"
    config.write_text(f'database_url = "{database_url}"\n[site]\nname = "harbour"\nzone = "Europe/Berlin"\n')
    tally = Tally()
    for name, count in {"offered": 3, "answered": 2, "answered_within_target": 1}.items():
        tally.add(name, count)
    known = {"site": "harbour", "source": "phone", "queue": "support", "channel": Channel.VOICE}
    with open_database(database_url) as database:
        rows = [IntervalRow(NOON, "support", "voice", tally)]
        Recorder(database, "harbour").commit(stream_id="1", at=NOON, state=b"", seen={}, rows=rows)
        with database.write() as session:
            offered = [
                ContactEvent(**known, contact_id=f"c{n}", event_id=f"c{n}", at=NOON + n, type=ContactEventType.OFFERED) for n in range(5)
            ]
            contact_files(database, "harbour").file(session, offered)
            facts = {"site": "harbour", "rule": "sla", "kind": "k", "scope": "s", "level": 2, "signal": "raised", "work": "open"}
            session.add(Incident(**facts, title={"en": "=late", "zh": "超时"}, why={}, contributors=[], owner="Ada", opened_at=NOON))
            span = {"zone": "UTC", "start": 0, "end": 1, "formula": "d", "titles": {}, "frozen_at": NOON}
            figures = (Figure(kpi="service_level", value=1),)
            keep(session, Snapshot(site="harbour", day="2026-11-20", last_day="2026-11-20", figures=figures, **span), "ada")
    return RunningSite.of(config)


def exported(site, what, out, *more, start="2026-11-20"):
    arguments = ["export", what, "--from", start, "--to", "2026-11-23", "--out", str(out), *more, "--config", str(site.config.path)]
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def test_parquet_has_typed_columns_and_unknown_is_null(site, tmp_path):
    out = tmp_path / "figures.parquet"

    said = exported(site, "figures", out, "--kpi", "service_level,csat_score", "--grain", "hour", "--by", "queue")
    table = pq.read_table(out)

    assert said == f"{out}: 2 rows of figures, 2026-11-20 to 2026-11-23 (Europe/Berlin)\n"
    types = [table.schema.field(name).type for name in ("at", "day", "over", "value", "count")]
    assert types == [pa.timestamp("ms", tz="UTC"), pa.date32(), pa.bool_(), pa.float64(), pa.int64()]
    level, csat = table.to_pylist()
    assert (level["at"], level["day"], level["value"]) == (datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 11, 23), 1 / 2)
    assert (csat["value"], csat["count"]) == (None, None)


def test_of_figures_that_nobody_named_those_with_a_value_are_told(site, tmp_path):
    out = tmp_path / "figures.parquet"

    exported(site, "figures", out)

    told = {row["kpi"]: row["value"] for row in pq.read_table(out).to_pylist()}
    assert (told["offered"], told["service_level"]) == (3, 1 / 2)
    assert None not in told.values()
    assert {"csat_score", "projected_service_level"}.isdisjoint(told)


def test_every_form_has_the_same_rows(site, tmp_path):
    files = {ending: tmp_path / f"contacts.{ending}" for ending in ("parquet", "csv", "jsonl")}
    for out in files.values():
        exported(site, "contacts", out)

    ids = {
        "parquet": pq.read_table(files["parquet"])["contact_id"].to_pylist(),
        "csv": [row["contact_id"] for row in csv.DictReader(files["csv"].read_text().splitlines())],
        "jsonl": [json.loads(line)["contact_id"] for line in files["jsonl"].read_text().splitlines()],
    }
    assert ids == {form: [f"c{n}" for n in range(5)] for form in files}


def test_contacts_are_read_page_by_page_to_the_last(site):
    with open_database(site.database_url) as database:
        pages = list(contact_pages(database, "harbour", Wanted(start=NOON, end=NOON + 4), 2))

    assert [[row.contact_id for row in page] for page in pages] == [["c0", "c1"], ["c2", "c3"]]


def test_names_come_along_only_where_they_are_asked_for(site, tmp_path):
    plain, full = tmp_path / "plain.csv", tmp_path / "full.csv"

    exported(site, "incidents", plain)
    exported(site, "incidents", full, "--names")

    assert ("Ada" in plain.read_text(), "Ada" in full.read_text()) == (False, True)
    assert ",'=late," in plain.read_text()


def test_frozen_days_are_told_by_their_figures(site, tmp_path):
    out = tmp_path / "snapshots.parquet"

    exported(site, "snapshots", out)

    assert [(row["day"], row["value"]) for row in pq.read_table(out).to_pylist()] == [(date(2026, 11, 20), 1.0)]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"start": "yesterday"}, '--from: got "yesterday", which cannot be read, expected a day such as 2026-11-20'),
        ({"start": "2026-11-24"}, '--to: got "2026-11-23", expected a day or an instant after --from'),
        ({"by": "agent"}, '--by: got "agent", expected one of site, channel'),
        ({"kpis": "asa_s"}, '--kpi: got "asa_s", expected some of'),
        ({"name": "figures.xlsx"}, '--out: got "figures.xlsx", expected a name that ends in .parquet, .csv, .jsonl'),
        ({"name": "nowhere/figures.csv"}, "No such file or directory; expected a place that can be written"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_file(site, tmp_path, facts, told):
    out = tmp_path / facts.pop("name", "figures.csv")
    wish = exporting.Wish(**{"what": "figures", "start": "2026-11-20", "end": "2026-11-23", "out": out, **facts})

    with pytest.raises(RefusedToStart, match=told.replace(".", r"\.")):
        exporting.export(site, wish, NOON)

    assert list(tmp_path.rglob("figures*")) == []
