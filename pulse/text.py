"""A text in the languages of the product; comes with the thing it names, goes to screens and messages."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The languages every text exists in."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language of the product."""

    en: str
    zh: str

    def by_language(self) -> dict[str, str]:
        """The text in each language, as frames and SQL carry it."""
        return {Language.EN.value: self.en, Language.ZH.value: self.zh}

    def in_(self, language: Language | str) -> str:
        """The text in `language`; English where the language is not one of ours."""
        return self.zh if language == Language.ZH else self.en


def itself(value: str) -> Text:
    """The name of a value for which nobody gave one."""
    return Text(value, value)
