"""The page of definitions: for whoever may see a figure, in parts that the address names."""

from datetime import date

import pytest
from visits import cells, counted_today, heads, sheets

from dashboard.data import database
from dashboard.nav import all_views
from dashboard.serving import serving
from pulse.access import ROLE_COOKIE
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.goal import ServiceLevelFormula
from pulse.roles import PERMISSIONS, Role
from pulse.text import Language
from sql.ledger import entries_of, keep

both = pytest.mark.parametrize("language", list(Language))


@both
def test_whoever_may_see_a_frozen_day_reads_what_every_figure_means(visit, site, language):
    app = visit("definitions", language=language.value, cookies={ROLE_COOKIE: "executive"})

    assert not app.exception
    assert len(heads(app)) == len(definitions())
    assert f"{definitions()['asa_s'].title.in_(language)}<small>asa_s</small>" in heads(app)
    assert f">{definitions()['asa_s'].formula.in_(language)}<small>" in sheets(app)


def test_who_answers_for_a_figure_stands_by_its_version(visit, site):
    config = site.parents[1] / "pulse.toml"
    config.write_text(config.read_text(encoding="utf-8") + '[definitions.asa_s]\nowner = "Ada"\n', encoding="utf-8")

    assert "<small>2026-01-01</small><small>owner: Ada</small>" in sheets(visit("definitions", find="asa_s"))


def test_definitions_are_for_the_same_people_as_the_figures():
    needed = {all_views()[page].PAGE.needs for page in ("definitions", "snapshot", "trends")}

    assert len(needed) == 1
    assert needed <= PERMISSIONS[Role.EXECUTIVE]


def test_a_search_stands_in_the_address_and_puts_the_figure_of_that_name_first(visit, site):
    app = visit("definitions", find="offered")

    assert heads(app)[0] == "Offered<small>offered</small>"
    assert 1 < len(heads(app)) < len(definitions())

    app.main.text_input(key="definitions_search").set_value("average speed").run()

    assert heads(app) == ["Average speed of answer<small>asa_s</small>"]
    assert app.query_params["find"] == "average speed"


@both
def test_a_day_is_reconciled_without_its_contacts_for_those_who_may_not_see_people(visit, site, language):
    counted_today(site)
    said = words(language)

    def reconciled(role):
        app = visit("definitions", language=language.value, part="reconcile", cookies={ROLE_COOKIE: role})
        return app.date_input(key="reconcile_day").set_value(app.date_input(key="reconcile_day").max).run()

    executive, manager = reconciled("executive"), reconciled("manager")

    assert all(len(cells(app, said["definitions.level"])) == len(ServiceLevelFormula) for app in (executive, manager))
    assert said["definitions.contacts_hidden"] in [one.value for one in executive.caption]
    assert said["definitions.no_contacts"] in [one.value for one in manager.caption]


@pytest.mark.parametrize(("page", "query"), [("definitions", {"part": "reconcile"}), ("trends", {})])
def test_a_day_is_chosen_in_the_form_in_which_pages_write_days(visit, recorded, page, query):
    recorded(minutes_ago=1)

    chosen = visit(page, **query).date_input

    assert {one.proto.format for one in chosen} == {"YYYY-MM-DD"}


@both
def test_what_is_promised_stands_in_a_part_of_its_own(visit, site, language):
    with database(serving().database_url).write() as session:
        keep(session, "harbour", entries_of(serving().config), (0, date(2026, 11, 23)))

    app = visit("definitions", language=language.value, part="ledger")

    assert words(language)["definitions.promises"] in [one.value for one in app.subheader]
    assert words(language)["console.whole_site"] in heads(app)


def test_trends_lead_to_what_their_figures_mean(visit, recorded):
    recorded(minutes_ago=1)

    app = visit("trends", kpi="abandoned")

    assert 'href="/definitions?find=abandoned&amp;lang=en"' in sheets(app)


def test_a_part_of_that_name_there_is_not_is_said_and_the_first_shown(visit, site):
    app = visit("definitions", part="moon")

    assert 'part: got "moon", expected kpis' in app.main.warning[0].value
    assert len(heads(app)) == len(definitions())
