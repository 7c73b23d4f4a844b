"""Who a simulated contact comes from: most customers come once, some again within days, and who complains more often than others.

In: seed, contact key, how many contacts a day there are. Out: 32 hex digits, as a keyed hash looks; the same at every call.
"""

from hashlib import blake2b
from zlib import crc32

HANDED_ON = "h"
"""Ends the key of a contact that the bot handed on: it is the same customer."""
_DAYS_OF_CUSTOMERS = 25
"""There are as many customers as contacts come in so many days."""
_SKEW, _SKEW_OF_COMPLAINERS = 1.5, 2.5
"""1 would be the same chance for all; the greater, the more often those at the head of the list come."""
_CHANCES = 1 << 32


def customer_of(seed: int, contact: str, contacts_per_day: float, *, complains: bool) -> str:
    """The customer of a contact."""
    began = contact.removesuffix(HANDED_ON)
    chance = crc32(f"{seed}|{began}".encode()) / _CHANCES
    # A contact with the bot brings no complaint: what it is handed on as keeps to what it was.
    skew = _SKEW_OF_COMPLAINERS if complains and began == contact else _SKEW
    number = int(contacts_per_day * _DAYS_OF_CUSTOMERS * chance**skew)
    return blake2b(f"{seed}|{number}".encode(), digest_size=16).hexdigest()
