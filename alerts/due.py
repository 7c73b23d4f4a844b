"""When the time of something has come: by its due time, or because the clock was set back since that was written.

In: a due time, an instant, and how long the wait can be at most. Out: a condition of SQL.
"""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, or_


def has_come(due_at: SQLColumnExpression[Any], now: int | SQLColumnExpression[Any], longest_ms: int) -> ColumnElement[bool]:
    """Its time has come, or lies further ahead than any wait is long: nobody waits for a clock that was set back."""
    return or_(due_at <= now, due_at > now + longest_ms)
