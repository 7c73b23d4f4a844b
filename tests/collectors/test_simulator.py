"""The simulator: one seed is one history, however often it is put down and taken up again."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.rules import sla_breach, spike
from collectors.base import Cursor, SourceContext
from collectors.connectors.simulator import Options, connect, profile_shift_ms, yesterday_at
from collectors.simulation.complaint_texts import LATE_PARCELS, SAYINGS
from collectors.simulation.customer import HANDED_ON
from collectors.simulation.plan import DAY_MS, HOUR_MS, QUEUES, contacts_per_minute
from collectors.simulation.staff import levels, roster
from pulse.config import load_config
from pulse.kpi.records import AgentState, AgentStateType, Channel, ContactEvent, QueueState, Record, encode
from tests.collectors.conftest import StillClock

NOON = 1_795_435_200_000
"""2026-11-23 12:00 UTC, a Monday."""
LIVE = Options(history=False)
ENDS = {"answered", "abandoned", "overflowed"}


def place(clock: StillClock, zone: str = "Europe/Berlin") -> SourceContext:
    return SourceContext(site="site", source="simulator", zone=zone, clock=clock)


async def stretch(options: Options, seconds: Sequence[float], restarts: bool = False) -> tuple[list[Record], Cursor]:
    """The records of polls at these seconds after the first start; with restarts, each poll is by a new connector."""
    clock = StillClock(NOON)
    simulator, records, cursor = connect(options, place(clock), None), [], None
    for second in (0.0, *seconds):
        clock.now = NOON + round(second * 1000)
        more = True
        while more:
            batch = await simulator.poll()
            records += batch.records
            cursor, more = json.loads(json.dumps(batch.cursor)), batch.more
            if restarts:
                simulator = connect(options, place(clock), cursor)
    return records, cursor or {}


def events(records: Sequence[Record], queue: str | None = None) -> list[ContactEvent]:
    return [one for one in records if isinstance(one, ContactEvent) and queue in (None, one.queue)]


def by_contact(records: Sequence[Record]) -> dict[str, dict[str, ContactEvent]]:
    found: dict[str, dict[str, ContactEvent]] = defaultdict(dict)
    for event in events(records):
        assert event.type not in found[event.contact_id]
        found[event.contact_id][event.type.value] = event
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def history() -> list[Record]:
    """Yesterday, today and the first 20 minutes live."""
    return (await stretch(Options(), (1200,)))[0]


async def test_same_seed_gives_the_same_records():
    first, _ = await stretch(LIVE, (1800,))
    second, _ = await stretch(LIVE, (1800,))

    assert encode(first) == encode(second)


async def test_another_seed_gives_other_records():
    first, _ = await stretch(LIVE, (600,))
    second, _ = await stretch(Options(history=False, seed=8), (600,))

    assert encode(first) != encode(second)


@pytest.fixture(scope="module")
def unbroken() -> tuple[list[Record], Cursor]:
    """An hour and a half without a restart."""
    return asyncio.run(stretch(LIVE, (5400,)))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.1, 5400), min_size=1, max_size=12))
async def test_restarts_at_any_instant_change_nothing(unbroken: tuple[list[Record], Cursor], seconds: list[float]):
    whole, end = unbroken
    parts, end_of_parts = await stretch(LIVE, (*sorted(seconds), 5400), restarts=True)

    assert encode(parts) == encode(whole)
    assert end_of_parts == end


async def test_poll_not_stored_is_told_again():
    clock = StillClock(NOON)
    stored = (await connect(LIVE, place(clock), None).poll()).cursor
    clock.forward(300)

    lost = await connect(LIVE, place(clock), stored).poll()
    again = await connect(LIVE, place(clock), stored).poll()

    assert lost.records
    assert encode(again.records) == encode(lost.records)


async def test_clock_set_back_tells_nothing_twice():
    clock = StillClock(NOON)
    simulator = connect(LIVE, place(clock), None)
    await simulator.poll()
    clock.forward(-60)

    batch = await simulator.poll()

    assert (batch.records, batch.newest_at, batch.more) == ([], NOON, False)


async def test_history_begins_at_yesterdays_midnight_of_the_site():
    records, cursor = await stretch(Options(), ())
    first = min(one.at for one in records if not isinstance(one, QueueState))

    midnight = round(datetime(2026, 11, 22, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)
    assert 0 <= first - midnight < 60_000
    assert cursor["now"] == cursor["first_at"] == NOON
    assert len(json.dumps(cursor)) < 30_000


async def test_one_poll_is_at_most_one_hour():
    clock = StillClock(NOON)

    batch = await connect(Options(), place(clock), None).poll()

    assert batch.more
    assert batch.newest_at == yesterday_at(NOON, ZoneInfo("Europe/Berlin")) + HOUR_MS


def test_contact_is_offered_first_and_ends_its_wait_at_most_once(history: list[Record]):
    found = by_contact(history)
    offered = {key: told for key, told in found.items() if not key.startswith("lp")}

    assert len(offered) > 5000
    for told in offered.values():
        ends = ENDS & told.keys()
        assert "offered" in told
        assert len(ends) <= 1
        assert all(event.at >= told["offered"].at for event in told.values())
        assert "completed" not in told or told["completed"].at >= told["answered"].at


def test_wait_is_the_difference_of_its_instants(history: list[Record]):
    for told in by_contact(history).values():
        for name in ENDS & told.keys():
            assert told[name].wait_s == (told[name].at - told["offered"].at) / 1000


def test_contact_tells_its_customer_when_it_comes_rates_and_complains(history: list[Record]):
    tells = {"offered", "rated", "complaint"}
    found = by_contact(history)

    for told in found.values():
        assert len({event.customer for name, event in told.items() if name in tells}) == 1
        assert {event.customer for name, event in told.items() if name not in tells} <= {None}
    assert all(len(told["offered"].customer or "") == 32 for told in found.values() if "offered" in told)


def test_most_customers_come_once_and_complainers_come_again_more_often(history: list[Record]):
    offered = [event for event in events(history) if event.type == "offered" and not event.contact_id.endswith(HANDED_ON)]
    times = Counter(event.customer for event in offered)
    complainers = {event.customer for event in events(history) if event.type == "complaint"} & times.keys()

    def again(customers: Iterable[str | None]) -> float:
        counts = [times[customer] for customer in customers]
        return sum(count > 1 for count in counts) / len(counts)

    assert 0.01 < again(times) < 0.2
    assert again(complainers) > 1.5 * again(times)


def test_what_the_bot_hands_on_is_the_same_customer(history: list[Record]):
    found = by_contact(history)
    handed_on = [key for key in found if key.endswith(HANDED_ON) and key.removesuffix(HANDED_ON) in found]

    assert len(handed_on) > 100
    assert all(found[key]["offered"].customer == found[key.removesuffix(HANDED_ON)]["offered"].customer for key in handed_on)


def test_contact_is_about_the_business_of_its_queue_if_it_has_one(history: list[Record]):
    lines = {(event.queue, event.business_line) for event in events(history) if event.type != "complaint"}

    assert lines == {(name, plan.business_line) for name, plan in QUEUES.items()}
    assert {name for name, line in lines if line is None} == {"bot", "complaints"}


def test_event_ids_are_unique(history: list[Record]):
    told = Counter(event.event_id for event in events(history))

    assert max(told.values()) == 1


def test_voice_agent_has_one_contact_at_a_time_and_chat_agent_at_most_three(history: list[Record]):
    load: Counter[str] = Counter()
    for event in events(history):
        if event.agent and event.type in {"answered", "completed"}:
            load[event.agent] += 1 if event.type == "answered" else -1
            assert 0 <= load[event.agent] <= (3 if event.channel is Channel.CHAT else 1)


def test_agent_is_told_only_when_something_changes(history: list[Record]):
    last: dict[str, tuple[AgentStateType, str | None]] = {}
    for one in history:
        if isinstance(one, AgentState):
            assert last.get(one.agent) != (one.state, one.reason)
            last[one.agent] = one.state, one.reason
            assert (one.reason is not None) == (one.state is AgentStateType.PAUSED)


def test_normal_day_mostly_answers_in_time(history: list[Record]):
    answered = [one for one in events(history) if one.type == "answered" and one.channel is Channel.VOICE]
    in_time = sum(one.wait_s is not None and one.wait_s <= 20 for one in answered)

    assert 0.78 <= in_time / len(answered) <= 0.95


def test_mail_backlog_counts_waiting_mail_and_leaves_who_waits_to_the_events(history: list[Record]):
    states = [one for one in history if isinstance(one, QueueState)]

    assert {one.queue for one in states} == {"mail_general", "mail_claims"}
    assert all(one.waiting is None and (one.backlog_open or 0) >= (one.backlog_unassigned or 0) for one in states)
    assert max(one.backlog_unassigned or 0 for one in states) > 20


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Shanghai", "America/St_Johns"])
def test_profile_stands_at_1040_whatever_the_hour(hour: int, zone: str):
    first_at = NOON + hour * HOUR_MS + 17 * 60_000 + 5_123

    wall_ms = first_at + profile_shift_ms(first_at, ZoneInfo(zone), "10:40")

    local = datetime.fromtimestamp(first_at / 1000, UTC).astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    assert wall_ms % DAY_MS == 10 * HOUR_MS + 40 * 60_000
    assert offset is not None
    assert abs(wall_ms - first_at - offset.total_seconds() * 1000) <= 12 * HOUR_MS


def test_day_has_its_contacts_and_its_peaks():
    monday = 4 * DAY_MS
    week = [contacts_per_minute(9000, monday + minute * 60_000) for minute in range(7 * 1440)]

    assert sum(week) == pytest.approx(9000 * 6.7, rel=0.01)
    assert max(range(1440), key=lambda minute: week[minute]) // 60 == 10
    assert week[3 * 60] < week[10 * 60] / 10
    assert sum(plan.share_ratio for plan in QUEUES.values()) == pytest.approx(1)


async def test_story_brings_late_parcels_to_logistics_again_and_again():
    records, _ = await stretch(LIVE, (1400,))
    spikes = [one for one in events(records, "logistics") if one.type == "complaint" and one.contact_id.startswith("lp")]
    seconds = [(one.at - NOON) / 1000 % 1200 for one in spikes]

    assert 46 <= len(spikes) <= 66
    assert all(25 <= second <= 120 for second in seconds)
    assert {(one.category, one.business_line) for one in spikes} == {("delay", "logistics")}
    assert {one.text for one in spikes} <= {text for saying in LATE_PARCELS for text in (saying.en, saying.zh)}


def test_story_breaks_the_logistics_service_level_and_help_restores_it(history: list[Record]):
    answered = [one for one in events(history, "logistics") if one.type in ENDS]

    def in_time(begin_s: int, end_s: int) -> float:
        waits = [one.wait_s or 0.0 for one in answered if begin_s <= (one.at - NOON) / 1000 < end_s]
        return sum(wait <= 20 for wait in waits) / len(waits)

    assert in_time(-3600, 0) > 0.8
    assert in_time(-180, 120) < 0.8
    assert in_time(180, 600) > 0.8


async def test_without_story_nobody_complains_of_late_parcels_in_chorus():
    records, _ = await stretch(Options(history=False, story=False), (1200,))

    assert not [one for one in events(records) if one.contact_id.startswith("lp")]


async def test_newest_at_is_the_instant_the_world_stands_at():
    clock = StillClock(NOON)
    simulator = connect(LIVE, place(clock), None)
    await simulator.poll()
    clock.forward(1)

    batch = await simulator.poll()

    assert (batch.newest_at, batch.more) == (NOON + 1000, False)


async def test_source_and_site_are_the_contexts():
    clock = StillClock(NOON)
    batch = await connect(LIVE, replace(place(clock), site="north", source="sim2"), None).poll()

    assert {(one.site, one.source) for one in batch.records} == {("north", "sim2")}


def test_every_complaint_has_both_languages_and_no_number():
    assert all(one.en and one.zh and not any(sign.isdigit() for sign in one.en + one.zh) for one in SAYINGS)


@pytest.mark.parametrize("wrong", [{"start_at_local": "25:00"}, {"contacts_per_day": 0}, {"speed": 2}])
def test_wrong_options_are_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        Options(**wrong)


async def test_running_centre_keeps_the_options_of_its_first_start():
    clock = StillClock(NOON)
    stored = (await connect(LIVE, place(clock), None).poll()).cursor
    clock.forward(1800)

    same = await connect(LIVE, place(clock), stored).poll()
    other = await connect(Options(seed=8, contacts_per_day=500), place(clock), stored).poll()

    assert encode(other.records) == encode(same.records)


def test_shift_follows_the_profile_and_keeps_its_keys():
    members = roster(9000)
    night, peak = levels(9000, 3 * HOUR_MS), levels(9000, 10 * HOUR_MS)

    assert members == roster(9000)
    assert len({member.key for member in members}) == len(members)
    assert sum(peak) > 3 * sum(night)


def test_demo_config_can_be_loaded_and_names_every_queue():
    config = load_config(Path(__file__).parents[2] / "examples" / "demo.toml")

    assert {name: queue.channel for name, queue in config.queues.items()} == {name: plan.channel for name, plan in QUEUES.items()}
    assert all(queue.title and queue.title.zh for queue in config.queues.values())
    assert Options(**config.sources["simulator"].options) == Options()
    assert sla_breach.Options(**config.rules["sla"].options).window == "last_5m"
    assert spike.Options(**config.rules["complaints"].options).window == "last_5m"
