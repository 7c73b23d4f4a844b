"""The channel that writes lines of a file."""

import json

import pytest
from alerts_made import T0, ms
from channels_made import KEY, alarm, opened
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


def lines_of(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_each_message_is_a_line_with_its_key_and_text(tmp_path):
    channel = opened("file", tmp_path, path="told/desk.jsonl", language="both")

    attempts = [channel.send(alarm(key), ms(90)) for key in (KEY, f"{KEY}-next")]

    told = lines_of(tmp_path / "told" / "desk.jsonl")
    assert all(attempt.delivered for attempt in attempts)
    assert [line["key"] for line in told] == [KEY, f"{KEY}-next"]
    assert told[0]["sent_at"] == ms(90)
    assert told[0]["text"] == "[RAISED] Support: low · 50 % in 20 s / [告警] 客服：偏低 · 20 秒内百分之五十"
    assert (tmp_path / "told" / "desk.jsonl").stat().st_mode & 0o077 == 0


def test_opening_it_touches_nothing(tmp_path):
    opened("file", tmp_path, path="told/desk.jsonl").close()

    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_when_a_site_starts_anew(tmp_path):
    for second in (0, 60):
        opened("file", tmp_path, path="desk.jsonl").send(alarm(), ms(second))

    assert len(lines_of(tmp_path / "desk.jsonl")) == 2


def test_a_drill_is_marked_in_its_text(tmp_path):
    opened("file", tmp_path, path="desk.jsonl").send(alarm(drill=True), T0)

    assert lines_of(tmp_path / "desk.jsonl")[0]["text"].startswith("[DRILL] ")


def test_a_place_that_cannot_be_written_is_an_attempt_that_may_pass(tmp_path):
    (tmp_path / "desk.jsonl").mkdir()
    channel = opened("file", tmp_path, path="desk.jsonl")

    before = channel.send(alarm(), T0)
    (tmp_path / "desk.jsonl").rmdir()
    after = channel.send(alarm(), ms(30))

    assert (before.delivered, before.retriable, before.error) == (False, True, "IsADirectoryError")
    assert after.delivered


def test_a_link_to_elsewhere_is_not_written_through(tmp_path):
    (tmp_path / "mine").write_text("kept")
    (tmp_path / "desk.jsonl").symlink_to(tmp_path / "mine")

    attempt = opened("file", tmp_path, path="desk.jsonl").send(alarm(), T0)

    assert not attempt.delivered
    assert (tmp_path / "mine").read_text() == "kept"


def test_a_file_that_is_full_is_kept_beside_the_new_one(tmp_path):
    channel = opened("file", tmp_path, path="desk.jsonl", most_bytes=10_000)

    for number in range(3):
        channel.send(alarm(f"{KEY}-{number}", title={"en": "x" * 6_000, "zh": "x"}), T0)

    assert [line["key"] for line in lines_of(tmp_path / "desk.jsonl")] == [f"{KEY}-2"]
    assert [line["key"] for line in lines_of(tmp_path / "desk.jsonl.1")] == [f"{KEY}-1"]


@pytest.mark.parametrize("wrong", [{}, {"path": ""}, {"path": "a", "most_bytes": 9}, {"path": "a", "url": "b"}])
def test_keys_that_cannot_work_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError):
        opened("file", tmp_path, **wrong)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(ANY_TEXT, ANY_TEXT)
def test_any_message_is_one_line(tmp_path, english, chinese):
    path = tmp_path / "any.jsonl"
    path.unlink(missing_ok=True)

    attempt = opened("file", tmp_path, path="any.jsonl").send(alarm(title={"en": english, "zh": chinese}), T0)

    assert attempt.delivered
    assert path.read_bytes().count(b"\n") == 1
    assert len(lines_of(path)) == 1
