"""What is another number now than when it was frozen: late records and corrections since.

In: the frozen snapshot, and the same stretch composed anew. Out: the figures that differ, in reading order.
"""

from collections.abc import Iterator

import msgspec

from pulse.kpi.snapshot import ByLanguage, Figure, Number, Snapshot

_SAME = 1e-9
"""Sums of floats in another order differ by less."""


class Restated(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that changed since."""

    kpi: str
    titles: ByLanguage = {}
    """Of the channel or line of business; empty for the whole site."""
    was: Number
    now: Number


def restated_since(frozen: Snapshot, now: Snapshot) -> tuple[Restated, ...]:
    """The figures whose value differs; one that is no longer composed is unknown now."""
    before, after = _values(frozen), _values(now)
    titles = {section.name: section.titles for section in (*frozen.channels, *frozen.business_lines)}
    return tuple(
        Restated(kpi=kpi, titles=titles.get(name, {}), was=was, now=after.get((scope, name, kpi)))
        for (scope, name, kpi), was in before.items()
        if _differ(was, after.get((scope, name, kpi)))
    )


def _values(snapshot: Snapshot) -> dict[tuple[str, str, str], Number]:
    return {(scope, name, figure.kpi): figure.value for scope, name, figure in _figures(snapshot)}


def _figures(snapshot: Snapshot) -> Iterator[tuple[str, str, Figure]]:
    yield from (("site", "", figure) for figure in snapshot.figures)
    yield from (("channel", section.name, figure) for section in snapshot.channels for figure in section.figures)
    yield from (("business_line", section.name, figure) for section in snapshot.business_lines for figure in section.figures)


def _differ(was: Number, now: Number) -> bool:
    if was is None or now is None:
        return was is not now
    return abs(was - now) > _SAME * max(1.0, abs(was), abs(now))
