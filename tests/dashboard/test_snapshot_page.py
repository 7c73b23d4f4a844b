import re

import pytest
from report_samples import bare, rich
from visits import charts, heads, sheets

from dashboard.snapshot_charts import CHARTS
from dashboard.snapshot_files import FORMS, asked_for, content, file_name
from dashboard.theme import DARK
from pulse.access import ROLE_COOKIE
from pulse.kpi.snapshot import Edition
from pulse.text import Language
from sql.memory_tables import SnapshotRow
from sql.session import open_database, sqlite_url
from sql.snapshots import keep


@pytest.fixture
def frozen(site):
    """Freezes some days of a site."""

    def freeze(*snapshots):
        with open_database(sqlite_url(site / "history.db")) as database, database.write() as session:
            for snapshot in snapshots:
                assert keep(session, snapshot, "Ada")

    return freeze


def days(app):
    """What the page says it is about."""
    return app.main.markdown[0].value.replace("\\", "")


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing is frozen yet"), ("zh", "尚无冻结的快照")])
def test_page_says_that_nothing_is_frozen_yet(visit, language, words):
    app = visit("snapshot", language=language)

    assert not app.exception
    assert words in app.main.info[0].value


@pytest.mark.parametrize(
    ("language", "words", "ahead"),
    [
        ("en", "4 of 6 targets missed", "To be expected on 2026-11-28 Saturday"),
        ("zh", "6 项目标中 4 项未达标", "2026-11-28 星期六 预计量"),
    ],
)
def test_newest_day_is_shown_whole(visit, frozen, language, words, ahead):
    frozen(rich(), bare(day="2026-11-20", last_day="2026-11-20"))

    app = visit("snapshot", language=language)

    assert not app.exception
    assert words in sheets(app)
    assert len(app.main.get("download_button")) == len(FORMS)
    assert len(charts(app)) == len(CHARTS)
    assert ahead in [heading.value for heading in app.main.subheader]
    assert "SHA-256" in app.main.caption[0].value


def test_address_names_the_day_and_the_edition(visit, frozen):
    week = bare(edition=Edition.WEEKLY, day="2026-11-16", last_day="2026-11-22")
    frozen(rich(), bare(day="2026-11-20", last_day="2026-11-20"), week)

    assert "2026-11-20" in days(visit("snapshot", day="2026-11-20"))
    assert "2026-11-16 – 2026-11-22" in days(visit("snapshot", edition="weekly", day="2026-11-18"))


def test_day_of_which_nothing_is_frozen_says_so(visit, frozen):
    frozen(rich(), bare(day="2026-11-20", last_day="2026-11-20"))

    app = visit("snapshot", day="2026-11-24")

    assert "No snapshot of 2026-11-24" in app.main.info[0].value
    assert re.findall(r'href="(.*?)"', sheets(app)) == [
        "/snapshot?edition=daily&amp;day=2026-11-20&amp;lang=en",
        "/snapshot?edition=daily&amp;day=2026-11-27&amp;lang=en",
    ]


@pytest.mark.parametrize("day", ["yesterday", "2026-02-31", "0001-01-01"])
def test_address_that_names_no_day_says_so_and_shows_the_newest(visit, frozen, day):
    frozen(rich(), bare(day="2026-11-20", last_day="2026-11-20"))

    app = visit("snapshot", day=day)

    assert f'day: got "{day}", expected YYYY-MM-DD' in app.main.warning[0].value.replace("\\", "")
    assert "2026-11-27" in days(app)


@pytest.mark.parametrize(("day", "shown"), [("2031-01-01", "2026-11-27"), ("2020-01-01", "2026-11-20")])
def test_of_a_day_before_or_after_all_that_are_frozen_the_nearest_is_shown_which_is_said(visit, frozen, day, shown):
    frozen(rich(), bare(day="2026-11-20", last_day="2026-11-20"))

    app = visit("snapshot", day=day, edition="hourly")

    assert shown in days(app)
    assert app.main.info[0].value.replace("\\", "") == f"No snapshot of {day} is frozen; this is the nearest one."
    assert 'edition: got "hourly", expected daily' in app.main.warning[0].value


def test_snapshot_that_was_changed_is_not_shown(visit, frozen, site):
    frozen(rich())
    with open_database(sqlite_url(site / "history.db")) as database, database.write() as session:
        session.get(SnapshotRow, ("harbour", "daily", "2026-11-27")).sha = "0" * 64

    app = visit("snapshot")

    assert "cannot be read" in app.main.error[0].value
    assert heads(app) == []


def test_what_history_tells_otherwise_since_is_listed(visit, frozen):
    frozen(bare())

    app = visit("snapshot")

    assert re.findall(r'data-label="(Frozen as|Is now)">(.*?)<', sheets(app)) == [("Frozen as", "0"), ("Is now", "—")]
    assert app.main.subheader[-1].value == "Restated since"


def test_history_that_does_not_answer_takes_no_page_down(visit, history_away):
    assert "cannot be read" in visit("snapshot").main.error[0].value


def test_viewer_does_not_see_it(visit, frozen):
    frozen(bare())

    assert not visit("snapshot", cookies={ROLE_COOKIE: "viewer"}).title


@pytest.mark.parametrize("language", Language)
def test_charts_are_drawn_from_what_is_there(language):
    assert all(chart(rich(), language, DARK)["layer"] for chart in CHARTS.values())
    assert [chart(bare(), language, DARK) for chart in CHARTS.values()] == [None] * len(CHARTS)


def test_file_is_called_by_site_edition_day_and_language():
    assert file_name(rich(), "pdf", Language.ZH) == "harbour-daily-2026-11-27-zh.pdf"


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf")])
def test_file_is_made_when_it_is_asked_for(ending, start):
    assert content(ending, "sha", Language.EN, (), bare()).startswith(start)


def test_what_was_corrected_since_is_looked_for_only_by_the_form_that_tells_it():
    looked = []

    def restated():
        looked.append(True)
        return ()

    for ending in ("csv", "html"):
        asked_for(ending, "another sha", Language.EN, restated, bare())

    assert len(looked) == 1
