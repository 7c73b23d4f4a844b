"""`pulse check-config` as an administrator meets it: every fault at once, and what one call to a source brings."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulse.config import ConfigError, checked_config
from pulse.runtime.checking import report
from pulse.runtime.places import Places
from pulse.runtime.site import RunningSite

FILE = {
    "kind": "file_tail",
    "path": "contacts.jsonl",
    "format": "jsonl",
    "into": "ContactEvent",
    "fields": {"contact_id": "id", "queue": "q", "type": "what", "at": {"path": "when", "unit": "epoch_s"}, "wait_s": "waited"},
}


def site(folder: Path, **tables: Any) -> RunningSite:
    return RunningSite(checked_config(tables, folder / "pulse.toml"), Places(folder))


def test_faults_of_sources_rules_and_secrets_are_told_together(tmp_path: Path) -> None:
    tables = {
        "sources": {"a": {"kind": "nothing"}, "ami": {"kind": "asterisk_ami", "user": "u", "secret": "env:PULSE_NO_SUCH_SECRET"}},
        "rules": {"r": {"kind": "sla_breach", "min_contacts": 0}},
    }

    with pytest.raises(ConfigError) as caught:
        list(report(site(tmp_path, **tables), None))

    told = "\n".join(str(fault) for fault in caught.value.faults)
    assert 'sources.a.kind: got "nothing"' in told
    assert "sources.ami.secret: env:PULSE_NO_SUCH_SECRET: nothing is there" in told
    assert "min_contacts: got 0" in told


def test_one_call_shows_rows_as_they_came_records_and_what_nobody_uses(tmp_path: Path) -> None:
    row = {"id": "c1", "q": "mail", "what": "answered", "when": 1_795_412_301, "waited": 40 * 86_400, "note": "call 13800000001"}
    (tmp_path / "contacts.jsonl").write_text(json.dumps(row) + "\nrubbish\n")

    told = "\n".join(report(site(tmp_path, sources={"export": FILE}), "export"))

    assert 'as it came: {"id":"c1"' in told
    assert "138" + "0000" not in told
    assert "export: 1 records" in told
    assert '"type":"answered"' in told
    assert "problem bad_json: 1" in told
    assert "not used: note" in told
    assert "look again: fields.wait_s: 3.456e+06 s is over 30 days" in told
