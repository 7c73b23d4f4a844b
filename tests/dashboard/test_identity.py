"""What we know of Streamlit's log-in though it promises nothing: when an upgrade changes it, these fail first."""

import json
from hashlib import sha256
from importlib.metadata import version

import pytest
from doors import KEY, RULES
from streamlit.auth_util import decode_provider_token, set_cookie_with_chunks
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette import starlette_auth_routes, starlette_websocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard.identity import KNOCKING_PATHS, LOGOUT_PATH, claims_in, login_address, login_secrets
from pulse.config import checked_config

LOGIN = {
    "metadata_url": "https://id.example/.well-known/openid-configuration",
    "client_id": "pulseboard",
    "client_secret": "env:SECRET",
    "redirect": f"{RULES.origin}/oauth2callback",
    "default_role": "viewer",
}


@pytest.fixture
def secrets(tmp_path):
    config = checked_config({"login": LOGIN}, tmp_path / "pulse.toml")
    told = login_secrets(config.login, "hidden", KEY)
    secrets_singleton.merge_programmatic_secrets(told)
    yield told["auth"]
    secrets_singleton.merge_programmatic_secrets({"auth": {}})


def cookies_for(claims, secret, name="_streamlit_user"):
    made = {}
    set_cookie_with_chunks(
        lambda key, value: made.__setitem__(key, create_signed_value(secret, key, value).decode()),
        lambda key, value: create_signed_value(secret, key, value),
        name,
        claims,
        cookie_attr_size=80,
    )
    return made


def test_streamlit_is_the_version_whose_log_in_was_read():
    assert version("streamlit").startswith("1.67.")


def test_streamlit_answers_at_the_addresses_the_door_opens():
    assert {route.path for route in starlette_auth_routes.create_auth_routes("")} == {*KNOCKING_PATHS, LOGOUT_PATH}


def test_claims_are_read_as_streamlit_itself_reads_them(secrets):
    told = {"sub": "1", "name": "李", "roles": ["cc-managers"], "origin": RULES.origin, "is_logged_in": True}
    cookies = cookies_for(told, secrets["cookie_secret"])

    assert claims_in(cookies) == told
    assert json.loads(starlette_websocket._get_signed_cookie_with_chunks(cookies, "_streamlit_user")) == told


def test_claims_too_long_for_one_cookie_are_put_together(secrets):
    told = {"groups": [sha256(bytes([number])).hexdigest() for number in range(200)]}
    cookies = cookies_for(told, secrets["cookie_secret"])

    assert len(cookies) > 2
    assert claims_in(cookies) == told
    assert claims_in({name: value for name, value in cookies.items() if not name.endswith("_2")}) is None


@pytest.mark.parametrize("forged", ["", "nonsense", "e30.aaaa.bbbb", "ü"])
def test_cookie_this_server_did_not_sign_says_nothing(secrets, forged):
    assert claims_in({"_streamlit_user": forged}) is None
    assert claims_in(cookies_for({"sub": "1"}, "another secret, long enough")) is None
    assert claims_in({}) is None


def test_signature_of_another_cookie_is_not_taken(secrets):
    other = cookies_for({"sub": "1"}, secrets["cookie_secret"], name="_streamlit_user_tokens")

    assert claims_in({"_streamlit_user": other["_streamlit_user_tokens"]}) is None


def test_log_in_begins_as_st_login_would_begin_it(secrets):
    address, _, written = login_address().partition("?provider=")

    assert address == "/auth/login"
    assert decode_provider_token(written)["provider"] == "default"


def test_key_of_the_cookie_is_made_from_the_sites_own_and_is_not_it(secrets):
    assert len(secrets["cookie_secret"]) == 64
    assert KEY.hex() not in secrets["cookie_secret"]
