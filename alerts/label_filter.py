"""What a client asks for by label, as amtool writes it: name="value" or name!="value".

Pure. Regular expressions are refused: one that somebody sends may take a server's whole time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FORM = re.compile(r"\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")


class UnreadableFilter(ValueError):
    """No filter; says what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class LabelFilter:
    """What all of an alert's labels must be: (name, value, whether it is that value that is asked for)."""

    conditions: tuple[tuple[str, str, bool], ...] = ()

    @classmethod
    def of(cls, written: Sequence[str]) -> "LabelFilter":
        """The filter that holds where each of the texts does; raises UnreadableFilter."""
        return cls(tuple(_condition(text) for text in written))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels are asked for; a label that is not there is empty."""
        return all((labels.get(name, "") == value) is is_asked for name, value, is_asked in self.conditions)


def _condition(text: str) -> tuple[str, str, bool]:
    found = _FORM.fullmatch(text)
    if found is None or found[2].endswith("~"):
        raise UnreadableFilter(f'bad matcher: got {text[:80]}, expected name="value" or name!="value"')
    value = found[3]
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _ESCAPED.sub(r"\1", value[1:-1])
    return found[1], value, found[2] == "="
