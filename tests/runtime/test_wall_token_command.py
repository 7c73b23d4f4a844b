"""`pulse wall-token` as people meet it: create, list, revoke, and clear words for what cannot be."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pulse.cli import app
from pulse.runtime.site import RunningSite
from pulse.runtime.wall_tokens import Scope, WallTokenRefused, create, for_up, listed, revoke
from pulse.wall_token import SiteTokens, TokenFault, WallToken, read_token
from sql.documents import save
from sql.session import open_database
from sql.wall_tokens import standing

MINE = 'title = { en = "Mine" }\n[tiles.a]\nkind = "verdict"\n[[pages]]\ncolumns = [1]\nrows = [1]\nareas = ["a"]\n'
DAY_S, DAY_MS, NOW = 86_400.0, 86_400_000, 1_790_000_000_000


@pytest.fixture
def site(tmp_path: Path) -> RunningSite:
    config = tmp_path / "pulse.toml"
    config.write_text('[site]\nname = "harbour"\n[serve]\nport = 8600\n')
    opened = RunningSite.of(config)
    open_database(opened.database_url).close()
    return opened


def tokens_of(site: RunningSite) -> SiteTokens:
    with open_database(site.database_url) as database:
        return SiteTokens(site.places.site_key(), standing(database, "harbour"))


def test_token_carries_what_was_asked_for(site: RunningSite) -> None:
    row, written = create(site, Scope(label="Lobby", layouts=("main",), sees_names=True), DAY_S, NOW)

    assert read_token(tokens_of(site), written, NOW) == WallToken(id=row.id, expires_at=NOW + DAY_MS, layouts=("main",), sees_names=True)


def test_revoked_token_opens_nothing_and_is_listed_as_such(site: RunningSite) -> None:
    row, written = create(site, Scope(label="Lobby"), DAY_S, NOW)

    revoke(site, row.id, NOW)

    assert read_token(tokens_of(site), written, NOW) is TokenFault.REVOKED
    assert "revoked 2026-09-21" in "".join(listed(site, NOW))


def test_list_says_which_tokens_are_over(site: RunningSite) -> None:
    row, _ = create(site, Scope(label="Lobby"), DAY_S, NOW)

    heading, state, scope, _made = listed(site, NOW)

    assert (heading, state.strip()) == (f"{row.id}  Lobby", "valid until 2026-09-22 14:13Z")
    assert scope.strip() == "layouts: all; no names of people"
    assert list(listed(site, NOW + DAY_MS))[1].strip() == "over since 2026-09-22 14:13Z"


def test_list_without_a_token_says_so(site: RunningSite) -> None:
    assert list(listed(site, NOW)) == ["no token was made yet"]


def test_up_says_the_same_address_at_every_start_until_a_month_before_its_end(site: RunningSite) -> None:
    first = for_up(site, NOW)

    assert for_up(site, NOW + 300 * DAY_MS) == first
    assert for_up(site, NOW + 340 * DAY_MS) != first


def test_up_never_gives_away_a_token_that_somebody_made(site: RunningSite) -> None:
    with pytest.raises(WallTokenRefused, match='--label: got "pulse up", expected another'):
        create(site, Scope(label="pulse up ", sees_names=True), 365 * DAY_S, NOW)


def test_token_of_up_is_listed_by_what_it_is_for(site: RunningSite) -> None:
    for_up(site, NOW)

    assert next(listed(site, NOW)).endswith("  TVs, by the address that `pulse up` prints")


def test_up_makes_a_new_token_after_the_last_one_was_revoked(site: RunningSite) -> None:
    first = for_up(site, NOW)
    revoke(site, next(listed(site, NOW)).split()[0], NOW)

    assert for_up(site, NOW) != first


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (Scope(label=" "), "expected 1 to 100 letters"),
        (Scope(label="a", layouts=("main", "lobby")), '--layout: got "lobby", expected one of far, hall, main, room'),
    ],
)
def test_what_cannot_be_a_token_is_refused_in_words(site: RunningSite, scope: Scope, told: str) -> None:
    with pytest.raises(WallTokenRefused, match=told):
        create(site, scope, DAY_S, NOW)


def test_layout_that_the_site_saved_itself_may_be_named(site: RunningSite) -> None:
    with open_database(site.database_url) as database:
        save(database, ("harbour", "layout", "lobby"), MINE, 0, ("ada", NOW))

    row, _ = create(site, Scope(label="Lobby", layouts=("lobby",)), DAY_S, NOW)

    assert row.layouts == ["lobby"]


@pytest.mark.parametrize("valid_s", [0.0, 3651 * DAY_S])
def test_token_that_would_be_over_at_once_or_never_is_refused(site: RunningSite, valid_s: float) -> None:
    with pytest.raises(WallTokenRefused, match=r"--valid-for: got .* seconds, expected 1s to 3650d"):
        create(site, Scope(label="Lobby"), valid_s, NOW)


def said(*arguments: str) -> str:
    outcome = CliRunner().invoke(app, ["wall-token", *arguments])
    assert outcome.exit_code == 0
    return outcome.stdout


def test_command_prints_the_address_once_and_takes_it_back(site: RunningSite) -> None:
    config = ("--config", str(site.config.path))

    first, address = said("create", "--label", "Lobby", "--layout", "main", *config).splitlines()
    token_id = first.split()[0]
    listing = said("list", *config)

    assert address.startswith("http://127.0.0.1:8600/wall?token=v2.")
    assert address.endswith("&layout=main")
    assert token_id in listing
    assert "v2." not in listing
    assert said("revoke", token_id, *config) == f"{token_id}  Lobby: revoked\n"
    assert not tokens_of(site).standing


def test_unknown_id_is_one_clear_line(site: RunningSite) -> None:
    command = [sys.executable, "-m", "pulse.cli", "wall-token", "revoke", "nothing", "--config", str(site.config.path)]

    answer = subprocess.run(command, capture_output=True, text=True, check=False)

    assert answer.returncode == 2
    assert answer.stderr == 'wall-token revoke: got "nothing", expected an id that `pulse wall-token list` shows\n'


def test_list_is_read_on_a_terminal_of_eighty_columns(site: RunningSite) -> None:
    label = "The big screen in the hall of the second floor"
    row, _ = create(site, Scope(label=label, layouts=("main", "hall"), sees_names=True), DAY_S, NOW)

    lines = said("list", "--config", str(site.config.path)).splitlines()

    assert lines[0] == f"{row.id}  {label}"
    assert "main, hall" in lines[2]
    assert max(map(len, lines)) <= 80
