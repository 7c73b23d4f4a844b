"""Makes doors, tokens and claims for tests: a site with one key, whose token `lobby` stands."""

from pulse.access import Door, Visit, visitor_of
from pulse.login import LoginRules
from pulse.roles import Role
from pulse.wall_token import SiteTokens, WallToken, signed

KEY, NOW = b"0123456789abcdef", 1_790_000_000_000
ORIGIN = "https://pulse.example"
RULES = LoginRules(
    origin=ORIGIN,
    claim="realm.groups",
    roles={f"cc-{role.value}s": role for role in Role},
    default_role=None,
    valid_s=3600,
)
LOCAL = Visit("127.0.0.1", {"host": "127.0.0.1:8501"})


def token(key=KEY, **facts):
    return signed(key, WallToken(**({"id": "lobby", "expires_at": NOW + 1000} | facts)))


def door(*, key=KEY, standing=("lobby",), login=None):
    return Door(SiteTokens(key, None if standing is None else frozenset(standing)), login)


def claims(*groups, **facts):
    known = {"name": "A. Li", "sub": "1", "iat": NOW // 1000 - 60, "origin": ORIGIN, "is_logged_in": True}
    return known | {"realm": {"groups": list(groups)}} | facts


def person(*groups, headers=None, at=NOW, rules=RULES, **facts):
    visit = Visit("10.0.0.9", {"host": "pulse.example"} | (headers or {}), claims=claims(*groups, **facts))
    return visitor_of(visit, door(login=rules), at)


def screen(written, at=NOW, **known):
    return visitor_of(Visit("10.0.0.9", {"host": "wall.example"}, (written,)), door(**known), at)
