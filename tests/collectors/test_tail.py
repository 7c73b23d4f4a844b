import gzip
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collectors.base import SourceFailed
from collectors.tail import Position, Tail, decoded, whole_lines

Follow = Callable[..., Tail]


def _all(tail: Tail) -> tuple[list[bytes], Counter[str]]:
    lines: list[bytes] = []
    problems: Counter[str] = Counter()
    more = True
    while more:
        chunk = tail.read()
        lines += chunk.lines
        problems += chunk.problems
        more = chunk.more
    return lines, problems


def _append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def _aged(path: Path, order: int) -> None:
    os.utime(path, ns=(10**18 + order, 10**18 + order))


@pytest.fixture
def follow() -> Iterator[Follow]:
    """Opens tails and closes them after the test."""
    tails: list[Tail] = []

    def _follow(path: Path, position: Position | None = None, **limits: int) -> Tail:
        tails.append(Tail(path, position, **limits))
        return tails[-1]

    yield _follow
    for tail in tails:
        tail.close()


def _stored(tail: Tail) -> Position:
    """The position as a restart finds it in the cursor."""
    assert tail.position is not None
    return Position.from_map(tail.position.as_map())


def test_empty_file_has_no_lines(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    path.touch()

    assert _all(follow(path)) == ([], Counter())


def test_missing_file_is_a_failed_source(tmp_path: Path, follow: Follow) -> None:
    with pytest.raises(SourceFailed, match="log: No such file"):
        follow(tmp_path / "log").read()


def test_file_that_went_away_is_a_failed_source_after_its_last_line(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "a\n")
    tail = follow(path)
    tail.read()
    _append(path, "b\n")
    path.unlink()

    last = tail.read()

    assert last.lines == [b"b"]
    with pytest.raises(SourceFailed, match="no such file now"):
        tail.read()


def test_partial_line_waits_for_its_newline(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\ntw")
    tail = follow(path)

    first = _all(tail)[0]
    _append(path, "o\r\n")

    assert (first, _all(tail)[0]) == ([b"one"], [b"two"])


def test_restart_in_the_middle_goes_on_where_it_stood(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\ntwo\nth")
    tail = follow(path)
    tail.read()

    tail = follow(path, _stored(tail))
    _append(path, "ree\n")

    assert _all(tail) == ([b"three"], Counter())


def test_rotation_finishes_the_old_file_then_reads_the_new_one(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\n")
    tail = follow(path)
    tail.read()
    _append(path, "two\n")
    path.rename(tmp_path / "log.1")
    path.touch()

    before_the_writer_moved = _all(tail)[0]
    _append(tmp_path / "log.1", "three\n")
    _append(path, "four\n")

    assert before_the_writer_moved == [b"two"]
    assert _all(tail) == ([b"three", b"four"], Counter())


def test_rotation_while_away_is_found_by_inode_and_parts_between_are_read(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\n")
    tail = follow(path)
    tail.read()
    _append(path, "two\n")
    path.rename(tmp_path / "log.2")
    _append(tmp_path / "log.1", "three\n")
    _append(path, "four\n")
    for order, name in enumerate(["log.2", "log.1", "log"]):
        _aged(tmp_path / name, order)
    (tmp_path / "log.old-notes").write_text("not a part\n")

    assert _all(follow(path, _stored(tail))) == ([b"two", b"three", b"four"], Counter())


def test_part_that_was_packed_while_away_is_read_on(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "a line long enough to tell one file from another\n")
    tail = follow(path)
    tail.read()
    _append(path, "two\n")
    (tmp_path / "log.1.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    _append(path, "three\n")

    assert _all(follow(path, _stored(tail))) == ([b"two", b"three"], Counter())


def test_part_that_is_gone_is_said_and_the_new_file_read(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "a line that nobody will see again\n")
    tail = follow(path)
    tail.read()
    tail.close()
    path.unlink()
    _append(path, "new\n")

    assert _all(follow(path, _stored(tail))) == ([b"new"], Counter(part_gone=1))


def test_unfinished_last_line_of_a_rotated_part_is_a_cut_line(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\ntw")
    tail = follow(path)
    tail.read()
    path.rename(tmp_path / "log.1")
    _append(path, "three\n")

    assert _all(tail) == ([b"three"], Counter(cut_line=1))


def test_truncated_file_is_read_from_its_beginning(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\ntwo\n")
    tail = follow(path)
    tail.read()
    os.truncate(path, 0)
    _append(path, "3\n")

    assert _all(tail) == ([b"3"], Counter())


def test_truncated_file_that_grew_past_the_old_end_is_noticed(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "one\n")
    tail = follow(path)
    tail.read()
    os.truncate(path, 0)
    _append(path, "three\nfour\n")

    assert _all(tail) == ([b"three", b"four"], Counter())


def test_lines_between_the_last_read_and_copytruncate_come_from_the_copy(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "a line long enough to tell one file from another\n")
    tail = follow(path)
    tail.read()
    _append(path, "two\n")
    (tmp_path / "log.1").write_bytes(path.read_bytes())
    os.truncate(path, 0)
    _append(path, "three\n")

    assert _all(tail) == ([b"two", b"three"], Counter())


def test_read_is_capped_and_says_that_more_waits(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, "x" * 9 + "\n")
    _append(path, "y" * 9 + "\n")
    tail = follow(path, read_bytes=12, line_bytes=10)

    first = tail.read()

    assert (first.lines, first.more) == ([b"x" * 9], True)
    assert _all(tail)[0] == [b"y" * 9]


def test_line_of_ten_megabytes_is_skipped_and_counted_once(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "log"
    _append(path, b"one\n" + b"x" * 10_000_000)
    tail = follow(path)

    first = _all(tail)
    tail = follow(path, _stored(tail))
    _append(path, b"xxx\ntwo\n")

    assert first == ([b"one"], Counter(line_too_long=1))
    assert _all(tail) == ([b"two"], Counter())


def test_whole_lines_of_a_packed_file_count_the_last_one_without_newline(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(b"one\r\n" + b"x" * 70_000 + b"\ntwo"))

    chunks = list(whole_lines(path))

    assert [line for chunk in chunks for line in chunk.lines] == [b"one", b"two"]
    assert chunks[0].problems == Counter(line_too_long=1)


def test_broken_packed_file_is_a_failed_source(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(b"one\n" * 1000)[:-12])

    with pytest.raises(SourceFailed, match=r"log\.gz"):
        list(whole_lines(path))


def test_bytes_that_are_no_text_are_no_line() -> None:
    assert decoded(b"\xff") is decoded(b"a\0b") is None
    assert decoded("等待".encode("gb18030"), "gb18030") == "等待"
