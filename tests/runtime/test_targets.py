"""[targets] of pulse.toml: values in the KPI's own unit, channels over the site, every fault with what is allowed."""

from pathlib import Path

import pytest

from pulse.config import ConfigError, checked_config
from pulse.definitions import definitions
from pulse.kpi.kpi import Better, Unit
from pulse.kpi.records import Channel
from pulse.targets import Targets, allowed_names, read_targets


def faults(written: dict) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        checked_config(written, Path("pulse.toml"))
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("abandonment_ratio", "5%", 0.05),
        ("abandonment_ratio", "2.5 %", 0.025),
        ("asa_s", "90s", 90),
        ("frt_s", "4h", 14_400),
        ("csat_score", 4.2, 4.2),
        ("nps_score", -10, -10),
        ("complaints", 40, 40),
        ("complaints", 0, 0),
        ("abandonment_ratio", "100%", 1.0),
        ("nps_score", -100, -100),
    ],
)
def test_a_target_is_read_in_the_unit_of_its_kpi(name: str, written: object, value: float) -> None:
    assert read_targets({name: written}).of(name) == value


def test_a_channel_has_its_own_target_over_that_of_the_site() -> None:
    targets = read_targets({"asa_s": "30s", "abandonment_ratio": "5%", "voice": {"asa_s": "20s"}})

    assert (targets.of("asa_s"), targets.of("asa_s", Channel.VOICE), targets.of("asa_s", Channel.CHAT)) == (30, 20, 30)
    assert targets.of("abandonment_ratio", Channel.VOICE) == 0.05


def test_a_kpi_without_a_target_has_none() -> None:
    assert Targets().of("asa_s") is None
    assert checked_config({}, Path("pulse.toml")).targets.of("asa_s", Channel.VOICE) is None


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("abandonment_ratio", 5, 'got 5, expected a percentage such as "5%"'),
        ("abandonment_ratio", "120%", 'got "120%", expected a percentage from 0% to 100%'),
        ("asa_s", 30, "got 30, expected a duration such as 5s or 2m"),
        ("asa_s", "fast", 'got "fast", expected a duration such as 5s or 2m'),
        ("csat_score", "4.2", 'got "4.2", expected a number such as 4.2'),
        ("csat_score", True, "got True, expected a number such as 4.2"),
        ("csat_score", float("nan"), "got nan, expected a score of -100 to 100"),
        ("nps_score", -101, "got -101, expected a score of -100 to 100"),
        ("complaints", -1, "got -1, expected a count, 0 or more"),
        ("service_level", "80%", "a service level is judged by its goal, expected goal_percent in [channels] or [queues]"),
    ],
)
def test_a_value_of_another_unit_is_a_fault_that_says_what_is_allowed(name: str, written: object, told: str) -> None:
    assert faults({"targets": {name: written}}) == [f"pulse.toml, targets.{name}: {told}"]


def test_an_unknown_kpi_is_told_with_the_allowed_names() -> None:
    told = faults({"targets": {"speed": "5s"}})

    assert told[0].startswith("pulse.toml, targets.speed: is no KPI that can have a target, expected one of ")
    assert "abandonment_ratio, " in told[0]


def test_all_faults_of_all_tables_are_told_at_once() -> None:
    told = faults({"site": {"zone": "Mars"}, "targets": {"asa_s": 1, "voice": {"aht_s": "x"}, "fax": {"asa_s": "5s"}}})

    assert [fault.partition(":")[0].removeprefix("pulse.toml, ") for fault in told] == [
        "site.zone",
        "targets.asa_s",
        "targets.voice.aht_s",
        "targets.fax",
    ]


def test_what_is_no_table_is_a_fault() -> None:
    assert faults({"targets": 5}) == ["pulse.toml, targets: got 5, expected a table of KPI names and values"]


def test_only_what_has_a_better_direction_can_have_a_target() -> None:
    kpis = [definitions()[name] for name in allowed_names()]

    assert len(kpis) > 10
    assert all(kpi.better is not Better.NEITHER and kpi.unit is not Unit.COUNTS_BY_NAME for kpi in kpis)
