"""The last answer of a source, for people who connect or check it: some rows as they came, and the records made of them.

In: texts from which the collector has already taken what nobody may see. Out: a few kB in Redis, beside the source's health.
"""

import msgspec


class LastAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll brought; rows and records are JSON texts, redacted and cut."""

    at: int
    """When it was read (epoch ms)."""
    rows: tuple[str, ...] = ()
    """None where the source invents its records, or only told states that stand."""
    records: tuple[str, ...] = ()


_decoder = msgspec.json.Decoder(LastAnswer)


def last_answers(stored: dict[bytes, bytes]) -> dict[str, LastAnswer]:
    """The last answer of each source from the hash in Redis."""
    return {name.decode(): _decoder.decode(data) for name, data in sorted(stored.items())}
