import pytest
from doors import LOCAL, NOW, RULES, claims, door, person, token

from pulse.access import Kind, Visit, visitor_of
from pulse.login import person_of, redirect_address, values_at, web_address
from pulse.roles import Permission, Role, permissions_of


def test_role_comes_from_the_claim_by_its_path():
    assert person("cc-managers").roles == {Role.MANAGER}


def test_several_groups_give_what_any_of_them_allows():
    both = person("cc-executives", "cc-supervisors", "staff")

    assert both.roles == {Role.EXECUTIVE, Role.SUPERVISOR}
    assert both.permissions == permissions_of([Role.EXECUTIVE, Role.SUPERVISOR])


def test_person_without_a_role_is_known_but_may_do_nothing():
    assert (person("staff").kind, person("staff").name, person("staff").permissions) == (Kind.PERSON, "A. Li", frozenset())


def test_default_role_is_for_those_whom_the_claim_gives_none():
    from dataclasses import replace

    rules = replace(RULES, default_role=Role.VIEWER)

    assert person("staff", rules=rules).roles == {Role.VIEWER}
    assert person("cc-admins", rules=rules).roles == {Role.ADMIN}


def test_log_in_is_believed_until_its_time_is_over():
    issued_s = NOW // 1000

    assert person_of(claims("cc-admins", iat=issued_s), RULES, NOW + 3_599_999)
    assert person_of(claims("cc-admins", iat=issued_s), RULES, NOW + 3_600_000) is None
    assert person_of(claims("cc-admins", iat=None), RULES, NOW) is None


def test_cookie_made_for_another_address_counts_for_nothing():
    assert person("cc-admins", origin="https://other.example").kind is Kind.STRANGER
    assert person("cc-admins", is_logged_in=False).kind is Kind.STRANGER


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_log_in_counts_only_at_the_address_of_the_pages_and_from_them(headers):
    assert person("cc-admins", headers=headers).kind is Kind.STRANGER


def test_where_people_log_in_this_machine_alone_opens_nothing_but_health():
    assert visitor_of(LOCAL, door(login=RULES), NOW).permissions == {Permission.SEE_HEALTH}


def test_person_without_a_role_may_still_show_a_wall_token():
    visit = Visit("10.0.0.9", {"host": "pulse.example"}, (token(),), claims("staff"))

    assert visitor_of(visit, door(login=RULES), NOW).kind is Kind.SCREEN


def test_who_acts_is_logged_with_name_and_roles():
    assert person("cc-managers", "cc-viewers").actor("typed").who == "A. Li (viewer, manager)"
    assert person("cc-viewers", name="B (admin)").actor().who == "B admin (viewer)"


def test_name_falls_back_to_what_the_provider_gives():
    assert person("cc-viewers", name=" ", email="li@example.com").name == "li@example.com"


@pytest.mark.parametrize(
    ("found", "path", "values"),
    [
        ({"https://x.example/roles": ["a"]}, "https://x.example/roles", ("a",)),
        ({"a": {"b": ["c", 7]}}, "a.b", ("c",)),
        ({"roles": "admin"}, "roles", ("admin",)),
        ({"a": "b"}, "a.b", ()),
        ({}, "roles", ()),
    ],
)
def test_claim_is_found_by_its_whole_name_or_by_its_path(found, path, values):
    assert values_at(found, path) == values


@pytest.mark.parametrize("written", ["http://pulse.example/oauth2callback", "pulse.example", "https:///x", ""])
def test_secrets_travel_by_https_or_stay_on_this_machine(written):
    with pytest.raises(ValueError, match="expected an address that begins with https"):
        web_address(written)


def test_redirect_is_where_streamlit_answers():
    assert redirect_address("https://Pulse.Example/oauth2callback") == "https://pulse.example/oauth2callback"
    with pytest.raises(ValueError, match="followed by /oauth2callback"):
        redirect_address("https://pulse.example/")
