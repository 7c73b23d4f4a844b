"""What commands say of a database that is not there, is held by somebody else, or is none."""

import sqlite3

import pytest
from typer.testing import CliRunner

from pulse.cli import app
from pulse.runtime.known_database import known_database
from pulse.runtime.refusal import RefusedToStart
from pulse.runtime.site import RunningSite
from sql import session
from sql.session import open_database

COMMANDS = (
    ["incident", "list"],
    ["incident", "acknowledge", "7"],
    ["incident", "verify-log"],
    ["silence", "list"],
    ["silence", "make", "--rule", "sla", "--scope", "*", "--for", "5m"],
    ["handover", "list"],
    ["drill", "list"],
    ["rule", "list", "--versions"],
    ["rule", "backtest", "sla"],
    ["wall-token", "list"],
    ["annotate", "list"],
    ["snapshot", "list"],
    ["snapshot", "freeze"],
)


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "pulse.toml"
    path.write_text('[site]\nname = "harbour"\n[rules.sla]\nkind = "sla_breach"\nlevel = 2\n')
    return path


def refusal(words, config):
    return CliRunner().invoke(app, [*words, "--config", str(config)]).exception


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_makes_no_database_and_says_where_it_looked_and_what_to_do(words, config):
    said = refusal(words, config)

    assert isinstance(said, RefusedToStart)
    assert str(said).startswith(str(config.parent / "var"))
    assert "there is no database, expected one that `pulse up` made" in str(said)
    assert [path.name for path in config.parent.iterdir()] == ["pulse.toml"]


def test_a_database_that_somebody_holds_is_said_in_one_line(config, monkeypatch):
    url = RunningSite.of(config).database_url
    open_database(url).close()
    monkeypatch.setattr(session, "BUSY_TIMEOUT_S", 0.05)
    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    said = refusal(["incident", "list"], config)

    holder.close()
    assert isinstance(said, RefusedToStart)
    assert str(said).count("\n") == 0
    assert "database is locked; expected a database that answers" in str(said)


def test_a_file_that_is_no_database_is_said_in_one_line(config):
    place = RunningSite.of(config).database_url.removeprefix("sqlite:///")
    with open(place, "wb") as file:
        file.write(b"no database" * 100)

    assert "file is not a database" in str(refusal(["silence", "list"], config))


def test_no_password_is_told():
    with pytest.raises(RefusedToStart) as refused, known_database("postgresql://pulse:hidden@127.0.0.1:1/pulse"):
        pass

    assert "pulse:***@127.0.0.1:1/pulse" in str(refused.value)
    assert "hidden" not in str(refused.value)
