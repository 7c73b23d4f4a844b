"""Where nobody logs in: looking as one role, held to by the server; and screens that are let in and shut out."""

import pytest
from playwright.sync_api import expect
from served import now

from pulse.wall_token import WallToken, signed
from sql.session import open_database
from sql.wall_tokens import Wanted, issue, revoke

pytestmark = pytest.mark.browser

COVERS = """refused => { const box = refused.getBoundingClientRect(), ground = getComputedStyle(refused).backgroundColor;
  return [box.x, box.y, box.width, box.height, ground.startsWith('rgb(')]; }"""
STANDS = """async (address) => {
  for (let looks = 0; looks < 50; looks += 1) {
    if ((await fetch(address)).ok) return true;
    await new Promise((look) => setTimeout(look, 200));
  }
  return false;
}"""


def test_looking_as_a_viewer_leaves_the_wall_and_the_way_back(site, screen):
    screen.goto(f"{site.url}/roles")

    screen.get_by_role("link", name="viewer").click(timeout=15_000)

    expect(screen.locator(".wall .links a:visible")).to_have_text(["Roles"])
    assert screen.request.get(f"{site.url}/api/alerts/stream").status == 403
    screen.goto(f"{site.url}/console")
    screen.get_by_role("link", name="all roles").click()
    expect(screen.locator(".wall .links a:visible")).to_have_text(["Console", "Day", "Roles"])


def test_screen_with_a_token_shows_the_wall_until_its_token_is_revoked(guarded, screen):
    until = now() + 600_000
    wanted = Wanted(id="lobby", label="Lobby", layouts=("main",), sees_names=False, expires_at=until)
    token = signed(b"0123456789abcdef", WallToken(id="lobby", expires_at=until, layouts=("main",)))
    with open_database(guarded.database_url) as database:
        issue(database, "harbour", wanted, "Ada", now())
        opens(screen, guarded, token)

        revoke(database, "harbour", "lobby", "Ada", now())

    refused = screen.locator(".wall .refused")
    expect(refused).to_contain_text("This wall token was revoked")
    assert refused.evaluate(COVERS) == [0, 0, 1920, 1080, True]
    dialog = screen.get_by_test_id("stDialog")
    expect(dialog).to_be_attached()
    expect(dialog).to_be_hidden()
    screen.reload()
    expect(screen.get_by_text("This wall token was revoked")).to_be_visible()


def test_token_in_the_address_is_said_not_to_count_at_this_machine(site, screen):
    site.publish()
    screen.goto(f"{site.url}/wall?token=abc")

    expect(screen.locator(".wall .wrong")).to_have_text("the token is not looked at on this machine")


def opens(screen, guarded, token):
    # A page that comes too early asks again after five seconds only.
    screen.goto(f"{guarded.url}/_stcore/health")
    assert screen.evaluate(STANDS, f"/api/snapshot?token={token}")
    screen.goto(f"{guarded.url}/wall?token={token}&layout=main")
    expect(screen.locator(".wall .site")).not_to_be_empty()
    guarded.publish()
    expect(screen.locator(".wall")).to_have_attribute("data-fresh", "live")
    assert screen.request.get(f"{guarded.url}/api/snapshot?layout=other").status == 403
