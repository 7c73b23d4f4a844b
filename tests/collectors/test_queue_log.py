from collections import Counter

import pytest

from collectors.base import SourceContext
from collectors.queue_log import QueueLogParser, QueueLogState
from pulse.kpi.records import Channel, ContactEvent, RatingScale

T = 1795412300


def _read(*lines: str, context: SourceContext, ratings: dict[str, RatingScale] | None = None) -> tuple[list[ContactEvent], Counter[str]]:
    problems: Counter[str] = Counter()
    events = QueueLogParser(context, ratings).read([line.encode() for line in lines], problems)
    return events, problems


def _told(events: list[ContactEvent]) -> list[tuple[str, float | None]]:
    return [(event.type.value, event.wait_s) for event in events]


def test_no_lines_are_no_events(context: SourceContext) -> None:
    assert _read(context=context) == ([], Counter())


def test_answered_call_is_offered_answered_completed(context: SourceContext) -> None:
    events, problems = _read(
        f"{T}|u1|support|NONE|ENTERQUEUE||13800000001|1",
        f"{T + 7}|u1|support|Local/9001@agents/n|CONNECT|7|u2|1",
        f"{T + 15}|u1|support|Local/9001@agents/n|COMPLETEAGENT|7|8|2",
        context=context,
    )

    offered, answered, completed = events
    assert _told(events) == [("offered", None), ("answered", 7.0), ("completed", None)]
    assert (offered.at, offered.contact_id, offered.queue, offered.channel) == (T * 1000, "u1", "support", Channel.VOICE)
    assert (offered.agent, answered.agent) == (None, "Local/9001@agents/n")
    assert (completed.talk_s, completed.reason) == (8.0, "agent")
    assert not problems


def test_caller_who_ends_the_call_is_told(context: SourceContext) -> None:
    events, _ = _read(f"{T}|u1|support|A|COMPLETECALLER|3|5|1", context=context)

    assert events[0].reason == "caller"


@pytest.mark.parametrize(
    ("line", "kind", "wait_s", "reason"),
    [
        ("ABANDON|4|5|3", "abandoned", 3.0, None),
        ("EXITWITHTIMEOUT|1|1|12", "overflowed", 12.0, "timeout"),
        ("EXITWITHKEY|5|2|3|9", "overflowed", 9.0, "key"),
        ("EXITEMPTY|1|1|4", "overflowed", 4.0, "empty"),
        ("WITHDRAW|1|1|6|moved|by|desk", "withdrawn", 6.0, None),
    ],
)
def test_caller_who_leaves_unanswered_keeps_wait_and_reason(
    line: str, kind: str, wait_s: float, reason: str | None, context: SourceContext
) -> None:
    events, problems = _read(f"{T}|u1|support|NONE|{line}", context=context)

    assert [(event.type.value, event.wait_s, event.reason) for event in events] == [(kind, wait_s, reason)]
    assert not problems


@pytest.mark.parametrize(
    "line", ["BLINDTRANSFER|100|ctx|7|33|1", "TRANSFER|100|ctx|7|33|1", "ATTENDEDTRANSFER|BRIDGE|a|b|7|33|1", "BLINDTRANSFER|1|a|b|7|33|1"]
)
def test_transferred_call_is_handled_once(line: str, context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|A|{line}", context=context)

    assert [event.type.value for event in events] == ["completed", "transferred"]
    assert (events[0].talk_s, events[0].reason) == (33.0, "transferred")
    assert events[0].event_id != events[1].event_id
    assert not problems


def test_crash_loses_those_who_waited_and_only_them(context: SourceContext) -> None:
    events, problems = _read(
        f"{T}|u1|support|NONE|ENTERQUEUE||1|1",
        f"{T}|u2|support|NONE|ENTERQUEUE||2|2",
        f"{T + 3}|u1|support|A|CONNECT|3|b|1",
        f"{T + 9}|NONE|NONE|NONE|QUEUESTART|",
        context=context,
    )

    lost = [event for event in events if event.type == "lost"]
    assert [(event.contact_id, event.queue, event.at, event.wait_s) for event in lost] == [("u2", "support", (T + 9) * 1000, None)]
    assert not problems


def test_dumped_caller_stays_in_the_queue(context: SourceContext) -> None:
    events, _ = _read(
        f"{T}|u1|support|NONE|ENTERQUEUE||1|1", f"{T + 2}|u1|support|A|AGENTDUMP|", f"{T + 5}|NONE|NONE|NONE|QUEUESTART|", context=context
    )

    assert [event.type.value for event in events] == ["offered", "lost"]


@pytest.mark.parametrize(
    "line",
    [
        "RINGNOANSWER|8000",
        "RINGCANCELED|1200",
        "PENALTY|3",
        "CONFIGRELOAD|",
        "DID|100",
        "INFO|x|y",
        "SYSCOMPAT|",
        "AGENTDUMP|",
        "PAUSE|午饭",
    ],
)
def test_known_event_without_a_contact_is_neither_event_nor_problem(line: str, context: SourceContext) -> None:
    assert _read(f"{T}|u1|support|A|{line}", context=context) == ([], Counter())


def test_unknown_event_is_counted_under_a_clean_short_name(context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|A|MY EVENT<b>{'x' * 80}|1", context=context)

    assert events == []
    assert problems == Counter({f"unknown_event:MY_EVENT_b_{'x' * 29}": 1})


def test_names_of_unknown_events_are_bounded(context: SourceContext) -> None:
    _, problems = _read(*(f"{T}|u|q|A|RUBBISH{number}|" for number in range(200)), context=context)

    assert len(problems) == 51
    assert problems["unknown_event:other"] == 150


def test_own_event_that_carries_a_rating_is_rated_and_redacted(context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|A|CSAT|5|call 13800000001|please", context=context, ratings={"CSAT": RatingScale.CSAT_5})

    assert events[0].rating is not None
    assert (events[0].type.value, events[0].rating.value, events[0].text) == ("rated", 5.0, "call [phone]|please")
    assert not problems


@pytest.mark.parametrize("value", ["", "6", "0", "-1", "five", "nan"])
def test_rating_off_its_scale_is_counted_not_kept(value: str, context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|A|CSAT|{value}", context=context, ratings={"CSAT": RatingScale.CSAT_5})

    assert (events, problems) == ([], Counter(bad_number=1))


def test_missing_wait_is_taken_from_the_entry(context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|NONE|ENTERQUEUE||1|1", f"{T + 6}|u1|support|A|CONNECT|", context=context)

    assert _told(events) == [("offered", None), ("answered", 6.0)]
    assert problems == Counter(bad_number=1)


def test_missing_wait_of_an_unknown_caller_stays_unknown(context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|NONE|ABANDON|1|1|-5", context=context)

    assert _told(events) == [("abandoned", None)]
    assert problems == Counter(bad_number=1)


def test_url_with_the_separator_does_not_hide_the_caller(context: SourceContext) -> None:
    plain, _ = _read(f"{T}|u1|support|NONE|ENTERQUEUE||13800000001|1", context=context)
    with_url, _ = _read(f"{T}|u1|support|NONE|ENTERQUEUE|http://x/?a|b|13800000001|1", context=context)

    assert with_url[0].customer == plain[0].customer


def test_customer_is_a_keyed_hash_never_the_number(context: SourceContext) -> None:
    events, _ = _read(f"{T}|u1|support|NONE|ENTERQUEUE||13800000001|1", context=context)

    assert events[0].customer is not None
    assert "138" + "00000001" not in str(events)


def test_without_a_site_key_or_a_number_the_customer_is_unknown(context: SourceContext) -> None:
    no_key = SourceContext("site", "phone")

    without_key, _ = _read(f"{T}|u1|support|NONE|ENTERQUEUE||13800000001|1", context=no_key)
    without_number, _ = _read(f"{T}|u1|support|NONE|ENTERQUEUE||anonymous|1", context=context)

    assert without_key[0].customer is without_number[0].customer is None


def test_same_contact_may_enter_twice_and_is_offered_twice(context: SourceContext) -> None:
    events, problems = _read(
        f"{T}|u1|support|NONE|ENTERQUEUE||1|1",
        f"{T}|u1|support|NONE|EXITWITHKEY|1|1|1|0",
        f"{T}|u1|support|NONE|ENTERQUEUE||1|1",
        context=context,
    )

    assert [event.type.value for event in events] == ["offered", "overflowed", "offered"]
    assert len({event.event_id for event in events}) == 3
    assert not problems


def test_second_entry_without_an_ending_loses_the_first(context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|support|NONE|ENTERQUEUE||1|1", f"{T + 9}|u1|support|NONE|ENTERQUEUE||1|1", context=context)

    assert [(event.type.value, event.reason) for event in events] == [("offered", None), ("lost", "no_ending"), ("offered", None)]
    assert problems == Counter(entered_again_while_waiting=1)


def test_line_before_its_forerunner_keeps_its_own_time_and_is_counted(context: SourceContext) -> None:
    events, problems = _read(f"{T}|u1|q|NONE|ENTERQUEUE||1|1", f"{T - 60}|u2|q|NONE|ENTERQUEUE||1|1", context=context)

    assert events[1].at == (T - 60) * 1000
    assert problems == Counter(clock_back=1)


def test_decimal_seconds_are_kept(context: SourceContext) -> None:
    events, _ = _read(f"{T}.25|u1|q|NONE|ENTERQUEUE||1|1", context=context)

    assert events[0].at == T * 1000 + 250


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"12301|u1|q|NONE|ENTERQUEUE||1|1", "cut_line"),
        (b"|q|NONE|ENTERQUEUE||1|1", "cut_line"),
        (f"{T}|u1|q|NONE|ENTERQ".encode(), "cut_line"),
        (f"{T}|u1".encode(), "cut_line"),
        (b"\xff\xfe\x00\x01", "not_text"),
        (f"{T}|\0\0|q|NONE|ABANDON|1|1|1".encode(), "not_text"),
    ],
)
def test_unreadable_line_is_counted_and_disturbs_nothing(line: bytes, problem: str, context: SourceContext) -> None:
    problems: Counter[str] = Counter()

    events = QueueLogParser(context).read([line, f"{T}|u1|q|NONE|ABANDON|1|1|2".encode(), b""], problems)

    assert _told(events) == [("abandoned", 2.0)]
    assert problems == Counter({problem: 1})


def test_same_lines_read_twice_have_the_same_ids_and_lose_nobody(context: SourceContext) -> None:
    lines = [
        f"{T}|NONE|NONE|NONE|QUEUESTART|".encode(),
        f"{T + 1}|u1|q|NONE|ENTERQUEUE||1|1".encode(),
        f"{T + 2}|u2|q|NONE|ENTERQUEUE||1|2".encode(),
        f"{T + 3}|u1|q|A|CONNECT|2|b|1".encode(),
    ]
    parser = QueueLogParser(context)

    first = parser.read(lines, Counter())
    second = parser.read(lines, Counter())

    assert [event.event_id for event in second] == [event.event_id for event in first]
    assert list(parser.state.waiting) == ["u2"]


def test_parser_goes_on_from_its_stored_state(context: SourceContext) -> None:
    before = QueueLogParser(context)
    before.read([f"{T}|u1|q|NONE|ENTERQUEUE||1|1".encode(), f"{T}|u9|q|A|CONNECT|1|b|1".encode()], Counter())

    after = QueueLogParser(context, state=QueueLogState.from_map(before.state.as_map()))
    events = after.read([f"{T}|u9|q|A|CONNECT|1|b|1".encode(), f"{T + 4}|u1|q|A|CONNECT|x|b|1".encode()], Counter())

    assert events[0].event_id.endswith("|1")
    assert events[1].wait_s == 4.0


def test_number_of_remembered_callers_is_bounded(context: SourceContext) -> None:
    parser, problems = QueueLogParser(context), Counter[str]()

    parser.read([f"{T}|u{number}|q|NONE|ENTERQUEUE||1|1".encode() for number in range(20_005)], problems)

    assert len(parser.state.waiting) == 20_000
    assert problems == Counter(too_many_waiting=5)
