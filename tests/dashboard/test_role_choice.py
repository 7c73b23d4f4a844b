import pytest
from doors import LOCAL, RULES, door, person
from starlette.requests import Request

from dashboard.role_choice import choose_role
from pulse.access import visitor_of
from pulse.text import Language

HERE = visitor_of(LOCAL, door(), 0)


async def chosen(query, visitor=HERE, **headers):
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/role", "query_string": query.encode(), "headers": listed}
    return choose_role(Request(scope | {"pulse_visitor": visitor}), Language.EN)


async def test_choice_is_kept_in_a_cookie_no_script_reads():
    answer = await chosen("as=viewer&lang=zh")

    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=zh")
    assert answer.headers["set-cookie"] == "pulse_role=viewer; HttpOnly; Path=/; SameSite=strict"


async def test_all_roles_takes_the_choice_back():
    assert 'pulse_role=""; expires=' in (await chosen("as=all")).headers["set-cookie"]


@pytest.mark.parametrize("query", ["as=king", "as=", ""])
async def test_unknown_role_is_refused_with_those_there_are(query):
    answer = await chosen(query)

    assert answer.status_code == 400
    assert b"expected one of all, viewer, supervisor" in answer.body


async def test_refusal_is_told_in_the_language_of_who_asks():
    answers = [await chosen("as=king&lang=zh"), await chosen("as=king", accept_language="fr, zh-CN;q=0.9, en;q=0.5")]

    assert [answer.body.decode() for answer in answers] == [
        "as：此角色未知，应为以下之一：all, viewer, supervisor, manager, executive, admin\n"
    ] * 2


async def test_person_who_logged_in_has_nothing_to_choose():
    assert (await chosen("as=admin", person("cc-viewers", rules=RULES))).status_code == 403


async def test_page_of_another_site_cannot_choose():
    assert (await chosen("as=viewer", sec_fetch_site="cross-site")).status_code == 403


async def test_language_that_is_no_word_leads_nowhere_else():
    assert (await chosen("as=all&lang=//evil.example")).headers["location"] == "/"
