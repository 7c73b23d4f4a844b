"""The words of a message, in the languages a channel speaks, cut to what the channel can carry.

In: a message. Out: plain titles, bodies and links; nothing is escaped yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

import structlog

from alerts import templates
from alerts.fields import STATEMENT, STATES, address, clean, fields_of
from alerts.message import MOST_CONTRIBUTORS, Message
from pulse.text import Language, Text

Spoken = Literal["en", "zh", "both"]
MOST_TITLE = 120
"""Code points of a title in one language."""
_RUNBOOK, _LINK, _PAGE = Text("Runbook", "处理手册"), Text("Open the incident", "查看事件"), Text("Open the page", "打开页面")
DRILL = Text("[DRILL] ", "【演练】")
"""What every title of a drill begins with."""
LANGUAGES: Mapping[Spoken, tuple[Language, ...]] = {
    "en": (Language.EN,),
    "zh": (Language.ZH,),
    "both": (Language.EN, Language.ZH),
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WebLink:
    """An address of our own side, under a name."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Words:
    """One text for each language, in their order; links are named in the first."""

    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    links: tuple[WebLink, ...] = ()
    level: int | None = None
    """How grave it is; None once it is over."""

    @property
    def title(self) -> str:
        """The titles on one line."""
        return " / ".join(self.titles)

    @property
    def body(self) -> str:
        """The bodies, one after the other."""
        return "\n\n".join(body for body in self.bodies if body)

    def cut(self, most: int) -> "Words":
        """With bodies of at most so many code points each."""
        return replace(self, bodies=tuple(cut(body, most) for body in self.bodies))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages as a [notify.NAME] table wants them."""

    zone: ZoneInfo
    spoken: Spoken = "en"
    title_template: str | None = None
    body_template: str | None = None

    def fitting(self, message: Message, fits: Callable[[Words], bool]) -> Words:
        """The most of a message that fits: contributors go first, then the ends of the bodies.

        `fits` must hold for shorter words where it holds for longer ones.
        """
        for shown in range(MOST_CONTRIBUTORS, -1, -1):
            words = self.words(message, shown)
            if fits(words):
                return words
        most = longest(max(map(len, words.bodies)), lambda most: fits(words.cut(most)))
        return words.cut(most)

    def words(self, message: Message, shown: int) -> Words:
        """The message with its first `shown` contributors."""
        languages = LANGUAGES[self.spoken]
        if message.payload.get("state") == STATEMENT:
            return _approved(message.payload, languages)
        if message.payload.get("notice"):
            return _noticed(message.payload, languages)
        known = {language: fields_of(message.payload, language, self.zone, shown) for language in languages}
        titles = [cut(_marked(self._filled(self.title_template, templates.TITLE, fields), fields), MOST_TITLE) for fields in known.values()]
        bodies = [self._filled(self.body_template, templates.BODY, fields) + _note(fields) for fields in known.values()]
        level = None if message.payload.get("state") == "cleared" else message.payload.get("level")
        return Words(tuple(" ".join(title.split()) for title in titles), tuple(bodies), _links(known[languages[0]]), level)

    def _filled(self, own: str | None, default: Text, fields: Mapping[str, Any]) -> str:
        """An alert must leave even if somebody's template cannot tell of it, or says nothing, which no service takes."""
        filled = ""
        if own is not None:
            try:
                filled = templates.written(own, fields)
            except templates.UNWRITABLE as error:
                log.error("template_fault", error=type(error).__name__, rule=fields["rule"])
        return filled or templates.written(default.in_(fields["language"]), fields)


def cut(text: str, most: int) -> str:
    """The text in at most so many code points; … stands for what is left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…" if most > 0 else ""


def longest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `most` that fits; 0 where none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _approved(payload: Mapping[str, Any], languages: tuple[Language, ...]) -> Words:
    """A statement as it was approved, line by line: no template and no link is added to it."""
    titles, texts = payload.get("title") or {}, payload.get("why") or {}
    mark = DRILL if payload.get("drill") else Text("", "")
    return Words(
        titles=tuple(mark.in_(language) + clean(titles.get(language.value), MOST_TITLE) for language in languages),
        bodies=tuple("\n".join(clean(line) for line in str(texts.get(language.value, "")).splitlines()) for language in languages),
    )


def _marked(title: str, fields: Mapping[str, Any]) -> str:
    """A title of a drill begins with its mark, whatever template wrote it."""
    mark = DRILL.in_(fields["language"])
    return title if not fields["drill"] or title.startswith(mark.strip()) else f"{mark}{title}"


def _noticed(payload: Mapping[str, Any], languages: tuple[Language, ...]) -> Words:
    """What is about no single alert: the templates of alerts would say level and value, which it has not."""
    titles, texts = payload.get("title") or {}, payload.get("why") or {}
    states = STATES[str(payload["state"])]
    marked = Text(f"[{states.en}] {titles.get('en', '')}", f"【{states.zh}】{titles.get('zh', '')}")
    target = address(payload.get("link"))
    return Words(
        titles=tuple(clean(marked.in_(language), MOST_TITLE) for language in languages),
        bodies=tuple(clean(texts.get(language.value)) for language in languages),
        links=(WebLink(_PAGE.in_(languages[0]), target),) if target else (),
    )


def _note(fields: Mapping[str, Any]) -> str:
    """A runbook that is no address is told, for nobody could click it."""
    if not fields["runbook"] or address(fields["runbook"]):
        return ""
    return f"\n{_RUNBOOK.in_(fields['language'])}: {fields['runbook']}"


def _links(fields: Mapping[str, Any]) -> tuple[WebLink, ...]:
    named = ((_RUNBOOK, address(fields["runbook"])), (_LINK, fields["link"]))
    return tuple(WebLink(name.in_(fields["language"]), target) for name, target in named if target)
