"""`pulse incident` as people meet it: what the console does, with its outcome in one line and 1 for a refusal."""

import pytest
from stored import rows

from pulse.runtime.site import RunningSite
from sql.models import Incident, OutboxMessage, Transition
from sql.rule_versions import keep
from sql.session import open_database

HEAD = '[site]\nname = "harbour"\n[notify.ops]\nkind = "webhook"\nurl = "https://ops.example/hook"\n'
RULE = '[rules.sla]\nkind = "sla_breach"\nlevel = 2\nnotify = ["ops"]\n'


@pytest.fixture
def site(tmp_path):
    config = tmp_path / "pulse.toml"
    config.write_text(HEAD + RULE)
    opened = RunningSite.of(config)
    told = {"title": {"en": "Support: SL below goal"}, "why": {"en": "55 %"}, "contributors": [], "opened_at": 0, "rule": "sla"}
    with open_database(opened.database_url) as database, database.write() as session:
        session.add(Incident(id=7, site="harbour", kind="sla_breach", scope="support", level=2, signal="raised", work="open", **told))
        session.add(Incident(id=8, site="elsewhere", kind="sla_breach", scope="support", level=2, signal="ok", work="open", **told))
    return opened


def set_signal(site, signal):
    with open_database(site.database_url) as database, database.write() as session:
        session.get(Incident, 7).signal = signal


def test_list_shows_the_open_incidents_of_this_site(pulse):
    code, said = pulse("list")

    assert code == 0
    assert said.split()[:3] == ["7", "II", "open"]
    assert said.endswith("Support: SL below goal")
    assert "\n" not in said


def test_every_deed_is_done_by_who_is_named_and_said_in_one_line(pulse, site):
    said = [
        pulse("acknowledge", "7", "--who", "Ada (manager)")[1],
        pulse("assign", "7", "Grace", "--who", "Ada")[1],
        pulse("mitigate", "7", "--who", "Grace", "--comment", "customer 13800000001 is waiting")[1],
        pulse("comment", "7", "carrier called", "--who", "Grace")[1],
        pulse("escalate", "7", "--who", "Grace")[1],
    ]
    set_signal(site, "ok")
    said += [pulse("close", "7", "--cause", "process", "--who", "Ada")[1], pulse("reopen", "7", "--who", "Ada")[1]]

    assert [line.removeprefix("incident 7: ") for line in said] == [
        "acknowledged by Ada manager",
        "assigned to Grace by Ada",
        "mitigated, says Grace",
        "comment by Grace",
        "escalated to level I by Grace",
        "closed by Ada: process",
        "opened again by Ada",
    ]
    assert [line.comment for line in rows(site, Transition)][2] == "customer [phone] is waiting"
    assert [message.channel for message in rows(site, OutboxMessage)] == ["ops"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("close", "7", "--cause", "process"), "the alert is still raised; allowed now: acknowledge, assign, mitigate, escalate, comment"),
        (("close", "7", "--cause", "bad luck"), '--cause: got "bad luck", expected one of people, process'),
        (("reopen", "7"), "it is not closed; allowed now: acknowledge"),
        (("assign", "7", " "), "expected who is to own it"),
        (("comment", "7", " "), "expected what is to be said"),
        (("acknowledge", "8"), "there is no such incident"),
        (("acknowledge", "99"), "there is no such incident"),
        (("show", "99"), "there is no such incident"),
    ],
)
def test_refusal_ends_with_1_and_says_what_is_allowed(pulse, site, words, said):
    code, answer = pulse(*words)

    assert code == 1
    assert said in answer
    assert rows(site, Transition) == []


def test_show_tells_times_contacts_and_what_happened(pulse):
    pulse("acknowledge", "7", "--who", "Ada")

    code, said = pulse("show", "7")

    assert code == 0
    assert "owner: Ada; cause: —" in said
    assert "contacts: offered —, abandoned —, answered late —" in said
    assert "allowed now: assign, mitigate, escalate, comment" in said
    assert said.endswith("acknowledged by Ada")


def test_closed_incidents_are_listed_when_asked_for(pulse, site):
    set_signal(site, "ok")
    pulse("close", "7", "--cause", "demand")

    assert pulse("list")[1] == "no open incident"
    assert pulse("list", "--all")[1].split()[2] == "closed"


def test_who_is_the_user_of_the_system_where_nobody_is_named(pulse, site):
    pulse("acknowledge", "7")

    assert rows(site, Transition)[0].who


def test_a_log_somebody_touched_is_told_from_a_whole_one(pulse, site):
    pulse("acknowledge", "7", "--who", "Ada")
    pulse("comment", "7", "carrier called", "--who", "Ada")
    whole = pulse("verify-log")
    with open_database(site.database_url) as database, database.write() as session:
        session.query(Transition).order_by(Transition.id).first().who = "Grace"

    assert whole == (0, "the event log is whole")
    assert pulse("verify-log") == (1, "event log, line 1: not as it was written, or the line before it is gone")


def test_a_log_cut_off_at_its_end_is_missed(pulse, site):
    pulse("acknowledge", "7", "--who", "Ada")
    with open_database(site.database_url) as database, database.write() as session:
        session.query(Transition).delete()

    assert pulse("verify-log") == (1, "event log: lines are missing at its end")


def test_the_version_of_the_rule_that_opened_it_is_shown(pulse, site):
    with open_database(site.database_url) as database, database.write() as session:
        keep(session, "harbour", {"sla": "a"}, (0, "pulse.toml, desk"))
        keep(session, "harbour", {"sla": "b"}, (1, "pulse.toml, desk"))

    assert "rule sla (sla_breach, version 1), at support" in pulse("show", "7")[1]
