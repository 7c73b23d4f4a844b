"""The hand-over page: what it says of nothing, of one that waits and of an old one; what each role may do."""

import pytest
from test_incident_page import incident, kept  # noqa: F401 - fixtures
from visits import sheets

from alerts.handovers import HandOvers, Seen
from alerts.silences import By
from dashboard.data import database
from dashboard.handover_actions import accept, hand_overs, offer
from dashboard.handover_tables import MOST_ROWS, sheet_html
from dashboard.serving import serving
from pulse.access import ROLE_COOKIE, Actor
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.roles import PERMISSIONS, Permission, Role
from pulse.text import Language
from sql.models import Incident

both = pytest.mark.parametrize("language", list(Language))


@pytest.fixture
def offered(site, kept):  # noqa: F811
    """A hand-over that Ada offered, with one alert that she owns and one that nobody does."""
    now = system_clock()
    kept(incident(1, "acknowledged", owner="Ada", opened_at=now), incident(2, "open", opened_at=now, acknowledge_by=now + 600_000))
    served = serving()
    return HandOvers(database(served.database_url), served.config).offer(By("Ada", now), Seen(note="mind <b>the</b> carrier"))


@both
def test_page_on_which_nothing_waits_says_so_and_offers_the_form(visit, language):
    app = visit("handover", language=language)

    assert not app.exception
    assert words(language)["handover.nothing_waits"] in [note.value for note in app.main.info]
    assert words(language)["handover.offer"] in [button.label for button in app.main.button]


@both
def test_the_one_that_waits_is_shown_whole_and_its_note_is_no_markup(visit, offered, language):
    said = words(language)

    app = visit("handover", language=language)

    assert not app.exception
    assert "mind &lt;b&gt;the&lt;/b&gt; carrier" in sheets(app)
    assert said["handover.no_board"] in sheets(app)
    assert "/incident?id=2" in sheets(app)
    assert said["handover.accept"] in [button.label for button in app.main.button]


def test_accepting_on_the_page_moves_what_somebody_owned(visit, offered):
    app = visit("handover")

    next(button for button in app.main.button if button.label == "Accept the shift").click().run(timeout=30)

    assert not app.exception
    assert [note.value for note in app.main.success] == [words(Language.EN)["handover.accepted_done"]]
    with database(serving().database_url).read() as session:
        assert [session.get(Incident, number).work for number in (1, 2)] == ["acknowledged", "open"]
        assert session.get(Incident, 1).owner != "Ada"


def test_offering_on_the_page_keeps_the_note_without_identities(visit):
    app = visit("handover")
    app.main.text_area[0].set_value("call 13800000001 again")
    next(button for button in app.main.button if button.label == "Offer the hand-over").click().run(timeout=30)

    assert not app.exception
    assert hand_overs().offered().sheet["note"] == "call [phone] again"
    assert app.main.text_area[0].value == ""


def test_role_that_may_not_hand_over_sees_no_button_and_is_refused_when_it_asks_directly(visit, offered):
    app = visit("handover", cookies={ROLE_COOKIE: "supervisor"})
    someone = Actor("Bo", PERMISSIONS[Role.SUPERVISOR])

    assert [button.label for button in app.main.button] == []
    assert Permission.HAND_OVER not in PERMISSIONS[Role.SUPERVISOR]
    assert [accept(offered.id, someone), offer("mine", someone)] == ["not_allowed", "not_allowed"]
    assert hand_overs().offered().id == offered.id


@both
def test_an_earlier_one_is_found_by_its_address_and_an_unknown_one_is_said(visit, offered, language):
    hand_overs().accept(offered.id, By("Bo", system_clock()))

    found, lost = (visit("handover", language=language, id=number) for number in (str(offered.id), "77"))

    assert "Bo" in sheets(found)
    assert lost.main.error[0].value == words(language)["handover.unknown"].format(id="77")


def test_page_says_that_the_history_is_away(visit, history_away):
    assert visit("handover").main.error[0].value == words(Language.EN)["day.unreadable"]


def test_a_sheet_of_very_many_alerts_is_drawn_in_part_and_says_so(site, kept):  # noqa: F811
    now = system_clock()
    kept(*(incident(number, "open", opened_at=now) for number in range(1, MOST_ROWS + 4)))
    sheet = hand_overs().sheet_now(now, Seen())

    drawn = sheet_html(sheet, serving().config, Language.EN)

    assert len(sheet.incidents) == MOST_ROWS + 3
    assert drawn.count('<th scope="row">') == MOST_ROWS
    assert "And 3 more, none graver." in drawn
