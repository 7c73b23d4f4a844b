"""The weekly review: an empty week, a week with misses, and what each role is told of people."""

import pytest
from test_incident_page import incident, kept, sheets  # noqa: F401 - fixtures
from visits import ZONE, counted_today

from alerts.actions import Asked
from alerts.follow_ups import Promise, promise
from dashboard.data import database
from dashboard.serving import serving
from dashboard.written import on_date
from pulse.access import ROLE_COOKIE
from pulse.clock import system_clock, week_start
from pulse.i18n import words
from pulse.text import Language

both = pytest.mark.parametrize("language", list(Language))


def this_week():
    return on_date(week_start(system_clock(), ZONE), ZONE)


@pytest.fixture
def week(site, kept):  # noqa: F811
    """This week has an incident owned by Ada, and an action of Zhao that is late."""
    counted_today(site)
    kept(incident(1, cause="process", owner="Ada", opened_at=system_clock()))
    due_at = system_clock() - 86_400_000
    promise(database(serving().database_url), Asked(1, 1, "Ada", due_at), Promise(what="call the carrier", owner="Zhao", due_at=due_at))


@both
def test_week_in_which_nothing_was_recorded_says_so(visit, language):
    app = visit("review", language=language)

    assert [note.value for note in app.main.info] == [words(language)["review.nothing"]]
    assert words(language)["review.no_incident"] in [caption.value for caption in app.main.caption]


@both
def test_week_tells_incidents_causes_and_late_actions(visit, week, language):
    said = words(language)

    app = visit("review", language=language, week=this_week())

    assert not app.exception
    assert said["review.late"].format(n=1, late=1) in [caption.value for caption in app.main.caption]
    assert said["review.incidents"].format(n=1) in [title.value for title in app.main.subheader]
    assert "call the carrier" in sheets(app)
    assert "Zhao" in sheets(app)


def test_executive_is_told_of_causes_and_actions_and_of_nobodys_name(visit, week):
    page = sheets(visit("review", week=this_week(), cookies={ROLE_COOKIE: "executive"}))

    assert "call the carrier" in page
    assert "process" in page
    assert "Zhao" not in page
    assert "Ada" not in page
    assert "/incident" not in page
