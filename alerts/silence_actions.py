"""Silences made and lifted from an alert: of its rule, its scope and its level, as long as its signal lasts or not.

In: an incident, who asks, for how long. Out: an `Outcome`, like every action.
"""

from alerts.actions import Answer, Asked, Outcome, gone
from alerts.silences import By, Unfit, Wanted, lift, silence
from pulse.text import Text
from sql.models import Incident
from sql.session import Database

_OVER = Text("the silence is over already", "静默已结束")


def silence_of_incident(database: Database, asked: Asked, for_ms: int) -> Outcome:
    """Silences the alert of an incident, as long as it becomes no graver, for so many milliseconds."""
    with database.read() as session:
        found = session.get(Incident, asked.incident_id)
    if found is None:
        return gone()
    ends_at = asked.now + for_ms
    wanted = Wanted(
        rule=found.rule, scope=found.scope, level=found.level, starts_at=asked.now, ends_at=ends_at, comment=asked.comment or ""
    )
    try:
        made = silence(database, found.site, wanted, By(asked.who, asked.now, asked.origin))
    except Unfit as unfit:
        return Outcome(answer=Answer.UNFIT, text=unfit.text, version=found.version, owner=found.owner)
    text = Text(f"silenced by {made.by}", f"{made.by} 设置静默")
    return Outcome(answer=Answer.DONE, text=text, version=found.version, owner=found.owner)


def lift_of(database: Database, asked: Asked, silence_id: int) -> Outcome:
    """Lifts the silence that keeps an incident quiet."""
    with database.read() as session:
        found = session.get(Incident, asked.incident_id)
    if found is None:
        return gone()
    lifted = lift(database, found.site, silence_id, By(asked.who, asked.now, asked.origin))
    if lifted is None:
        return Outcome(answer=Answer.CHANGED, text=_OVER, version=found.version, owner=found.owner)
    return Outcome(answer=Answer.DONE, text=Text("heard again", "恢复通知"), version=found.version, owner=found.owner)
