"""A past minute as people write it: the site's own time, an offset, and the nights of a clock change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pulse.instant import UnclearInstant, day_or_instant, instant, written_at
from pulse.past_instant import past_instant

BERLIN = ZoneInfo("Europe/Berlin")


def utc(written: str) -> int:
    return round(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp() * 1000)


FIRST, NOW = utc("2026-01-01T00:00"), utc("2026-11-28T12:30:40")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-20T14:35", "2026-11-20T13:35"),
        ("2026-11-20 14:35", "2026-11-20T13:35"),
        ("2026-11-20T14:35:59", "2026-11-20T13:35"),
        ("2026-11-20T14:35Z", "2026-11-20T14:35"),
        ("1795181759000", "2026-11-20T13:35"),
        ("2026-11-20T14:35+08:00", "2026-11-20T06:35"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30"),
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30"),
        ("2026-11-28T13:30", "2026-11-28T12:30"),
    ],
)
def test_a_minute_is_meant_in_the_sites_own_time_or_by_its_offset(written: str, meant: str) -> None:
    assert past_instant(written, BERLIN, FIRST, NOW) == utc(meant)


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ("2026-11-28T13:31", "≤ 2026-11-28T13:30"),
        ("2025-12-31T23:59", "≥ 2026-01-01T01:00"),
        ("2026-03-29T02:30", "2026-03-29T01:59 | 2026-03-29T03:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30+02:00 | 2026-10-25T02:30+01:00"),
        ("2026-02-30T10:00", "a time such as 2026-11-20T14:35"),
        ("yesterday", "a time such as 2026-11-20T14:35"),
        ("0001-01-01T00:00+14:00", "a time such as 2026-11-20T14:35"),
        ("20261120", "a time such as 2026-11-20T14:35"),
    ],
)
def test_what_means_no_minute_of_the_past_is_said_with_what_would(written: str, allowed: str) -> None:
    with pytest.raises(UnclearInstant) as refused:
        past_instant(written, BERLIN, FIRST, NOW)

    assert refused.value.allowed.en.startswith(allowed)
    assert f'got "{written}"' in str(refused.value)


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("2026-11-28T13:31", "2026-11-28T13:30"),
        ("2025-12-31T23:59", "2026-01-01T01:00"),
        ("2026-03-29T02:30", "2026-03-29T03:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30+02:00"),
        ("yesterday", None),
    ],
)
def test_the_minute_of_the_past_that_comes_nearest_is_told_where_there_is_one(written: str, nearest: str | None) -> None:
    with pytest.raises(UnclearInstant) as refused:
        past_instant(written, BERLIN, FIRST, NOW)

    found = refused.value.nearest
    assert (None if found is None else written_at(found, BERLIN)) == nearest


@pytest.mark.parametrize(("written", "found"), [("2026-03-29T02:30", "skipped"), ("2026-10-25T02:30", "showed twice")])
def test_what_the_clocks_of_the_site_never_showed_or_twice_is_no_instant_wherever_one_is_asked_for(written: str, found: str) -> None:
    for read in (instant, day_or_instant):
        with pytest.raises(UnclearInstant, match=found):
            read(written, BERLIN)


def test_a_plus_that_an_address_made_a_space_is_still_one() -> None:
    assert instant("2026-11-20T14:35:01.5 08:00", BERLIN) == utc("2026-11-20T06:35:01.500")


def test_a_day_stands_for_its_first_instant_by_the_sites_clock() -> None:
    assert day_or_instant("2026-11-20", BERLIN) == utc("2026-11-19T23:00")
    assert day_or_instant("2026-10-25", BERLIN, days_later=1) == utc("2026-10-25T23:00")
    with pytest.raises(UnclearInstant, match="no calendar has, expected a day such as 2026-11-20"):
        day_or_instant("2026-02-30", BERLIN)


def test_before_anything_was_recorded_there_is_no_past() -> None:
    with pytest.raises(UnclearInstant, match="nothing was recorded yet"):
        past_instant("2026-11-20T14:35", BERLIN, None, NOW)


def test_a_time_that_comes_twice_is_written_with_its_offset() -> None:
    assert written_at(utc("2026-10-25T01:30"), BERLIN) == "2026-10-25T02:30+01:00"
    assert written_at(utc("2026-11-20T13:35"), BERLIN) == "2026-11-20T14:35"
