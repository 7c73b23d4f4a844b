from enum import StrEnum

import pytest
from sqlalchemy.exc import OperationalError

from dashboard.actions import acknowledge, answer_of
from dashboard.data import database
from dashboard.serving import serving
from pulse.live.keys import Keys


class Outcome(StrEnum):
    CHANGED = "changed"


@pytest.fixture
def site(tmp_path, monkeypatch, private_redis):
    (tmp_path / "pulse.toml").write_text('[site]\nname = "harbour"\n', encoding="utf-8")
    (tmp_path / "var" / "pulse").mkdir(parents=True)
    monkeypatch.setenv("PULSE_CONFIG", str(tmp_path / "pulse.toml"))
    monkeypatch.setenv("REDIS_URL", private_redis.url)
    serving.cache_clear()
    yield private_redis
    database(serving().database_url).close()
    database.clear()
    serving.cache_clear()


def test_click_reaches_the_action_with_incident_version_and_name(site):
    asked = []

    answer = acknowledge(7, 3, "A. Li", lambda _database, *given: asked.append(given) or "done")

    assert answer == "done"
    assert asked[0][:3] == (7, 3, "A. Li")


def test_other_processes_are_nudged_after_an_action(site):
    with site.client() as client, client.pubsub() as channel:
        channel.subscribe(Keys("harbour").changed)
        channel.get_message(timeout=5)

        acknowledge(7, 3, "A. Li", lambda *_given: "done")

        assert channel.get_message(timeout=5)["data"] == b"incidents"


def test_database_that_does_not_answer_is_said_not_hidden(site):
    def locked(*_given):
        raise OperationalError("update", {}, Exception("locked"))

    assert acknowledge(7, 3, "A. Li", locked) == "failed"


def test_outcome_becomes_the_word_of_the_console():
    assert answer_of(Outcome.CHANGED) == "changed"
    assert answer_of("something else") == "failed"
