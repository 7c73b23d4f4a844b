"""A past minute as people write it: the site's own time, an offset, and the nights of a clock change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pulse.past_instant import UnclearInstant, past_instant, written_at

BERLIN = ZoneInfo("Europe/Berlin")


def utc(written: str) -> int:
    return round(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp() * 1000)


FIRST, NOW = utc("2026-01-01T00:00"), utc("2026-11-28T12:30:40")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-20T14:35", "2026-11-20T13:35"),
        ("2026-11-20 14:35", "2026-11-20T13:35"),
        ("2026-11-20T14:35Z", "2026-11-20T14:35"),
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
        ("2026-02-30T10:00", "YYYY-MM-DDTHH:MM"),
        ("yesterday", "YYYY-MM-DDTHH:MM"),
        ("0001-01-01T00:00+14:00", "YYYY-MM-DDTHH:MM"),
    ],
)
def test_what_means_no_minute_of_the_past_is_said_with_what_would(written: str, allowed: str) -> None:
    with pytest.raises(UnclearInstant) as refused:
        past_instant(written, BERLIN, FIRST, NOW)

    assert refused.value.allowed == allowed
    assert f'got "{written}"' in str(refused.value)


def test_before_anything_was_recorded_there_is_no_past() -> None:
    with pytest.raises(UnclearInstant, match="nothing was recorded yet"):
        past_instant("2026-11-20T14:35", BERLIN, None, NOW)


def test_a_time_that_comes_twice_is_written_with_its_offset() -> None:
    assert written_at(utc("2026-10-25T01:30"), BERLIN) == "2026-10-25T02:30+01:00"
    assert written_at(utc("2026-11-20T13:35"), BERLIN) == "2026-11-20T14:35"
