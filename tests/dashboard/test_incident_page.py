"""The list of incidents and the page of one: found again when closed, complete, escaped, and with the deeds of one's role."""

import re

import pytest
from visits import ZONE, sheets

from alerts.account import Account
from alerts.actions import Asked, Cause, acknowledge
from alerts.affected import Affected
from alerts.replayed import Minute
from alerts.ruleset import load_rules
from alerts.timeline import Line, Story, Times
from dashboard.data import database
from dashboard.incident_chart import figure_chart
from dashboard.incident_filters import weeks_since
from dashboard.incident_index import incident_table
from dashboard.serving import serving
from dashboard.theme import tokens
from pulse.access import ROLE_COOKIE
from pulse.clock import system_clock
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language, Text
from sql.incidents import Wanted, find_incidents
from sql.models import Incident, Transition
from sql.rule_versions import keep

both = pytest.mark.parametrize("language", list(Language))
EVIL = "<img src=x onerror=alert(1)>"


def incident(number=1, work="open", **facts):
    told = {
        "title": {"en": "Support: SL below goal", "zh": "支持：服务水平低于目标"},
        "why": {"en": "55 %", "zh": "55%"},
        "opened_at": system_clock() - 600_000,
        "rule": f"sla{number}",
        "kind": "sla_breach",
        "scope": "support",
        "contributors": [{"dimension": "category", "value": "late", "share_ratio": 0.7, "title": {"en": "late", "zh": "延迟"}}],
    }
    known = {"id": number, "version": 1, "site": "harbour", "level": 2, "signal": "raised"}
    return Incident(work=work, **(told | known | facts))


@pytest.fixture
def kept(site):
    """Keeps incidents in the site's history."""

    def keep(*incidents):
        with database(serving().database_url).write() as session:
            session.add_all(incidents)
            session.flush()
            for one in incidents:
                line = {"from_state": "closed", "to_state": "open", "why": {"en": "55 %", "zh": "55%"}}
                session.add(Transition(site="harbour", at=one.opened_at, incident_id=one.id, kind="work", who="pulse", **line))

    return keep


def buttons(app):
    return [button.label for button in app.main.button]


@both
def test_site_without_incidents_says_so(visit, language):
    assert [note.value for note in visit("incident", language=language).main.info] == [words(language)["incident.none"]]


@both
def test_closed_incident_is_in_the_list_and_can_be_opened(visit, kept, language):
    kept(incident(1, "closed", cause="process", signal="ok", closed_at=system_clock()), incident(2))

    page = sheets(visit("incident", language=language))

    assert f"/incident?id=1&amp;lang={language}" in page
    assert words(language)["incident.work_closed"] in page


def test_list_asks_by_the_filters_of_its_address(visit, kept):
    kept(incident(1, "closed", cause="process", signal="ok"), incident(2, level=1), incident(3, scope="sales"))

    shown = {
        asked: re.findall(r"<small>#(\d)", sheets(visit("incident", state=state, **query)))
        for asked, state, query in (
            ("open", "all_open", {}),
            ("level", None, {"level": "1"}),
            ("scope", None, {"where": "sales"}),
            ("cause", None, {"cause": "process"}),
            ("nonsense", "nonsense", {}),
        )
    }

    assert {asked: sorted(ids) for asked, ids in shown.items()} == {
        "open": ["2", "3"],
        "level": ["2"],
        "scope": ["3"],
        "cause": ["1"],
        "nonsense": ["1", "2", "3"],
    }


@both
def test_page_of_an_incident_tells_its_facts_times_contributors_and_log(visit, kept, language):
    kept(incident())
    acknowledge(database(serving().database_url), Asked(1, 1, "Ada (manager)", system_clock(), "carrier called"))

    app = visit("incident", language=language, id="1")

    page, said = sheets(app), words(language)
    assert not app.exception
    for text in ("sla1 · sla_breach #1", "Ada (manager)", "carrier called", said["console.share"].split("{")[0]):
        assert text in page
    assert {said["incident.affected"], said["incident.times"], said["incident.chart"]} <= {title.value for title in app.main.subheader}
    assert said["incident.no_figure"] in [caption.value for caption in app.main.caption]


@both
@pytest.mark.parametrize("asked", ["99", "x", "", "1" * 40])
def test_incident_that_nobody_knows_is_said_so(visit, kept, asked, language):
    kept(incident())

    app = visit("incident", language=language, id=asked)

    assert len(app.main.error) == 1
    assert not app.exception


def test_text_from_outside_is_text_on_the_page_and_in_the_list(visit, kept):
    kept(incident(title={"en": EVIL}, why={"en": EVIL}, owner=EVIL, scope=EVIL, runbook=EVIL, contributors=[]))

    for query in ({}, {"id": "1"}):
        page = sheets(visit("incident", **query))
        assert "&lt;img src=x" in page
        assert "<img src=x" not in page


def test_manager_closes_what_is_over_and_opens_it_again(visit, kept):
    kept(incident(signal="ok"))
    said = words(Language.EN)

    app = visit("incident", id="1")
    next(one for one in app.main.selectbox if one.label == said["console.cause"]).select(Cause.PROCESS)
    closed = next(one for one in app.main.button if one.label == said["console.close"]).click().run()

    assert [note.value for note in closed.main.success] == [said["console.closed"]]
    assert said["console.reopen"] in buttons(closed)
    again = next(one for one in closed.main.button if one.label == said["console.reopen"]).click().run()
    assert [note.value for note in again.main.success] == [said["console.reopened"]]


def test_nothing_is_closed_without_a_cause(visit, kept):
    kept(incident(signal="ok"))
    said = words(Language.EN)

    app = visit("incident", id="1")
    again = next(one for one in app.main.button if one.label == said["console.close"]).click().run()

    assert [note.value for note in again.main.warning] == [said["console.empty"]]
    assert said["incident.work_open"] in sheets(again)


def test_deed_on_a_page_that_is_behind_is_refused(visit, kept):
    kept(incident())
    app = visit("incident", id="1")
    acknowledge(database(serving().database_url), Asked(1, 1, "Grace", system_clock()))

    late = next(one for one in app.main.button if one.label == words(Language.EN)["console.mitigate"]).click().run()

    assert [note.value for note in late.main.warning] == [words(Language.EN)["console.changed"]]


def test_supervisor_has_the_deeds_of_a_supervisor(visit, kept):
    kept(incident(signal="ok"))

    shown = buttons(visit("incident", id="1", cookies={ROLE_COOKIE: "supervisor"}))

    said = words(Language.EN)
    assert said["console.escalate"] in shown
    assert {said["console.close"], said["console.assign"]}.isdisjoint(shown)


def test_executive_sees_no_incident(visit, kept):
    kept(incident())

    assert "sla1" not in sheets(visit("incident", id="1", cookies={ROLE_COOKIE: "executive"}))


def test_weeks_go_back_to_the_first_incident_and_no_further():
    now, config = 1_795_435_200_000, Config()

    assert list(weeks_since(now - 8 * 86_400_000, config, now)) == ["2026-11-23", "2026-11-16", "2026-11-09"]
    assert list(weeks_since(None, config, now)) == ["2026-11-23"]


def test_week_holds_what_was_opened_in_it(site, kept):
    start = 1_795_392_000_000
    kept(incident(1, opened_at=start - 1), incident(2, opened_at=start), incident(3, opened_at=start + 7 * 86_400_000))

    found = find_incidents(database(serving().database_url), "harbour", Wanted(start=start, end=start + 7 * 86_400_000))

    assert [row.id for row in found.rows] == [2]


def test_list_is_bounded_and_says_how_many_there_are(site, kept):
    kept(*(incident(number) for number in range(1, 6)))

    found = find_incidents(database(serving().database_url), "harbour", Wanted(), most=2)

    assert (len(found.rows), found.total) == (2, 5)


@both
def test_every_state_of_work_and_every_cause_has_its_word_in_the_list(language):
    rows = [incident(1, "reviewed", cause=cause.value) for cause in Cause]

    table = incident_table(rows, serving_free_config(), language, rows[0].opened_at + 5_000)

    assert words(language)["incident.work_reviewed"] in table


def serving_free_config():
    return Config(site={"zone": ZONE.key})


def charted(language, limits=(), **keys):
    """The rows of the three layers of a chart: the spans, the lines, the names at the lines."""
    rule = next(iter(load_rules(Config(rules={"sla": {"kind": "sla_breach", **keys}}))))
    minutes = tuple(Minute(at=minute * 60_000, value=0.5, threshold=0.8, breaching=True, graver=limits) for minute in range(3))
    raised = Line(at=60_000, kind="signal", who="pulse", before="ok", after="raised", why=Text("w", "w"))
    account = Account(
        incident=incident(),
        story=Story(opened_at=60_000, entries=(raised,)),
        until=120_000,
        moments=(),
        times=Times(),
        affected=Affected(),
        minutes=minutes,
        rule=rule,
    )

    chart = figure_chart(account, ZONE, language, tokens("dark")).to_dict()
    return [chart["datasets"][layer["data"]["name"]] for layer in chart["layer"]]


@both
def test_figure_is_drawn_with_its_limit_and_the_time_the_alert_stood(language):
    spans, lines, names = charted(language)

    limit = words(language)["incident.limit"]
    assert [row["value"] for row in lines if row["name"] == limit] == [0.8, 0.8, 0.8]
    assert [(row["start"], row["end"]) for row in spans] == [("1970-01-01T08:01:00", "1970-01-01T08:02:00")]
    assert [row["name"] for row in names] == [limit]


@both
def test_limit_of_each_level_is_a_line_of_its_own_with_its_name(language):
    graver = [{"level": 2, "raise_below_percent": 60}, {"level": 1, "raise_below_percent": 40}]

    _, lines, names = charted(language, (0.6, None), level=3, raise_below_percent=80, graver=graver)

    limit = words(language)["incident.limit"]
    assert [(row["name"], row["value"], row["time"]) for row in names] == [
        (f"{limit} III", 0.8, "1970-01-01T08:02:00"),
        (f"{limit} II", 0.6, "1970-01-01T08:02:00"),
    ]
    assert {row["name"] for row in lines} == {words(language)["incident.figure"], f"{limit} I", f"{limit} II", f"{limit} III"}


@both
def test_page_says_who_answers_for_the_rule(visit, kept, site, language):
    path = site.parents[1] / "pulse.toml"
    rule = f'[rules.sla1]\nkind = "sla_breach"\nowner = "person:{EVIL}"\n'
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    serving.cache_clear()
    kept(incident())

    told = sheets(visit("incident", language=language, id="1"))

    assert f"<dt>{words(language)['incident.answers']}</dt><dd>&lt;img src=x onerror=alert(1)&gt;</dd>" in told


@both
def test_page_names_the_version_of_the_rule_that_opened_it(visit, kept, language):
    with database(serving().database_url).write() as session:
        keep(session, "harbour", {"sla1": "a"}, (0, "pulse.toml, desk"))
    kept(incident())

    assert f"sla1 · sla_breach #1 · {words(language)['incident.version'].format(n=1)}" in sheets(
        visit("incident", language=language, id="1")
    )


def test_an_alert_is_silenced_on_its_page_and_heard_again(visit, kept):
    kept(incident())
    app = visit("incident", id="1")
    app.main.selectbox(key="incident_silence_for").set_value(60)
    next(button for button in app.main.button if button.label == "Silence").click().run(timeout=30)
    silenced = [note.value for note in app.main.success], [caption.value for caption in app.main.caption if "Silenced by" in caption.value]

    next(button for button in app.main.button if button.label == "Hear it again").click().run(timeout=30)

    assert not app.exception
    assert silenced[0] == [words(Language.EN)["console.silenced"]]
    assert len(silenced[1]) == 1
    assert [note.value for note in app.main.success] == [words(Language.EN)["console.unsilenced"]]
    assert "Silence" in [button.label for button in app.main.button]


def test_a_closed_incident_is_not_silenced(visit, kept):
    kept(incident(1, "closed", cause="process", signal="ok", closed_at=system_clock()))

    assert "Silence" not in [button.label for button in visit("incident", id="1").main.button]
