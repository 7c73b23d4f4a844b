"""What people call the screens of the fleet: by the label of their wall token, else by who may open a wall without one.

In: screens, the labels of tokens by id. Out: a name for each; those of one name are told apart by the mark of their browser.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from dashboard.fleet import Screen
from pulse.i18n import words
from pulse.text import Language
from sql.wall_tokens import UP_LABEL

_MARK = 4


def named(known: Sequence[Screen], labels: Mapping[str, str], has_login: bool, language: Language) -> list[tuple[str, Screen]]:
    """Each screen with its name; `has_login` says whether people without a token prove who they are or sit at this machine."""
    said = words(language)
    unmarked = said["screens.person"] if has_login else said["screens.local"]
    names = [unmarked if screen.token is None else _of_token(screen.token, labels, said) for screen in known]
    often = Counter(names)
    return [(name if often[name] == 1 else f"{name} · {one.beat.screen[:_MARK]}", one) for name, one in zip(names, known, strict=True)]


def _of_token(token: str, labels: Mapping[str, str], said: Mapping[str, str]) -> str:
    label = labels.get(token)
    if label is None:
        return said["screens.token"].format(id=token)
    return said["screens.up_token"] if label == UP_LABEL else label
