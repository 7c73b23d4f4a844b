"""Day, settings, screens and roles in every state: nothing stored, all well, old, Redis away, history away; in both languages.

What is missing is said in words, what is shown has its age, and what works goes on working.
"""

import re

import pytest
from visits import counted_today

from dashboard.data import database as database_of
from dashboard.data import layouts_now, site_layouts
from dashboard.nav import all_views
from dashboard.serving import serving
from dashboard.shell import tab_title
from pulse.i18n import words
from pulse.live.keys import Keys
from pulse.text import Language, Text
from sql.documents import save
from sql.session import open_database

REFUSES = "create trigger refuses before insert on document_versions begin select raise(abort, 'full'); end"
LAYOUT = 'title = { en = "Mine" }\n[tiles.a]\nkind = "verdict"\n[[pages]]\ncolumns = [1]\nrows = [1]\nareas = ["a"]\n'
both = pytest.mark.parametrize("language", list(Language))


def said(language, key):
    """The text as a pattern: whatever fills its holes."""
    return re.sub(r"\\{\w+\\}", ".+", re.escape(words(language)[key]))


def says(elements, language, key):
    return any(re.fullmatch(said(language, key), element.value) for element in elements)


def columns(app, language, key):
    """The columns under a heading, of each table that has it."""
    heading = words(language)[key]
    return [list(table.value[heading]) for table in app.main.dataframe if heading in table.value.columns]


@both
@pytest.mark.parametrize("state", ["redis_away", "history_away", "history_nowhere", "newer_history"])
@pytest.mark.parametrize("page", list(all_views()))
def test_no_page_falls_over_while_something_is_away(request, visit, page, state, language):
    request.getfixturevalue(state)

    app = visit(page, language=language)

    assert not app.exception
    assert page == "wall" or app.title[0].value


@both
@pytest.mark.parametrize("page", [name for name, view in all_views().items() if not view.PAGE.bare])
def test_every_page_for_people_has_words_for_a_server_that_is_gone(visit, page, language):
    sheets = "".join(sheet.proto.body for sheet in visit(page, language=language).get("html"))
    written = re.sub(r"\\([0-9a-f]+) ", lambda sign: chr(int(sign[1], 16)), sheets)

    assert f'content: "{words(language)["page.lost"]}"' in written
    assert f'content: "{words(language)["page.lost_why"]}"' in written


@both
def test_day_of_a_site_that_has_counted_nothing_says_so_and_draws_no_table(visit, language):
    app = visit("day", language=language)

    assert says(app.main.info, language, "day.nothing")
    assert not app.main.subheader


@both
def test_day_says_when_it_was_counted_last(visit, recorded, language):
    recorded(minutes_ago=1)

    captions = " ".join(caption.value for caption in visit("day", language=language).main.caption)

    assert re.search(said(language, "day.counted"), captions)
    assert re.search(said(language, "day.until_now"), captions)


@both
def test_day_that_nobody_knows_to_be_counted_shows_its_figures_and_says_that(visit, site, language):
    counted_today(site)

    app = visit("day", language=language)

    assert says(app.main.warning, language, "day.never_counted")
    assert words(language)["day.site"] in [title.value for title in app.main.subheader]


@both
def test_day_whose_first_contact_came_a_minute_ago_is_drawn(visit, site, language):
    counted_today(site, minutes_ago=1)

    app = visit("day", language=language)

    assert not app.exception
    assert len(app.main.get("vega_lite_chart")) == 2


@both
@pytest.mark.parametrize("state", ["history_away", "newer_history"])
def test_day_says_that_history_cannot_be_read(request, visit, state, language):
    request.getfixturevalue(state)

    app = visit("day", language=language)

    assert says(app.main.error, language, "day.unreadable")
    assert not app.main.subheader


@both
def test_day_needs_no_redis(visit, recorded, redis_away, language):
    recorded(minutes_ago=0)

    assert words(language)["day.by_channel"] in [title.value for title in visit("day", language=language).main.subheader]


@both
def test_settings_without_a_board_let_the_config_speak(visit, site, told, language):
    config = site.parents[1] / "pulse.toml"
    config.write_text(config.read_text() + '[sources.phone]\nkind = "simulator"\n')
    serving.cache_clear()

    app = visit("settings", language=language)

    assert says(app.main.warning, language, "settings.never")
    assert columns(app, language, "settings.source")[0] == ["phone"]
    assert says(app.main.info, language, "settings.no_answer")


@both
def test_settings_of_a_site_without_sources_say_so(visit, told, language):
    assert says(visit("settings", language=language).main.info, language, "settings.no_sources")


@both
def test_settings_say_how_old_a_fresh_picture_is(visit, told, language):
    told(seconds_ago=1)

    assert says(visit("settings", language=language).main.caption, language, "settings.as_of")


@both
def test_settings_believe_no_source_on_an_old_picture(visit, told, language):
    told(seconds_ago=60)

    app = visit("settings", language=language)

    (status,) = columns(app, language, "settings.status")
    assert {one.partition(" · ")[0] for one in status} == {f"◌ {words(language)['status.stale']}"}


@both
def test_settings_show_calendar_and_program_while_redis_is_away(visit, redis_away, language):
    app = visit("settings", language=language)

    assert [alert.value for alert in app.main.error] == [words(language)["settings.redis_away"]]
    assert words(language)["settings.open_hours"] in [title.value for title in app.main.subheader]
    assert columns(app, language, "settings.what")


@both
@pytest.mark.parametrize("state", ["history_away", "newer_history"])
def test_settings_show_sources_while_history_is_away_and_do_not_know_its_layout(request, visit, told, state, language):
    request.getfixturevalue(state)
    told(seconds_ago=1)

    app = visit("settings", language=language)

    assert columns(app, language, "settings.source")[0] == ["phone", "chat", "mail"]
    (about,) = columns(app, language, "settings.value")
    assert about[-1].startswith("— / ")


@both
def test_board_of_another_version_is_not_called_a_store_that_is_away(visit, told, private_redis, language):
    told(seconds_ago=1)
    with private_redis.client() as client:
        client.set(Keys("harbour").board, b'{"at": 1}')

    app = visit("settings", language=language)

    assert says(app.main.warning, language, "settings.unreadable")
    assert not app.main.error


@both
def test_screens_of_which_none_reported_say_so_and_offer_layouts(visit, told, language):
    app = visit("screens", language=language)

    assert says(app.main.info, language, "screens.none")
    assert app.main.text_area[0].value


@both
def test_screens_stand_with_their_condition_and_the_time_of_the_table(visit, reported, language):
    reported()

    app = visit("screens", language=language)

    text = words(language)
    assert columns(app, language, "screens.condition") == [[f"⬣ {text['screens.silent']}", f"○ {text['screens.live']}"]]
    assert columns(app, language, "screens.heard")[0][0].startswith({"en": "10:0", "zh": "10 分"}[language])
    assert says(app.main.caption, language, "screens.as_of")


@both
def test_layouts_can_be_changed_while_redis_is_away(visit, redis_away, language):
    app = visit("screens", language=language)
    button = next(one for one in app.main.button if one.label == words(language)["screens.save"])

    saved = button.click().run()

    assert says(saved.main.error, language, "screens.redis_away")
    assert says(saved.main.caption, language, "screens.version")


@both
@pytest.mark.parametrize("state", ["history_away", "newer_history"])
def test_screens_are_shown_while_history_is_away_and_layouts_are_not_offered(request, visit, reported, state, language):
    request.getfixturevalue(state)
    reported()

    app = visit("screens", language=language)

    assert len(columns(app, language, "screens.condition")[0]) == 2
    assert [alert.value for alert in app.main.error] == [words(language)["screens.unreadable"]]
    assert not app.main.text_area


@both
def test_layout_that_history_did_not_take_is_not_called_saved(visit, told, site, language):
    app = visit("screens", language=language)
    button = next(one for one in app.main.button if one.label == words(language)["screens.save"])
    with open_database(serving().database_url) as opened, opened.write() as session:
        session.connection().exec_driver_sql(REFUSES)

    refused = button.click().run()

    assert [alert.value for alert in refused.main.error] == [words(language)["screens.failed"]]
    assert says(refused.main.caption, language, "screens.shipped")


@both
@pytest.mark.parametrize("state", ["site", "redis_away", "history_away", "newer_history"])
def test_roles_are_told_whole_whatever_is_away(request, visit, state, language):
    request.getfixturevalue(state)

    app = visit("roles", language=language)

    assert len(columns(app, language, "account.permission")[0]) > 5
    assert not app.main.error
    assert says(app.main.caption, language, "account.your_roles")


@both
def test_tab_names_the_page_and_the_site_as_people_call_it(site, language):
    config = site.parents[1] / "pulse.toml"
    config.write_text('[site]\nname = "harbour"\ntitle = { en = "Harbour centre", zh = "港口中心" }\n', encoding="utf-8")
    serving.cache_clear()

    assert tab_title(Text("Wall", "大屏"), language) == {"en": "Wall · Harbour centre", "zh": "大屏 · 港口中心"}[language]


def test_layouts_are_the_ones_read_last_while_the_history_is_away(site):
    with open_database(serving().database_url) as database:
        save(database, ("harbour", "layout", "mine"), LAYOUT, 0, ("Ada", 1))
    layouts_now()
    database_of.clear()
    serving.cache_clear()
    (site / "history.db").rename(site / "gone.db")
    (site / "history.db").mkdir()

    assert "mine" in site_layouts()
