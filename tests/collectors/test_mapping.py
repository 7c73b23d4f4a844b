import dataclasses
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from collectors.base import Seen, SourceContext
from collectors.mapping import Mapped, Mapper, MappingOptions, path_faults
from pulse.kpi.records import AgentState, ContactEvent, CounterWindow, QueueState, Rating, RatingScale

NOW = 1_800_000_000_000
EVENT = {"contact_id": "id", "type": "what", "queue": "q", "at": {"path": "when", "unit": "epoch_s"}}
ROW = {"id": "c1", "what": "offered", "q": "mail", "when": 1_800_000_000}


def _mapped(fields: dict[str, Any], row: object, context: SourceContext, into: str = "ContactEvent", now: int = NOW) -> Mapped:
    return Mapper(MappingOptions.model_validate({"into": into, "fields": fields}), context).mapped(row, now)


def _event(fields: dict[str, Any], row: dict[str, object], context: SourceContext) -> ContactEvent:
    record = _mapped({**EVENT, **fields}, {**ROW, **row}, context).record
    assert isinstance(record, ContactEvent)
    return record


def test_row_becomes_an_event_with_an_id_of_its_content(context: SourceContext) -> None:
    event = _event({}, {}, context)

    assert (event.contact_id, event.type, event.queue, event.at, event.channel) == ("c1", "offered", "mail", NOW, "voice")
    assert event.event_id == f"phone|mail|c1|offered|{NOW}"


@pytest.mark.parametrize(("unit", "found"), [("epoch_s", 1_800_000_000_000), ("epoch_ms", 1_800_000_000_000_000), ("epoch_ms", -1)])
def test_an_instant_in_another_unit_is_told_and_makes_no_record(unit: str, found: int, context: SourceContext) -> None:
    mapped = _mapped({**EVENT, "at": {"path": "when", "unit": unit}}, {**ROW, "when": found}, context)

    assert mapped.record is None
    assert [fault.name for fault in mapped.faults] == ["bad_instant:at"]
    assert "from 1970 to 2199" in mapped.faults[0].message


@pytest.mark.parametrize(
    ("unit", "found", "seconds"),
    [
        ("s", 90, 90.0),
        ("s", "90", 90.0),
        ("ms", 1500, 1.5),
        ("min", "2.5", 150.0),
        ("epoch_s", NOW / 1000 - 7, 7.0),
        ("epoch_ms", NOW - 500, 0.5),
    ],
)
def test_duration_comes_in_any_unit(unit: str, found: object, seconds: float, context: SourceContext) -> None:
    assert _event({"wait_s": {"path": "wait", "unit": unit}}, {"wait": found}, context).wait_s == seconds


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("2027-01-15T08:00:00Z", {}),
        ("2027-01-15T16:00:00+08:00", {}),
        ("2027-01-15 16:00:00", {"default_tz": "Asia/Shanghai"}),
        ("2027/01/15 08:00:00", {}),
        ("15.01.27 8:00", {"format": "%d.%m.%y %H:%M"}),
        (1_800_000_000_000, {"unit": "epoch_ms"}),
        ("1800000000", {"unit": "epoch_s"}),
    ],
)
def test_instant_comes_in_any_form(written: object, source: dict[str, str], context: SourceContext) -> None:
    assert _event({"at": {"path": "when", **source}}, {"when": written}, context).at == NOW


@pytest.mark.parametrize(
    ("read_at", "since", "seconds"),
    [
        ("2026-10-25T02:40:00+02:00", "02:10:00", 1800),
        ("2026-10-25T02:40:00+01:00", "02:10:00", 1800),
        ("2026-10-25T02:40:00+01:00", "02:40:02", -2),
        ("2026-10-25T02:10:00+01:00", "02:40:00", 1800),
        ("2026-10-25T03:10:00+01:00", "02:40:00", 1800),
        ("2026-10-25T03:10:00+01:00", "01:40:00", 9000),
    ],
)
def test_who_waits_since_a_time_that_the_clocks_showed_twice_waits_no_hour_too_long(
    read_at: str, since: str, seconds: float, context: SourceContext
) -> None:
    now = round(datetime.fromisoformat(read_at).timestamp() * 1000)
    fields = {**EVENT, "wait_s": {"path": "since", "unit": "iso", "default_tz": "Europe/Berlin"}}

    mapped = _mapped(fields, {**ROW, "since": f"2026-10-25 {since}"}, context, now=now)

    assert mapped.record.wait_s == seconds


def test_an_event_of_an_hour_that_comes_twice_is_the_same_whenever_it_is_read(context: SourceContext) -> None:
    fields = {**EVENT, "at": {"path": "when", "unit": "iso", "default_tz": "Europe/Berlin"}}
    row = {**ROW, "when": "2026-10-25 02:40:00"}
    hours = [round(datetime.fromisoformat(f"2026-10-25T0{hour}:50:00Z").timestamp() * 1000) for hour in range(3)]

    events = [_mapped(fields, row, context, now=now).record for now in hours]

    assert len({event.event_id for event in events}) == 1


def test_a_name_has_no_sign_that_a_database_could_not_hold(context: SourceContext) -> None:
    assert _event({"queue": "name"}, {"name": "mail\0box "}, context).queue == "mail\ufffdbox"


def test_words_of_the_source_are_turned_into_ours(context: SourceContext) -> None:
    fields = {"type": {"path": "what", "enum": {"hung_up": "abandoned"}}, "channel": {"value": "chat"}}

    event = _event(fields, {"what": "hung_up"}, context)

    assert (event.type, event.channel) == ("abandoned", "chat")


def test_text_is_redacted_and_the_customer_hashed(context: SourceContext) -> None:
    event = _event({"text": "said", "customer": "number"}, {"said": "call 13800000001", "number": "13800000001"}, context)

    assert event.text == "call [phone]"
    assert event.customer is not None
    assert "138" + "0000" not in event.customer


def test_rating_and_attributes_are_mapped(context: SourceContext) -> None:
    fields = {"rating": {"path": "stars", "scale": "nps_10"}, "attributes": {"region": "geo.region", "carrier": "carrier"}}

    event = _event(fields, {"stars": "9", "geo": {"region": "north"}}, context)

    assert event.rating == Rating(RatingScale.NPS_10, 9.0)
    assert event.attributes == {"region": "north"}


def test_null_empty_and_absent_are_unknown_and_zero_is_zero(context: SourceContext) -> None:
    fields = {"queue": "q", "waiting": "a", "in_service": "b", "agents_busy": "c", "backlog_open": "d"}

    mapped = _mapped(fields, {"q": "chat", "a": None, "b": "", "d": 0}, context, "QueueState")

    state = mapped.record
    assert isinstance(state, QueueState)
    assert (state.waiting, state.in_service, state.agents_busy, state.backlog_open) == (None, None, None, 0)
    assert (state.at, state.received_at) == (NOW, NOW)
    assert list(mapped.faults) == []


def test_counters_and_agents_are_mapped(context: SourceContext) -> None:
    window = _mapped(
        {
            "queue": "q",
            "start": {"path": "from", "unit": "epoch_ms"},
            "end": {"path": "to", "unit": "epoch_ms"},
            "cumulative": {"value": True},
            "answered_within": {"20": "sl.in20"},
        },
        {"q": "mail", "from": 1, "to": 2, "sl": {"in20": 7}},
        context,
        "CounterWindow",
    ).record
    agent = _mapped({"agent": "id", "state": "s", "queues": "qs"}, {"id": 7, "s": "busy", "qs": ["a", "b"]}, context, "AgentState").record

    assert isinstance(window, CounterWindow)
    assert isinstance(agent, AgentState)
    assert (window.cumulative, window.answered_within) == (True, {20.0: 7})
    assert (agent.agent, agent.state, agent.queues, agent.at) == ("7", "busy", ("a", "b"), NOW)


def test_bad_optional_value_is_unknown_and_counted_the_row_stays(context: SourceContext) -> None:
    mapped = _mapped({**EVENT, "wait_s": "wait"}, {**ROW, "wait": "long"}, context)

    assert isinstance(mapped.record, ContactEvent)
    assert mapped.record.wait_s is None
    assert [(fault.name, fault.message) for fault in mapped.faults] == [
        ("bad_number:wait_s", 'fields.wait_s: got "long", expected a number')
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"id": None}, "missing:contact_id"),
        ({"what": "vanished"}, "unknown_value:type"),
        ({"when": "soon"}, "bad_number:at"),
        ({"when": float("inf")}, "bad_number:at"),
        ({"id": {"a": 1}}, "not_text:contact_id"),
    ],
)
def test_row_without_what_it_needs_is_counted_and_the_others_stay(row: dict[str, object], problem: str, context: SourceContext) -> None:
    problems: Counter[str] = Counter()
    mapper = Mapper(MappingOptions.model_validate({"into": "ContactEvent", "fields": EVENT}), context)

    records = mapper.records([{**ROW, **row}, 5, ROW], NOW, problems)

    assert len(records) == 1
    assert problems[problem] == 1
    assert problems["not_an_object"] == 1


def test_fault_does_not_repeat_a_phone_number(context: SourceContext) -> None:
    mapped = _mapped({**EVENT, "wait_s": "wait"}, {**ROW, "wait": "call 13800000001"}, context)

    assert "138" + "0000" not in mapped.faults[0].message


def test_strange_duration_is_a_warning(context: SourceContext) -> None:
    warnings = _mapped({**EVENT, "wait_s": "wait"}, {**ROW, "wait": 31 * 86_400}, context).warnings

    assert len(warnings) == 1
    assert "over 30 days" in warnings[0]


def test_negative_duration_is_a_fault_and_never_counted(context: SourceContext) -> None:
    mapped = _mapped({**EVENT, "wait_s": "wait"}, {**ROW, "wait": -5}, context)

    assert [fault.name for fault in mapped.faults] == ["negative:wait_s"]
    assert isinstance(mapped.record, ContactEvent)
    assert mapped.record.wait_s is None


@pytest.mark.parametrize("identity", ["ann@example.org", "+4930123456", "13800000001"])
def test_contact_that_is_an_identity_is_hashed(identity: str, context: SourceContext) -> None:
    event = _event({}, {"id": identity}, context)

    assert identity not in event.contact_id + event.event_id
    assert len(event.contact_id) == 32


def test_only_allowed_attributes_are_carried_and_a_number_in_them_is_masked(context: SourceContext) -> None:
    allowing = dataclasses.replace(context, attributes=("region",))
    fields = {**EVENT, "attributes": {"region": "region", "shoe_size": "size"}}

    mapped = _mapped(fields, {**ROW, "region": "call 13800000001", "size": "44"}, allowing)

    assert isinstance(mapped.record, ContactEvent)
    assert mapped.record.attributes == {"region": "call [phone]"}
    assert [fault.name for fault in mapped.faults] == ["attribute_not_allowed:shoe_size"]


def test_who_wants_to_look_sees_the_rows_and_what_nobody_uses(context: SourceContext) -> None:
    seen: list[Seen] = []
    looking = dataclasses.replace(context, show=seen.append)
    mapper = Mapper(MappingOptions.model_validate({"into": "QueueState", "fields": {"queue": "q"}}), looking)

    mapper.records([{"q": "mail", "extra": 1}], NOW, Counter())

    assert (seen[0].rows, seen[0].unmapped, seen[0].warnings) == ([{"q": "mail", "extra": 1}], ["extra"], [])


def test_keys_that_nobody_maps_are_listed(context: SourceContext) -> None:
    mapper = Mapper(MappingOptions.model_validate({"into": "QueueState", "fields": {"queue": "q", "waiting": "tasks.pending"}}), context)

    assert mapper.unmapped([{"q": 1, "tasks": {"pending": 2, "age": 3}, "extra": 1}]) == ["extra", "tasks.age"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({**EVENT, "wait": "w"}, "fields.wait: is not known in ContactEvent, expected one of"),
        ({"contact_id": "id"}, "fields.queue: found nothing, expected a path"),
        ({**EVENT, "wait_s": {"path": "w", "unit": "iso_8601"}}, "unit"),
        ({**EVENT, "queue": {"path": "q", "unit": "ms"}}, 'fields.queue.unit: got "ms", expected none'),
        ({**EVENT, "attributes": "a"}, "fields.attributes: expected a table"),
        ({**EVENT, "queue": {"a": "b"}}, "fields.queue: expected one path"),
        ({**EVENT, "queue": {"path": "a", "value": "b"}}, "expected either path or value"),
    ],
)
def test_wrong_mapping_says_where_found_and_allowed(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        MappingOptions.model_validate({"into": "ContactEvent", "fields": fields})

    assert words in str(wrong.value)


def test_wrong_key_of_a_target_is_told() -> None:
    fields = {"queue": "q", "start": "a", "end": "b", "answered_within": {"soon": "x"}}

    with pytest.raises(ValidationError, match="got soon, expected numbers of seconds"):
        MappingOptions.model_validate({"into": "CounterWindow", "fields": fields})


def test_wrong_path_is_told() -> None:
    options = MappingOptions.model_validate({"into": "QueueState", "fields": {"queue": "a[", "waiting": "b"}})

    assert len(path_faults(options)) == 1
    assert 'got "a[", expected a JMESPath' in path_faults(options)[0]
