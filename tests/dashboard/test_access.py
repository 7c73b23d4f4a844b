from dataclasses import replace

import pytest
from doors import LOCAL, NOW, door, token

from pulse.access import Kind, Visit, cookies_named, is_local, is_loopback, visitor_of
from pulse.roles import PERMISSIONS, Permission, Role
from pulse.wall_token import TokenFault

HERE = LOCAL.headers


def kind(peer, headers, *tokens, **known):
    return visitor_of(Visit(peer, headers, tokens), door(**known), NOW).kind


def test_this_machine_may_do_everything_where_nobody_logs_in():
    assert visitor_of(LOCAL, door(), NOW).permissions == frozenset(Permission)
    assert kind("::1", {"host": "[::1]:8501"}) is Kind.LOCAL
    assert kind("127.0.0.1", {"host": "localhost"}) is Kind.LOCAL


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_visitor_behind_a_local_proxy_is_not_this_machine(header):
    assert kind("127.0.0.1", {**HERE, header: "127.0.0.1"}) is Kind.STRANGER


def test_visitor_whose_origin_is_elsewhere_is_not_this_machine_though_a_proxy_hides_the_name():
    assert kind("127.0.0.1", {**HERE, "origin": "https://pulse.example"}) is Kind.STRANGER
    assert kind("127.0.0.1", {**HERE, "origin": "http://127.0.0.1:8501"}) is Kind.LOCAL


def test_foreign_name_that_points_at_loopback_is_refused():
    assert kind("127.0.0.1", {"host": "evil.example:8501"}) is Kind.STRANGER
    assert kind("127.0.0.1", {"host": "[broken"}) is Kind.STRANGER


def test_other_machine_needs_a_token_and_then_gets_the_wall_only():
    there = {"host": "wall.example"}

    assert kind("10.0.0.9", there) is Kind.STRANGER
    assert kind("10.0.0.9", there, token()) is Kind.SCREEN
    assert visitor_of(Visit("10.0.0.9", there, (token(),)), door(), NOW).permissions == {Permission.SEE_WALL}


def test_of_several_tokens_the_first_valid_one_counts():
    visitor = visitor_of(Visit("10.0.0.9", {}, ("nonsense", token(layouts=("lobby",)), token())), door(), NOW)

    assert visitor.layouts == {"lobby"}
    assert visitor.shown == token(layouts=("lobby",))


def test_what_was_wrong_with_a_token_is_known():
    assert visitor_of(Visit("10.0.0.9", {}, (token(id="gone"),)), door(), NOW).fault is TokenFault.REVOKED


def test_looking_as_one_role_takes_the_rights_of_all_others():
    as_viewer = Visit(LOCAL.peer, HERE, wished_role="viewer")

    assert visitor_of(as_viewer, door(), NOW).roles == {Role.VIEWER}
    assert not visitor_of(as_viewer, door(), NOW).may(Permission.ACKNOWLEDGE)


@pytest.mark.parametrize("garbled", ["", "king", "Admin", "admin; supervisor", '"viewer', "all"])
def test_garbled_choice_of_a_role_is_the_least_role_and_not_all(garbled):
    visitor = visitor_of(Visit(LOCAL.peer, HERE, wished_role=garbled), door(), NOW)

    assert visitor.roles == {Role.VIEWER}
    assert visitor.permissions == PERMISSIONS[Role.VIEWER]


def test_wished_role_gives_nothing_to_another_machine():
    assert visitor_of(Visit("10.0.0.9", {"host": "x"}, wished_role="admin"), door(), NOW).permissions == frozenset()


def test_local_action_is_logged_by_the_typed_name_and_no_name_carries_a_role_of_its_own():
    local = visitor_of(LOCAL, door(), NOW)
    as_manager = visitor_of(Visit(LOCAL.peer, HERE, wished_role="manager"), door(), NOW)

    assert local.actor("A. Li").who == "A. Li"
    assert local.actor("A. Li (admin)").who == "A. Li admin"
    assert as_manager.actor("A. Li").who == "A. Li (manager)"


def test_unknown_peer_is_not_loopback():
    assert not is_loopback(None)
    assert not is_loopback("localhost")
    assert is_loopback("::ffff:127.0.0.1")


def test_cookies_are_found_among_others():
    assert cookies_named("pulse_wall", ["a=1; pulse_wall=t1", "pulse_wall=t2"]) == ("t1", "t2")


def test_origin_that_is_no_address_is_somebody_else():
    assert not is_local(Visit("127.0.0.1", {"host": "127.0.0.1", "origin": "http://["}))
    assert not is_local(Visit("8.8.8.8", {"host": "127.0.0.1", "origin": "http://["}))


@pytest.mark.parametrize(
    ("shown", "bearer", "is_client"),
    [
        ("Bearer open sesame", "open sesame", True),
        ("bearer open sesame", "open sesame", True),
        ("Bearer open", "open sesame", False),
        ("open sesame", "open sesame", False),
        ("Bearer ", None, False),
        ("Bearer ", "", False),
    ],
)
def test_program_is_known_by_the_sites_token_and_may_see_nothing_but_its_health(shown, bearer, is_client):
    visit = Visit("10.0.0.9", {"host": "pulse.example", "authorization": shown})

    visitor = visitor_of(visit, replace(door(), bearer=bearer), NOW)

    assert (visitor.kind is Kind.CLIENT) is is_client
    assert visitor.permissions == ({Permission.SEE_HEALTH} if is_client else set())
