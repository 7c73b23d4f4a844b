"""`pulse check-config` as an administrator meets it: every fault at once, and what one call to a source brings."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulse.config import ConfigError, checked_config
from pulse.runtime.checking import checked_site, report
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


FAULTY = """
colour = "red"

[escalation.4]
steps = ["desk"]

[sources.a]
kind = "nothing"

[notify.ops]
kind = "no_such_channel"

[notify.hook]
kind = "webhook"
url = "env:PULSE_NO_SUCH_HOOK"

[rules.r]
kind = "sla_breach"
level = 7
min_contacts = 0
notify = ["ops", "nobody"]

[auditor]
channels = ["fax"]
"""


def test_faults_of_tables_plug_ins_names_and_levels_are_told_in_one_round_by_place(tmp_path: Path) -> None:
    (tmp_path / "pulse.toml").write_text(FAULTY)

    with pytest.raises(ConfigError) as caught:
        checked_site(tmp_path / "pulse.toml")

    told = [str(fault).removeprefix("pulse.toml, ") for fault in caught.value.faults]
    assert [line.split(", expected")[0].split(", input")[0] for line in told] == [
        'auditor.channels: got "fax"',
        "colour: this key is not known here",
        "escalation.4: got level 4",
        "notify.hook: env:PULSE_NO_SUCH_HOOK: nothing is there",
        'notify.ops.kind: got "no_such_channel"',
        "rules.r.level: got 7",
        "rules.r, min_contacts: got 0",
        'rules.r.notify: got "nobody"',
        'sources.a.kind: got "nothing"',
    ]


def test_what_was_left_out_for_its_fault_makes_no_further_faults(tmp_path: Path) -> None:
    text = """
[calendar]
open = { mo = ["08:00-12:00"] }

[shifts.early]
time = "06:00-14:00"
on_holidays = false

[rules.r]
kind = "spike"
notify = ["ops"]

[[rules.r.graver]]
level = 9

[notify.ops]
url = "https://example.org"
"""
    (tmp_path / "pulse.toml").write_text(text)

    with pytest.raises(ConfigError) as caught:
        checked_site(tmp_path / "pulse.toml")

    assert [fault.where.removeprefix("pulse.toml, ").split(".mo")[0] for fault in caught.value.faults] == [
        "calendar.open",
        "notify.ops.kind",
        "rules.r.graver.0.level",
    ]


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


def test_first_problems_of_each_kind_are_told_with_line_found_and_allowed(tmp_path: Path) -> None:
    good = {"id": "c1", "q": "mail", "what": "answered", "when": 1_795_412_301, "waited": 1}
    late = [{**good, "waited": f"soon, call 1380000000{number}"} for number in range(5)]
    (tmp_path / "contacts.jsonl").write_text("\n".join(map(json.dumps, [good, *late])) + '\n{"id": "anna@example.com\n')

    told = list(report(site(tmp_path, sources={"export": FILE}), "export"))

    first = told.index("  problem bad_number:wait_s: 5") + 1
    assert told[first].startswith('    line 2, fields.wait_s: got "soon, call [phone]", expected a number')
    assert [line.split(",")[0] for line in told[first : first + 3]] == ["    line 2", "    line 3", "    line 4"]
    assert told[first + 3] == "    … and 2 more"
    assert '    line 7: got "{"id": "[email]", expected a JSON object' in told


def test_problems_of_a_csv_are_told_by_the_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("id,q,what,when,waited\nc1,mail,answered,1795412301\n\nc1,mail,melted,1795412301,1\n")

    told = list(report(site(tmp_path, sources={"export": {**FILE, "path": "contacts.csv", "format": "csv"}}), "export"))

    assert '    line 2: got "c1,mail,answered,[number]", expected 5 values: id, q, what, when, waited' in told
    assert any(line.startswith('    line 4, fields.type: got "melted", expected one of ') for line in told)


def test_problems_of_a_queue_log_are_told_with_their_line(tmp_path: Path) -> None:
    lines = ["1795412301|1.1|support|NONE|ENTERQUEUE||x|1", "rubbish", "1795412302|1.1|support|Agent-A|CONNECT|soon|1.2|1"]
    (tmp_path / "queue_log").write_text("\n".join(lines) + "\n")

    told = list(report(site(tmp_path, sources={"log": {"kind": "asterisk_queue_log", "path": "queue_log"}}), "log"))

    assert '    line 2: got "rubbish", expected epoch|call|queue|agent|EVENT|data' in told
    assert '    line 3: got "[number]|1.1|support|Agent-A|CONNECT|soon|1.2|1", expected whole seconds, or a rating within its scale' in told


def test_a_goal_whose_figure_is_unknown_hides_none_of_its_other_faults(tmp_path: Path) -> None:
    goal = 'kpi = "nope"\nbaseline = "abc"\ntarget = "80%"\nfrom = 2026-12-31\nby = 2026-01-01\nscope = "queue:nope"\nowner = "person:"\n'
    (tmp_path / "pulse.toml").write_text(f'[queues.support]\nchannel = "voice"\n[goals.a]\n{goal}[goals.b]\n{goal}')

    with pytest.raises(ConfigError) as caught:
        checked_site(tmp_path / "pulse.toml")

    told = {fault.where.removeprefix("pulse.toml, "): fault.message for fault in caught.value.faults}
    assert set(told) == {f"goals.{name}.{key}" for name in "ab" for key in ("kpi", "baseline", "by", "scope", "owner")}
    assert told["goals.b.scope"] == 'got "queue:nope", expected one of the [queues] of the file: support'
    assert told["goals.b.baseline"].startswith('got "abc", expected a value in the unit of the figure')
    assert told["goals.b.by"] == "got 2026-01-01, expected a day after 2026-12-31"
