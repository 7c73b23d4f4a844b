import asyncio
import json
from contextlib import aclosing, asynccontextmanager, suppress

import pytest
from boards import AT, alerts, board

from alerts.frame import encode_frame
from dashboard.frame import Stamp
from dashboard.stream import Broadcast, Hub, listen, metrics
from pulse.kpi.board import UnreadableBoard, encode_board
from pulse.live.keys import Keys

KEYS = Keys("harbour")


def clock():
    return AT


def data_of(event):
    return json.loads(event.removeprefix(b"data: "))


@asynccontextmanager
async def reading(hub, url):
    task = asyncio.create_task(listen(hub, url, KEYS))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_new_screen_is_told_the_clock_and_the_last_frame():
    hub = Hub(clock, Stamp(build="b"))
    hub.take_board(encode_board(board()))

    async with aclosing(hub.walls["main"].events()) as events:
        assert await anext(events) == b"retry: 1000\nevent: clock\ndata: %d\n\n" % AT
        assert data_of(await anext(events))["at"] == AT


async def test_every_screen_is_sent_the_very_same_bytes():
    hub = Hub(clock)
    async with aclosing(hub.walls["main"].events()) as one, aclosing(hub.walls["main"].events()) as two:
        await anext(one)
        await anext(two)
        hub.take_board(encode_board(board()))

        assert hub.screens == 2
        assert await anext(one) == await anext(two)
    assert hub.screens == 0


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
    hub = Hub(clock)
    hub.take_board(encode_board(board()))
    hub.take_alerts(encode_frame(alerts(owner="A. Li")))

    assert json.loads(hub.walls["main"].frame)["incidents"][0]["owner"] == "A. Li"
    assert json.loads(hub.console.frame)["rows"][0]["owner"] == "A. Li"


async def test_alerts_before_the_first_board_wait_for_it():
    hub = Hub(clock)
    hub.take_alerts(encode_frame(alerts()))

    assert hub.walls["main"].frame == b""


async def test_unreadable_board_is_an_error_that_keeps_the_last_frame():
    hub = Hub(clock)
    hub.take_board(encode_board(board()))

    with pytest.raises(UnreadableBoard):
        hub.take_board(b"{}")

    assert json.loads(hub.walls["main"].frame)["at"] == AT


async def test_kept_board_and_each_new_one_come_from_redis(private_redis):
    hub = Hub(clock)
    with private_redis.client() as client:
        client.set(KEYS.board, encode_board(board()))
        async with reading(hub, private_redis.url), aclosing(hub.walls["main"].events()) as events:
            await anext(events)
            assert data_of(await anext(events))["at"] == AT

            client.publish(KEYS.board, b"not a board")
            client.publish(KEYS.board, encode_board(board(AT + 1_000)))
            assert data_of(await anext(events))["at"] == AT + 1_000
    assert (hub.unreadable, hub.boards) == (1, 2)


async def test_lost_redis_is_found_again_and_the_last_frame_is_kept(private_redis):
    hub = Hub(clock)
    with private_redis.client() as client:
        client.set(KEYS.board, encode_board(board()))
    async with reading(hub, private_redis.url), aclosing(hub.walls["main"].events()) as events:
        await anext(events)
        await anext(events)
        private_redis.stop()
        private_redis.start()
        with private_redis.client() as client:
            client.set(KEYS.board, encode_board(board(AT + 9_000)))

        assert data_of(await anext(events))["at"] == AT + 9_000


def test_metrics_tell_the_age_of_the_board():
    hub = Hub(clock)

    assert metrics(hub, AT)["pulse_serve_board_age_seconds"] == -1
    hub.board_at = AT - 1_500
    assert metrics(hub, AT)["pulse_serve_board_age_seconds"] == 1.5
