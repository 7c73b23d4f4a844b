"""Taking over, assigning, mitigating, escalating and commenting from a page, and the log that shows them."""

import pytest
from test_console_actions import ADA, incident, site, stored  # noqa: F401 - fixtures

from alerts.silences import silences_after
from dashboard.data import database, incident_log
from dashboard.incident_actions import act
from dashboard.serving import serving
from pulse.access import Actor
from pulse.i18n import words
from pulse.roles import PERMISSIONS, Role
from pulse.text import Language

MINUTE = 60_000
SUPERVISOR = Actor("B. Wang", PERMISSIONS[Role.SUPERVISOR])


@pytest.mark.parametrize(
    ("deed", "said", "word", "made"),
    [
        ("take", "", "taken", ("A. Li (manager)", "acknowledged", 2)),
        ("assign", "  C. Zhao ", "assigned", ("C. Zhao", "acknowledged", 2)),
        ("mitigate", "", "mitigated", ("A. Li (manager)", "mitigated", 2)),
        ("escalate", "", "escalated", (None, "open", 1)),
        ("comment", "carrier called", "commented", (None, "open", 2)),
    ],
)
def test_deed_is_done_and_answered_with_its_own_word(site, deed, said, word, made):  # noqa: F811
    assert act(deed, 7, 3, ADA, said) == word
    assert (stored().owner, stored().work, stored().level) == made
    assert incident_log(7)[-1].who == "A. Li (manager)"


def test_supervisor_escalates_and_does_not_assign(site):  # noqa: F811
    assert act("assign", 7, 3, SUPERVISOR, "C. Zhao") == "not_allowed"
    assert act("escalate", 7, 3, SUPERVISOR) == "escalated"


@pytest.mark.parametrize("deed", ["assign", "comment"])
def test_deed_that_needs_words_does_nothing_without_them(site, deed):  # noqa: F811
    assert act(deed, 7, 3, ADA, "   ") == "empty"
    assert incident_log(7) == []


def test_comment_the_log_cannot_keep_whole_is_refused_in_words_of_its_own(site):  # noqa: F811
    assert act("comment", 7, 3, ADA, "x" * 2001) == "unfit"
    assert incident_log(7) == []
    assert "2,000" in words(Language.EN)["console.unfit"]


def test_phone_number_in_a_comment_is_not_stored(site):  # noqa: F811
    act("comment", 7, 3, ADA, "customer wants a call at 13800000001")

    assert incident_log(7)[-1].comment == "customer wants a call at [phone]"


def test_log_is_in_the_order_in_which_things_happened_and_of_this_incident_only(site):  # noqa: F811
    act("comment", 7, 3, ADA, "first")
    act("take", 7, 3, ADA)

    assert [(line.kind, line.to) for line in incident_log(7)] == [("comment", "open"), ("owner", "acknowledged")]
    assert incident_log(8) == []


def test_unknown_deed_and_unknown_cause_are_errors(site):  # noqa: F811
    with pytest.raises(KeyError):
        act("delete", 7, 3, ADA)
    with pytest.raises(ValueError, match="bad luck"):
        act("close", 7, 3, ADA, "bad luck")


def kept():
    with database(serving().database_url).read() as session:
        return silences_after(session, "harbour", 0)


def test_an_alert_is_silenced_as_long_as_it_becomes_no_graver_and_heard_again(site):  # noqa: F811
    assert act("silence", 7, 3, ADA, "60") == "silenced"
    (made,) = kept()

    assert (made.rule, made.scope, made.level, made.by, made.ends_at - made.starts_at) == (
        "sla",
        "support",
        2,
        "A. Li (manager)",
        60 * MINUTE,
    )
    assert stored().version == 3
    assert act("unsilence", 7, 3, ADA, str(made.id)) == "unsilenced"
    assert act("unsilence", 7, 3, ADA, str(made.id)) == "changed"
    assert kept()[0].lifted_at is not None


def test_supervisors_silence_and_viewers_do_not(site):  # noqa: F811
    supervisor, viewer = (Actor("Bo", PERMISSIONS[role]) for role in (Role.SUPERVISOR, Role.VIEWER))

    assert (act("silence", 7, 3, viewer, "15"), act("silence", 7, 3, supervisor, "15")) == ("not_allowed", "silenced")


def test_an_unheard_of_length_is_an_error_and_no_length_is_nothing(site):  # noqa: F811
    with pytest.raises(ValueError, match="got 7 minutes, expected one of 15, 60, 240, 480"):
        act("silence", 7, 3, ADA, "7")

    assert act("silence", 7, 3, ADA, "") == "empty"
    assert kept() == ()
