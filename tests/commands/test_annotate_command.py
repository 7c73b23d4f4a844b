"""`pulse annotate`: what is added is listed and taken back, by the site's clock; what cannot be is one line and exit code 1."""

import pytest
from typer.testing import CliRunner

from pulse.cli import app
from pulse.runtime.site import RunningSite
from sql.session import open_database


@pytest.fixture
def pulse(tmp_path):
    path = tmp_path / "pulse.toml"
    path.write_text('[site]\nname = "harbour"\nzone = "Europe/Berlin"\n', encoding="utf-8")
    open_database(RunningSite.of(path).database_url).close()
    return lambda *words: CliRunner().invoke(app, ["annotate", *words, "--config", str(path)])


def test_what_is_added_is_listed_and_taken_back(pulse):
    pulse("add", "Version 3", "--zh", "三版", "--at", "2026-11-20", "--kind", "release", "--who", "Ada")
    listed = pulse("list").stdout
    taken = pulse("remove", "1", "--who", "Bo")

    assert listed == "#1  2026-11-20T00:00  release  Version 3  by Ada\n"
    assert taken.stdout == "#1: taken back\n"
    assert pulse("list").stdout == "nothing is annotated\n"
    assert pulse("remove", "1").exit_code == 1


def test_a_kind_that_is_not_known_is_refused_with_those_that_are(pulse):
    refused = pulse("add", "Version 3", "--at", "2026-11-20", "--kind", "moon")

    assert refused.exit_code == 1
    assert 'got "moon", expected one of release, campaign, outage, other' in refused.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--at", "2026-03-29T02:30"), "which the clocks skipped that day, expected 2026-03-29T01:59 | 2026-03-29T03:00"),
        (("--at", "2026-10-25T02:30"), "showed twice that day, expected 2026-10-25T02:30+02:00 | 2026-10-25T02:30+01:00"),
        (("--at", "2026-10-25", "--until", "noon"), '--until: got "noon", which cannot be read, expected a day such as'),
    ],
)
def test_a_time_that_the_sites_clocks_never_showed_or_twice_is_refused_with_those_that_may_be_meant(pulse, words, told):
    refused = pulse("add", "Version 3", *words)

    assert (refused.exit_code, told in refused.stderr) == (1, True)
    assert pulse("list").stdout == "nothing is annotated\n"


def test_a_time_that_comes_twice_is_listed_as_it_was_meant(pulse):
    pulse("add", "Version 3", "--at", "2026-10-25T02:30+01:00", "--until", "2026-10-25T03:00", "--who", "Ada")

    assert pulse("list").stdout == "#1  2026-10-25T02:30+01:00 until 2026-10-25T03:00  other  Version 3  by Ada\n"
