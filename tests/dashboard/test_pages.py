import msgspec
import pytest

from dashboard.fleet import Beat, Screen
from dashboard.nav import all_views, views
from dashboard.serving import serving
from pulse.access import COOKIE, ROLE_COOKIE, Kind, Visitor
from pulse.clock import system_clock
from pulse.live.keys import Keys
from pulse.roles import PERMISSIONS, Permission, Role
from sql import wall_tokens
from sql.session import open_database


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", ["wall", "console", "day", "definitions", "settings", "screens", "roles"])
def test_every_page_opens_on_an_empty_site_in_both_languages(visit, page, language):
    app = visit(page, language=language)

    assert not app.exception


def test_day_page_says_that_nothing_was_recorded(visit):
    app = visit("day")

    assert "Nothing has been recorded" in app.main.info[0].value


@pytest.mark.parametrize(("language", "words"), [("en", ("The whole site", "By channel")), ("zh", ("全站", "各渠道"))])
def test_day_page_shows_figures_of_the_site_and_of_its_channels(visit, recorded, language, words):
    recorded(minutes_ago=0)

    app = visit("day", language=language)

    assert not app.exception
    assert {title.value for title in app.main.subheader} >= set(words)
    assert app.main.warning == []


@pytest.mark.parametrize(("language", "words"), [("en", "Not counted since"), ("zh", "未再统计")])
def test_day_page_says_since_when_today_is_no_longer_counted(visit, recorded, language, words):
    recorded(minutes_ago=10)

    assert words in visit("day", language=language).main.warning[0].value


@pytest.mark.parametrize(("language", "words"), [("en", "does not answer"), ("zh", "没有响应")])
def test_settings_say_that_the_store_is_away(visit, monkeypatch, language, words):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    serving.cache_clear()

    assert words in visit("settings", language=language).main.error[0].value


@pytest.mark.parametrize("language", ["en", "zh"])
def test_settings_show_sources_and_their_last_answer(visit, told, language):
    told(seconds_ago=1)

    app = visit("settings", language=language)

    assert not app.exception
    assert app.main.warning == []
    assert list(app.main.dataframe[0].value.iloc[:, 0]) == ["phone", "chat", "mail"]
    assert app.main.code[0].value == '{"queue":"support"}'
    assert app.main.selectbox[0].select("chat").run().main.code == []


@pytest.mark.parametrize(("language", "words"), [("en", "nothing newer has come"), ("zh", "之后没有更新")])
def test_settings_say_how_old_the_picture_of_the_sources_is(visit, told, language, words):
    told(seconds_ago=60)

    assert words in visit("settings", language=language).main.warning[0].value


def test_desk_pages_say_that_this_is_local_mode(visit):
    assert "本机模式" in visit("console", language="zh").sidebar.info[0].value


def test_screen_with_a_token_has_the_wall_and_nothing_else(visit, token):
    app = visit("console", remote_ip="10.0.0.9", host="wall.example", cookies={COOKIE: token()})

    assert not app.exception
    assert not app.error
    assert not app.sidebar.text_input
    assert list(views(Visitor(kind=Kind.SCREEN, permissions=frozenset({Permission.SEE_WALL})))) == ["wall"]


def test_this_desk_is_one_person_in_whatever_language_the_page_is_read(visit):
    names = {visit("console", language=language).sidebar.text_input(key="owner_name").value for language in ("en", "zh")}

    assert names == {"local desk"}


def test_screen_is_shown_no_layout_that_its_token_does_not_name(visit, token):
    written = token(layouts=("room",))
    elsewhere = {"remote_ip": "10.0.0.9", "host": "wall.example", "cookies": {COOKIE: written}}

    assert not visit(**elsewhere, layout="room").error
    assert visit(**elsewhere, layout="main").error[0].value == "You may not see this."
    assert visit(**elsewhere).error[0].value == "You may not see this."


def test_token_that_was_revoked_shows_no_page(visit, token):
    written = token()
    with open_database(serving().database_url) as opened:
        wall_tokens.revoke(opened, "harbour", "lobby", "Ada", 1)

    assert visit(remote_ip="10.0.0.9", host="wall.example", cookies={COOKIE: written}).error


def test_visitor_that_slipped_past_the_door_sees_no_page(visit):
    app = visit(remote_ip="10.0.0.9", host="wall.example", language="zh")

    assert app.error[0].value == "您无权查看此内容。"
    assert views(Visitor(kind=Kind.STRANGER)) == {}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", ["console", "day", "roles"])
def test_page_script_itself_draws_no_page_for_a_role_that_may_not_see_it(visit, role, page):
    app = visit(page, cookies={ROLE_COOKIE: role.value})
    needs = all_views()[page].PAGE.needs

    assert bool(app.title) is (needs in PERMISSIONS[role])


def test_side_bar_offers_every_role_to_look_as_and_marks_the_chosen_one(visit):
    choice = visit("roles", cookies={ROLE_COOKIE: "executive"}).sidebar.get("html")[0].proto.body

    assert "<b aria-current='true'>executive</b>" in choice
    assert all(f"/role?as={name}&amp;lang=en" in choice for name in ("all", "viewer", "supervisor", "manager", "admin"))


def test_pages_stand_in_their_order():
    assert list(all_views())[:3] == ["wall", "console", "day"]


def test_every_page_has_its_title_in_both_languages():
    assert all(view.PAGE.title.en and view.PAGE.title.zh for view in all_views().values())


@pytest.fixture
def fleet(told, token, private_redis):
    """Two walls that just reported: one by the token of the lobby, one without."""
    token()
    known = {"screen": "0" * 12, "layout": "main", "language": "en", "fresh": "live", "build": "b", "width": 1, "height": 1, "ratio": 1.0}
    beat = Beat(**known, page_age_s=1, seq=1, at=system_clock())
    with private_redis.client() as client:
        for name, shown in (("1", "lobby"), ("2", None)):
            client.hset(Keys("harbour").screens, name, msgspec.json.encode(Screen(beat=beat, heard_at=system_clock(), token=shown)))


@pytest.mark.parametrize(
    ("language", "here", "kept"),
    [
        ("en", "Browser on this machine", "listed for 7 days, a browser without one for 60 minutes"),
        ("zh", "本机浏览器", "保留 7 天，没有令牌的浏览器保留 60 分钟"),
    ],
)
def test_screens_page_calls_walls_by_their_tokens_and_says_how_long_silent_ones_stay(fleet, visit, language, here, kept):
    app = visit("screens", language=language)

    assert set(app.main.dataframe[0].value.iloc[:, 0]) == {"Lobby", here}
    assert any(kept in caption.value for caption in app.main.caption)
