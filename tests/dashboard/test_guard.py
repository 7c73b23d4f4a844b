import asyncio

import pytest
from doors import RULES, claims, door, token
from guarded import Site, identity

from pulse.access import COOKIE, ROLE_COOKIE

TOKEN = token()
HOME = {"peer": "127.0.0.1", "host": "127.0.0.1"}
PEOPLE = {"host": "pulse.example", "scheme": "https"}


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def with_login(site):
    site.door = door(login=RULES)
    return site


async def test_stranger_is_refused_everywhere_but_at_static_files(site):
    codes = [(await site.get(path)).status_code for path in ("/wall", "/api/snapshot", "/static/index.js", "/_stcore/health")]

    assert codes == [403, 403, 200, 200]


async def test_stranger_gets_no_websocket(site):
    assert await site.dial() == "websocket.close"


async def test_token_in_a_cookie_opens_the_websocket(site):
    assert await site.dial((b"cookie", f"{COOKIE}={TOKEN}".encode())) == "websocket.accept"


async def test_this_machine_sees_everything(site):
    assert (await site.get("/console", **HOME)).status_code == 200


async def test_name_that_was_pointed_at_loopback_is_refused(site):
    assert (await site.get("/console", peer="127.0.0.1", host="evil.example")).status_code == 403


async def test_forwarded_address_is_not_believed(site):
    assert (await site.get("/console", x_forwarded_for="127.0.0.1")).status_code == 403
    assert (await site.get("/console", **HOME, x_forwarded_for="10.0.0.9")).status_code == 403


async def test_token_in_the_address_becomes_a_cookie_that_opens_the_stream(site):
    cookie = (await site.get(f"/wall?token={TOKEN}")).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert (await site.get("/api/stream", cookie=cookie.partition(";")[0])).status_code == 200


async def test_screen_with_a_token_shows_now_and_never_the_past(site):
    assert (await site.get("/api/snapshot", cookie=f"{COOKIE}={TOKEN}")).status_code == 200
    assert (await site.get("/api/past", cookie=f"{COOKIE}={TOKEN}")).status_code == 403
    assert (await site.get("/api/past", **HOME)).status_code == 200


async def test_only_the_token_that_counted_becomes_the_cookie(site):
    answer = await site.get("/wall?token=nonsense", cookie=f"{COOKIE}={TOKEN}")

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (token(expires_at=1), "over"),
        (token(id="gone"), "revoked"),
        ("v1.d2FsbA.99999999999999.x", "older version"),
        ("nonsense", "not a wall token"),
    ],
)
async def test_token_that_does_not_count_says_why_in_both_languages(site, written, told):
    answer = await site.get(f"/wall?token={written}")

    assert answer.status_code == 403
    assert told in answer.text
    assert "大屏令牌" in answer.text


async def test_screen_whose_token_is_not_known_yet_asks_again_by_itself(site):
    assert (await site.get(f"/wall?token={token(id='new')}")).headers["refresh"] == "2"


async def test_token_opens_only_the_layouts_it_names(site):
    cookie = f"{COOKIE}={token(layouts=('lobby',))}"
    asked = ("/wall?layout=lobby", "/wall?layout=main", "/api/stream?layout=main", "/api/snapshot?layout=lobby&layout=main")

    assert [(await site.get(path, cookie=cookie)).status_code for path in asked] == [200, 403, 403, 403]


async def test_revoked_token_ends_the_stream_that_is_open(site):
    reading = asyncio.create_task(site.get("/api/stream?endless=1", cookie=f"{COOKIE}={TOKEN}"))
    await site.begun.wait()

    site.door = door(standing=())

    assert (await asyncio.wait_for(reading, 5)).content == b"data: 1\n\n"
    assert site.ended == ["stream"]
    assert (await site.get("/api/stream", cookie=f"{COOKIE}={TOKEN}")).status_code == 403


async def test_log_in_that_is_over_ends_the_stream_that_is_open(with_login):
    cookie = identity(claims("cc-managers"))
    reading = asyncio.create_task(with_login.get("/api/stream?endless=1", **PEOPLE, cookie=cookie))
    await with_login.begun.wait()

    with_login.now += 3_600_000

    await asyncio.wait_for(reading, 5)
    assert with_login.ended == ["stream"]


async def test_address_nobody_declared_is_answered_to_nobody(site):
    paths = ("/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics", "/nothing", "/api/other", "/component")

    assert {path: (await site.get(path, **HOME)).status_code for path in paths} == dict.fromkeys(paths, 403)


async def test_where_people_log_in_this_machine_must_do_so_too(with_login):
    answer = await with_login.get("/console", **HOME)

    assert answer.status_code == 401
    assert (await with_login.get("/metrics", **HOME)).status_code == 200


async def test_person_enters_by_the_identity_cookie_and_a_role(with_login):
    cookie = identity(claims("cc-supervisors"))

    assert (await with_login.get("/api/alerts/stream", **PEOPLE, cookie=cookie)).text == "person"
    assert await with_login.dial((b"cookie", cookie.encode()), host="pulse.example") == "websocket.accept"


async def test_identity_cookie_opens_nothing_where_nobody_logs_in(site):
    assert (await site.get("/wall", cookie=identity(claims("cc-admins")))).status_code == 403


async def test_other_sites_page_can_use_nobodys_log_in(with_login):
    cookie = (b"cookie", identity(claims("cc-admins")).encode())

    assert await with_login.dial(cookie, (b"origin", b"https://evil.example"), host="pulse.example") == "websocket.close"


async def test_browser_of_a_stranger_is_shown_where_to_log_in(with_login, login_begins):
    answer = await with_login.get("/console?lang=zh", **PEOPLE, accept="text/html")

    assert answer.status_code == 401
    assert "Log in · 登录" in answer.text
    assert 'href="/auth/login?provider=' in answer.text
    assert "pulse_next=%2Fconsole%3Flang%3Dzh" in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]


@pytest.fixture
def login_begins():
    from streamlit.runtime.secrets import secrets_singleton

    secrets_singleton.merge_programmatic_secrets({"auth": {"cookie_secret": "a secret, long enough"}})
    yield
    secrets_singleton.merge_programmatic_secrets({"auth": {}})


async def test_after_log_in_the_page_asked_for_before_is_opened(with_login):
    cookie = f"{identity(claims('cc-managers'))}; pulse_next=%2Fconsole%3Flang%3Dzh"

    answer = await with_login.get("/", **PEOPLE, cookie=cookie)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console?lang=zh")
    assert 'pulse_next=""' in answer.headers["set-cookie"]


@pytest.mark.parametrize("wish", ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2Fapi%2Fstream", "%2Fconsole%0d%0aX%3A1"])
async def test_nobody_is_led_anywhere_but_to_a_page(with_login, wish):
    answer = await with_login.get("/", **PEOPLE, cookie=f"{identity(claims('cc-managers'))}; pulse_next={wish}")

    assert answer.status_code == 200


async def test_person_without_the_right_is_told_who_and_what_they_are(with_login):
    answer = await with_login.get("/console", **PEOPLE, cookie=identity(claims("cc-viewers", name="<b>Li")), accept="text/html")

    assert answer.status_code == 403
    assert "You are &lt;b&gt;Li. Your roles (viewer)" in answer.text
    assert 'href="/auth/logout"' in answer.text


async def test_looking_as_one_role_is_held_to_by_the_server(site):
    cookie = f"{ROLE_COOKIE}=viewer"

    codes = [(await site.get(path, **HOME, cookie=cookie)).status_code for path in ("/wall", "/roles", "/console", "/api/alerts/stream")]
    page = await site.get("/console", **HOME, cookie=cookie, accept="text/html")

    assert codes == [200, 200, 403, 403]
    assert 'href="/role?as=all"' in page.text


async def test_wrong_tokens_are_answered_more_and_more_rarely_and_right_ones_always(site):
    codes = [(await site.get(f"/wall?token=guess{number}")).status_code for number in range(61)]
    last = await site.get("/wall?token=guess")

    assert codes == [403] * 60 + [429]
    assert last.headers["retry-after"] == "1"
    assert (await site.get("/wall?token=guess", peer="10.0.0.8")).status_code == 403
    assert (await site.get(f"/wall?token={TOKEN}")).status_code == 200


async def test_stranger_who_guesses_nothing_always_finds_where_to_log_in(with_login):
    codes = {(await with_login.get("/console", **PEOPLE)).status_code for _ in range(100)}

    assert codes == {401}


async def test_log_in_is_tried_only_so_often(with_login):
    codes = [(await with_login.get("/auth/login", **PEOPLE)).status_code for _ in range(61)]

    assert codes == [200] * 60 + [429]
    assert (await with_login.get("/oauth2callback", **PEOPLE)).status_code == 429
    assert (await with_login.get("/auth/logout", **PEOPLE)).status_code == 200


async def test_log_in_is_not_there_where_it_is_not_set_up(site):
    assert (await site.get("/auth/login", **HOME)).status_code == 403


async def test_every_answer_carries_the_security_headers(site):
    for answer in (await site.get("/wall"), await site.get("/wall", **HOME)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert (await site.get("/api/snapshot", **HOME)).headers["content-security-policy"].startswith("default-src 'none'")


async def test_where_people_come_by_https_browsers_are_told_to_stay_there(with_login, site):
    assert "strict-transport-security" in (await with_login.get("/wall", **PEOPLE)).headers


async def test_garbled_choice_of_a_role_opens_the_wall_and_nothing_that_needs_more(site):
    garbled = {**HOME, "cookie": f"{ROLE_COOKIE}=%%admin"}

    codes = [(await site.get(path, **garbled)).status_code for path in ("/wall", "/console", "/settings", "/api/alerts")]

    assert codes == [200, 403, 403, 403]
