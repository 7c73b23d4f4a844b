from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ami import MessageReader, action

SAID = (
    b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n"
    b"Event: QueueMember\r\nName: \xe5\xbc\xa0\xe6\x95\x8f\r\nLocation: SIP/1: a\r\nPausedReason: \r\n\r\n"
)


def test_no_bytes_are_no_messages() -> None:
    assert MessageReader().feed(b"") == []


def test_greeting_and_messages_are_read() -> None:
    assert MessageReader().feed(SAID) == [
        {"Greeting": "Asterisk Call Manager/11.0.0"},
        {"Response": "Success", "Message": "Authentication accepted"},
        {"Event": "QueueMember", "Name": "张敏", "Location": "SIP/1: a", "PausedReason": ""},
    ]


@given(st.lists(st.integers(0, len(SAID)), max_size=8))
def test_bytes_cut_anywhere_tell_the_same(cuts: list[int]) -> None:
    reader = MessageReader()
    places = [0, *sorted(cuts), len(SAID)]

    messages = [message for start, end in pairwise(places) for message in reader.feed(SAID[start:end])]

    assert messages == MessageReader().feed(SAID)


def test_line_that_is_too_long_is_left_out_without_being_kept() -> None:
    reader = MessageReader()

    for _ in range(100):
        reader.feed(b"x" * 10_000)
    messages = reader.feed(b"\r\nEvent: A\r\n\r\n")

    assert messages == [{"Event": "A"}]
    assert reader.problems == Counter(line_too_long=1)


def test_rubbish_is_counted_and_disturbs_nothing() -> None:
    reader = MessageReader()

    messages = reader.feed(b"rubbish\r\n\xff: \xfe\r\n\r\nEvent: A\r\n\r\n")

    assert messages[-1] == {"Event": "A"}
    assert reader.problems == Counter(no_header=1, not_text=1)


def test_headers_of_one_message_are_bounded() -> None:
    reader = MessageReader()

    message = reader.feed(b"".join(b"H%d: 1\r\n" % number for number in range(600)) + b"\r\n")[0]

    assert len(message) == 500
    assert reader.problems == Counter(too_many_headers=100)


def test_action_is_written_as_the_interface_wants_it() -> None:
    assert action("Login", Username="u") == b"Action: Login\r\nUsername: u\r\n\r\n"


def test_value_with_a_line_break_is_no_action() -> None:
    with pytest.raises(ValueError, match="line break"):
        action("Login", Secret="x\r\nAction: Originate")
