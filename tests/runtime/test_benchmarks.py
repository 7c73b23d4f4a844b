"""[benchmarks] and [snapshot] of pulse.toml: what is read, and every fault with what is allowed."""

from datetime import date
from pathlib import Path

import pytest

from alerts.ruleset import faults_in
from pulse.config import ConfigError, checked_config
from pulse.kpi.snapshot import Benchmark, Edition

SAID = {"value": "80%", "source": "an association", "date": "2026-06-30"}


def read(**tables):
    return checked_config(tables, Path("pulse.toml"))


def faults(**tables) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(**tables)
    return [str(fault) for fault in caught.value.faults]


def test_a_benchmark_is_read_in_the_unit_of_its_kpi_with_its_source_and_date():
    known = read(benchmarks={"service_level": SAID, "asa_s": {**SAID, "value": "28s", "date": date(2026, 1, 2)}}).benchmarks

    assert known["service_level"] == Benchmark(value=0.8, source="an association", date="2026-06-30")
    assert (known["asa_s"].value, known["asa_s"].date) == (28, "2026-01-02")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"service_level": {**SAID, "value": 80}}, 'benchmarks.service_level.value: got 80, expected a percentage such as "5%"'),
        ({"service_level": {**SAID, "date": "June"}}, "benchmarks.service_level.date: got 'June', expected a date such as 2026-06-30"),
        ({"service_level": {**SAID, "source": " "}}, "benchmarks.service_level.source: got ' ', expected who says so"),
        ({"service_level": {"value": "80%", "source": "x"}}, "benchmarks.service_level.date: is missing"),
        ({"service_level": {**SAID, "year": 2026}}, "benchmarks.service_level.year: this key is not known here"),
        ({"service_level": "80%"}, "benchmarks.service_level: got '80%', expected a table of value, source, date"),
        ({"projected_service_level": SAID}, "benchmarks.projected_service_level: is no KPI that can have a benchmark, expected one of "),
        ({"complaints_by_pair": SAID}, "benchmarks.complaints_by_pair: is no KPI that can have a benchmark, expected one of "),
    ],
)
def test_a_fault_says_where_what_and_what_is_allowed(table, told):
    (fault,) = faults(benchmarks=table)

    assert told in fault


def test_every_fault_is_told_at_once():
    assert len(faults(benchmarks={"luck": SAID, "asa_s": {}})) == 4


def test_days_weeks_and_months_are_frozen_at_half_past_seven_unless_the_file_says_otherwise():
    plain, own = read().snapshot, read(snapshot={"at": "06:05", "weekly": False}).snapshot

    assert (plain.minutes, plain.editions) == (450, (Edition.DAILY, Edition.WEEKLY, Edition.MONTHLY))
    assert (own.minutes, own.editions) == (365, (Edition.DAILY, Edition.MONTHLY))


@pytest.mark.parametrize("at", ["7:30", "24:00", "07:60", "soon"])
def test_a_time_that_is_none_is_refused(at):
    assert f'snapshot.at: got "{at}", expected a time of day such as 07:30' in faults(snapshot={"at": at})[0]


def test_a_day_is_not_to_be_frozen_while_records_of_it_may_still_come_in():
    told = 'snapshot.at: got "01:59", expected 02:00 or later: until then records of the day before may come in'

    assert told in faults(snapshot={"at": "01:59"})[0]
    assert read(snapshot={"at": "02:00"}).snapshot.minutes == 120


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"retention": {"contacts": "1d"}}, 'retention.contacts: got "1d", expected 16d or longer'),
        ({"retention": {"agents": "12h"}}, 'retention.agents: got "12h", expected 1d or longer'),
        (
            {"goals": {"sl": {"kpi": "service_level", "baseline": "70%", "target": "180%", "from": "2026-01-01", "by": "2026-12-31"}}},
            'goals.sl.target: got "180%", expected a percentage from 0% to 100%',
        ),
        ({"channels": {"voice": {"goal_percent": 180}}}, "channels.voice.goal_percent: got 180, expected less than 100"),
    ],
)
def test_a_value_out_of_its_range_is_told_as_it_was_written_with_what_is_allowed(table, told):
    (fault,) = faults(**table)

    assert fault == f"pulse.toml, {told}"


def test_a_channel_that_is_none_is_refused():
    (fault,) = faults_in(read(snapshot={"notify": ["boss"]}))

    assert str(fault) == 'pulse.toml, snapshot.notify: got "boss", expected no name: there is no other [notify.NAME] table'
