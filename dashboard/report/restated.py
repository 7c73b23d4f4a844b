"""Restated since: which figures of a frozen day history tells otherwise by now, such as after late records.

In: the snapshot as it was frozen, and one of the same stretch as it would be composed now. Out: what differs; nothing where it is equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pulse.definitions import definitions
from pulse.kpi.snapshot import ByLanguage, Figure, Number, Snapshot
from pulse.text import Language

SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """One figure of one scope; None is a value that is or was not known."""

    kpi: str
    scope: str
    """`site`, channel:NAME or line:NAME."""
    titles: ByLanguage
    """The scope's."""
    frozen: Number
    now: Number


def restated(frozen: Snapshot, now: Snapshot) -> tuple[Restated, ...]:
    """Every figure whose value is another one now, in the order of the snapshot."""
    before, after = dict(_scopes(frozen)), dict(_scopes(now))
    return tuple(one for scope in {**before, **after} for one in _differing(scope, before.get(scope), after.get(scope)))


_Scope = tuple[ByLanguage, Mapping[str, Number]]


def _differing(scope: str, before: _Scope | None, after: _Scope | None) -> Iterator[Restated]:
    titles, old = before or ({}, {})
    titles_now, new = after or ({}, {})
    for kpi in {**old, **new}:
        if old.get(kpi) != new.get(kpi) and not _ripens(kpi):
            yield Restated(kpi=kpi, scope=scope, titles=titles or titles_now, frozen=old.get(kpi), now=new.get(kpi))


def _ripens(kpi: str) -> bool:
    """Whether a figure is known days later only: that it is by now restates nothing."""
    known = definitions().get(kpi)
    return known is not None and bool(known.after_days)


def _scopes(snapshot: Snapshot) -> Iterator[tuple[str, _Scope]]:
    yield SITE, ({language.value: snapshot.titles.get(language.value, snapshot.site) for language in Language}, _values(snapshot.figures))
    for prefix, sections in (("channel", snapshot.channels), ("line", snapshot.business_lines)):
        for section in sections:
            yield f"{prefix}:{section.name}", (section.titles, _values(section.figures))


def _values(figures: tuple[Figure, ...]) -> dict[str, Number]:
    return {figure.kpi: figure.value for figure in figures}
