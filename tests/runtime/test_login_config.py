"""[login]: what is asked for, what is refused, and that a secret is only ever named."""

from pathlib import Path

import pytest

from pulse.config import ConfigError, checked_config
from pulse.roles import Role
from pulse.runtime.checking import report
from pulse.runtime.places import Places
from pulse.runtime.site import RunningSite

LOGIN = {
    "metadata_url": "https://id.example/.well-known/openid-configuration",
    "client_id": "pulseboard",
    "client_secret": "env:PULSE_NO_SUCH_SECRET",
    "redirect": "https://pulse.example/oauth2callback",
    "claim": "realm_access.roles",
    "roles": {"cc-leads": "supervisor"},
}


def faults(**changed: object) -> str:
    with pytest.raises(ConfigError) as caught:
        checked_config({"login": {name: value for name, value in (LOGIN | changed).items() if value is not None}}, Path("pulse.toml"))
    return str(caught.value)


def test_rules_say_where_roles_are_found_and_for_how_long_a_log_in_is_believed() -> None:
    login = checked_config({"login": LOGIN | {"valid_for": "8h", "default_role": "viewer"}}, Path("pulse.toml")).login

    assert login is not None
    assert (login.rules.origin, login.rules.claim, login.rules.valid_s) == ("https://pulse.example", "realm_access.roles", 28_800)
    assert (login.rules.roles, login.rules.default_role) == ({"cc-leads": Role.SUPERVISOR}, Role.VIEWER)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"client_secret": "hunter2"}, "pulse.toml, login.client_secret: got a plain text, expected a reference such as env:NAME"),
        ({"redirect": "https://a.example/"}, 'login.redirect: got "https://a.example/", expected the address of the pages followed by'),
        ({"metadata_url": "http://id.example/x"}, "expected an address that begins with https://"),
        ({"roles": {"x": "king"}}, 'login.roles.x: got "king", expected one of viewer, supervisor'),
        ({"roles": None}, "pulse.toml, login: got neither roles nor default_role"),
        ({"scope": "email"}, 'login.scope: got "email"'),
        ({"client_id": None}, "login.client_id: is missing"),
        ({"colour": 1}, "login.colour: this key is not known here"),
    ],
)  # fmt: skip
def test_fault_says_where_it_is_and_what_is_allowed(changed: dict[str, object], told: str) -> None:
    assert told in faults(**changed)


def test_plain_secret_is_not_repeated_in_the_fault() -> None:
    assert "hunter2" not in faults(client_secret="hunter2")


def test_check_config_says_that_the_secret_is_not_there(tmp_path: Path) -> None:
    site = RunningSite(checked_config({"login": LOGIN}, tmp_path / "pulse.toml"), Places(tmp_path))

    with pytest.raises(ConfigError, match=r"login\.client_secret: env:PULSE_NO_SUCH_SECRET: nothing is there"):
        next(report(site, None))
