"""The words that screens and messages share, in every language; what has a name of its own carries it as a Text.

In: locales/<language>.toml, flat tables of texts. Out: one read-only map of "table.key" to text per language.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pulse.text import Language


@cache
def words(language: Language) -> Mapping[str, str]:
    """Every shared word of a language by "table.key", such as "status.critical"."""
    written = tomllib.loads((files("pulse") / "locales" / f"{language.value}.toml").read_text(encoding="utf-8"))
    return MappingProxyType({f"{table}.{key}": text for table, texts in written.items() for key, text in texts.items()})


def table(language: Language, name: str) -> dict[str, str]:
    """The words of one table by their own key; raises KeyError where there is no such table."""
    start = f"{name}."
    found = {key.removeprefix(start): text for key, text in words(language).items() if key.startswith(start)}
    if not found:
        raise KeyError(f"locales: there is no table {name}")
    return found


def language_of(wanted: str | None, fallback: Language = Language.EN) -> Language:
    """The language asked for, such as zh or zh-CN; `fallback` where it is none of ours."""
    short = (wanted or "").lower().partition("-")[0]
    return Language(short) if short in set(Language) else fallback
