"""Statements, post-mortem and actions on an incident's page: written, refused and kept as the role allows, in both languages."""

import pytest
from test_incident_page import incident, kept  # noqa: F401 - fixtures
from visits import ZONE, sheets

from alerts.follow_ups import Promise, State
from alerts.postmortem import PostMortem
from dashboard.after_actions import (
    DONE,
    approve_statement,
    draft_statement,
    finish_post_mortem,
    keep_promise,
    move_promise,
    save_post_mortem,
    send_statement,
)
from dashboard.data import database, follow_ups_of, post_mortems_of, statements_of
from dashboard.postmortem_forms import end_of_day
from dashboard.serving import serving
from pulse.access import ROLE_COOKIE, Actor
from pulse.audiences import Audience
from pulse.clock import day_start, system_clock
from pulse.i18n import words
from pulse.roles import PERMISSIONS, Role
from pulse.text import Language, Text
from sql.models import Incident

both = pytest.mark.parametrize("language", list(Language))
ADA = Actor("A. Li (manager)", PERMISSIONS[Role.MANAGER])
BO = Actor("B. Wang (supervisor)", PERMISSIONS[Role.SUPERVISOR])
CUSTOMERS = Audience.CUSTOMERS
SLOW = Text("Slow, call 13800000001", "较慢，请拨 13800000001")
WHOLE = PostMortem(summary="Calls waited.", whys=("carrier late", "", "", "", ""), fishbone="process")
LOGIN = """
[login]
metadata_url = "https://id.example/.well-known/openid-configuration"
client_id = "pulse"
client_secret = "file:secret"
redirect = "https://pulse.example/oauth2callback"
default_role = "viewer"
"""
WAYS = '[notify.app]\nkind = "webhook"\nurl = "https://app.example/hook"\n[statements.customers]\nnotify = ["app"]\n'


@pytest.fixture
def closed(site, kept):  # noqa: F811
    """A site with a channel for customers, and its closed incident 1 at version 1."""
    config_is(site, WAYS)
    kept(incident(1, "closed", signal="ok", cause="process", closed_at=system_clock()))


def config_is(site, more):
    config = site.parents[1] / "pulse.toml"
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    (site.parents[1] / "secret").write_text("secret")
    serving.cache_clear()


def press(app, label):
    return next(button for button in app.main.button if button.label == label).click().run()


def notes(app):
    return [note.value for note in (*app.main.success, *app.main.warning)]


def work():
    with database(serving().database_url).read() as session:
        return session.get_one(Incident, 1).work


def test_phone_number_in_a_statement_is_not_stored(closed):
    assert draft_statement((1, 1), CUSTOMERS, SLOW, 0, BO) == "drafted"
    assert statements_of(1)[CUSTOMERS][0].text == {"en": "Slow, call [phone]", "zh": "较慢，请拨 [phone]"}


def test_supervisor_drafts_and_manager_approves_and_sends(closed):
    draft_statement((1, 1), CUSTOMERS, SLOW, 0, BO)

    assert approve_statement((1, 1), CUSTOMERS, 1, BO) == "not_allowed"
    assert approve_statement((1, 1), CUSTOMERS, 1, ADA) == "approved"
    assert send_statement((1, 1), CUSTOMERS, 1, BO) == "not_allowed"
    assert send_statement((1, 1), CUSTOMERS, 1, ADA) == "sent"


def test_author_approves_where_names_are_only_typed_and_not_where_people_log_in(closed, site):
    draft_statement((1, 1), CUSTOMERS, SLOW, 0, ADA)
    draft_statement((1, 1), Audience.STAFF, SLOW, 0, ADA)
    draft_statement((1, 1), Audience.PARTNERS, SLOW, 0, ADA)

    assert approve_statement((1, 1), CUSTOMERS, 1, ADA) == "approved"
    config_is(site, LOGIN + "[statements.partners]\nsecond_person = false\n")
    assert approve_statement((1, 1), Audience.STAFF, 1, ADA) == "author"
    assert approve_statement((1, 1), Audience.PARTNERS, 1, ADA) == "approved"


def test_audience_without_a_channel_is_told_so(closed):
    draft_statement((1, 1), Audience.STAFF, SLOW, 0, BO)
    approve_statement((1, 1), Audience.STAFF, 1, ADA)

    assert send_statement((1, 1), Audience.STAFF, 1, ADA) == "no_channel"


def test_supervisor_writes_no_post_mortem_and_keeps_no_action(closed):
    assert save_post_mortem((1, 1), WHOLE, 0, BO) == "not_allowed"
    assert finish_post_mortem((1, 1), BO) == "not_allowed"
    assert keep_promise((1, 1), Promise(what="call", owner="C", due_at=0), BO) == "not_allowed"
    assert move_promise((1, 1), 1, State.DONE, BO) == "not_allowed"


def test_manager_writes_the_post_mortem_and_finishes_it(closed):
    assert finish_post_mortem((1, 1), ADA) == "incomplete"
    assert save_post_mortem((1, 1), WHOLE, 0, ADA) == "saved"
    assert save_post_mortem((1, 1), WHOLE, 0, ADA) == "changed"
    assert finish_post_mortem((1, 1), ADA) == "finished"
    assert work() == "reviewed"


def test_saved_version_holds_the_facts_of_the_log_and_no_phone_number(closed):
    save_post_mortem((1, 1), PostMortem(summary="call 13800000001"), 0, ADA)

    content = post_mortems_of(1)[0].content
    assert content["summary"] == "call [phone]"
    assert content["timeline"][0]["text"]["en"] == "Opened: 55 %"


@pytest.mark.parametrize("attempt", ["saved", "drafted"])
def test_what_history_did_not_take_is_not_called_kept(closed, history_gone, attempt):
    answers = {
        "saved": lambda: save_post_mortem((1, 1), WHOLE, 0, ADA),
        "drafted": lambda: draft_statement((1, 1), CUSTOMERS, SLOW, 0, BO),
    }

    assert answers[attempt]() == "failed"


@pytest.fixture
def history_gone(closed):
    with database(serving().database_url).write() as session:
        for table in ("postmortem_versions", "statement_versions"):
            session.connection().exec_driver_sql(
                f"create trigger refuses_{table} before insert on {table} begin select raise(abort, 'full'); end"
            )


@both
def test_page_offers_a_draft_for_each_audience_and_a_post_mortem_by_the_log(visit, closed, language):
    app = visit("incident", id="1", language=language)

    said = words(language)
    areas = {area.label: area.value for area in app.main.text_area}
    assert not app.exception
    assert [area.label for area in app.main.text_area].count(said["after.text_en"]) == 3
    assert "(Asia/Shanghai)" in areas[said["after.text_zh"]]
    assert areas[said["after.summary"]]
    assert said["after.by_the_log"] in [caption.value for caption in app.main.caption]


@both
def test_statement_goes_its_way_on_the_page(visit, closed, language):
    said = words(language)
    app = press(visit("incident", id="1", language=language), said["after.save_draft"])
    assert said["after.drafted"] in notes(app)

    app = press(app, said["after.approve"])
    assert said["after.approved"] in notes(app)
    app = press(app, said["after.send"])

    assert said["after.sent"] in notes(app)
    assert statements_of(1)[CUSTOMERS][0].channels == ["app"]
    assert said["after.send"] not in [button.label for button in app.main.button]


@both
def test_post_mortem_goes_its_way_on_the_page(visit, closed, language):
    said = words(language)
    app = visit("incident", id="1", language=language)
    first = next(field for field in app.main.text_input if field.label == said["after.why"].format(n=1))
    first.set_value("carrier late")

    app = press(app, said["after.save_version"])
    assert said["after.saved"] in notes(app)
    app = press(app, said["after.finish"])

    assert said["after.finished"] in notes(app)
    assert said["incident.work_reviewed"] in sheets(app)


def test_what_somebody_wrote_is_shown_again_where_another_was_faster(visit, closed):
    said = words(Language.EN)
    app = visit("incident", id="1")
    next(area for area in app.main.text_area if area.label == said["after.went_well"]).set_value("quick call-backs")
    save_post_mortem((1, 1), WHOLE, 0, ADA)

    app = press(app, said["after.save_version"])

    assert said["after.changed"] in notes(app)
    assert "quick call-backs" in [block.value for block in app.main.code]


def test_action_past_its_date_is_shown_as_late_and_can_be_done(visit, closed):
    said = words(Language.EN)
    keep_promise((1, 1), Promise(what="call the <b>carrier</b>", owner="C. Zhao", due_at=system_clock() - 86_400_000), ADA)

    app = visit("incident", id="1")
    page = sheets(app)
    assert said["after.late"].format(days=2) in page
    assert "call the &lt;b&gt;carrier&lt;/b&gt;" in page
    app = press(app, said["after.move"])

    assert said["after.moved"] in notes(app)
    assert follow_ups_of(1)[0].state == "done"


def test_action_is_promised_on_the_page_until_the_end_of_its_day(visit, closed):
    said = words(Language.EN)
    app = visit("incident", id="1")
    for label, value in (("after.what", "call the carrier"), ("after.owner", "C. Zhao")):
        next(field for field in app.main.text_input if field.label == said[label]).set_value(value)

    app = press(app, said["after.promise"])

    assert said["after.promised"] in notes(app)
    (row,) = follow_ups_of(1)
    assert row.due_at == end_of_day(app.main.date_input[0].value) == day_start(row.due_at, ZONE)


def test_supervisor_reads_the_post_mortem_and_is_offered_no_form(visit, closed):
    said = words(Language.EN)

    app = visit("incident", id="1", cookies={ROLE_COOKIE: "supervisor"})

    labels = [button.label for button in app.main.button]
    assert said["after.save_draft"] in labels
    assert {said["after.approve"], said["after.save_version"], said["after.promise"]}.isdisjoint(labels)
    assert said["after.summary"] in sheets(app)


@both
def test_every_answer_has_its_words(language):
    answers = {*DONE, "changed", "gone", "stands", "incomplete", "author", "no_channel", "not_allowed", "failed"}

    assert {f"after.{answer}" for answer in answers} <= set(words(language))
