"""The receipts page: nothing, a message that was given up, its filters in the address, who may send it again; no secret is shown."""

import pytest
from test_incident_page import incident, kept, sheets  # noqa: F401 - fixtures

from dashboard.data import database
from dashboard.serving import serving
from dashboard.views.receipts import sent_once_more
from pulse.access import ROLE_COOKIE, Actor
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.roles import PERMISSIONS, Role
from pulse.text import Language
from pulse.written import duration
from sql.duty import AuditFinding
from sql.models import DeliveryAttempt, OutboxMessage

both = pytest.mark.parametrize("language", list(Language))
NOTIFY = """
[notify.desk]
kind = "webhook"
url = "https://user:word@hooks.example.org/very/secret"
"""


@pytest.fixture
def lost(site, kept):  # noqa: F811
    """A message of incident 7 that its receiver refused, quoting somebody's number."""
    config = site.parents[1] / "pulse.toml"
    config.write_text(config.read_text(encoding="utf-8") + NOTIFY, encoding="utf-8")
    serving.cache_clear()
    now = system_clock()
    kept(incident(7, opened_at=now))
    payload = {"state": "raised", "title": {"en": "Late <b>calls</b>", "zh": "延误 <b>"}, "level": 2}
    with database(serving().database_url).write() as session:
        told = {"created_at": now, "due_at": now, "given_up_at": now, "attempts": 1, "payload": payload, "level": 2}
        session.add(OutboxMessage(id=1, site="harbour", incident_id=7, key="harbour/7/raised-1/desk", channel="desk", **told))
        session.flush()
        session.add(DeliveryAttempt(message_id=1, at=now, status=400, body_code="no user 13800000001", error="status_400"))


@both
def test_a_site_that_told_nobody_anything_says_so(visit, language):
    app = visit("receipts", language=language)

    assert not app.exception
    assert [note.value for note in app.main.info] == [words(language)["receipts.none"]]


@both
def test_a_message_is_shown_with_its_tries_and_without_markup_identities_or_secrets(visit, lost, language):
    app = visit("receipts", language=language)

    page = sheets(app)
    assert not app.exception
    for text in ("&lt;b&gt;", "hooks.example.org", "status_400", "[phone]", words(language)["receipts.fate_given_up"]):
        assert text in page
    for text in ("secret", "word", "13800000001", "<b>calls"):
        assert text not in page


def test_the_address_says_what_is_looked_for_and_the_page_of_an_incident_leads_there(visit, lost):
    shown = {asked: "Late" in sheets(visit("receipts", incident=asked)) for asked in ("7", "8", "x")}

    assert shown == {"7": True, "8": False, "x": True}
    assert "Late" not in sheets(visit("receipts", fate="sent"))
    assert "/receipts?incident=7&lang=en" in sheets(visit("incident", id="7")).replace("&amp;", "&")


def test_a_manager_sends_it_again_and_it_waits(visit, lost):
    app = visit("receipts")
    next(button for button in app.main.button if button.label == "Send again").click().run(timeout=30)

    assert not app.exception
    assert [note.value for note in app.main.success] == [words(Language.EN)["receipts.sent_again"]]
    with database(serving().database_url).read() as session:
        assert session.get(OutboxMessage, 1).given_up_at is None


def test_who_may_not_is_shown_no_button_and_is_refused_when_asking_directly(visit, lost):
    app = visit("receipts", cookies={ROLE_COOKIE: "supervisor"})

    assert [button.label for button in app.main.button] == []
    assert sent_once_more("alert", 1, Actor("Bo", PERMISSIONS[Role.SUPERVISOR])) == "not_allowed"
    assert sent_once_more("alert", 9, Actor("Bo", PERMISSIONS[Role.MANAGER])) == "gone"


def test_a_history_that_is_away_is_said(visit, history_away):
    assert visit("receipts").main.error[0].value == words(Language.EN)["day.unreadable"]


@both
def test_when_alerting_itself_was_late_is_said_with_how_long(visit, lost, language):
    now = system_clock()
    why = {"en": "Since noon <b>", "zh": "自正午 <b>"}
    with database(serving().database_url).write() as session:
        session.add(AuditFinding(site="harbour", kind="steps", since=now - 90_000, why=why, found_at=now, told_at=now, over_at=now))

    app = visit("receipts", language=language)

    assert not app.exception
    assert [one.label for one in app.main.expander] == [words(language)["receipts.late"].format(n=1)]
    assert "&lt;b&gt;" in sheets(app)
    assert duration(90, language) in sheets(app)


@both
def test_each_message_tells_its_level_by_a_shape_and_a_numeral(visit, lost, language):
    page = sheets(visit("receipts", language=language))

    assert '<span class="level critical"><span aria-hidden="true">⬣</span> II</span> ' in page
