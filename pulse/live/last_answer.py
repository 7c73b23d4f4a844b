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
    read = {name.decode(): _read(data) for name, data in sorted(stored.items())}
    return {name: answer for name, answer in read.items() if answer is not None}


def _read(data: bytes) -> LastAnswer | None:
    """None for what another version of the program wrote: the collector writes the next within seconds."""
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError:
        return None
