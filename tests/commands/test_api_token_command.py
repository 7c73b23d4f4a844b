"""`pulse api-token` as people meet it: a text that is shown once, a list without it, and clear words for what cannot be."""

import pytest
from typer.testing import CliRunner

from pulse.api_token import ApiScope, hash_of, opens
from pulse.cli import app
from pulse.clock import system_clock
from pulse.runtime.api_tokens import ApiTokenRefused, Wish, create, listed, revoke
from pulse.runtime.site import RunningSite
from sql.api_tokens import known
from sql.session import open_database

DAY_S, DAY_MS, NOW = 86_400.0, 86_400_000, 1_790_000_000_000


@pytest.fixture
def site(tmp_path, database_url):
    config = tmp_path / "pulse.toml"
    config.write_text(f'database_url = "{database_url}"\n[site]\nname = "harbour"\n')
    return RunningSite.of(config)


def said(site, *arguments):
    outcome = CliRunner().invoke(app, ["api-token", *arguments, "--config", str(site.config.path)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def opened(site, token_id, text, now):
    with open_database(site.database_url) as database:
        return opens(known(database, "harbour", token_id), text, now)


def test_text_is_shown_once_opens_what_was_asked_for_and_is_taken_back(site):
    first, text = said(site, "create", "--label", "Tableau", "--scope", "contacts", "--scope", "figures").splitlines()
    token_id = first.split()[0]

    assert first == f"{token_id}  Tableau: figures, contacts"
    assert opened(site, token_id, text, system_clock()) == {ApiScope.FIGURES, ApiScope.CONTACTS}
    assert text not in said(site, "list")
    assert said(site, "revoke", token_id) == f"{token_id}  Tableau: revoked\n"
    assert opened(site, token_id, text, system_clock()) is None


def test_token_without_a_scope_reads_figures_and_nothing_else(site):
    row, text = create(site, Wish("BI"), DAY_S, NOW)

    assert (row.scopes, row.sha) == (["figures"], hash_of(text))
    assert (opened(site, row.id, text, NOW), opened(site, row.id, text, NOW + DAY_MS)) == ({ApiScope.FIGURES}, None)


def test_list_says_what_each_may_read_and_how_it_stands(site):
    row, _ = create(site, Wish("BI", ("incidents",)), DAY_S, NOW)
    before = list(listed(site, NOW))

    revoke(site, row.id, NOW)

    assert [line.strip() for line in before[:3]] == [f"{row.id}  BI", "valid until 2026-09-22 14:13Z", "reads: incidents"]
    assert list(listed(site, NOW))[1].strip().startswith("revoked 2026-09-21 14:13Z by ")


@pytest.mark.parametrize(
    ("wish", "valid_s", "told"),
    [
        (Wish(" "), DAY_S, '--label: got "", expected 1 to 100 letters'),
        (Wish("BI", ("everything",)), DAY_S, '--scope: got "everything", expected one of figures, contacts, texts'),
        (Wish("BI"), 3651 * DAY_S, "--valid-for: got 3.15446e.08 seconds, expected 1s to 3650d"),
    ],
)
def test_what_cannot_be_a_token_is_refused_in_words(site, wish, valid_s, told):
    with pytest.raises(ApiTokenRefused, match=told):
        create(site, wish, valid_s, NOW)


def test_id_that_is_not_known_is_refused_with_where_ids_are_found(site):
    with pytest.raises(ApiTokenRefused, match='got "nothing", expected an id that `pulse api-token list` shows'):
        revoke(site, "nothing", NOW)
