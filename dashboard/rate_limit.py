"""How often one peer may knock: a token bucket for each, in bounded memory.

Pure but for its own buckets: the peer and `now` (epoch ms) come in, the seconds to wait go out.
"""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much a peer may do: so many at once, then so many a second."""

    burst: int
    per_s: float


class RateLimit:
    """The buckets of the peers seen last; the one unseen for longest is forgotten first."""

    def __init__(self, pace: Pace, most_peers: int = 4096) -> None:
        self._pace, self._most = pace, most_peers
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait_s(self, peer: str | None, now: int) -> float:
        """Takes one; 0 where there was one, else after how many seconds there will be."""
        key = peer_key(peer)
        left, at = self._buckets.get(key, (float(self._pace.burst), now))
        filled = min(float(self._pace.burst), left + max(0, now - at) / 1000 * self._pace.per_s)
        is_free = filled >= 1
        self._buckets[key] = (filled - 1 if is_free else filled, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0.0 if is_free else (1 - filled) / self._pace.per_s

    def __len__(self) -> int:
        return len(self._buckets)


def peer_key(peer: str | None) -> str:
    """What counts as one peer: an IPv4 address, the /64 of an IPv6 one, else the text itself."""
    try:
        parsed = ip_address(peer or "")
    except ValueError:
        return peer or ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
