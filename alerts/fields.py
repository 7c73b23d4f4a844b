"""What a message may say in one language: the fields templates may use, and no others.

In: a message's payload. Out: cleaned texts; a field that is not known is empty. Nothing of a person is among them.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from pulse.kpi.kpi import Unit
from pulse.text import Language, Text
from pulse.written import duration

STATEMENT = "statement"
STATES: Mapping[str, Text] = {
    "raised": Text("RAISED", "告警"),
    "eased": Text("EASED", "减轻"),
    "flapping": Text("FLAPPING", "反复波动"),
    "steady": Text("STILL STANDS", "持续告警"),
    "cleared": Text("CLEARED", "恢复"),
    "removed": Text("RULE REMOVED", "规则已删除"),
    "escalated": Text("ESCALATED", "升级"),
    "unanswered": Text("NOT ACKNOWLEDGED", "未确认"),
    "unowned": Text("SHIFT OVER, NO OWNER", "交班后无人负责"),
    STATEMENT: Text("STATEMENT", "声明"),
    "handover": Text("HAND-OVER", "交接班"),
    "accepted": Text("HAND-OVER", "交接班"),
    "late": Text("ALERTING", "告警系统"),
    "reminder": Text("REMINDER", "提醒"),
    "snapshot": Text("SNAPSHOT", "快照"),
}
LEVELS: Mapping[int, str] = {1: "I", 2: "II", 3: "III"}
MOST_ADDRESS = 1000
"""An address that is longer is left out, so that what is left always has room."""
MOST_FIELD, MOST_NAME = 4000, 200
"""Code points of one field, and of a contributor's name."""
_SAFE_IN_ADDRESS = ":/?#@!$&+,;=-._~%"


def fields_of(payload: Mapping[str, Any], language: Language, zone: ZoneInfo, shown: int) -> dict[str, Any]:
    """Every field by name, with the first `shown` contributors; times are the site's."""
    step, parts = str(payload.get("state", "")), list(payload.get("contributors") or ())
    unit = payload.get("unit")
    return {
        "language": language.value,
        "step": clean(step),
        "state": STATES.get(step, Text(clean(step), clean(step))).in_(language),
        "level": LEVELS.get(payload.get("level", 0), ""),
        "drill": bool(payload.get("drill")),
        "title": _in(payload.get("title"), language),
        "why": _in(payload.get("why"), language),
        "site": clean(payload.get("site")),
        "scope": clean(payload.get("scope")),
        "rule": clean(payload.get("rule")),
        "kind": clean(payload.get("kind")),
        "incident": clean(payload.get("incident")),
        "value": figure(payload.get("value"), unit),
        "value_at_raise": figure(payload.get("value_at_raise"), unit),
        "peak": figure(payload.get("peak"), unit),
        "threshold": figure(payload.get("threshold"), unit),
        "threshold_at_raise": figure(payload.get("threshold_at_raise", payload.get("threshold")), unit),
        "since": _time(payload.get("opened_at"), zone),
        "at": _time(payload.get("at"), zone),
        "lasted": _lasted(payload, language),
        "contributors": [_contributor(part, language) for part in parts[:shown]],
        "more": max(0, len(parts) - shown) + int(payload.get("more_contributors") or 0),
        "rule_owner": _in(payload.get("rule_owner"), language),
        "runbook": clean(payload.get("runbook")),
        "link": address(payload.get("link")) or "",
        "instead_of": clean(payload.get("instead_of")),
    }


def clean(value: object, most: int = MOST_FIELD) -> str:
    """A text of bounded length on one line that any encoding can carry: no control signs, nothing that turns the direction of writing."""
    if value is None:
        return ""
    told = str(value)[:most].encode("utf-8", "replace").decode("utf-8")
    plain = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in told if unicodedata.category(sign) != "Cf"
    )
    return " ".join(plain.split())


def number(value: object) -> str:
    """A number as it is compared with its limit; empty where it is not known."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def figure(value: object, unit: object) -> str:
    """A number as people read it: a ratio in percent; empty where it is not known."""
    if unit != Unit.RATIO or isinstance(value, bool) or not isinstance(value, int | float):
        return number(value)
    return f"{number(round(value * 100, 1))} %"


def address(value: object) -> str | None:
    """A web address with every sign a format could mistake for its own written as %XX; None for anything else."""
    written = "" if value is None else str(value).strip()
    if not re.match(r"https?://[^\s/]", written):
        return None
    safe = quote(written.encode("utf-8", "replace"), safe=_SAFE_IN_ADDRESS)
    return safe if len(safe) <= MOST_ADDRESS else None


def _in(texts: object, language: Language, most: int = MOST_FIELD) -> str:
    if not isinstance(texts, Mapping):
        return ""
    return clean(texts.get(language.value) or texts.get(Language.EN.value), most)


def _contributor(part: Mapping[str, Any], language: Language) -> dict[str, str]:
    name = _in(part.get("title"), language, MOST_NAME) or clean(part.get("value"), MOST_NAME)
    return {"name": name, "dimension": clean(part.get("dimension")), "share": f"{float(part.get('share_ratio') or 0) * 100:.0f} %"}


def _time(at: object, zone: ZoneInfo) -> str:
    if not isinstance(at, int):
        return ""
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M} ({zone.key})"


def _lasted(payload: Mapping[str, Any], language: Language) -> str:
    opened_at, at = payload.get("opened_at"), payload.get("at")
    return duration(max(0, at - opened_at) / 1000, language) if isinstance(opened_at, int) and isinstance(at, int) else ""
