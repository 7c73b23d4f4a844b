"""An alert that a program outside told of, in Alertmanager's terms, and what its last word means at an instant.

Pure. A client that ends an alert says so with an end that lies behind; an end that lies ahead is only how long its word is
good for, so one that runs out without a further word makes the alert unknown, never over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_OFFSET, _PRIME, _MASK = 14695981039346656037, 1099511628211, 2**64 - 1
_AFTER_EACH = b"\xff"


class Stand(StrEnum):
    """What is known of an alert at an instant."""

    AHEAD = "ahead"
    """It begins later."""
    FIRING = "firing"
    SILENT = "silent"
    """Its client has said nothing for longer than its last word was good for."""
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalAlert:
    """One alert as its client told of it last; instants are epoch ms."""

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: int
    told_at: int
    valid_until: int
    """How long the client's word is good for."""
    over_at: int | None = None
    """When it ended, as the client said; None while it has not said so."""
    link: str | None = None

    def stand(self, at: int) -> Stand:
        """What is known of it at `at`."""
        if self.over_at is not None:
            return Stand.OVER
        if at >= self.valid_until:
            return Stand.SILENT
        return Stand.FIRING if self.starts_at <= at else Stand.AHEAD


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """16 hex digits that stand for a set of labels: the ones Prometheus and Alertmanager show (FNV-1a, 64 bits)."""
    hashed = _OFFSET
    for name in sorted(labels):
        for byte in name.encode() + _AFTER_EACH + labels[name].encode() + _AFTER_EACH:
            hashed = ((hashed ^ byte) * _PRIME) & _MASK
    return f"{hashed:016x}"


def nothing_told() -> tuple[ExternalAlert, ...]:
    """What a site is told that nobody outside tells anything."""
    return ()
