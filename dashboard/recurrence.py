"""The days on which a window repeats, in words: every other week on Monday, the last Friday of every month.

In: an RRULE of RFC 5545. Out: words in both languages; None for a rule that has a part for which there are none, so that nothing is
said that is only half true.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from pulse.text import Language, Text

_DAYS: Mapping[str, Text] = {
    "MO": Text("Monday", "周一"),
    "TU": Text("Tuesday", "周二"),
    "WE": Text("Wednesday", "周三"),
    "TH": Text("Thursday", "周四"),
    "FR": Text("Friday", "周五"),
    "SA": Text("Saturday", "周六"),
    "SU": Text("Sunday", "周日"),
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_PLACES: Mapping[int, Text] = {
    1: Text("first", "第一个"),
    2: Text("second", "第二个"),
    3: Text("third", "第三个"),
    4: Text("fourth", "第四个"),
    5: Text("fifth", "第五个"),
    -1: Text("last", "最后一个"),
    -2: Text("second last", "倒数第二个"),
}
_UNITS: Mapping[str, Text] = {
    "DAILY": Text("day", "天"),
    "WEEKLY": Text("week", "周"),
    "MONTHLY": Text("month", "个月"),
    "YEARLY": Text("year", "年"),
}
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "WKST"})
_DAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
_ON_THE_DAY: Mapping[str, str] = {"WEEKLY": "BYDAY", "MONTHLY": "BYMONTHDAY", "YEARLY": "BYMONTHDAY"}


def told(repeat: str, since: date, language: Language) -> str:
    """The recurrence in words; as it is written where there are none for it."""
    said = in_words(repeat, since)
    return said.in_(language) if said else repeat


def in_words(repeat: str, since: date) -> Text | None:
    """The recurrence in words; what is not given is taken from `since`, as the rule does it."""
    parts = _parts(repeat)
    if parts is None or not parts.keys() <= _KNOWN or parts.get("FREQ") not in _UNITS:
        return None
    whole = _completed(parts, since)
    try:
        said = [_every(whole), _days(whole), _month_days(whole), _months(whole), _end(whole)]
    except (ValueError, KeyError, IndexError):
        return None
    return Text("".join(one.en for one in said), "".join(one.zh for one in said))


def _parts(repeat: str) -> dict[str, str] | None:
    lines = [line for line in repeat.upper().removeprefix("RRULE:").split("\n") if line.strip()]
    if len(lines) != 1:
        return None
    pairs = [part.partition("=") for part in lines[0].strip().strip(";").split(";")]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _completed(parts: Mapping[str, str], since: date) -> Mapping[str, str]:
    """A rule that names no day repeats the one on which it began."""
    if any(name in parts for name in ("BYDAY", "BYMONTHDAY")):
        return parts
    own = {"BYDAY": list(_DAYS)[since.weekday()], "BYMONTHDAY": str(since.day)}
    key = _ON_THE_DAY.get(parts["FREQ"])
    month = {"BYMONTH": str(since.month)} if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts else {}
    return {**parts, **month, **({key: own[key]} if key else {})}


def _every(parts: Mapping[str, str]) -> Text:
    unit, many = _UNITS[parts["FREQ"]], int(parts.get("INTERVAL", "1"))
    if many == 1:
        return Text(f"every {unit.en}", f"每{unit.zh}")
    return Text(f"every {many} {unit.en}s", f"每 {many} {unit.zh}")


def _days(parts: Mapping[str, str]) -> Text:
    if "BYDAY" not in parts:
        return Text("", "")
    named = [_day(written) for written in parts["BYDAY"].split(",")]
    return Text(f" on {_listed([one.en for one in named])}", f"的{'、'.join(one.zh for one in named)}")


def _day(written: str) -> Text:
    match = _DAY.fullmatch(written.strip())
    if match is None:
        raise ValueError(written)
    day = _DAYS[match[2]]
    if match[1] is None:
        return day
    place = _PLACES[int(match[1])]
    return Text(f"the {place.en} {day.en}", f"{place.zh}{day.zh}")


def _month_days(parts: Mapping[str, str]) -> Text:
    if "BYMONTHDAY" not in parts:
        return Text("", "")
    named = [_month_day(int(written)) for written in parts["BYMONTHDAY"].split(",")]
    # Beside weekdays both must hold.
    joined = Text(" that is ", "且为") if "BYDAY" in parts else Text(" on ", "的")
    zh = "、".join(one.zh for one in named)
    return Text(f"{joined.en}{_listed([one.en for one in named])}", f"{joined.zh}{' ' if zh[0].isdigit() else ''}{zh}")


def _month_day(number: int) -> Text:
    if number == -1:
        return Text("the last day", "最后一天")
    if number < 1:
        return Text(f"the {_ordinal(-number)} last day", f"倒数第 {-number} 天")
    return Text(f"the {_ordinal(number)}", f"{number} 日")


def _ordinal(number: int) -> str:
    last = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def _months(parts: Mapping[str, str]) -> Text:
    if "BYMONTH" not in parts:
        return Text("", "")
    numbers = [int(written) for written in parts["BYMONTH"].split(",")]
    en = _listed([_MONTHS[number - 1] for number in numbers])
    return Text(f", in {en}", f"（{'、'.join(f'{number} 月' for number in numbers)}）")


def _end(parts: Mapping[str, str]) -> Text:
    if "COUNT" in parts:
        return Text(f", {int(parts['COUNT'])} times", f"，共 {int(parts['COUNT'])} 次")
    if "UNTIL" in parts:
        day = f"{parts['UNTIL'][:4]}-{parts['UNTIL'][4:6]}-{parts['UNTIL'][6:8]}"
        return Text(f", until {day}", f"，至 {day}")
    return Text("", "")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
