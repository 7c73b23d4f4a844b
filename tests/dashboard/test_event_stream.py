import asyncio
import json
from contextlib import aclosing, asynccontextmanager, suppress

import pytest
from boards import AT, alerts, board, kept

from alerts.frame import AlertsFrame, Anew, Beat, Changes, encode_told
from dashboard.broadcast import Broadcast
from dashboard.layout import shipped
from dashboard.picture import Saying
from dashboard.stream import Hub, listen, look_often
from dashboard.walls import Walls
from pulse.kpi.board import UnreadableBoard, encode_board
from pulse.live.keys import Keys

KEYS = Keys("harbour")


def clock():
    return AT


def hub_of(layouts=("main", "far")):
    return Hub(clock, Walls(clock, {name: shipped()[name] for name in layouts}, Saying(), "b"))


def opened(hub, layout="main", *, names_shown=True):
    return hub.walls.open(layout, names_shown=names_shown)


def data_of(event):
    return json.loads(event.removeprefix(b"data: "))


async def told_next(events):
    while not (event := await anext(events)).startswith(b"event: down"):
        pass
    return event


async def test_what_is_down_and_what_is_late_stand_beside_each_other_on_walls_and_console():
    hub = hub_of()
    async with aclosing(opened(hub).events()) as wall, aclosing(hub.console.events()) as console:
        hub.take_late(["late_steps:14:02"])
        late = [await told_next(wall), await told_next(console)]
        hub.take_down(["collect"])
        both = [await told_next(wall), await told_next(console)]
        hub.take_late([])
        down = await told_next(wall)
        hub.take_waiting(["late_handover:14:00"])
        waiting = await told_next(console)

    assert late == [b'event: down\ndata: ["late_steps:14:02"]\n\n'] * 2
    assert both == [b'event: down\ndata: ["collect","late_steps:14:02"]\n\n'] * 2
    assert down == b'event: down\ndata: ["collect"]\n\n'
    assert waiting == b'event: down\ndata: ["collect","late_handover:14:00"]\n\n'


async def test_an_auditor_that_fails_is_asked_again():
    hub, answers = hub_of(), iter([RuntimeError("once"), ["late_watch:09:00"]])

    def look():
        answer = next(answers, ["late_watch:09:00"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with aclosing(opened(hub).events()) as wall:
        task = asyncio.create_task(look_often(hub.take_late, look, every_s=0))
        told = await told_next(wall)
        task.cancel()

    assert told == b'event: down\ndata: ["late_watch:09:00"]\n\n'


@asynccontextmanager
async def reading(hub, url):
    task = asyncio.create_task(listen(hub, url, KEYS))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_new_screen_is_told_the_clock_and_the_last_frame():
    hub = hub_of()
    hub.take_board(encode_board(board()))

    async with aclosing(opened(hub).events()) as events:
        assert await anext(events) == b"retry: 1000\nevent: clock\ndata: %d\n\n" % AT
        assert data_of(await anext(events))["at"] == AT


async def test_every_screen_is_sent_the_very_same_bytes():
    hub = hub_of()
    async with aclosing(opened(hub).events()) as one, aclosing(opened(hub).events()) as two:
        await anext(one)
        await anext(two)
        hub.take_board(encode_board(board()))

        assert hub.walls.screens == 2
        assert await anext(one) == await anext(two)
    assert hub.walls.screens == 0


async def test_layout_nobody_looks_at_gets_no_frame_until_somebody_does():
    hub = hub_of()
    unseen = opened(hub, "far")
    hub.take_board(encode_board(board()))

    before = unseen.frame
    opened(hub, "far")

    assert before == b""
    assert data_of(unseen.frame)["tiles"].keys() == {"verdict", "level", "next", "alerts"}


async def test_screen_that_may_not_show_names_has_a_stream_of_its_own():
    hub = hub_of()
    hub.take_board(encode_board(board()))
    hub.take_kept(kept(alerts(owner="A. Li")))

    told = {shown: opened(hub, names_shown=shown).frame for shown in (True, False)}

    assert b"A. Li" in told[True]
    assert b"A. Li" not in told[False]


def test_layout_of_another_name_is_none():
    assert opened(hub_of(), "nothing") is None


async def test_slow_screen_skips_to_the_newest_frame():
    broadcast = Broadcast(clock)
    async with aclosing(broadcast.events()) as events:
        await anext(events)
        broadcast.tell(b"1")
        broadcast.tell(b"2")

        assert await anext(events) == b"data: 2\n\n"


async def test_silence_is_broken_by_the_clock():
    async with aclosing(Broadcast(clock, heartbeat_s=0.001).events()) as events:
        await anext(events)

        assert await anext(events) == b"event: clock\ndata: %d\n\n" % AT


async def test_closing_ends_every_stream():
    broadcast = Broadcast(clock)
    async with aclosing(broadcast.events()) as events:
        await anext(events)
        broadcast.close()

        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_acknowledgement_reaches_the_wall_without_waiting_for_a_board():
    hub = hub_of()
    hub.take_board(encode_board(board()))
    hub.take_kept(kept(alerts(owner="A. Li")))

    assert json.loads(opened(hub).frame)["tiles"]["alerts"]["rows"][0]["owner"] == "A. Li"
    assert json.loads(hub.console.frame)["delta"]["changed"][0]["owner"] == "A. Li"


async def test_beat_of_the_version_that_is_shown_makes_it_fresh():
    hub = hub_of()
    hub.take_kept(kept(alerts()))

    hub.take_alerts(encode_told(Beat(at=AT + 1_000, version=0)))

    assert (json.loads(hub.console.frame)["at"], hub.alerts.at, hub.is_behind) == (AT + 1_000, AT + 1_000, False)


async def test_beat_of_a_version_that_never_came_proves_nothing_and_has_all_read_anew():
    hub = hub_of()
    hub.take_kept(kept(alerts()))
    before = hub.console.frame

    hub.take_alerts(encode_told(Beat(at=AT + 9_000, version=8)))

    assert (hub.console.frame is before, hub.is_behind) == (True, True)


async def test_what_changed_is_laid_over_the_version_it_is_of():
    hub = hub_of()
    hub.take_kept(kept(alerts()))
    changed = alerts(owner="A. Li").incidents[0]

    hub.take_alerts(encode_told(Changes(at=AT + 100, after=0, version=1, changed=(changed,), gone=(8,))))

    assert [(row.id, row.owner) for row in hub.alerts.incidents] == [(7, "A. Li"), (9, "M. Weber")]
    delta = json.loads(hub.console.frame)["delta"]
    assert ([row["owner"] for row in delta["changed"]], delta["gone"]) == (["A. Li"], [8])


@pytest.mark.parametrize("told", [Changes(at=AT, after=4, version=5), Anew(at=AT, version=1)])
async def test_what_is_of_another_version_changes_nothing_until_all_is_read_anew(told):
    hub = hub_of()
    hub.take_kept(kept(alerts()))

    hub.take_alerts(encode_told(told))

    assert (hub.is_behind, len(hub.alerts.incidents)) == (True, 3)
    hub.take_kept(kept(AlertsFrame(at=AT, version=5)))
    assert (hub.is_behind, hub.alerts.incidents) == (False, ())


async def test_what_was_told_before_all_was_read_is_passed_over():
    hub = hub_of()
    hub.take_kept(kept(AlertsFrame(at=AT, version=5)))

    hub.take_alerts(encode_told(Changes(at=AT - 100, after=3, version=4, changed=alerts().incidents)))

    assert (hub.is_behind, hub.alerts.incidents) == (False, ())


async def test_console_row_says_what_people_call_its_queue():
    hub = hub_of()
    hub.take_board(encode_board(board()))
    hub.take_kept(kept(alerts()))

    assert [row["place"]["en"] for row in json.loads(hub.console.frame)["delta"]["changed"]] == ["site", "Support", "Mail claims"]


async def test_console_rows_are_told_anew_once_the_board_says_what_people_call_their_queues():
    hub = hub_of()
    hub.take_kept(kept(alerts()))

    hub.take_board(encode_board(board()))

    assert [row["place"]["en"] for row in json.loads(hub.console.frame)["delta"]["changed"]] == ["Support", "Mail claims"]


async def test_alerts_before_the_first_board_wait_for_it():
    hub = hub_of()
    hub.take_kept(kept(alerts()))

    assert opened(hub).frame == b""


async def test_unreadable_board_is_an_error_that_keeps_the_last_frame():
    hub = hub_of()
    hub.take_board(encode_board(board()))

    with pytest.raises(UnreadableBoard):
        hub.take_board(b"{}")

    assert json.loads(opened(hub).frame)["at"] == AT


async def test_kept_board_and_each_new_one_come_from_redis(private_redis):
    hub = hub_of()
    with private_redis.client() as client:
        client.set(KEYS.board, encode_board(board()))
        async with reading(hub, private_redis.url), aclosing(opened(hub).events()) as events:
            await anext(events)
            assert data_of(await anext(events))["at"] == AT

            client.publish(KEYS.board, b"not a board")
            client.publish(KEYS.board, encode_board(board(AT + 1_000)))
            assert data_of(await anext(events))["at"] == AT + 1_000
    assert (hub.unreadable, hub.boards) == (1, 2)


async def test_lost_redis_is_found_again_and_the_last_frame_is_kept(private_redis):
    hub = hub_of()
    with private_redis.client() as client:
        client.set(KEYS.board, encode_board(board()))
    async with reading(hub, private_redis.url), aclosing(opened(hub).events()) as events:
        await anext(events)
        await anext(events)
        private_redis.stop()
        private_redis.start()
        with private_redis.client() as client:
            client.set(KEYS.board, encode_board(board(AT + 9_000)))

        assert data_of(await anext(events))["at"] == AT + 9_000
