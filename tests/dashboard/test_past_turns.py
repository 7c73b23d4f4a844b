"""Turns for work that may take long: so many at once, and nothing for those who went away."""

import asyncio
import threading

import pytest

from dashboard.turns import Turns, WentAway


class Asking:
    def __init__(self, *, is_gone=False):
        self.is_gone = is_gone

    async def is_disconnected(self):
        return self.is_gone


async def test_who_went_away_before_the_turn_came_is_not_worked_for():
    turns, begun, may_end, done = Turns(1), threading.Event(), threading.Event(), []

    def work():
        begun.set()
        return may_end.wait(5)

    first = asyncio.create_task(turns.take(Asking(), work))
    await asyncio.to_thread(begun.wait, 5)
    gone = asyncio.create_task(turns.take(Asking(is_gone=True), lambda: done.append("gone")))
    last = asyncio.create_task(turns.take(Asking(), lambda: "last"))
    may_end.set()

    assert (await first, await last) == (True, "last")
    with pytest.raises(WentAway):
        await gone
    assert done == []


async def test_what_the_work_raises_is_raised_and_gives_the_turn_back():
    turns = Turns(1)

    with pytest.raises(ZeroDivisionError):
        await turns.take(Asking(), lambda: 1 // 0)

    assert await turns.take(Asking(), lambda: "next") == "next"
