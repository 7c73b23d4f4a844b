"""`pulse incident statement | post-mortem | action`: from the draft to the end, and what is refused."""

import pytest
from stored import rows

from pulse.runtime.site import RunningSite
from sql.models import FollowUp, Incident, OutboxMessage
from sql.session import open_database

WRITTEN = """
[site]
name = "harbour"
zone = "Asia/Shanghai"
[notify.ops]
kind = "webhook"
url = "https://ops.example/hook"
[statements.customers]
notify = ["ops"]
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "pulse.toml").write_text(WRITTEN)
    opened = RunningSite.of(tmp_path / "pulse.toml")
    told = {"title": {"en": "SL below goal", "zh": "低"}, "why": {"en": "55 %", "zh": "55 %"}, "contributors": [], "opened_at": 0}
    facts = {"rule": "sla", "kind": "sla_breach", "scope": "support", "level": 2, "signal": "ok", "work": "closed", "closed_at": 60_000}
    with open_database(opened.database_url) as database, database.write() as session:
        session.add(Incident(id=7, site="harbour", cause="process", **facts, **told))
    return opened


def test_a_statement_is_drafted_approved_and_sent_once(pulse, site):
    said = [
        pulse("statement", verb, "7", "customers", *more, "--who", "Ada")
        for verb, *more in (
            ("draft", "--en", "Lines are slow, call 13800000001", "--zh", "线路繁忙"),
            ("send",),
            ("approve",),
            ("send",),
            ("send",),
        )
    ]

    assert [code for code, _ in said] == [0, 1, 0, 0, 1]
    assert said[1][1] == "incident 7: it is not approved yet"
    assert said[4][1] == "incident 7: it is sent already"
    assert [row.payload["why"]["en"] for row in rows(site, OutboxMessage)] == ["Lines are slow, call [phone]"]
    shown = pulse("statement", "show", "7")[1].splitlines()
    assert shown[0].startswith("customers: version 1 for customers, drafted by Ada; approved ")
    assert shown[1] == "    en: Lines are slow, call [phone]"


def test_without_a_text_the_template_speaks_and_an_audience_without_a_channel_is_not_told(pulse):
    assert pulse("statement", "draft", "7", "partners", "--who", "Ada")[0] == 0
    assert pulse("statement", "approve", "7", "partners", "--who", "Ada")[0] == 0

    code, said = pulse("statement", "send", "7", "partners")

    assert (code, said) == (1, "incident 7: no channel leads to Partners: [statements.partners] notify")


def test_a_post_mortem_begins_with_what_the_log_drafts_and_ends_the_work(pulse, site):
    before = pulse("post-mortem", "show", "7")[1]
    early = pulse("post-mortem", "finish", "7")
    written = pulse("post-mortem", "write", "7", "--why", "carrier", "--why", "no second one", "--well", "told 13800000001", "--who", "Ada")
    shown = pulse("post-mortem", "show", "7")[1].splitlines()
    ended = pulse("post-mortem", "finish", "7", "--who", "Ada")

    assert before.startswith("no version yet; what the log drafts")
    assert early == (1, "incident 7: missing: summary, whys, fishbone")
    assert written[0] == 0
    assert {"why 2: no second one", "class: process", "went well: told [phone]"} <= set(shown)
    assert ended[0] == 0
    assert rows(site, Incident)[0].work == "reviewed"


def test_a_class_that_is_none_of_the_fishbone_is_refused_with_those_there_are(pulse):
    code, said = pulse("post-mortem", "write", "7", "--class", "weather")

    assert (code, said) == (1, 'incident 7: --class: got "weather", expected one of people, process, technology, resources')


def test_an_action_is_kept_until_the_end_of_its_day_and_moved(pulse, site):
    added = pulse("action", "add", "7", "second carrier", "--owner", "Bo", "--due", "2026-11-30", "--who", "Ada")
    listed = pulse("action", "list", "7")[1]
    moved = [pulse("action", "move", "7", "1", state)[0] for state in ("done", "done", "lost")]

    assert added[0] == 0
    assert listed == "1  open      due 2026-11-30  Bo  second carrier"
    assert rows(site, FollowUp)[0].due_at == 1_796_054_400_000
    assert moved == [0, 1, 1]


@pytest.mark.parametrize("words", [("statement", "draft", "9", "staff"), ("post-mortem", "show", "9"), ("post-mortem", "finish", "9")])
def test_an_incident_that_is_not_there_is_said(pulse, words):
    code, said = pulse(*words)

    assert (code, said) == (1, "incident 9: there is no such incident, expected an id that `pulse incident list --all` shows")


LOGIN = """
[login]
metadata_url = "https://id.example/realms/centre/.well-known/openid-configuration"
client_id = "pulseboard"
client_secret = "env:PULSE_LOGIN_SECRET"
redirect = "https://pulse.example/oauth2callback"
claim = "roles"
[login.roles]
leads = "supervisor"
"""


def test_where_people_log_in_another_person_than_the_author_approves_and_is_named(pulse, site):
    site.config.path.write_text(WRITTEN + LOGIN)
    pulse("statement", "draft", "7", "customers", "--who", "Ada")

    unnamed, author, other = (pulse("statement", "approve", "7", "customers", *who) for who in ([], ["--who", "Ada"], ["--who", "Bo"]))

    assert unnamed == (1, "incident 7: --who: got nothing, expected who approves: another person than its author must")
    assert author == (1, "incident 7: another person than its author must approve it")
    assert other[0] == 0
    assert other[1].endswith(", by Bo")
