"""The noise page: nothing, a week with a useless rule, who sees the way to the back-test, and a history that is away."""

import pytest
from test_incident_page import incident, kept, sheets  # noqa: F401 - fixtures

from alerts.noise import Load
from dashboard.data import database
from dashboard.noise_chart import noise_chart
from dashboard.noise_tables import verdict
from dashboard.serving import serving
from dashboard.theme import tokens
from pulse.access import ROLE_COOKIE
from pulse.clock import system_clock
from pulse.i18n import words
from pulse.text import Language
from sql.models import Transition

both = pytest.mark.parametrize("language", list(Language))
RULE = '\n[rules."sla <b>"]\nkind = "sla_breach"\n'


@pytest.fixture
def noisy(site, kept):  # noqa: F811
    """Today one alert of a rule, closed as a false alarm."""
    config = site.parents[1] / "pulse.toml"
    config.write_text(config.read_text(encoding="utf-8") + RULE, encoding="utf-8")
    serving.cache_clear()
    now = system_clock()
    kept(incident(1, "closed", rule="sla <b>", cause="false_alarm", opened_at=now, closed_at=now))
    why = {"en": "w", "zh": "w"}
    with database(serving().database_url).write() as session:
        moved = {"kind": "signal", "who": "pulse", "from_state": "ok", "to_state": "raised"}
        session.add(Transition(site="harbour", at=now, incident_id=1, why=why, **moved))


@both
def test_days_without_an_alert_say_so(visit, language):
    app = visit("noise", language=language)

    assert not app.exception
    assert [note.value for note in app.main.info] == [words(language)["noise.none"]]


@both
def test_a_rule_is_shown_with_its_figures_its_name_is_no_markup_and_its_back_test_is_a_click_away(visit, noisy, language):
    app = visit("noise", language=language, days="30")

    page = sheets(app)
    assert not app.exception
    assert "sla &lt;b&gt;" in page
    assert f"/rules?rule=sla%20%3Cb%3E&amp;lang={language}" in page
    assert words(language)["noise.is_fine"] in page
    assert page.count("100 %") == 2


def test_who_may_not_see_the_rules_is_shown_no_way_to_them(visit, noisy):
    page = sheets(visit("noise", cookies={ROLE_COOKIE: "supervisor"}))

    assert "sla &lt;b&gt;" in page
    assert "/rules" not in page


def test_the_rule_that_the_address_names_is_chosen_on_the_page_of_rules(visit, noisy):
    app = visit("rules", rule="sla <b>")

    assert not app.exception
    assert app.main.selectbox(key="rules_chosen").value == "sla <b>"


def test_a_history_that_is_away_is_said(visit, history_away):
    assert visit("noise").main.error[0].value == words(Language.EN)["day.unreadable"]


@pytest.mark.parametrize(
    ("per_slot", "floods", "word"), [(1.0, 0, "is_fine"), (None, 0, "is_fine"), (1.01, 0, "is_busy"), (0.1, 1, "is_flooded")]
)
def test_a_load_is_judged_by_the_norm_in_words(per_slot, floods, word):
    load = Load(title=None, alerts=1, per_slot=per_slot, worst_slot=1, floods=floods)

    assert words(Language.EN)[f"noise.{word}"] in verdict(load, Language.EN)


def test_the_chart_has_a_bar_for_each_level_of_a_day_and_none_where_there_was_no_alert():
    zone = serving_free_zone()

    drawn = noise_chart({0: {1: 2, 3: 5}}, (zone, Language.EN, tokens("dark"))).to_dict()

    rows = [row for rows in drawn["datasets"].values() for row in rows if "level" in row]
    assert [(row["day"], row["level"], row["alerts"]) for row in rows] == [("1970-01-01", "Level I", 2), ("1970-01-01", "Level III", 5)]
    assert noise_chart({}, (zone, Language.EN, tokens("dark"))) is None


def serving_free_zone():
    from visits import ZONE

    return ZONE
