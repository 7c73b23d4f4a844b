"""Who types a command, as the event log keeps it.

In: a name that was given, or none. Out: a name without what only the site may add.
"""

import os
import pwd

LONGEST_NAME = 100
_NOT_IN_NAMES = str.maketrans("", "", "()")


def named(given: str | None) -> str:
    """The name given, else the one of this system's user; without brackets, so that nobody writes a role into it."""
    name = (given or "").translate(_NOT_IN_NAMES).strip()[:LONGEST_NAME]
    if name:
        return name
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
