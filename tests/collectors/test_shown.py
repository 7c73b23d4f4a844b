"""What people may see of a source's last answer: its shape and its codes, and nothing of anybody."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import NOON, contact

from collectors.base import Batch, SourceContext
from collectors.connectors import asterisk_queue_log, file_tail
from collectors.shown import last_answer, visible

CODES = frozenset({"queue", "event"})


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ({"queue": "support", "event": "ANS"}, {"queue": "support", "event": "ANS"}),
        ({"kunde": "Schmidt"}, {"kunde": "[7 characters]"}),
        ({"queue": "13800000001"}, {"queue": "[phone]"}),
        (
            {"api_key": "abc", "Authorization": "Bearer x", "token": 5},
            {"api_key": "[secret]", "Authorization": "[secret]", "token": "[secret]"},
        ),
        (
            {"waited": 12.5, "called": 13_800_000_001, "created_at": 1_795_435_200},
            {"waited": 12.5, "called": "[number]", "created_at": 1_795_435_200},
        ),
        ({"at": "2026-11-24T08:00:00+01:00", "waited": "12.5"}, {"at": "2026-11-24T08:00:00+01:00", "waited": "12.5"}),
        ({"epoch": "1795435200", "caller": "1795435200"}, {"epoch": "1795435200", "caller": "[10 characters]"}),
        ({"open": None, "vip": True}, {"open": None, "vip": True}),
        ({"anna@example.com": {"queue": "support"}}, {"[email]": {"queue": "[7 characters]"}}),
        ({"rows": [1, 2, 3, 4, 5, 6]}, {"rows": [1, 2, 3, 4, 5]}),
    ],
    ids=str,
)
def test_of_a_row_only_codes_small_numbers_and_instants_are_shown(row: object, seen: object) -> None:
    assert visible(row, CODES) == seen


def test_of_our_records_agent_customer_and_text_are_told_by_their_length() -> None:
    record = contact("answered", agent="SIP/anna", customer="0123456789abcdef", text="call me", wait_s=3.0)

    answer = last_answer(Batch([record]), NOON)

    seen = msgspec.json.decode(answer.records[0])
    assert (seen["agent"], seen["customer"], seen["text"]) == ("[8 characters]", "[16 characters]", "[7 characters]")
    assert (seen["queue"], seen["type"], seen["wait_s"], seen["at"]) == ("support", "answered", 3.0, NOON)


def test_an_answer_is_a_few_kilobytes_however_much_a_source_says() -> None:
    rows = [{f"key{number}": "x" * 50 for number in range(1000)}] * 500

    answer = last_answer(Batch([contact("offered")] * 500, rows=rows), NOON)

    assert (len(answer.rows), len(answer.records)) == (3, 3)
    assert len(msgspec.json.encode(answer)) < 8_000


tables = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=20,
)


@given(tables, st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZäöü", min_size=3))
def test_no_word_under_a_key_that_is_not_known_to_hold_codes_is_ever_shown(row: object, word: str) -> None:
    shown = msgspec.json.encode(visible({"some": row, "other": [word, {"deep": word}]}, CODES)).decode()

    assert f'"{word}"' not in shown


async def test_rows_of_a_queue_log_hide_caller_and_agent(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text("1795435200|1795435200.7|support|NONE|ENTERQUEUE||anna.schmidt|1\n")
    tail = asterisk_queue_log.connect(asterisk_queue_log.Options(path="queue_log"), SourceContext("site", "log", base_dir=tmp_path), None)

    answer = last_answer(await tail.poll(), NOON)
    await tail.close()

    seen = msgspec.json.decode(answer.rows[0])
    assert (seen["event"], seen["queue"], seen["agent"], seen["data"]) == (
        "ENTERQUEUE",
        "support",
        "[4 characters]",
        ["", "[12 characters]", "1"],
    )


async def test_rows_of_a_file_show_the_words_that_are_mapped_to_codes(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("time,caller,queue,what\n2026-11-24T08:00:00Z,Schmidt,support,IN\n")
    fields = {
        "at": {"path": "time", "unit": "iso"},
        "contact_id": "caller",
        "queue": "queue",
        "type": {"path": "what", "enum": {"IN": "offered"}},
    }
    options = file_tail.Options.model_validate({"path": "calls.csv", "format": "csv", "into": "ContactEvent", "fields": fields})
    tail = file_tail.connect(options, SourceContext("site", "calls", base_dir=tmp_path), None)

    answer = last_answer(await tail.poll(), NOON)
    await tail.close()

    assert msgspec.json.decode(answer.rows[0]) == {
        "time": "2026-11-24T08:00:00Z",
        "caller": "[7 characters]",
        "queue": "support",
        "what": "IN",
    }


def test_key_that_only_sounds_like_a_time_shows_no_number():
    row = {
        "sender": 13800138000,
        "attendant": 4155550123,
        "birth_date": "1980-05-12",
        "startedAt": 1_790_000_000,
        "ended_at": 1_790_000_000_000,
    }

    shown = visible(row, frozenset())

    assert shown == {
        "sender": "[number]",
        "attendant": "[number]",
        "birth_date": "[10 characters]",
        "startedAt": 1_790_000_000,
        "ended_at": 1_790_000_000_000,
    }


def test_name_beside_the_name_of_a_queue_is_not_shown():
    row = {"queue": {"name": "support"}, "customer": {"name": "Anna"}, "by_customer": {"Anna Schmidt": 2, "waiting": 1}}

    shown = visible(row, frozenset({"queue.name"}))

    assert shown == {"queue": {"name": "support"}, "customer": {"name": "[4 characters]"}, "by_customer": {"[key 1]": 2, "waiting": 1}}
