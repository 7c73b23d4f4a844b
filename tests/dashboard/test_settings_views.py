from datetime import datetime
from pathlib import Path

import pytest
from boards import AT, board

from dashboard.about_view import about_rows, without_secrets
from dashboard.calendar_view import closed_rows, open_rows, running_shift, shift_rows
from dashboard.definitions_view import definition_rows
from dashboard.serving import Serving
from dashboard.sources_view import source_rows
from dashboard.status import Status
from pulse.config import checked_config
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.board import Board, Scope, SourceCondition, SourceHealth
from pulse.live.last_answer import LastAnswer
from pulse.text import Language

EN, ZH = words(Language.EN), words(Language.ZH)
BOARD = Board(at=AT, site=Scope(title="Harbour"))


def config(**tables):
    return checked_config({"site": {"zone": "Asia/Shanghai"}, **tables}, Path("pulse.toml"))


def at(written):
    return round(datetime.fromisoformat(written).replace(tzinfo=config().zone).timestamp() * 1000)


def row(board=BOARD, now=AT, answers=(), **health):
    known = SourceHealth(source="phone", kind="simulator", **{"condition": SourceCondition.OK, "polled_at": AT - 1000, **health})
    told = None if board is None else Board(at=board.at, site=board.site, sources={"phone": known})
    return source_rows(told, config(), dict(answers), (Language.EN, now))[0] if told else None


def test_source_tells_its_age_and_what_it_held_back():
    shown = row(newest_at=AT - 5000, newest_received_at=AT - 2000, records=7, completeness_ratio=0.98)

    assert (shown.kind, shown.status, shown.polled_s, shown.lag_s) == ("Simulated contact centre", Status.NORMAL, 1.0, 3.0)
    assert (shown.records, shown.completeness_ratio) == (7, 0.98)


def test_source_that_never_spoke_is_unknown():
    shown = source_rows(None, config(sources={"phone": {"kind": "simulator"}}), {}, (Language.ZH, AT))

    assert [(one.name, one.kind, one.status, one.polled_s, one.lag_s) for one in shown] == [
        ("phone", "模拟联络中心", Status.UNKNOWN, None, None)
    ]


def test_nothing_is_well_on_a_board_that_is_old():
    assert row(now=AT + 10_001, polled_at=AT).status is Status.STALE
    assert row(now=AT + 10_000, polled_at=AT).status is Status.NORMAL


def test_problems_are_counted_with_the_most_frequent_first():
    shown = row(problems={"cut_line": 1, "unknown_event:FOO": 5})

    assert (list(shown.problems), shown.problem_count) == (["unknown_event:FOO", "cut_line"], 6)


def test_identity_in_the_words_of_an_error_is_not_shown():
    assert row(error="no line for 13800000001").error == "no line for [phone]"


def test_source_has_its_own_last_answer():
    answer = LastAnswer(at=AT, rows=("{}",))

    assert row(answers={"phone": answer}).answer == answer
    assert row(answers={"other": answer}).answer is None


def test_sources_of_a_board_stand_after_those_of_the_config():
    shown = source_rows(board(), config(sources={"mail": {"kind": "http_json"}}), {}, (Language.EN, AT))

    assert [one.name for one in shown] == ["mail", "phone", "chat"]
    assert shown[1].kind == "rest"


def test_every_kpi_is_defined_with_unit_direction_version_and_date():
    rows = definition_rows(config(), "", Language.EN, EN)

    assert len(rows) == len(definitions())
    assert all(one.unit and one.better and one.version >= 1 and one.since for one in rows)


@pytest.mark.parametrize("search", ["asa_s", "AVERAGE speed", "应答速度"])
def test_kpi_is_found_by_name_or_words_of_either_language(search):
    found = definition_rows(config(), search, Language.EN, EN)

    assert [one.name for one in found] == ["asa_s"]


def test_what_no_kpi_has_finds_nothing():
    assert definition_rows(config(), "speed of light", Language.ZH, ZH) == []


def test_definition_shows_the_formula_and_the_target_of_the_site():
    written = config(channels={"voice": {"formula": "b", "goal_percent": 75}}, targets={"abandonment_ratio": "5%"})

    rows = {one.name: one for one in definition_rows(written, "", Language.EN, EN)}

    assert rows["service_level"].formula.endswith("B: ans≤T / ans")
    assert [rows[name].target for name in ("service_level", "abandonment_ratio", "asa_s")] == ["75.0 %", "5.0 %", "—"]


CALENDAR = {"open": {"mon-fri": ["08:00-12:00", "13:00-20:00"]}, "holidays": "CN", "closed": ["2026-12-31"]}
SHIFTS = {"night": {"time": "22:00-06:00", "days": "mon-fri", "title": {"en": "Night", "zh": "夜班"}}, "day": {"time": "06:00-22:00"}}


def test_open_hours_are_told_by_weekday():
    rows = open_rows(config(calendar=CALENDAR).hours, EN)

    assert (rows[0], rows[6]) == (("Monday", "08:00–12:00, 13:00–20:00"), ("Sunday", "closed"))


def test_closed_days_of_this_and_next_year_have_names_in_the_language():
    english, chinese = (closed_rows(config(calendar=CALENDAR), language, at("2026-11-24"), words(language)) for language in Language)

    assert english[0] == ("2026-01-01", "Thursday", "New Year's Day")
    assert chinese[0] == ("2026-01-01", "星期四", "元旦")
    assert ("2026-12-31", "Thursday", "closed") in english
    assert {date[:4] for date, *_ in english} == {"2026", "2027"}
    assert closed_rows(config(), Language.EN, at("2026-11-24"), EN) == []


def test_shifts_are_told_with_their_time_and_weekdays():
    rows = shift_rows(config(shifts=SHIFTS).planned_shifts, Language.ZH, ZH)

    assert rows == [("夜班", "22:00–06:00", "星期一, 星期二, 星期三, 星期四, 星期五"), ("day", "06:00–22:00", "每天")]


def test_the_running_shift_is_the_one_of_the_evening_before():
    running = running_shift(config(shifts=SHIFTS), at("2026-11-28 03:00"))

    assert (running.name, running.start) == ("night", at("2026-11-27 22:00"))
    assert running_shift(config(shifts=SHIFTS), at("2026-11-29 03:00")) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://pulse:s3cret@db.example:5432/pulse?sslpassword=x", "postgresql://db.example:5432/pulse"),
        ("redis://:s3cret@127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("unix:///var/pulse/redis.sock?password=x", "unix:///var/pulse/redis.sock"),
        ("sqlite:////var/pulse/history.db", "sqlite:////var/pulse/history.db"),
    ],
)
def test_addresses_are_shown_without_what_opens_them(url, shown):
    assert without_secrets(url) == shown


def test_about_tells_version_places_and_layout_in_words_that_exist():
    served = Serving(config(redis_url="redis://:s3cret@store/0", database_url="postgresql://a:s3cret@db/pulse"), "redis://:s3cret@store/0")

    rows = dict(about_rows(served, "abc123", None))

    assert rows["version"].endswith("abc123")
    assert rows["schema"].startswith("— / ")
    assert "s3cret" not in " ".join(rows.values())
    assert all(f"settings.{key}" in EN for key in rows)
