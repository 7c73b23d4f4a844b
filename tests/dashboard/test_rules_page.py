"""The rules page: its table, what it says of a back-test, and its states; nothing is saved from it."""

import re
import zlib
from array import array
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from test_incident_page import incident, kept, sheets  # noqa: F401 - fixtures

from alerts.backtest import Series, Stood
from alerts.ruleset import load_rules
from alerts.trial_lines import rule_toml
from dashboard.data import database
from dashboard.rule_rows import levels_of, rule_table, told_channels
from dashboard.rule_trials import end_at
from dashboard.serving import serving
from dashboard.theme import tokens
from dashboard.trial_chart import trial_chart
from dashboard.trial_line import line_of
from pulse.access import ROLE_COOKIE
from pulse.clock import system_clock
from pulse.config import checked_config
from pulse.i18n import words
from pulse.kpi.board import Board, Scope, board_json
from pulse.kpi.kpi import Unit
from pulse.text import Language, Text
from pulse.written import duration
from sql.incidents import RuleCount, counts_by_rule
from sql.models import BoardMinute

both = pytest.mark.parametrize("language", list(Language))
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = 60_000
NOW = 1_795_435_200_000
RULE = '[rules.length]\nkind = "threshold"\nfigure = "waiting"\nraise_above = 10\nraise_for = "60s"\n'
TITLE = Text("t", "t")


def config(folder, **rules):
    return checked_config({"rules": rules, "notify": {"desk": WEBHOOK, "pager": WEBHOOK}}, folder / "pulse.toml")


WEBHOOK = {"kind": "webhook", "url": "https://example.org/hook"}
LADDER = {
    "kind": "threshold",
    "figure": "waiting",
    "raise_above": 10,
    "raise_for": "30s",
    "notify": ["desk"],
    "graver": [{"level": 2, "raise_above": 25, "notify": ["pager"]}],
}


@pytest.fixture
def ruled(site):
    """The site watches how many wait, and has kept the Boards of the last minutes."""

    def keep_boards(waiting):
        path = site.parents[1] / "pulse.toml"
        path.write_text(path.read_text(encoding="utf-8") + RULE, encoding="utf-8")
        serving.cache_clear()
        start = end_at(system_clock()) - len(waiting) * MINUTE
        with database(serving().database_url).write() as session:
            session.add_all(kept_board(start + number * MINUTE, value) for number, value in enumerate(waiting))
        return start

    return keep_boards


def kept_board(at, waiting):
    board = Board(at=at, site=Scope(title="Site"), queues={"support": Scope(title="Support", waiting=waiting)}, sources={})
    return BoardMinute(site="harbour", at=at, board=zlib.compress(board_json(board)))


def stood(start, end):
    return Stood(scope="q", raised_at=start, until=end, is_cleared=True, title=TITLE, why=TITLE, value=1.0, worst=1.0, threshold=0.5)


def series(values):
    found = Series()
    found.at.extend(range(NOW, NOW + len(values) * MINUTE, MINUTE))
    found.value.extend(values)
    found.threshold.extend([5.0] * len(values))
    return found


def ask(app, **changes):
    """Fills the form and presses its button."""
    for text in app.main.text_area:
        text.set_value(changes.get("keys", ""))
    if "per_day" in changes:
        app.main.number_input[0].set_value(changes["per_day"])
    return app.main.button[0].click().run(timeout=30)


def test_rule_is_written_as_the_file_may_have_it(tmp_path):
    written = rule_toml("length", config(tmp_path, length=LADDER).rules["length"])

    assert written.splitlines() == [
        "[rules.length]",
        'kind = "threshold"',
        'raise_for = "30s"',
        'notify = ["desk"]',
        'figure = "waiting"',
        "raise_above = 10",
        "",
        "[[rules.length.graver]]",
        "level = 2",
        'notify = ["pager"]',
        "raise_above = 25",
    ]


def test_rule_says_its_levels_and_whom_each_tells(tmp_path):
    (rule,) = load_rules(config(tmp_path, length=LADDER))

    assert levels_of(rule) == "III → II"
    assert told_channels(rule, Language.EN) == "desk · from II on: pager"
    assert told_channels(rule, Language.ZH) == "desk · II 级起：pager"


@both
def test_table_tells_what_was_raised_and_shows_markup_as_text(tmp_path, language):
    rules = load_rules(config(tmp_path, length={**LADDER, "queues": ["<b>"]}, other={"kind": "no_data"}))

    table = rule_table(rules, {"length": RuleCount(last_at=NOW, opened=7, short=3)}, ZONE, language)

    assert "&lt;b&gt;" in table
    assert "2026-11-23 20:00" in table
    assert re.search(r">7</td>.*>3</td>", table)
    assert words(language)["rules.never"] in table
    assert rules[0].module.TITLE.in_(language) in table


def test_counts_that_are_away_are_unknown_and_not_zero(tmp_path):
    table = rule_table(load_rules(config(tmp_path, length=LADDER)), None, ZONE, Language.EN)

    assert table.count(">—</td>") == 5
    assert ">0</td>" not in table


def test_incidents_are_counted_by_rule_without_drills(site, kept):  # noqa: F811
    opened = {"rule": "sla", "opened_at": NOW}
    kept(
        incident(1, work="closed", closed_at=NOW + MINUTE, **opened),
        incident(2, work="closed", closed_at=NOW + 10 * MINUTE, **opened),
        incident(3, **opened | {"opened_at": NOW - 10}),
        incident(4, work="closed", closed_at=NOW + 1, drill=True, **opened),
    )

    counts = counts_by_rule(database(serving().database_url), "harbour", NOW, 300)

    assert counts == {"sla": RuleCount(last_at=NOW, opened=2, short=1)}


def test_thin_line_keeps_every_extreme_and_what_is_unknown():
    values = [1.0] * 9_000
    values[4_321], values[7_000], values[100] = 99.0, -99.0, nan

    line = line_of(series(values), [])

    assert len(line.at) <= 2_000
    assert dict(zip(line.at, line.value, strict=True))[NOW + 4_321 * MINUTE] == 99.0
    assert min(line.value, default=inf) == -99.0
    assert line.at[[value != value for value in line.value].index(True)] == NOW + 100 * MINUTE  # noqa: PLR0124 - nan
    assert list(line.at) == sorted(line.at)


def test_short_line_is_kept_whole():
    assert line_of(series([1.0, nan]), []).at == tuple(array("q", [NOW, NOW + MINUTE]))


def test_alerts_too_close_to_be_told_apart_are_one_bar():
    many = [stood(NOW + number * MINUTE, NOW + number * MINUTE + 1) for number in range(5_000)]

    assert len(line_of(series([1.0]), many).stood) <= 1_000
    assert line_of(series([1.0]), many[:2]).stood == ((NOW, NOW + 1), (NOW + MINUTE, NOW + MINUTE + 1))


@both
def test_chart_shows_the_sites_clock_and_bars_where_an_alert_stood(language):
    line = line_of(series([1.0, 9.0]), [stood(NOW, NOW + MINUTE)])

    chart = trial_chart(line, Unit.COUNT, (ZONE, language, tokens("dark")))

    assert str(chart.layer[0].data["start"][0]) == "2026-11-23 20:00:00"
    assert sorted(set(chart.layer[1].data["name"])) == sorted([words(language)["incident.figure"], words(language)["incident.limit"]])


def test_nothing_measured_is_no_chart():
    assert trial_chart(line_of(series([nan]), []), Unit.COUNT, (ZONE, Language.EN, tokens("dark"))) is None


@both
def test_site_without_rules_says_so(visit, language):
    app = visit("rules", language=language)

    assert [note.value for note in app.main.info] == [words(language)["rules.none"]]


@both
def test_rule_is_tried_by_the_button_and_told_whole(visit, ruled, kept, language):  # noqa: F811
    said = words(language)
    start = ruled([1] * 5 + [30] * 10 + [1] * 10)
    kept(incident(1, opened_at=start + 7 * MINUTE, rule="other"))
    before = visit("rules", language=language)
    unasked = [title.value for title in before.main.subheader]

    app = ask(before)

    titles = [title.value for title in app.main.subheader]
    assert not app.exception
    assert said["rules.fired"].format(n=1, time=duration(25 * 60, language)) in titles
    assert not set(titles) <= set(unasked)
    assert said["rules.sooner"].format(time=duration(60, language)) in sheets(app)
    assert len(app.main.get("vega_lite_chart")) == 1


def test_rule_is_tried_with_other_keys_and_nothing_is_saved(visit, ruled, site):
    ruled([1] * 5 + [30] * 10 + [1] * 10)
    file = site.parents[1] / "pulse.toml"
    before = file.read_text(encoding="utf-8")

    app = ask(visit("rules"), keys="raise_above = 40\n# calmer\n")

    assert any(title.value.startswith("It would have fired 0 times") for title in app.main.subheader)
    assert "[rules.length]\nraise_above = 40" in [code.value for code in app.main.code]
    assert words(Language.EN)["rules.keep"] in [caption.value for caption in app.main.caption]
    assert file.read_text(encoding="utf-8") == before


def test_result_stays_while_the_page_is_drawn_again_and_nothing_is_tried_anew(visit, ruled):
    ruled([1] * 5 + [30] * 10 + [1] * 10)
    app = ask(visit("rules"))
    with database(serving().database_url).write() as session:
        session.query(BoardMinute).delete()
    st.cache_data.clear()

    again = app.run(timeout=30)

    assert any(title.value.startswith("It would have fired 1 times") for title in again.main.subheader)


def test_limit_for_so_many_alerts_a_day_is_suggested(visit, ruled):
    ruled([1] * 5 + [30] * 10 + [1] * 10)

    app = ask(visit("rules"), per_day=0.0)

    assert any("raise_above = 30" in code.value for code in app.main.code)


def test_faults_of_keys_say_where_what_and_what_is_allowed(visit, ruled):
    ruled([1])

    app = ask(visit("rules"), keys='raise_above = "soon"\nwindow <b>')

    assert [error.value for error in app.main.error] == [words(Language.EN)["rules.refused"]]
    assert app.main.code[-1].value == 'rules.length: got "window <b>", expected key=value'
    assert 'got "soon"' in ask(app, keys='raise_above = "soon"').main.code[-1].value


def test_stretch_without_boards_has_nothing_to_judge(visit, ruled):
    ruled([])

    app = ask(visit("rules"))

    assert [note.value for note in app.main.info] == [words(Language.EN)["rules.no_board"]]


@both
def test_rules_stand_while_history_is_away_and_cannot_be_tried(visit, history_away, site, language):
    path, said = site.parents[1] / "pulse.toml", words(language)
    path.write_text(path.read_text(encoding="utf-8") + RULE, encoding="utf-8")
    serving.cache_clear()

    app = ask(visit("rules", language=language))

    assert not app.exception
    assert "length" in sheets(app)
    assert [error.value for error in app.main.error] == [said["rules.counts_away"], said["rules.unreadable"]]


def test_faulty_rules_are_named_and_take_no_page_down(visit, site):
    path = site.parents[1] / "pulse.toml"
    path.write_text(path.read_text(encoding="utf-8") + RULE.replace("threshold", "thresholds"), encoding="utf-8")
    serving.cache_clear()

    app = visit("rules")

    assert not app.exception
    assert "rules.length.kind" in app.main.code[0].value


def test_supervisor_has_no_such_page(visit, ruled):
    ruled([1])

    app = visit("rules", cookies={ROLE_COOKIE: "supervisor"})

    assert "length" not in sheets(app)


def test_whoever_asks_within_five_minutes_asks_the_same():
    assert end_at(NOW + 299_999) == end_at(NOW) == NOW
    assert end_at(NOW + 300_000) == NOW + 300_000


@both
def test_a_rule_with_hours_of_its_own_says_them_in_the_readers_language(tmp_path, language):
    rule = {"kind": "threshold", "figure": "waiting", "raise_above": 10, "schedule": ["closed", "early"]}
    tables = {"calendar": {"open": {"mon-fri": ["08:00-20:00"]}}, "shifts": {"early": {"time": "06:00-14:00"}}}
    rules = load_rules(checked_config({"rules": {"length": rule}, **tables}, tmp_path / "pulse.toml"))

    html = rule_table(rules, {}, ZONE, language)

    assert f"threshold · {words(language)['rules.while_closed']} · early</small>" in html
