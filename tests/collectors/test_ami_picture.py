from collections import Counter
from dataclasses import replace

import pytest

from collectors.ami_picture import Member, Picture
from collectors.base import SourceContext
from pulse.kpi.records import AgentState, CounterWindow, QueueState, Record

NOW = 1_800_000_000_000


def _listing(*items: dict[str, str], queue: str = "support", answered: int = 0, abandoned: int = 0) -> list[dict[str, str]]:
    params = {"Event": "QueueParams", "Queue": queue, "Completed": str(answered), "Abandoned": str(abandoned)}
    return [{"Response": "Success", "Message": "Queue status will follow"}, params, *items, {"Event": "QueueStatusComplete"}]


def _member(agent: str = "SIP/1", queue: str = "support", **facts: str) -> dict[str, str]:
    known = {"Event": "QueueMember", "Queue": queue, "Location": agent, "Status": "1", "LastCall": "0", "Wrapuptime": "0"}
    return {**known, **facts}


def _entry(caller: str, wait_s: int) -> dict[str, str]:
    return {"Event": "QueueEntry", "Queue": "support", "Uniqueid": caller, "Wait": str(wait_s)}


def _told(picture: Picture, messages: list[dict[str, str]], now: int = NOW) -> list[Record]:
    for message in messages:
        picture.apply(message, now)
    return picture.records(now)


def _queue(records: list[Record]) -> QueueState:
    return next(record for record in records if isinstance(record, QueueState))


def _agents(records: list[Record]) -> list[AgentState]:
    return [record for record in records if isinstance(record, AgentState)]


def _counters(records: list[Record]) -> list[CounterWindow]:
    return [record for record in records if isinstance(record, CounterWindow)]


def test_nothing_is_said_before_the_first_whole_answer(context: SourceContext) -> None:
    assert _told(Picture(context), _listing()[:-1]) == []


def test_empty_queue_has_zero_of_everything(context: SourceContext) -> None:
    state = _queue(_told(Picture(context), _listing()))

    assert (state.waiting, state.oldest_wait_s, state.agents_logged_in, state.in_service) == (0, 0.0, 0, 0)
    assert state.agents_paused == {}


def test_waiting_and_oldest_wait_come_from_the_entries_and_grow(context: SourceContext) -> None:
    picture = Picture(context)

    first = _queue(_told(picture, _listing(_entry("u1", 12), _entry("u2", 3))))
    later = _queue(picture.records(NOW + 2000))

    assert (first.waiting, first.oldest_wait_s, later.oldest_wait_s) == (2, 12.0, 14.0)


def test_joining_and_leaving_between_answers_is_seen(context: SourceContext) -> None:
    picture = Picture(context)
    _told(picture, _listing(_entry("u1", 12)))

    state = _queue(
        _told(
            picture,
            [
                {"Event": "QueueCallerJoin", "Queue": "support", "Uniqueid": "u2"},
                {"Event": "QueueCallerLeave", "Queue": "support", "Uniqueid": "u1"},
            ],
        )
    )

    assert (state.waiting, state.oldest_wait_s) == (1, 0.0)


@pytest.mark.parametrize(
    ("member", "state"),
    [
        (Member(status=1), "available"),
        (Member(status=0), "available"),
        (Member(status=5, paused=True), "offline"),
        (Member(status=4), "offline"),
        (Member(status=2, paused=True), "busy"),
        (Member(status=6), "busy"),
        (Member(status=1, in_call=True), "busy"),
        (Member(status=1, paused=True), "paused"),
        (Member(status=1, last_call_s=NOW // 1000 - 3, wrapup_s=5), "acw"),
        (Member(status=1, last_call_s=NOW // 1000 - 5, wrapup_s=5), "available"),
    ],
)
def test_member_state_follows_status_call_pause_and_wrap_up(member: Member, state: str) -> None:
    assert member.state(NOW) == state


def test_agents_are_counted_by_state(context: SourceContext) -> None:
    members = [
        _member("a"),
        _member("b", Status="2", InCall="1"),
        _member("c", Paused="1", PausedReason="培训"),
        _member("d", Paused="1"),
        _member("e", Status="5"),
    ]

    state = _queue(_told(Picture(context), _listing(*members)))

    assert (state.agents_logged_in, state.agents_available, state.agents_busy, state.in_service) == (4, 1, 1, 1)
    assert state.agents_paused == {"培训": 1, "unknown": 1}


def test_person_in_two_queues_is_one_agent(context: SourceContext) -> None:
    two = [*_listing(_member(Paused="1"))[:-1], *_listing(_member(queue="billing"), queue="billing")[1:]]

    agents = _agents(_told(Picture(context), two))

    assert [(agent.agent, agent.state.value, agent.queues) for agent in agents] == [("SIP/1", "available", ("billing", "support"))]


def test_agent_is_told_when_it_changes_and_whole_after_a_reconnection(context: SourceContext) -> None:
    picture = Picture(context)

    first = _agents(_told(picture, _listing(_member())))
    same = _agents(_told(picture, _listing(_member()), NOW + 1000))
    paused = {"Event": "QueueMemberPause", "Queue": "support", "Interface": "SIP/1", "Status": "1", "LastCall": "0", "Wrapuptime": "0"}
    changed = _agents(_told(picture, [{**paused, "Paused": "1", "PausedReason": "lunch"}], NOW + 2000))
    picture.reconnected()
    again = _agents(_told(picture, _listing(_member()), NOW + 3000))

    assert (len(first), len(same), len(again)) == (1, 0, 1)
    assert [(agent.state.value, agent.reason, agent.at) for agent in changed] == [("paused", "lunch", NOW + 2000)]


@pytest.mark.parametrize("restarted", [False, True])
def test_agent_removed_while_nobody_looked_goes_offline_once(restarted: bool, context: SourceContext) -> None:
    picture = Picture(context)
    _told(picture, _listing(_member()))
    picture.reconnected()
    after = Picture(context, picture.cursor()) if restarted else picture

    gone = _agents(_told(after, _listing()))

    assert [(agent.agent, agent.state.value) for agent in gone] == [("SIP/1", "offline")]
    assert _agents(after.records(NOW)) == []


def test_removed_agent_goes_offline_once(context: SourceContext) -> None:
    picture = Picture(context)
    _told(picture, _listing(_member()))

    removed = _agents(_told(picture, [{"Event": "QueueMemberRemoved", "Queue": "support", "Interface": "SIP/1"}]))

    assert [(agent.state.value, agent.queues) for agent in removed] == [("offline", ())]
    assert _agents(picture.records(NOW)) == []


def test_counters_are_told_on_change_and_begin_a_new_epoch_when_they_fall(context: SourceContext) -> None:
    picture = Picture(context)

    first = _counters(_told(picture, _listing(answered=5, abandoned=2)))
    same = _counters(_told(picture, _listing(answered=5, abandoned=2)))
    risen = _counters(_told(picture, _listing(answered=6, abandoned=2)))
    fallen = _counters(_told(picture, _listing(answered=0, abandoned=1), NOW + 9000))

    assert [(one[0].answered, one[0].abandoned, one[0].epoch) for one in (first, risen, fallen)] == [(5, 2, "1"), (6, 2, "1"), (0, 1, "2")]
    assert same == []
    assert (fallen[0].start, fallen[0].cumulative) == (NOW + 9000, True)


def test_counters_that_fell_while_nobody_looked_are_seen_from_the_cursor(context: SourceContext) -> None:
    before = Picture(context)
    _told(before, _listing(answered=5))

    after = _counters(_told(Picture(context, before.cursor()), _listing(answered=1)))

    assert after[0].epoch == "2"


def test_bad_numbers_and_missing_queues_are_counted_and_disturb_nothing(context: SourceContext) -> None:
    picture = Picture(context)

    state = _queue(_told(picture, _listing({"Event": "QueueMember"}, {**_entry("u1", 1), "Wait": "long"}, _entry("u2", 4))))

    assert (state.waiting, state.oldest_wait_s) == (2, 4.0)
    assert picture.problems == Counter(no_queue=1, bad_number=1)


def test_phone_number_in_a_pause_reason_is_redacted(context: SourceContext) -> None:
    state = _queue(_told(Picture(context), _listing(_member(Paused="1", PausedReason="call 13800000001"))))

    assert state.agents_paused == {"call [phone]": 1}


def test_problems_are_told_to_somebody_who_looks_with_where_found_and_allowed(context: SourceContext) -> None:
    noted: list[tuple[str, str]] = []
    picture = Picture(replace(context, note=lambda name, text: noted.append((name, text))))

    _told(picture, _listing({"Event": "QueueMember"}, {**_entry("u1", 1), "Wait": "call 13800000001"}))

    assert noted == [
        ("no_queue", "QueueMember: got no Queue, expected its name"),
        ("bad_number", 'QueueEntry of support, Wait: got "call [phone]", expected a whole number of 12 digits at most'),
    ]
