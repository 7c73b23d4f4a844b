"""The snapshot: a day, week or month that is over, as it was frozen, beside everything it is compared with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st
import structlog

from dashboard.address import Wrong, unknown_names, wrong_words
from dashboard.address_notice import draw_wrong
from dashboard.data import restated_lately, snapshot_kept, snapshots_kept
from dashboard.definitions_view import meaning_link
from dashboard.look import page_tokens, style
from dashboard.page import Page
from dashboard.report.restated import Restated
from dashboard.report.sheet import Sheet, sheet_of
from dashboard.report.stretch import stretch_of
from dashboard.report.tables import figure_table, grid_table, headline_line, plain_table, restated_table
from dashboard.serving import serving
from dashboard.shell import draw_title
from dashboard.snapshot_charts import Spec, specs
from dashboard.snapshot_files import draw_files
from dashboard.visitor import page_language
from dashboard.written import plain
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.kpi.snapshot import Edition, Snapshot, UnreadableSnapshot
from pulse.roles import Permission
from pulse.text import Language, Text
from pulse.written import duration
from sql.session import DatabaseUnreadable
from sql.snapshots import Frozen

PAGE = Page(title=Text("Snapshot", "快照"), icon=":material/ac_unit:", order=3, needs=Permission.SEE_DAY)
_EDITION, _DAY = "edition", "day"
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2099, 12, 31)
log = structlog.get_logger(__name__)


def render() -> None:
    """Draws the snapshot that the address names, else the newest of its edition; says so where nothing is frozen."""
    language = page_language()
    style("figures", "snapshot", "print")
    draw_title(PAGE.title, language)
    try:
        _draw(language)
    except DatabaseUnreadable as error:
        log.error("history_unreadable", error=type(error).__name__)
        st.error(words(language)["day.unreadable"])
    except UnreadableSnapshot as error:
        log.error("snapshot_unreadable", error=str(error))
        st.error(words(language)["report.unreadable"])


def _draw(language: Language) -> None:
    chosen = _chosen(language)
    if chosen is None:
        return
    snapshot = snapshot_kept(chosen.edition, chosen.day, chosen.sha)
    restated = partial(restated_lately, chosen.edition, chosen.day, chosen.sha)
    sheet = sheet_of(snapshot, language)
    _draw_head(snapshot, sheet, language)
    draw_files(snapshot, chosen.sha, restated, language)
    _draw_figures(sheet, language)
    _draw_charts(snapshot, sheet, language)
    _draw_happened(sheet, language)
    _draw_restated(restated, language)


def _chosen(language: Language) -> Frozen | None:
    """The edition and the day of the address or of the two choices; None where nothing is frozen, which is said."""
    parts = st.query_params.to_dict()
    draw_wrong([*wrong_words(parts, {_EDITION: Edition}), *_wrong_day(parts), *unknown_names(parts, (_EDITION, _DAY))], language)
    said = words(language)
    left, right, _ = st.columns([3, 1, 1], vertical_alignment="bottom")
    with left:
        edition = _chosen_edition(language)
    kept = snapshots_kept(edition)
    if not kept:
        st.info(said["report.nothing"])
        return None
    newest, oldest = date.fromisoformat(kept[0].day), date.fromisoformat(kept[-1].day)
    asked = _day_asked(edition, oldest, newest, language)
    with right:
        picked = st.date_input(
            said["report.day"],
            min(max(asked, oldest), newest),
            min_value=oldest,
            max_value=newest,
            format="YYYY-MM-DD",
            key=f"snapshot_day_{edition}_{language}",
        )
    first = stretch_of(edition, picked, serving().config.zone).first.isoformat()
    found = next((one for one in kept if one.day == first), None)
    st.query_params[_DAY] = picked.isoformat()
    if found is None:
        st.info(said["report.not_frozen"].format(day=picked.isoformat()))
        _draw_nearest(kept, first, language)
    return found


def _draw_nearest(kept: Sequence[Frozen], first: str, language: Language) -> None:
    """The way to the frozen ones right before and after a first day."""
    before, after = (one for one in kept if one.day < first), (one for one in reversed(kept) if one.day > first)
    nearest = [one for one in (next(before, None), next(after, None)) if one]
    ways = (urlencode({_EDITION: one.edition.value, _DAY: one.day, "lang": language.value}) for one in nearest)
    links = (f'<a href="/snapshot?{escape(way)}" target="_self">{one.day}</a>' for one, way in zip(nearest, ways, strict=True))
    st.html(f"<p>{escape(words(language)['report.nearest'])} {' · '.join(links)}</p>")


def _chosen_edition(language: Language) -> Edition:
    said, asked = words(language), st.query_params.get(_EDITION)
    editions = list(Edition)
    default = Edition(asked) if asked in set(Edition) else Edition.DAILY
    picked = st.segmented_control(
        said["report.edition"],
        editions,
        default=default,
        format_func=lambda edition: said[f"report.{edition}"],
        key=f"snapshot_edition_{language}",
        wrap=True,
    )
    edition = picked or default
    st.query_params[_EDITION] = edition.value
    return edition


def _day_asked(edition: Edition, oldest: date, newest: date, language: Language) -> date:
    """The day of the address, the newest where it names none; of one before or after all that are frozen the nearest, which is said."""
    asked = _day_of(st.query_params.to_dict())
    if asked is None:
        return newest
    first = stretch_of(edition, asked, serving().config.zone).first
    if oldest <= first <= newest:
        return asked
    st.info(words(language)["report.no_day"].format(day=plain(asked.isoformat())))
    return oldest if first < oldest else newest


def _day_of(parts: Mapping[str, str]) -> date | None:
    try:
        day = date.fromisoformat(parts.get(_DAY, ""))
    except ValueError:
        return None
    return day if _FIRST_DAY <= day <= _LAST_DAY else None


def _wrong_day(parts: Mapping[str, str]) -> Iterator[Wrong]:
    if parts.get(_DAY) and _day_of(parts) is None:
        yield Wrong(_DAY, parts[_DAY], "YYYY-MM-DD")


def _draw_head(snapshot: Snapshot, sheet: Sheet, language: Language) -> None:
    said = words(language)
    age = duration(max(0, system_clock() - snapshot.frozen_at) / 1000, language)
    st.markdown(f"**{plain(sheet.day)}** " + " ".join(f":gray-badge[{plain(flag)}]" for flag in sheet.flags if flag != said["page.demo"]))
    st.html(headline_line(sheet))
    frozen = said["report.frozen_ago"].format(frozen=sheet.frozen, age=age)
    st.caption(f"{frozen} · SHA-256 {sheet.seal[:16]}", help=sheet.seal)


def _draw_figures(sheet: Sheet, language: Language) -> None:
    said = words(language)
    st.html(figure_table(sheet, language))
    for note in sheet.notes:
        st.caption(plain(note))
    st.html(meaning_link(language))
    for name, grid, one in (("channels", sheet.channels, "channel"), ("business_lines", sheet.business_lines, "business_line")):
        if grid.heads:
            st.subheader(said[f"report.{name}"], anchor=False)
            st.html(grid_table(grid, said[f"report.{one}"]))


def _draw_charts(snapshot: Snapshot, sheet: Sheet, language: Language) -> None:
    charts = specs(snapshot, sheet.seal, language, page_tokens())
    left, right = st.columns(2, gap="large")
    with left:
        for name in ("service_level", "nps", "journey"):
            _charted(name, charts.get(name), language)
    with right:
        _charted("complaints", charts.get("complaints"), language)
        if "complaints" in charts:
            st.caption(words(language)["report.split"])
        _tabled("complaints", sheet, language, is_headed="complaints" not in charts)


def _draw_happened(sheet: Sheet, language: Language) -> None:
    _tabled("incidents", sheet, language)
    left, right = st.columns(2, gap="large")
    with left:
        if sheet.best_why:
            st.subheader(words(language)["report.best_case"], anchor=False)
            st.markdown(f"**{plain(sheet.best_title)}** {plain(sheet.best_why)}")
        if sheet.ahead.rows:
            st.subheader(sheet.ahead_title, anchor=False)
            st.html(plain_table("ahead", sheet.ahead))
            st.caption(sheet.ahead_why)
    with right:
        _tabled("completeness", sheet, language)


def _draw_restated(restated: Callable[[], tuple[Restated, ...]], language: Language) -> None:
    """Last, for the stretch is composed anew for it: all else is on the screen by then."""
    said = words(language)
    st.subheader(said["report.restated"], anchor=False)
    with st.spinner(said["report.restated_looking"]):
        found = restated()
    if not found:
        st.caption(said["report.restated_none"])
        return
    st.caption(said["report.restated_why"])
    st.html(restated_table(found, language))


def _charted(name: str, spec: Spec | None, language: Language) -> None:
    if spec is not None:
        st.subheader(words(language)[f"report.{name}"], anchor=False)
        st.vega_lite_chart(spec)


def _tabled(name: str, sheet: Sheet, language: Language, *, is_headed: bool = True) -> None:
    told = getattr(sheet, name)
    if not told.rows:
        return
    if is_headed:
        st.subheader(words(language)[f"report.{name}"], anchor=False)
    st.html(plain_table(name, told))
