import pytest
from sqlalchemy import update

from alerts.actions import Cause
from dashboard.data import database
from dashboard.incident_actions import act
from dashboard.serving import serving
from pulse.access import Actor
from pulse.live.keys import Keys
from pulse.roles import PERMISSIONS, Role
from sql.models import Incident, Transition

ADA = Actor("A. Li (manager)", PERMISSIONS[Role.MANAGER])


@pytest.fixture
def site(tmp_path, monkeypatch, private_redis):
    (tmp_path / "pulse.toml").write_text('[site]\nname = "harbour"\n', encoding="utf-8")
    (tmp_path / "var" / "pulse").mkdir(parents=True)
    monkeypatch.setenv("PULSE_CONFIG", str(tmp_path / "pulse.toml"))
    monkeypatch.setenv("REDIS_URL", private_redis.url)
    serving.cache_clear()
    with database(serving().database_url).write() as session:
        session.add(incident())
    yield private_redis
    database(serving().database_url).close()
    database.clear()
    serving.cache_clear()


def incident():
    told = {
        "title": {"en": "t"},
        "why": {"en": "w"},
        "opened_at": 0,
        "rule": "sla",
        "kind": "sla_breach",
        "scope": "support",
        "contributors": [],
    }
    return Incident(id=7, version=3, site="harbour", level=2, signal="raised", work="open", acknowledge_by=600_000, **told)


def stored():
    with database(serving().database_url).read() as session:
        return session.get(Incident, 7)


def signal_is(signal):
    with database(serving().database_url).write() as session:
        session.execute(update(Incident).values(signal=signal))


def test_acknowledge_makes_a_person_the_owner(site):
    assert act("acknowledge", 7, 3, ADA) == "done"
    assert (stored().owner, stored().work) == ("A. Li (manager)", "acknowledged")


def test_event_log_says_who_acted_and_in_which_role(site):
    act("acknowledge", 7, 3, ADA)

    with database(serving().database_url).read() as session:
        assert session.query(Transition).one().who == "A. Li (manager)"


def test_who_was_slower_is_told_so(site):
    act("acknowledge", 7, 3, ADA)

    assert act("acknowledge", 7, 3, Actor("B. Wang", ADA.permissions)) == "changed"


def test_close_needs_an_alert_that_is_over_and_keeps_the_cause(site):
    while_raised = act("close", 7, 3, ADA, Cause.PROCESS)
    signal_is("ok")

    assert (while_raised, act("close", 7, 3, ADA, Cause.PROCESS)) == ("stands", "closed")
    assert (stored().work, stored().cause) == ("closed", "process")


def test_other_processes_are_nudged_after_an_action(site):
    with site.client() as client, client.pubsub() as channel:
        channel.subscribe(Keys("harbour").changed)
        channel.get_message(timeout=5)

        act("acknowledge", 7, 3, ADA)

        assert channel.get_message(timeout=5)["data"] == b"incidents"


def test_database_that_does_not_answer_is_said_not_hidden(site):
    with database(serving().database_url).write() as session:
        Incident.__table__.drop(session.connection())

    assert act("acknowledge", 7, 3, ADA) == "failed"
