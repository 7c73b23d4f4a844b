"""Who may ask the API: only who shows a token in the header, for what it is for, as often as it may."""

import pytest
from asked import DAY_MS, SITE

from dashboard.api.access import PACE
from dashboard.guard import TOKEN_PACE
from pulse.api_token import hash_of, id_in, new_token
from sql.api_tokens import issued, revoke


async def test_without_a_token_nobody_is_told_anything_on_this_machine_neither(site):
    answer = await site.get("/kpis", peer="127.0.0.1", headers={"Host": "127.0.0.1"})

    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["errors"][0]["found"] == "no token"


async def test_token_opens_until_it_is_over(site):
    _, text = site.token(lasts_ms=DAY_MS)

    before = await site.get("/kpis", text)
    site.now += DAY_MS
    after = await site.get("/kpis", text)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_revoked_token_is_refused_at_the_next_request(site):
    token_id, text = site.token()
    before = await site.get("/kpis", text)

    revoke(site.database, SITE, token_id, "ada", site.now)

    assert (before.status_code, (await site.get("/kpis", text)).status_code) == (200, 401)


async def test_right_id_with_a_wrong_secret_opens_nothing(site):
    token_id, _ = site.token()

    assert (await site.get("/kpis", f"pulse_{token_id}_guessed")).status_code == 401


async def test_token_in_the_address_is_refused_and_not_repeated(site):
    _, text = site.token()

    alone = await site.get("/kpis", token=None, access_token=text)
    beside = await site.get("/kpis", text, access_token=text)

    assert (alone.status_code, beside.status_code) == (401, 400)
    assert "access_token: got a token in the address, expected Authorization: Bearer" in beside.json()["detail"]
    assert text not in beside.text


async def test_token_of_another_scope_is_refused_with_the_one_that_is_needed(site):
    _, text = site.token("incidents")

    answer = await site.get("/figures", text, **{"from": "2026-11-20", "to": "2026-11-20"})

    assert (answer.status_code, answer.json()["errors"]) == (
        403,
        [{"where": "scope", "found": "incidents", "allowed": "one with the scope figures"}],
    )


async def test_who_shows_wrong_tokens_is_kept_waiting_and_who_shows_a_right_one_is_not(site):
    _, text = site.token()

    codes = [(await site.get("/kpis", "pulse_00_wrong")).status_code for _ in range(TOKEN_PACE.burst + 1)]

    assert (codes.count(401), codes[-1]) == (TOKEN_PACE.burst, 429)
    assert (await site.get("/kpis", text)).status_code == 200


async def test_program_that_asks_too_often_is_told_when_to_come_again(site):
    _, text = site.token()

    answers = [await site.get("/nothing", text) for _ in range(PACE.burst + 1)]

    assert [answers[0].status_code, answers[-1].status_code, answers[-1].headers["retry-after"]] == [404, 429, "1"]


@pytest.mark.parametrize("shown", ["", "pulse", "pulse_ab", "pulse_ab_", "other_ab_cd", "pulse__cd", "pulse_ab_ü", f"pulse_ab_{'c' * 200}"])
def test_what_is_no_token_names_none(shown):
    assert id_in(shown) is None


def test_token_is_kept_as_a_hash_only(site):
    token_id, text = site.token()

    (kept,) = issued(site.database, SITE)

    assert (kept.id, kept.sha) == (token_id, hash_of(text))
    assert id_in(text) == token_id
    assert new_token()[1] != text


async def test_address_that_is_none_is_told_what_there_is_and_nobody_may_write(site):
    _, text = site.token()

    nothing, writing = await site.get("/figure", text), await site.get("/figures", text, method="DELETE")

    assert (nothing.status_code, "/api/v1/figures" in nothing.json()["detail"]) == (404, True)
    assert (writing.status_code, writing.headers["allow"]) == (405, "GET, HEAD")
