"""The walls that report: each screen's last heartbeat, kept in Redis so that every serve process knows all of them.

In: heartbeats as screens post them. Out: one line per screen, with whether it is silent or frozen.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec
import redis.asyncio as redis

from pulse.live.keys import Keys

BEAT_S = 30
SILENT_AFTER_MS = 3 * BEAT_S * 1000
FROZEN_AFTER_MS = 60_000
"""A screen whose picture is this much older than its heartbeat shows something that no longer is."""
TOKEN_KEPT_DAYS = 7
"""For so long a silent screen that has a wall token stays in the fleet: somebody hung it there."""
BROWSER_KEPT_MINUTES = 60
"""For so long a browser without one does: it was most likely closed."""
MOST_SCREENS = 2_000
LONGEST = 2_048
"""Bytes of a heartbeat."""

_Short = Annotated[str, msgspec.Meta(max_length=40)]
_Name = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{12}$")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Size = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen says of itself."""

    screen: _Name
    layout: _Short
    language: _Short
    fresh: _Short
    build: _Short
    width: _Size
    height: _Size
    ratio: float
    page_age_s: _Count
    seq: _Count | None
    at: _Count | None
    """The instant of the Board it shows (epoch ms)."""


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A screen's last heartbeat, and when it came (epoch ms)."""

    beat: Beat
    heard_at: int
    token: str | None = None
    """The id of the wall token it was let in by; None where it needed none."""


class Condition(StrEnum):
    """How a screen is."""

    LIVE = "live"
    FROZEN = "frozen"
    """It speaks, but what it shows is old."""
    SILENT = "silent"


class UnreadableBeat(ValueError):
    """What came is no heartbeat."""


def decode_beat(body: bytes) -> Beat:
    """The heartbeat in a request's body; raises UnreadableBeat that names the field that is wrong."""
    if len(body) > LONGEST:
        raise UnreadableBeat(f"got {len(body)} bytes, expected {LONGEST} at most")
    try:
        return msgspec.json.decode(body, type=Beat)
    except msgspec.MsgspecError as error:
        raise UnreadableBeat(str(error)) from error


def condition(screen: Screen, now: int) -> Condition:
    """How a screen is at `now` (epoch ms)."""
    if now - screen.heard_at > SILENT_AFTER_MS:
        return Condition.SILENT
    shown_at = screen.beat.at
    frozen = shown_at is None or screen.heard_at - shown_at > FROZEN_AFTER_MS
    return Condition.FROZEN if frozen else Condition.LIVE


class Fleet:
    """The screens of one site."""

    def __init__(self, client: redis.Redis, keys: Keys, most: int = MOST_SCREENS) -> None:
        self._client, self._keys, self._most = client, keys, most

    async def hear(self, beat: Beat, now: int, token: str | None = None) -> bool:
        """Keeps the heartbeat of a screen with a token's id; False where it is one screen too many for the fleet. Raises redis errors."""
        known = await self._client.hexists(self._keys.screens, beat.screen)
        if not known and not await self._has_room(now):
            return False
        await self._client.hset(self._keys.screens, beat.screen, msgspec.json.encode(Screen(beat=beat, heard_at=now, token=token)))
        return True

    async def _has_room(self, now: int) -> bool:
        if await self._client.hlen(self._keys.screens) < self._most:
            return True
        stored = await self._client.hgetall(self._keys.screens)
        kept = {screen.beat.screen.encode() for screen in screens(stored, now)}
        forgotten = [name for name in stored if name not in kept]
        return bool(forgotten) and await self._client.hdel(self._keys.screens, *forgotten) > 0


def screens(stored: Mapping[bytes, bytes], now: int) -> list[Screen]:
    """The screens, as Redis keeps them, without those that have been silent for too long; the ones heard last come first."""
    known = (screen for screen in map(_read, stored.values()) if screen is not None)
    return sorted((screen for screen in known if now - screen.heard_at <= _kept_ms(screen)), key=lambda screen: -screen.heard_at)


def _kept_ms(screen: Screen) -> int:
    return BROWSER_KEPT_MINUTES * 60_000 if screen.token is None else TOKEN_KEPT_DAYS * 86_400_000


def _read(stored: bytes) -> Screen | None:
    """None for what another version of the program wrote: the screen reports again within half a minute."""
    try:
        return msgspec.json.decode(stored, type=Screen)
    except msgspec.MsgspecError:
        return None
