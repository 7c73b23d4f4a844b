"""The way into Redis: a batch of records and its source's cursor go in together or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from redis.asyncio import Redis

from pulse.kpi.board import SourceHealth
from pulse.kpi.records import Record, encode
from pulse.live.keys import Keys
from pulse.live.last_answer import LastAnswer

_KEPT_MS = 48 * 3_600_000
"""How long records wait for a watch that is down: what nobody folds in two days would fill the memory."""

_health_encoder = msgspec.json.Encoder()
_health_decoder = msgspec.json.Decoder(SourceHealth)


@dataclass(frozen=True, slots=True)
class Ingest:
    """Writes what connectors bring for one site."""

    client: Redis
    keys: Keys

    async def store(self, source: str, records: Sequence[Record], cursor: dict[str, Any] | None, accepted_at: int) -> None:
        """Appends the records to the stream and moves the cursor, in one MULTI; raises redis.RedisError."""
        async with self.client.pipeline(transaction=True) as pipe:
            if records:
                entry: Any = {"source": source, "at": accepted_at, "records": encode(records)}
                pipe.xadd(self.keys.records, entry, minid=accepted_at - _KEPT_MS, approximate=True)
            if cursor is not None:
                pipe.set(self.keys.cursor(source), msgspec.json.encode(cursor))
            await pipe.execute()

    async def store_drill(self, mark: str, records: Sequence[Record], accepted_at: int) -> None:
        """Appends the records of a drill; their mark stands beside them, where no source can write; raises redis.RedisError."""
        entry: Any = {"source": "drill", "drill": mark, "at": accepted_at, "records": encode(records)}
        await self.client.xadd(self.keys.records, entry, minid=accepted_at - _KEPT_MS, approximate=True)

    async def called_drill(self) -> bytes | None:
        """The call for a drill that stands; None where none does."""
        found: Any = await self.client.get(self.keys.drill)
        return None if found is None else bytes(found)

    async def cursor(self, source: str) -> dict[str, Any] | None:
        """How far a source had been stored; None where nothing of it ever was."""
        stored = await self.client.get(self.keys.cursor(source))
        return None if stored is None else dict(msgspec.json.decode(stored))

    async def tell_health(self, health: SourceHealth) -> None:
        """Keeps a source's health for the Board."""
        await self.client.hset(self.keys.sources, health.source, _health_encoder.encode(health))

    async def tell_answer(self, source: str, answer: LastAnswer) -> None:
        """Keeps what a source answered last, for people to look at."""
        await self.client.hset(self.keys.answers, source, msgspec.json.encode(answer))

    async def forget_sources_but(self, known: Collection[str]) -> None:
        """Drops health and last answer of sources that are not in the config any more: nobody would ever tell it again."""
        told: list[bytes] = await self.client.hkeys(self.keys.sources)  # type: ignore[assignment]
        gone = [name for name in told if name.decode() not in known]
        if gone:
            await self.client.hdel(self.keys.sources, *gone)
            await self.client.hdel(self.keys.answers, *gone)


def healths(stored: dict[bytes, bytes]) -> dict[str, SourceHealth]:
    """The health of each source from the hash in Redis."""
    return {name.decode(): _health_decoder.decode(data) for name, data in sorted(stored.items())}
