import base64
import hmac

import pytest

from pulse.access import Entry, Visit, check_token, cookie_tokens, entry, is_loopback, wall_token

KEY, NOW = b"0123456789abcdef", 1_000_000
LOCAL = {"host": "127.0.0.1:8501"}


def test_token_is_valid_until_it_expires():
    token = wall_token(KEY, "wall", NOW + 1)

    assert check_token(KEY, token, NOW).scope == "wall"
    assert check_token(KEY, token, NOW + 1) is None


def test_token_with_a_later_end_written_into_it_is_refused():
    version, scope, _, signature = wall_token(KEY, "wall", NOW).split(".")

    assert check_token(KEY, f"{version}.{scope}.{NOW * 2}.{signature}", NOW) is None


@pytest.mark.parametrize("forged", ["", ".", "a.b.c.d", "v1..9.", "ü", "v1.d2FsbA.99999999999999."])
def test_what_is_not_a_token_is_refused(forged):
    assert check_token(KEY, forged, NOW) is None


def test_token_of_another_site_is_refused():
    assert check_token(KEY, wall_token(b"another key, 16 bytes", "wall", NOW + 1), NOW) is None


def test_short_key_does_not_sign():
    with pytest.raises(ValueError, match="expected at least 16"):
        wall_token(b"short", "wall", NOW)


def test_this_machine_may_enter_everything():
    assert entry(Visit("127.0.0.1", LOCAL), KEY, NOW) is Entry.EVERYTHING
    assert entry(Visit("::1", {"host": "[::1]:8501"}), KEY, NOW) is Entry.EVERYTHING
    assert entry(Visit("127.0.0.1", {"host": "localhost"}), KEY, NOW) is Entry.EVERYTHING


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_visitor_behind_a_local_proxy_is_not_this_machine(header):
    assert entry(Visit("127.0.0.1", {**LOCAL, header: "127.0.0.1"}), KEY, NOW) is Entry.NOTHING


def test_visitor_whose_origin_is_elsewhere_is_not_this_machine_though_a_proxy_hides_the_name():
    assert entry(Visit("127.0.0.1", {**LOCAL, "origin": "https://pulse.example"}), KEY, NOW) is Entry.NOTHING
    assert entry(Visit("127.0.0.1", {**LOCAL, "origin": "http://127.0.0.1:8501"}), KEY, NOW) is Entry.EVERYTHING


def test_empty_site_key_opens_nothing():
    forged = wall_token(KEY, "wall", NOW + 1).rpartition(".")[0]
    signature = base64.urlsafe_b64encode(hmac.digest(b"", b"pulse wall token\0" + forged.encode(), "sha256")).decode().rstrip("=")

    assert entry(Visit("10.0.0.9", {"host": "wall.example"}, (f"{forged}.{signature}",)), b"", NOW) is Entry.NOTHING


def test_foreign_name_that_points_at_loopback_is_refused():
    assert entry(Visit("127.0.0.1", {"host": "evil.example:8501"}), KEY, NOW) is Entry.NOTHING
    assert entry(Visit("127.0.0.1", {"host": "[broken"}), KEY, NOW) is Entry.NOTHING


def test_other_machine_needs_a_token_and_then_gets_the_wall_only():
    headers = {"host": "wall.example"}

    assert entry(Visit("10.0.0.9", headers), KEY, NOW) is Entry.NOTHING
    assert entry(Visit("10.0.0.9", headers, (wall_token(KEY, "wall", NOW + 1),)), KEY, NOW) is Entry.WALL
    assert entry(Visit("10.0.0.9", headers, (wall_token(KEY, "other", NOW + 1),)), KEY, NOW) is Entry.NOTHING


def test_without_a_site_key_no_token_opens_the_door():
    assert entry(Visit("10.0.0.9", {}, (wall_token(KEY, "wall", NOW + 1),)), None, NOW) is Entry.NOTHING


def test_unknown_peer_is_not_loopback():
    assert not is_loopback(None)
    assert not is_loopback("localhost")
    assert is_loopback("::ffff:127.0.0.1")


def test_tokens_are_found_among_other_cookies():
    assert cookie_tokens(["a=1; pulse_wall=t1", "pulse_wall=t2"]) == ("t1", "t2")
