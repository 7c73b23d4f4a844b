"""The table as the server holds to it: each role at each page, route and action, asked for directly."""

import pytest
from doors import LOCAL, RULES, claims, door, person
from guarded import Site, identity

from alerts.actions import Cause
from dashboard.alertmanager import ALERTS_PATH, STATUS_PATH
from dashboard.data import database
from dashboard.incident_actions import DEEDS, act
from dashboard.nav import all_views, views
from dashboard.server import Server
from dashboard.serving import serving
from dashboard.views.roles import table
from dashboard.ways import ROLE_PATH, need_of
from pulse.access import Visit, visitor_of
from pulse.roles import PERMISSION_NAMES, PERMISSIONS, ROLE_NAMES, Permission, Role
from pulse.text import Language

ALLOWED = {
    Role.VIEWER: {"/", "/wall", "/roles", "/api/stream", "/api/snapshot"},
    Role.EXECUTIVE: {"/", "/wall", "/roles", "/day", "/api/stream", "/api/snapshot"},
    Role.SUPERVISOR: {"/", "/wall", "/roles", "/day", "/console", "/api/stream", "/api/snapshot", "/api/alerts/stream"},
    Role.MANAGER: {"/", "/wall", "/roles", "/day", "/console", "/api/stream", "/api/snapshot", "/api/alerts/stream"},
    Role.ADMIN: {
        "/", "/wall", "/roles", "/day", "/console", "/api/stream", "/api/snapshot", "/api/alerts/stream", "/healthz", "/metrics",
    },
}  # fmt: skip
"""Written by hand, so that a change of the table is seen here; a new page or route is added by its need below."""
ADDRESSES = ["/", *(f"/{slug}" for slug in all_views()), *(way.route.path for way in Server().ways() if way.needs is not None)]


@pytest.fixture
def site():
    made = Site()
    made.door = door(login=RULES)
    return made


@pytest.fixture
def site_without_incidents(tmp_path, monkeypatch):
    (tmp_path / "pulse.toml").write_text('[site]\nname = "harbour"\n', encoding="utf-8")
    monkeypatch.setenv("PULSE_CONFIG", str(tmp_path / "pulse.toml"))
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    serving.cache_clear()
    yield
    database(serving().database_url).close()
    database.clear()
    serving.cache_clear()


@pytest.mark.parametrize("role", Role)
async def test_role_reaches_by_direct_request_what_the_table_allows_and_nothing_else(site, role):
    cookie = identity(claims(f"cc-{role.value}s"))

    reached = {path for path in ADDRESSES if (await site.get(path, host="pulse.example", cookie=cookie)).status_code == 200}

    assert reached & set().union(*ALLOWED.values()) == ALLOWED[role]
    assert reached == {path for path in ADDRESSES if need_of(request(path), Server().ways()) & PERMISSIONS[role]}


@pytest.mark.parametrize("role", Role)
def test_role_is_offered_the_pages_it_may_see(role):
    offered = {slug for slug, view in all_views().items() if view.PAGE.needs in PERMISSIONS[role]}

    assert set(views(person(f"cc-{role.value}s"))) == offered
    assert set(views(visitor_of(Visit(LOCAL.peer, LOCAL.headers, wished_role=role), door(), 0))) == offered


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", DEEDS)
def test_action_asks_for_the_role_by_itself_though_no_page_stood_before_it(site_without_incidents, role, deed):
    said = {"silence": "15", "unsilence": "1"}.get(deed, Cause.PROCESS)

    answer = act(deed, 7, 3, person(f"cc-{role.value}s").actor(), said)

    assert answer == ("gone" if DEEDS[deed].needs in PERMISSIONS[role] else "not_allowed")


def test_every_route_declares_what_it_needs_but_the_choice_of_a_role_and_those_that_ask_for_a_token_themselves():
    open_to_tokens = {way.route.path for way in Server().ways() if way.needs is None and not way.route.path.startswith("/api/v1")}

    assert open_to_tokens == {ROLE_PATH, ALERTS_PATH, STATUS_PATH}


def test_names_of_people_are_for_those_who_work_with_alerts():
    assert {role for role in Role if Permission.SEE_NAMES in PERMISSIONS[role]} == {Role.SUPERVISOR, Role.MANAGER, Role.ADMIN}


@pytest.mark.parametrize("language", Language)
def test_table_on_the_screen_is_the_table_that_counts(language):
    shown = table(language).set_index(table(language).columns[0])

    for role, allowed in PERMISSIONS.items():
        marked = {name for name, mark in shown[ROLE_NAMES[role].in_(language)].items() if mark == "●"}
        assert marked == {PERMISSION_NAMES[permission].in_(language) for permission in allowed}


def request(path):
    return {"type": "http", "path": path, "method": "GET", "root_path": ""}
