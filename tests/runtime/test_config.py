"""pulse.toml: every fault at once, each with where, found, allowed."""

from datetime import date
from pathlib import Path

import pytest

from pulse.config import ConfigError, checked_config, load_config, secret
from pulse.durations import seconds
from pulse.kpi.records import Channel
from pulse.runtime.collecting import checked_sources
from pulse.runtime.places import Places
from pulse.runtime.site import RunningSite


def faults(written: dict) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        checked_config(written, Path("pulse.toml"))
    return [str(fault) for fault in caught.value.faults]


def test_all_faults_are_told_at_once_with_where_found_and_allowed() -> None:
    told = faults({"site": {"zone": "Mars"}, "sources": {"phone": {"kind": "x", "every": "5x"}}, "colour": 1})

    assert 'pulse.toml, sources.phone.every: got "5x", expected a duration such as 5s or 2m' in told
    assert any(fault.startswith('pulse.toml, site.zone: got "Mars", expected an IANA time zone') for fault in told)
    assert "pulse.toml, colour: this key is not known here" in told


@pytest.mark.parametrize(("written", "expected"), [("500ms", 0.5), ("5s", 5), ("2m", 120), ("1.5h", 5400), ("1d", 86400)])
def test_a_duration_is_a_number_with_a_unit(written: str, expected: float) -> None:
    assert seconds(written) == expected


@pytest.mark.parametrize("written", ["5", "5x", "-1s", "", 5, None])
def test_anything_else_is_not_a_duration(written: object) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        seconds(written)


def test_a_queue_promises_what_is_written_over_what_its_channel_promises() -> None:
    config = checked_config(
        {"channels": {"chat": {"target": "45s"}}, "queues": {"web": {"channel": "chat", "goal_percent": 90}}}, Path("pulse.toml")
    )

    assert config.queue_goal("web", Channel.CHAT).target_s == 45
    assert config.queue_goal("web", Channel.CHAT).goal_ratio == 0.9
    assert config.queue_goal("unknown", Channel.VOICE).target_s == 20


def test_a_secret_is_read_by_reference_and_never_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hidden\n")

    assert secret("file:token", tmp_path) == "hidden"
    assert secret("env:TOKEN", tmp_path, {"TOKEN": "also"}) == "also"
    with pytest.raises(ConfigError, match="env:NOTHING: nothing is there"):
        secret("env:NOTHING", tmp_path, {})


def test_a_file_that_is_not_toml_is_one_clear_fault(tmp_path: Path) -> None:
    (tmp_path / "pulse.toml").write_text("[site\n")

    with pytest.raises(ConfigError, match=r"pulse\.toml"):
        load_config(tmp_path / "pulse.toml")


def test_the_faults_of_all_sources_are_told_together(tmp_path: Path) -> None:
    written = {
        "sources": {"a": {"kind": "asterisk_queue_log"}, "b": {"kind": "nothing"}, "c": {"kind": "asterisk_queue_log", "path": "x", "y": 1}}
    }
    site = RunningSite(checked_config(written, tmp_path / "pulse.toml"), Places(tmp_path))

    with pytest.raises(ConfigError) as caught:
        checked_sources(site)

    told = [str(fault) for fault in caught.value.faults]
    assert "pulse.toml, sources.a.path: is missing" in told
    assert any(fault.startswith('pulse.toml, sources.b.kind: got "nothing", expected one of') for fault in told)
    assert "pulse.toml, sources.c.y: this key is not known here" in told


def test_opening_times_and_public_holidays_make_the_business_hours_clock() -> None:
    calendar = {
        "open": {"mon-fri": ["08:00-12:00", "13:00-17:00"], "sat": ["22:00-06:00"]},
        "holidays": "DE-BE",
        "closed": [date(2026, 11, 24)],
    }
    config = checked_config(
        {"site": {"zone": "Europe/Berlin"}, "calendar": calendar, "queues": {"vip": {"around_the_clock": True}}}, Path("x")
    )

    hours = config.queue_goal("support", Channel.VOICE).hours

    assert hours is not None
    assert [len(stretches) for stretches in hours.week] == [2, 2, 2, 2, 2, 1, 0]
    assert date(2026, 11, 24) in hours.closed
    assert config.queue_goal("vip", Channel.VOICE).hours is None
    assert checked_config({}, Path("x")).queue_goal("support", Channel.VOICE).hours is None


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        ({"open": {"mo": ["08:00-12:00"]}}, "expected a weekday such as mon"),
        ({"open": {"mon": ["8-12"]}}, "expected opening times such as 08:00-20:00"),
        ({"open": {"mon": ["08:00-08:00"]}}, "expected a closing time that differs"),
        ({"open": {}, "holidays": "XX"}, "expected the code of a country such as DE"),
        ({"open": {}, "holidays": "DE-XX"}, "expected BB, BE"),
    ],
)
def test_a_calendar_that_cannot_be_read_says_what_is_allowed(calendar: dict, told: str) -> None:
    assert told in "\n".join(faults({"calendar": calendar}))


CALENDAR = {"open": {"mon-fri": ["08:00-20:00"]}, "closed": ["2026-11-23"]}


def shifts_at(written: dict, moment: str) -> list[str]:
    from datetime import datetime

    config = checked_config({"site": {"zone": "Europe/Berlin"}, **written}, Path("pulse.toml"))
    at = round(datetime.fromisoformat(moment).replace(tzinfo=config.zone).timestamp() * 1000)
    return [shift.name for shift in config.planned_shifts if shift.hours.is_open(at)]


def test_a_shift_runs_at_its_time_on_its_weekdays() -> None:
    written = {"shifts": {"night": {"time": "22:00-06:00", "days": "mon-fri"}}}

    assert shifts_at(written, "2026-11-28 05:00") == ["night"]  # of Friday evening
    assert shifts_at(written, "2026-11-28 23:00") == []


def test_a_shift_rests_on_holidays_where_the_file_says_so() -> None:
    times = {"time": "08:00-16:00"}
    written = {"calendar": CALENDAR, "shifts": {"all": times, "office": {**times, "on_holidays": False}}}

    assert shifts_at(written, "2026-11-23 09:00") == ["all"]
    assert shifts_at(written, "2026-11-24 09:00") == ["all", "office"]


def test_a_shift_is_titled_in_both_languages_or_by_its_name() -> None:
    shifts = {"early": {"time": "06:00-14:00", "title": {"en": "Early", "zh": "早班"}}, "late": {"time": "14:00-22:00"}}

    titles = [shift.title.zh for shift in checked_config({"shifts": shifts}, Path("pulse.toml")).planned_shifts]

    assert titles == ["早班", "late"]


def test_faults_in_shifts_are_told_with_what_is_allowed() -> None:
    told = faults({"shifts": {"a": {"time": "8-16"}, "b": {"time": "08:00-16:00", "days": "monday"}}, "site": {"zone": "Mars"}})

    assert "pulse.toml, shifts.a.time: got '8-16', expected opening times such as 08:00-20:00 or, overnight, 22:00-06:00" in told
    assert 'pulse.toml, shifts.b.days: got "monday", expected a weekday such as mon, or a range such as mon-fri' in told
    assert len(told) == 3


def test_a_shift_that_rests_on_holidays_needs_a_calendar() -> None:
    told = faults({"shifts": {"a": {"time": "08:00-16:00", "on_holidays": False}}, "site": {"zone": "Mars"}})

    assert "pulse.toml, shifts: a: got on_holidays = false, expected a [calendar] that says when the site is closed" in told
    assert len(told) == 2


def test_console_is_where_people_log_in_or_on_this_machine_only():
    login = {"metadata_url": "https://id.example/x", "client_id": "p", "client_secret": "env:S", "default_role": "viewer"}
    there = {"login": {**login, "redirect": "https://pulse.example/oauth2callback"}}

    assert checked_config({"serve": {"port": 8600}}, Path("pulse.toml")).console_address == "http://127.0.0.1:8600/console"
    assert checked_config(there, Path("pulse.toml")).console_address == "https://pulse.example/console"


def test_messages_lead_to_the_port_that_pulse_up_was_told(monkeypatch):
    monkeypatch.setenv("PULSE_PORT", "8734")

    assert checked_config({"serve": {"port": 8600}}, Path("pulse.toml")).console_address == "http://127.0.0.1:8734/console"
