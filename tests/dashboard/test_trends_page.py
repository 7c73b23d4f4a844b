"""The page of trends in its states: nothing recorded, some days, an address that says what is shown."""

from datetime import date, timedelta

import pytest
import streamlit as st
from visits import TALLY, ZONE, cells, charts, heads

from dashboard.serving import serving
from dashboard.trends.heeding import heeded, unheeded
from dashboard.trends.question import asked
from pulse.access import ROLE_COOKIE
from pulse.clock import day_of, day_start, earlier_day_start, system_clock
from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from sql.contact_tables import ContactRow
from sql.memory_tables import DefinitionVersion
from sql.recorder import Recorder
from sql.session import open_database, sqlite_url


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing was recorded"), ("zh", "没有记录")])
def test_trends_of_a_site_that_has_counted_nothing_say_so(visit, language, words):
    app = visit("trends", language=language)

    assert not app.exception
    assert words in app.main.info[0].value


@pytest.mark.parametrize(
    ("language", "said"), [("en", 'by: got "mo\\*on", expected site | channel'), ("zh", "by：为“mo\\*on”，应为 site | channel")]
)
def test_an_address_that_is_not_understood_is_said_above_the_chart_and_the_rest_is_shown(visit, recorded, language, said):
    recorded(minutes_ago=1)

    app = visit("trends", language=language, kpi="abandoned,nothing", by="mo*on", only="mars")

    assert said in app.main.warning[0].value.replace("\\|", "|")
    assert len(charts(app)) == 1
    assert (app.query_params["kpi"], app.query_params["by"]) == ("abandoned", "site")
    assert "only" not in app.query_params


def test_an_address_that_is_understood_is_not_complained_of(visit, recorded):
    recorded(minutes_ago=1)

    assert not visit("trends", kpi="abandoned", by="queue", grain="weekly").main.warning


@pytest.mark.parametrize(
    ("language", "said"), [("en", "of the address: by=queue, compare=before"), ("zh", "未采用地址中的：by=queue, compare=before")]
)
def test_what_of_an_address_its_chart_does_not_heed_is_said_until_another_is_chosen(visit, site, language, said):
    app = visit("trends", language=language, chart="pareto", by="queue", compare="before", grain="daily")

    def told():
        return [True for one in app.main.caption if said in one.value.replace("\\", "")]

    assert told() == [True]
    app.run()
    assert told() == [True]
    app.main.button_group[0].set_value("waits").run()
    app.main.button_group[0].set_value("pareto").run()
    assert told() == []


def test_who_comes_back_to_a_chart_finds_what_it_was_asked(visit, recorded):
    recorded(minutes_ago=1)
    app = visit("trends", kpi="offered,abandoned", by="queue")

    for chart in ("week", "waits", "pareto", "time"):
        app.main.button_group[0].set_value(chart).run()

    assert [app.query_params[name] for name in ("chart", "kpi", "by")] == ["time", "offered,abandoned", "queue"]


def test_an_address_that_names_no_chart_is_held_against_the_first(visit, site):
    app = visit("trends", by="segment", compare="none")

    assert "compare=none" in app.main.caption[0].value.replace("\\", "")


@pytest.mark.parametrize(
    ("parts", "unused"),
    [
        ({"chart": "week", "kpi": "offered,abandoned", "span": "1y"}, {"kpi", "span"}),
        ({"chart": "week", "kpi": "offered", "span": "4w", "only": "support"}, set()),
        ({"chart": "goals", "end": "2026-01-01", "kpi": "abandoned"}, {"end", "kpi"}),
        ({"by": "segment", "compare": "none", "only": "support"}, {"compare", "only"}),
        ({"chart": "waits", "compare": "none", "kpi": "offered,service_level", "by": "site"}, set()),
    ],
)
def test_a_chart_heeds_only_what_it_can_show_and_defaults_are_not_missed(parts, unused):
    assert unheeded(parts, asked(parts)).keys() == unused


def test_files_are_named_by_what_their_chart_heeds():
    question = asked({"chart": "people", "kpi": "asa_s", "by": "queue", "span": "4w", "end": "2026-11-22"})

    assert heeded(question) == {"chart": "people", "grain": "daily", "span": "4w", "end": "2026-11-22"}


def test_trends_show_a_figure_beside_the_year_before_and_its_table(visit, recorded):
    recorded(minutes_ago=1)

    app = visit("trends")

    assert not app.exception
    assert [title.value for title in app.main.subheader] == ["Offered", "Service level"]
    assert len(charts(app)) == 2
    assert "(so far)" in heads(app)[0]
    assert "Nothing of this was recorded in this span before" in app.main.caption[0].value
    assert cells(app, "Offered")[:3] == ["20", "20", "—"]


def test_a_day_is_judged_by_the_formula_of_then(visit, site, recorded):
    recorded(minutes_ago=1)
    today = day_of(system_clock(), ZONE)
    promised = {"target_s": 20.0, "short_s": 5.0, "goal_ratio": 0.8, "targets": {}}
    with open_database(sqlite_url(site / "history.db")) as database, database.write() as session:
        for version, since, formula in ((1, date.min, "d"), (2, today, "b")):
            content = {**promised, "formula": formula}
            key = {"site": "harbour", "kind": "goal", "name": "site", "version": version, "since": since.isoformat()}
            session.add(DefinitionVersion(**key, content=content, sha=formula, first_seen_at=version))

    shown = cells(visit("trends", kpi="service_level", span="4w"), "Service level")

    assert [told.partition(" ·")[0] for told in shown[:2]] == ["90.0 %", "75.0 %"]


def test_the_week_in_which_history_began_is_marked(visit, site):
    now = system_clock()
    wednesday = next(at for days in range(21, 28) if day_of(at := earlier_day_start(now, days, ZONE), ZONE).weekday() == 2)
    rows = [IntervalRow(at, "support", "voice", TALLY) for at in (wednesday, day_start(now, ZONE))]
    with open_database(sqlite_url(site / "history.db")) as database:
        Recorder(database, "harbour").commit(stream_id="1-0", at=now, state=b"", seen={}, rows=rows)

    marked = [head for head in heads(visit("trends", kpi="offered", grain="weekly", span="8w")) if "recorded in part" in head]

    monday = day_of(wednesday, ZONE) - timedelta(days=2)
    assert [head.startswith(monday.isoformat()) for head in marked] == [True]


def test_what_lies_beneath_is_explained_only_where_something_does(visit, site, recorded):
    recorded(minutes_ago=1)
    now = system_clock()
    with open_database(sqlite_url(site / "history.db")) as database:
        row = IntervalRow(earlier_day_start(now, 28, ZONE), "support", "voice", TALLY)
        Recorder(database, "harbour").commit(stream_id="2-0", at=now, state=b"", seen={}, rows=[row])

    def told(compare):
        app = visit("trends", kpi="offered", span="4w", compare=compare)
        return any("Thin and broken" in one.value for one in app.main.caption)

    assert told("before")
    assert not told("last_year")


def test_ticks_beside_waits_are_explained_only_where_there_are_some(visit, site):
    now, waited = system_clock(), Tally(counts={"offered": 1, "answered": 1})
    waited.observe("wait_answered", 12_000)

    def told_with_a_row(days_ago):
        with open_database(sqlite_url(site / "history.db")) as database:
            row = IntervalRow(earlier_day_start(now, days_ago, ZONE), "support", "voice", waited)
            Recorder(database, "harbour").commit(stream_id=f"{days_ago}-0", at=now, state=b"", seen={}, rows=[row])
        st.cache_data.clear()
        app = visit("trends", chart="waits", span="4w", compare="before")
        return [("Ticks" in one.value) for one in app.main.caption if "P50" in one.value]

    assert told_with_a_row(3) == [False]
    assert told_with_a_row(60) == [True]


@pytest.mark.parametrize(("chart", "language"), [("week", "en"), ("waits", "zh"), ("pareto", "en"), ("people", "zh"), ("goals", "en")])
def test_every_chart_is_drawn_or_says_why_not(visit, recorded, chart, language):
    recorded(minutes_ago=1)

    app = visit("trends", language=language, chart=chart, by="queue", grain="weekly")

    assert not app.exception
    assert charts(app) or app.main.info
    assert app.query_params["chart"] == chart


def test_a_wait_is_shown_by_channel_and_says_why(visit, recorded):
    recorded(minutes_ago=1)

    app = visit("trends", kpi="asa_s")

    assert "shown by channel" in app.main.caption[0].value


def test_executives_see_trends_and_no_single_contact_and_write_nothing_beside_them(visit, recorded):
    recorded(minutes_ago=1)

    def offered(role):
        return {one.label for one in visit("trends", cookies={ROLE_COOKIE: role}).main.expander}

    assert not {"The contacts behind a number", "Write beside the charts what happened"} & offered("executive")
    assert offered("manager") >= {"The contacts behind a number", "Write beside the charts what happened"}


def test_what_is_written_beside_the_charts_stands_there_at_once(visit, recorded):
    recorded(minutes_ago=1)
    app = visit("trends")

    app.main.text_input[0].set_value("Version 3")
    next(button for button in app.main.button if button.label == "Annotate").click().run()

    assert "Version 3" in app.main.markdown[0].value


def test_an_address_leads_to_the_contacts_behind_a_number_and_names_only_for_those_who_may(visit, recorded):
    recorded(minutes_ago=1)
    today = day_of(system_clock(), ZONE).isoformat()
    at = day_start(system_clock(), ZONE)
    told = {"site": "harbour", "contact_id": "c7", "queue": "support", "channel": "voice", "attributes": {}, "agent": "a-1"}
    with open_database(serving().database_url) as database, database.write() as session:
        session.add(ContactRow(at=at, offered_at=at, left_at=at, outcome="abandoned", **told))

    app = visit("trends", kpi="offered,abandoned", by="queue", at=today, what="abandoned", of="support")

    assert "c7" in heads(app)
    assert (cells(app, "Left the queue"), cells(app, "Agent")) == (["abandoned"], ["a-1"])
    assert "c7" not in heads(visit("trends", at=today, cookies={ROLE_COOKIE: "executive"}))


@pytest.mark.parametrize("page", ["trends", "review"])
def test_goals_of_the_file_stand_with_shape_and_word_and_people_are_named_only_for_those_who_may(visit, site, recorded, page):
    config = site.parents[1] / "pulse.toml"
    goal = '[goals.fewer]\nkpi = "complaints"\nbaseline = 9\ntarget = 5\nfrom = 2026-01-05\nby = 2031-01-05\nowner = "person:A. Li"\n'
    config.write_text(config.read_text(encoding="utf-8") + goal, encoding="utf-8")
    recorded(minutes_ago=1)

    app = visit(page, chart="goals")

    assert len(charts(app)) == (page == "trends")
    assert (cells(app, "Status"), cells(app, "Owner")) == (["— too early to say"], ["A. Li"])
    assert cells(visit(page, chart="goals", cookies={ROLE_COOKIE: "executive"}), "Owner") == ["—"]
