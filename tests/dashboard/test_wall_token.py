import base64
import hmac

import pytest
from doors import KEY, NOW, door, screen, token

from pulse.wall_token import SiteTokens, TokenFault, WallToken, read_token, signed

SITE = SiteTokens(KEY, frozenset({"lobby"}))


def test_token_says_which_layouts_it_may_show_and_whether_names():
    written = token(layouts=("main", "lobby"), sees_names=True)

    assert read_token(SITE, written, NOW) == WallToken(id="lobby", expires_at=NOW + 1000, layouts=("main", "lobby"), sees_names=True)


def test_token_is_over_at_its_end():
    assert read_token(SITE, token(expires_at=NOW), NOW) is TokenFault.EXPIRED


def test_token_whose_id_does_not_stand_is_revoked():
    assert read_token(SITE, token(id="gone"), NOW) is TokenFault.REVOKED


def test_token_with_other_words_under_the_same_signature_is_forged():
    version, _, signature = token().split(".")
    _, more, _ = token(sees_names=True).split(".")

    assert read_token(SITE, f"{version}.{more}.{signature}", NOW) is TokenFault.FORGED


@pytest.mark.parametrize("forged", ["", ".", "a.b.c.d", "v2..", "ü", "v2.W10.99", "v3.x.y"])
def test_what_is_not_a_token_is_forged(forged):
    assert read_token(SITE, forged, NOW) is TokenFault.FORGED


def test_token_of_another_site_is_forged():
    assert read_token(SITE, token(key=b"another key, 16 bytes"), NOW) is TokenFault.FORGED


def test_token_of_the_version_before_is_told_apart_from_a_forged_one():
    assert read_token(SITE, "v1.d2FsbA.99999999999999.signature", NOW) is TokenFault.OLD


def test_short_key_does_not_sign():
    with pytest.raises(ValueError, match="expected at least 16"):
        signed(b"short", WallToken(id="x", expires_at=NOW))


def test_empty_site_key_opens_nothing():
    payload = token().rpartition(".")[0]
    signature = base64.urlsafe_b64encode(hmac.digest(b"", b"pulse wall token\0" + payload.encode(), "sha256")).decode().rstrip("=")

    assert read_token(SiteTokens(b"", frozenset({"lobby"})), f"{payload}.{signature}", NOW) is TokenFault.FORGED
    assert read_token(SiteTokens(None, frozenset({"lobby"})), token(), NOW) is TokenFault.FORGED


def test_while_nobody_knows_which_tokens_stand_none_opens():
    assert screen(token(), standing=None).fault is TokenFault.REVOKED


def test_screen_sees_the_wall_and_names_only_if_its_token_says_so():
    assert not screen(token()).sees_names
    assert screen(token(sees_names=True)).sees_names
    assert not door(standing=None).tokens.standing


def test_screen_is_bound_to_the_layouts_of_its_token():
    bound = screen(token(layouts=("lobby",)))

    assert bound.may_see_layouts(["lobby"])
    assert not bound.may_see_layouts(["lobby", "floor"])
    assert not bound.may_see_layouts([])
    assert screen(token()).may_see_layouts(["anything"])
