"""What people have been told of an alert, what is still owed to them, and whether this is the moment to say it.

In: what is owed, whether the alert flaps or is kept quiet. Out: at most one message at a time. Pure. What is held back is
not forgotten: it is said when nothing holds it back any more, unless it has become untrue.
"""

from dataclasses import dataclass, replace

RAISED, CLEARED, EASED, FLAPPING, STEADY = "raised", "cleared", "eased", "flapping", "steady"
REMOVED = "removed"
"""It ended because its rule is gone, which says nothing of what it told of."""
OF_THE_SIGNAL = (RAISED, CLEARED, EASED, FLAPPING, STEADY, REMOVED)
"""What is said of the alert itself, not of what people did or did not do."""
SETTLE_MS = 30_000
"""An all-clear is told once it has held so long, `clear_for` included: bad news is told at once, good news when it is sure."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the channels of a level: `raised`, `eased`, `flapping`, `steady`, `cleared` or `removed`."""

    step: str
    level: int


@dataclass(frozen=True, slots=True)
class MuteMoved:
    """What keeps an incident quiet began, changed or ended; None for nothing."""

    before: str | None
    after: str | None


Said = Notify | MuteMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What people know of an alert."""

    told: str | None = None
    """What they were told last; None where they know of nothing that stands."""
    told_level: int | None = None
    """The gravest level they were told since they last knew of nothing."""
    owes: str | None = None
    """What is still to be told."""
    level: int | None = None
    """The level of which it is owed."""
    settled_at: int | None = None
    """Since when it is clear."""
    muted: str | None = None
    """What keeps it quiet, as it stands in the log."""

    def after_raise(self, level: int) -> "Voice":
        """A signal was raised; who was not told of its all-clear yet need not be told again, unless it came back graver."""
        if self.told is not None and self.told_level is not None and level >= self.told_level:
            return replace(self, owes=None, level=level)
        return replace(self, owes=RAISED, level=level)

    def after_rise(self, level: int) -> "Voice":
        """A standing signal became graver; one that people were told to be so grave before is not told again before it clears."""
        if self.told_level is not None and level >= self.told_level and self.told != EASED:
            return replace(self, owes=None, level=level)
        return replace(self, owes=RAISED, level=level)

    def after_easing(self, level: int) -> "Voice":
        """A standing signal became milder."""
        return replace(self, owes=EASED if self.told in (RAISED, EASED, STEADY) else self.owes, level=level)

    def after_clear(self, since: int) -> "Voice":
        """A signal is clear since an instant (epoch ms); who was told nothing needs no all-clear."""
        return replace(self, owes=None if self.told is None else CLEARED, settled_at=since)

    def after_removal(self, since: int) -> "Voice":
        """A signal ended with its rule: nobody is told that all is well."""
        return replace(self.after_clear(since), owes=None if self.told is None else REMOVED)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something may be said: whether the alert flaps, and what keeps it quiet."""

    now: int
    flapping: bool = False
    muted: str | None = None


def speak(voice: Voice, moment: Moment) -> tuple[Voice, tuple[Said, ...]]:
    """What is said at a moment, and the voice after it."""
    moves: tuple[Said, ...] = () if voice.muted == moment.muted else (MuteMoved(voice.muted, moment.muted),)
    heard = replace(voice, muted=moment.muted)
    message = None if moment.muted else _message(heard, moment)
    if message is None:
        return heard, moves
    return _after(heard, message), (*moves, message)


def _message(voice: Voice, moment: Moment) -> Notify | None:
    known_level = voice.told_level or voice.level or 0
    is_news = voice.owes == RAISED and (voice.told_level is None or voice.level is None or voice.level < voice.told_level)
    if moment.flapping and not is_news:
        return Notify(FLAPPING, known_level) if voice.told not in (None, FLAPPING) else None
    match voice.owes:
        case None:
            # It flapped, and has come to rest without being clear.
            return Notify(STEADY, voice.level or known_level) if voice.told == FLAPPING and not moment.flapping else None
        case "cleared" | "removed" if voice.settled_at is not None and 0 <= moment.now - voice.settled_at < SETTLE_MS:
            return None
        case "cleared" | "removed" as end:
            return Notify(end, known_level)
        case step:
            return Notify(step, voice.level or known_level)


def _after(voice: Voice, message: Notify) -> Voice:
    match message.step:
        case "cleared" | "removed":
            return replace(voice, told=None, told_level=None, owes=None)
        case "flapping":
            return replace(voice, told=FLAPPING)
        case step:
            return replace(voice, told=step, told_level=min(message.level, voice.told_level or message.level), owes=None)
