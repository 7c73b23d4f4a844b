"""The texts a component needs, by table and key: constant data of the component, so that it is built only once."""

from pulse.i18n import table
from pulse.text import Language

WALL_TABLES = ("wall", "setup", "live", "status", "channel", "condition", "unit")
CONSOLE_TABLES = ("console", "live", "status", "unit")


def component_words(language: Language, tables: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The words of the given tables."""
    return {name: table(language, name) for name in tables}
