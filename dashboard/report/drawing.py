"""The drawings of a report as SVG: complaints in four quadrants, the customers' way, the answers behind the NPS.

In: a snapshot, a language. Out: SVG of a fixed size whose every text is escaped; empty where there is nothing to draw. What a colour
says, a word or a number says too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import hypot, sqrt
from typing import NamedTuple

from dashboard.report.journey import share_text
from dashboard.report.quadrant import Place, Quadrant, quadrants, split_of
from dashboard.report.sheet import NPS, told_in
from dashboard.theme import LIGHT
from pulse.i18n import words
from pulse.kpi.snapshot import Snapshot, Step
from pulse.text import Language
from pulse.written import UNKNOWN, duration

_FAMILY = "Inter, 'Noto Sans CJK SC', 'Pulse Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_INK, _MUTED, _LINE, _PALE = LIGHT["text"], LIGHT["muted"], LIGHT["line"], "#E9EFF7"
_SEGMENTS = {
    "nps_promoters": (LIGHT["normal"], "#FFFFFF"),
    "nps_passives": ("#C9D6E8", _INK),
    "nps_detractors": (LIGHT["critical"], "#FFFFFF"),
}
_MARKS = {Quadrant.SOLVE_FIRST: (LIGHT["critical"], "#FFFFFF"), Quadrant.WATCH: ("#FFFFFF", _INK)}
_OTHER_MARK = ("#C9D6E8", _INK)
_RADIUS = 8.5
_ATTRIBUTES = {"size": "font-size", "anchor": "text-anchor", "weight": "font-weight"}


class _Spot(NamedTuple):
    x: float
    y: float


class _Frame(NamedTuple):
    """Where the quadrants are drawn, and the largest counts in them."""

    left: float
    top: float
    width: float
    height: float
    complaints: float
    customers: float

    def spot(self, complaints: float, customers: float) -> _Spot:
        """A square-root scale: the many small classes are told apart beside the one large."""
        x, y = sqrt(complaints / self.complaints), sqrt(customers / self.customers)
        return _Spot(self.left + self.width * (0.05 + 0.88 * x), self.top + self.height * (0.92 - 0.78 * y))


def nps_bar(snapshot: Snapshot, language: Language) -> str:
    """Promoters, passives and detractors as parts of one bar, 360 x 58."""
    values = {figure.kpi: figure.value for figure in snapshot.figures}
    counts = [values.get(name) for name in NPS]
    total = sum(count or 0 for count in counts)
    if not total or None in counts:
        return ""
    said, x, parts = words(language), 0.0, []
    for name, count in zip(NPS, counts, strict=True):
        share = (count or 0) / total
        parts.append(_segment(x, 360 * share, f"{share * 100:.0f} %", _SEGMENTS[name]))
        x += 360 * share
    legend = [(f"{said[f'report.{name}']} {count:,.0f}", _SEGMENTS[name][0]) for name, count in zip(NPS, counts, strict=True)]
    return _svg(360, 58, "".join(parts) + "".join(_legend(legend, y=48)), said["report.nps"])


def funnel(snapshot: Snapshot, language: Language) -> str:
    """The steps under each other, each as wide as the part of the first one that came so far; 360 wide, 30 a step."""
    steps, said = snapshot.journey, words(language)
    if not any(step.count for step in steps):
        return ""
    rows = "".join(_step(step, steps, row * 30, language) for row, step in enumerate(steps))
    return _svg(360, len(steps) * 30, rows, said["report.journey"])


def quadrant_chart(snapshot: Snapshot, language: Language) -> str:
    """The classes as numbered marks, further right the more complaints, higher the more customers; 360 x 232."""
    places = [place for place in quadrants(snapshot.complaints) if place.quadrant]
    split = split_of(snapshot.complaints)
    if not places or split is None:
        return ""
    said = words(language)
    most = [max(max(count, 1) for count in counts) for counts in zip(*map(_counts, places), strict=True)]
    frame = _Frame(16, 2, 342, 212, *most)
    lines = frame.spot(*split)
    body = [_ground(frame, lines), *_names(frame, said), *_axes(frame, said)]
    spots = _apart([frame.spot(*_counts(place)) for place in places], frame)
    body += [_mark(place, spot) for place, spot in zip(places, spots, strict=True)]
    return _svg(360, 232, "".join(body), said["report.complaints"])


def _counts(place: Place) -> tuple[int, int]:
    return place.complained.complaints, place.complained.customers or 0


def _ground(frame: _Frame, lines: _Spot) -> str:
    right, bottom = frame.left + frame.width, frame.top + frame.height
    return (
        f'<rect x="{frame.left}" y="{frame.top}" width="{frame.width}" height="{frame.height}" fill="#FFFFFF" stroke="{_LINE}"/>'
        f'<rect x="{lines.x:.1f}" y="{frame.top}" width="{right - lines.x:.1f}" height="{lines.y - frame.top:.1f}" fill="#F7E9EA"/>'
        f'<path d="M{lines.x:.1f} {frame.top}V{bottom}M{frame.left} {lines.y:.1f}H{right}" stroke="{_MUTED}" stroke-dasharray="3 3"/>'
    )


def _names(frame: _Frame, said: Mapping[str, str]) -> Iterator[str]:
    left, right, top, bottom = frame.left + 6, frame.left + frame.width - 6, frame.top + 15, frame.top + frame.height - 7
    yield _text(right, top, said["report.solve_first"], anchor="end", fill=LIGHT["critical"], weight=700)
    yield _text(left, top, said["report.spreads"], fill=_MUTED)
    yield _text(right, bottom, said["report.repeats"], anchor="end", fill=_MUTED)
    yield _text(left, bottom, said["report.watch"], fill=_MUTED)


def _axes(frame: _Frame, said: Mapping[str, str]) -> Iterator[str]:
    bottom = frame.top + frame.height
    yield _text(frame.left + frame.width, bottom + 14, said["report.axis_often"], size=11, anchor="end", fill=_MUTED)
    yield _text(
        11 + frame.height, bottom, said["report.axis_customers"], size=11, anchor="end", fill=_MUTED, transform=f"rotate(-90 11 {bottom})"
    )


def _mark(place: Place, spot: _Spot) -> str:
    fill, ink = _MARKS.get(place.quadrant or Quadrant.WATCH, _OTHER_MARK)
    circle = f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{_RADIUS}" fill="{fill}" stroke="{_MUTED if ink == _INK else fill}"/>'
    return circle + _text(spot.x, spot.y + 3.6, str(place.number), size=10, anchor="middle", fill=ink, weight=600)


def _apart(spots: Sequence[_Spot], frame: _Frame) -> list[_Spot]:
    """The spots moved so that no mark covers another: each is pushed along a spiral around where it belongs."""
    placed: list[_Spot] = []
    for spot in spots:
        placed.append(next((free for free in _around(spot) if _is_free(free, placed, frame)), spot))
    return placed


def _around(spot: _Spot) -> Iterator[_Spot]:
    yield spot
    turns = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))
    for distance in range(9, 270, 9):
        for x, y in turns:
            yield _Spot(spot.x + distance * x, spot.y + distance * y)


def _is_free(spot: _Spot, placed: Iterable[_Spot], frame: _Frame) -> bool:
    inside = frame.left + _RADIUS <= spot.x <= frame.left + frame.width - _RADIUS
    inside = inside and frame.top + _RADIUS + 12 <= spot.y <= frame.top + frame.height - _RADIUS - 12
    return inside and all(hypot(spot.x - other.x, spot.y - other.y) >= 2 * _RADIUS for other in placed)


def _segment(x: float, width: float, text: str, colours: tuple[str, str]) -> str:
    fill, ink = colours
    inside = _text(x + width / 2, 19, text, anchor="middle", fill=ink, weight=600) if width > 34 else ""
    return f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="28" fill="{fill}"/>{inside}'


def _legend(entries: Sequence[tuple[str, str]], y: float) -> Iterator[str]:
    starts = [0.0, 128.0, 246.0]
    for (text, colour), (start, end) in zip(entries, pairwise([*starts, 360.0]), strict=True):
        yield f'<rect x="{start}" y="{y - 9}" width="9" height="9" fill="{colour}"/>'
        yield _text(start + 13, y, _cut(text, (end - start - 16) / 12))


def _step(step: Step, steps: Sequence[Step], y: float, language: Language) -> str:
    title = _text(0, y + 17, _cut(told_in(step.titles, language, step.name), 8.2))
    if step.count is None:
        return title + _text(104, y + 17, UNKNOWN, fill=_MUTED)
    first = next(one.count for one in steps if one.count)
    share = step.count / first
    took = "" if step.mean_s is None else f" · {duration(step.mean_s, language)}"
    told = f"{step.count:,} · {share_text(step, steps, language)}{took}"
    bar = f'<rect x="104" y="{y + 3}" width="{max(min(share, 1) * 256, 1):.1f}" height="20" rx="2" fill="{_PALE}"/>'
    edge = f'<rect x="104" y="{y + 3}" width="3" height="20" fill="{LIGHT["normal"]}"/>'
    return title + bar + edge + _text(113, y + 17, told)


def _cut(text: str, ems: float) -> str:
    """The text, or as much of it as fits into a width of so many ems."""
    room = ems
    for index, sign in enumerate(text):
        room -= 1.0 if sign >= "\u2e80" else 0.56
        if room < 0:
            return f"{text[: max(index - 1, 1)]}…"
    return text


def _text(x: float, y: float, text: str, **look: str | float) -> str:
    """A text from a point on; `look` are attributes, such as size, anchor and fill."""
    told = {"font-size": 12, "text-anchor": "start", "fill": _INK, "font-weight": 400} | {
        _ATTRIBUTES.get(name, name): value for name, value in look.items()
    }
    attributes = " ".join(f'{name}="{escape(str(value), quote=True)}"' for name, value in told.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(text)}</text>'


def _svg(width: int, height: int, body: str, title: str) -> str:
    head = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title, quote=True)}"'
    return f'<svg {head} font-family="{_FAMILY}" font-size="12">{body}</svg>'
