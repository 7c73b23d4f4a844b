"""What people may see of a source's rows and of our records: their shape and their codes, nobody's identity, words or secrets.

In: rows of any system, and the keys whose words are codes. Out: JSON texts of bounded length. Nothing is shown because it looks
harmless: a word stands there only under a key that is known to hold codes, all other text is told by its length.
"""

import re
from collections.abc import Mapping, Sequence, Set

import msgspec

from collectors.base import SHOWN_ROWS, Batch
from collectors.redact import redact
from pulse.live.last_answer import LastAnswer

OUR_CODES = frozenset({"record", "queue", "queues", "channel", "type", "state", "site", "source"})
"""The fields of our own records that hold words of a system."""
_WITHHELD = "[secret]"
_MOST_CHARACTERS = 1_200
_MOST_KEYS, _MOST_ITEMS, _MOST_LEVELS = 40, 5, 5
_LONGEST_CODE = 60
_SECRET_KEY = re.compile(r"pass|pwd|secret|token|auth|cookie|credential|signature|api.?key|access.?key|密码|密钥|令牌", re.IGNORECASE)
_TIME_WORDS = frozenset(
    [
        "at",
        "time",
        "timestamp",
        "ts",
        "date",
        "datetime",
        "epoch",
        "start",
        "started",
        "end",
        "ended",
        "since",
        "until",
        "when",
        "created",
        "updated",
    ]
)
_BIRTH = re.compile(r"birth|dob|born|生日|出生", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FIELD_NAME = re.compile(r"[a-z][A-Za-z0-9_]{0,40}")
"""What a table deeper in a row may be keyed by; anything else may be somebody's name."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?")
_EPOCH = re.compile(r"\d{10}(?:\d{3}|\.\d{1,6})?")
_EPOCHS_S = (1_000_000_000, 4_000_000_000)
_SMALL_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?")


def last_answer(batch: Batch, at: int) -> LastAnswer:
    """What of a poll at an instant (epoch ms) people may see: the last rows and records."""
    records = [msgspec.to_builtins(record) for record in batch.records[-SHOWN_ROWS:]]
    return LastAnswer(at=at, rows=_texts(batch.rows[-SHOWN_ROWS:], batch.codes), records=_texts(records, OUR_CODES))


def visible(value: object, codes: Set[str], path: str = "", level: int = 0) -> object:
    """The value with marks in place of all that nobody may see; long lists and deep tables are cut.

    `codes` are whole paths from the row, such as queue.name: a name beside the queue's is somebody's.
    """
    if isinstance(value, Mapping | list | tuple) and level >= _MOST_LEVELS:
        return "…"
    if isinstance(value, Mapping):
        some = list(value.items())[:_MOST_KEYS]
        return {
            _key(str(name), at, path): visible(part, codes, _joined(path, str(name)), level + 1) for at, (name, part) in enumerate(some)
        }
    if isinstance(value, list | tuple):
        return [visible(part, codes, path, level + 1) for part in value[:_MOST_ITEMS]]
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_KEY.search(path):
        return _WITHHELD
    return _number(value, path) if isinstance(value, int | float) else _text(str(value), path, codes)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _key(name: str, at: int, path: str) -> str:
    """A key as it may be shown: a table inside a row may be kept by customer, then its keys are identities."""
    return redact(name) if not path or _FIELD_NAME.fullmatch(name) else f"[key {at + 1}]"


def _is_time(path: str) -> bool:
    name = path.rpartition(".")[2]
    words = {word.lower() for part in re.split(r"[^A-Za-z]+", name) for word in _CAMEL.split(part)}
    return not _BIRTH.search(name) and (bool(words & _TIME_WORDS) or "时间" in name or "日期" in name)


def _number(value: float, key: str) -> object:
    """A number as long as a telephone's is hidden, unless it is an instant."""
    least, most = _EPOCHS_S
    is_epoch = least <= value <= most or least <= value / 1000 <= most
    return value if abs(value) < 1e6 or (is_epoch and _is_time(key)) else "[number]"


def _text(text: str, key: str, codes: Set[str]) -> str:
    if not text or _SMALL_NUMBER.fullmatch(text) or (_is_time(key) and (_INSTANT.fullmatch(text) or _EPOCH.fullmatch(text))):
        return text
    return redact(text) if key in codes and len(text) <= _LONGEST_CODE else f"[{len(text)} characters]"


def _texts(rows: Sequence[object], codes: Set[str]) -> tuple[str, ...]:
    texts = (msgspec.json.encode(visible(row, codes)).decode() for row in rows)
    return tuple(text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…" for text in texts)
