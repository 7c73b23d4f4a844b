"""When a site is open, as people write it: opening times by weekday, public holidays of a country, further closed days.

In: the [calendar] table of pulse.toml. Out: `OpenHours`, or a fault in words. The calendar of a country is only loaded where one is named.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from pulse.clock import system_clock
from pulse.kpi.hours import OpenHours
from pulse.text import Language

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STRETCH = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_YEARS_BACK, _YEARS_AHEAD = 1, 3
_GUESSED = " (estimated)"
"""How the name of a holiday ends whose day the moon has not confirmed yet."""
_AND = "; "
"""What stands between the names of a day that is two holidays."""
_A_YEAR = timedelta(days=365)
_NAMED_IN = MappingProxyType({Language.EN: "en_US", Language.ZH: "zh_CN"})


def _days(written: str) -> str:
    first, _, last = written.partition("-")
    if first not in WEEKDAYS or (last and last not in WEEKDAYS):
        raise ValueError(f'got "{written}", expected a weekday such as mon, or a range such as mon-fri')
    return written


def _stretch(written: object) -> tuple[int, int]:
    match = _STRETCH.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise ValueError(f"got {written!r}, expected opening times such as 08:00-20:00 or, overnight, 22:00-06:00")
    opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if opens == closes or closes > 24 * 60:
        raise ValueError(f'got "{written}", expected a closing time that differs and is 24:00 at the latest')
    return opens, closes


Days = Annotated[str, AfterValidator(_days)]
"""A weekday, or a range of weekdays."""
Times = Annotated[tuple[int, int], BeforeValidator(_stretch)]
"""A stretch of a day as (begins, ends) in minutes after midnight."""


def _country(written: str) -> str:
    from holidays import list_supported_countries  # noqa: PLC0415 - a site without holidays does not carry them

    country, _, part = written.partition("-")
    known = list_supported_countries()
    if country not in known or (part and part not in known[country]):
        allowed = ", ".join(known.get(country, ())) if part else "the code of a country such as DE, CN or DE-BE"
        raise ValueError(f'got "{written}", expected {allowed or "a country without a part"}')
    return written


class Calendar(BaseModel):
    """[calendar]: when the site is open; a site without one never closes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    open: Mapping[Days, tuple[Times, ...]]
    """Opening times by weekday or range of weekdays."""
    holidays: Annotated[str, AfterValidator(_country)] | None = None
    """Closed on the public holidays of a country, or of a part of it."""
    closed: tuple[date, ...] = ()
    """Further days on which it does not open."""

    def hours(self, zone: ZoneInfo) -> OpenHours:
        """The business-hours clock in a zone; holidays are known from last year to three years ahead."""
        return OpenHours(zone, tuple(map(self._stretches, WEEKDAYS)), frozenset(self.closed) | self._public_holidays())

    def closed_days(self, years: Collection[int], language: Language) -> dict[date, str | None]:
        """The days of some years on which it does not open, in their order: holidays with their name, further days with None.

        A holiday whose name nobody has written in a language has its English one.
        """
        further: dict[date, str | None] = {day: None for day in self.closed if day.year in years}
        return dict(sorted({**further, **self._holidays_of(years, language)}.items()))

    def holidays_a_year_earlier(self, years: Collection[int]) -> dict[date, date]:
        """Each holiday of some years with the one of the same name a year earlier: of one that lasts for days the first day with the first.

        A day that is two holidays goes with the one that is nearer to its own date. What is moved by date, such as a day off for a worked
        Sunday, and days that are only `closed` have no name to be known by.
        """
        named: dict[tuple[str, int], list[date]] = {}
        for day, names in sorted(self._holidays_of({*years, *(year - 1 for year in years)}, Language.EN).items()):
            for name in names.split(_AND):
                named.setdefault((name.removesuffix(_GUESSED), day.year), []).append(day)
        found: dict[date, date] = {}
        for (name, year), days in named.items():
            for day, earlier in zip(days, named.get((name, year - 1), ()) if year in years else (), strict=False):
                found[day] = min(found.get(day, earlier), earlier, key=lambda one: abs(day - one - _A_YEAR))
        return found

    def _stretches(self, weekday: str) -> tuple[tuple[int, int], ...]:
        return tuple(sorted(stretch for days, stretches in self.open.items() if weekday in named_weekdays(days) for stretch in stretches))

    def _public_holidays(self) -> frozenset[date]:
        year = datetime.fromtimestamp(system_clock() / 1000, UTC).year
        return frozenset(self._holidays_of(range(year - _YEARS_BACK, year + _YEARS_AHEAD + 1), Language.EN))

    def _holidays_of(self, years: Iterable[int], language: Language) -> Mapping[date, str]:
        if self.holidays is None:
            return {}
        from holidays import country_holidays  # noqa: PLC0415 - see above

        country, _, part = self.holidays.partition("-")
        return dict(country_holidays(country, subdiv=part or None, years=years, language=_NAMED_IN[language]))


def named_weekdays(days: str) -> tuple[str, ...]:
    """The weekdays of a range such as mon-fri; fri-mon runs over the week's end."""
    first, _, last = days.partition("-")
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return WEEKDAYS[begin : end + 1] if begin <= end else (*WEEKDAYS[begin:], *WEEKDAYS[: end + 1])
