import gzip
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from collectors.base import SourceContext, SourceFailed
from collectors.connectors.file_tail import FileTail, Options, connect, read_recording
from pulse.kpi.records import ContactEvent

FIELDS = {"contact_id": "id", "type": "what", "queue": "queue", "at": "when", "wait_s": {"path": "wait", "unit": "ms"}}
JSONL = {"path": "rows.jsonl", "format": "jsonl", "into": "ContactEvent", "fields": FIELDS}
CSV = {**JSONL, "path": "rows.csv", "format": "csv"}
HEADER = "id,what,queue,when,wait\n"

Opened = Callable[..., FileTail]


@pytest.fixture
async def opened(context: SourceContext) -> AsyncIterator[Opened]:
    tails: list[FileTail] = []

    def _opened(options: dict[str, Any], cursor: dict[str, Any] | None = None) -> FileTail:
        tails.append(connect(Options.model_validate(options), context, cursor))
        return tails[-1]

    yield _opened
    for tail in tails:
        await tail.close()


def _json(contact: str) -> str:
    return f'{{"id":"{contact}","what":"answered","queue":"mail","when":"2027-01-15T08:00:00Z","wait":1500}}\n'


def _csv(contact: str) -> str:
    return f"{contact},answered,mail,2027-01-15 08:00:00,1500\n"


def _contacts(records: Any) -> list[str]:
    assert all(isinstance(record, ContactEvent) for record in records)
    return [record.contact_id for record in records]


async def test_json_lines_are_mapped(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("\ufeff" + _json("a") + _json("b"))

    batch = await opened(JSONL).poll()

    assert [(event.contact_id, event.wait_s, event.at) for event in batch.records] == [
        ("a", 1.5, 1_800_000_000_000),
        ("b", 1.5, 1_800_000_000_000),
    ]
    assert (batch.problems, batch.newest_at) == (Counter(), 1_800_000_000_000)


async def test_empty_file_has_no_records_and_a_missing_one_fails(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").touch()

    assert list((await opened(JSONL).poll()).records) == []
    with pytest.raises(SourceFailed):
        await opened(CSV).poll()


async def test_csv_in_gb18030_is_read_by_its_header(opened: Opened, tmp_path: Path) -> None:
    text = "编号,what,queue,when,wait\n" + _csv("张敏") + '"a,b",answered,mail,2027-01-15 08:00:00,\n'
    (tmp_path / "rows.csv").write_bytes(text.encode("gb18030"))

    batch = await opened({**CSV, "encoding": "gb18030", "fields": {**FIELDS, "contact_id": "编号"}}).poll()

    assert [(event.contact_id, event.wait_s) for event in batch.records] == [("张敏", 1.5), ("a,b", None)]


async def test_csv_without_a_header_is_read_by_the_columns_given(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(_csv("a").replace(",", ";"))

    batch = await opened({**CSV, "delimiter": ";", "columns": ["id", "what", "queue", "when", "wait"]}).poll()

    assert _contacts(batch.records) == ["a"]


async def test_header_is_known_after_a_restart_and_read_again_after_a_rotation(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(HEADER + _csv("a"))
    first = await opened(CSV).poll()
    with path.open("a") as file:
        file.write(_csv("b"))

    restarted = opened(CSV, first.cursor)
    second = await restarted.poll()
    path.rename(tmp_path / "rows.csv.1")
    path.write_text("wait,id,what,queue,when\n7,c,answered,mail,2027-01-15 08:00:00\n")
    await restarted.poll()
    third = await restarted.poll()

    assert [_contacts(batch.records) for batch in (first, second, third)] == [["a"], ["b"], ["c"]]


async def test_bad_rows_are_counted_by_name_and_stop_nothing(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b'{"id":\n[1]\n\xff\n{"id":"x"}\n\n' + _json("a").encode())
    (tmp_path / "rows.csv").write_text(HEADER + 'a,"b\nx,y\n' + _csv("b"))

    of_json, of_csv = await opened(JSONL).poll(), await opened(CSV).poll()

    assert (_contacts(of_json.records), _contacts(of_csv.records)) == (["a"], ["b"])
    missing = Counter({"missing:queue": 1, "missing:at": 1, "missing:type": 1})
    assert of_json.problems == Counter(bad_json=1, not_an_object=1, not_text=1) + missing
    assert of_csv.problems == Counter(bad_csv=1, wrong_columns=1)


def test_recording_is_read_oldest_file_first(context: SourceContext, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(HEADER + _csv("b").replace("08:00", "09:00").rstrip())
    (tmp_path / "old.csv.gz").write_bytes(gzip.compress((HEADER + _csv("a")).encode()))

    batches = read_recording([tmp_path / "new.csv", tmp_path / "old.csv.gz"], Options.model_validate(CSV), context)

    assert [contact for batch in batches for contact in _contacts(batch.records)] == ["a", "b"]


def test_wrong_path_is_a_wrong_config_only_where_paths_are_jmespath() -> None:
    fields = {**FIELDS, "agent": "Agent [name"}

    assert Options.model_validate({**CSV, "fields": fields})
    with pytest.raises(ValidationError, match="expected a JMESPath"):
        Options.model_validate({**JSONL, "fields": fields})


@settings(max_examples=80, deadline=None)
@given(rubbish=st.binary(max_size=200))
@pytest.mark.parametrize("options", [JSONL, {**CSV, "columns": ["id", "what", "queue", "when", "wait"]}])
def test_rubbish_stops_nothing(options: dict[str, Any], rubbish: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "rubbish"
    good = _json("a") if options["format"] == "jsonl" else _csv("a")
    path.write_bytes(rubbish + b"\n" + good.encode())

    batches = list(read_recording([path], Options.model_validate(options), SourceContext("site", "phone")))

    assert _contacts(batches[-1].records)[-1] == "a"
