"""What a drill came to: how long until it was detected, until somebody was told, until somebody acknowledged, each beside its goal.

In: when it began and ended, and the story of each of its incidents. Out: three steps, passed or failed; pure. The goals are those of
the gravest level its alerts reached; where none was raised, those of level III.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.frame import MACHINE, Work
from alerts.lifecycle import ACKNOWLEDGE_WITHIN_MS, SELF_CLOSING_LEVEL
from alerts.timeline import Line, Story
from pulse.text import Text

DETECT_WITHIN_S: Mapping[int, float] = {1: 60.0, 2: 120.0, 3: 300.0}
"""From its first record to the first alert."""
NOTIFY_WITHIN_S: Mapping[int, float] = {1: 5.0, 2: 15.0, 3: 60.0}
"""From the first alert to the first message that arrived."""


class StepName(StrEnum):
    """What is measured."""

    DETECT = "detect"
    NOTIFY = "notify"
    ACKNOWLEDGE = "acknowledge"


class Mark(StrEnum):
    """What a step came to."""

    PASSED = "passed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """The drill was cut short while it could still have been done in time: nobody missed it."""
    OPEN = "open"
    """It may still be done in time."""


STEP_NAMES: Mapping[StepName, Text] = {
    StepName.DETECT: Text("to detect", "发现"),
    StepName.NOTIFY: Text("to notify", "通知"),
    StepName.ACKNOWLEDGE: Text("to acknowledge", "确认"),
}
MARK_NAMES: Mapping[Mark, Text] = {
    Mark.PASSED: Text("passed", "通过"),
    Mark.FAILED: Text("failed", "未通过"),
    Mark.INTERRUPTED: Text("interrupted", "被中断"),
    Mark.OPEN: Text("open", "进行中"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a drill."""

    name: StepName
    took_s: float | None
    """None until it was done."""
    goal_s: float
    mark: Mark
    who: str | None = None
    """The person who did it; None where the machine does."""
    note: Text | None = None
    """What stands in its way, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One incident of a drill: its level when it was opened, the gravest it had, its story, and whether its rule tells any channel."""

    level: int
    story: Story
    has_channel: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a drill is scored by; instants are epoch ms."""

    began_at: int | None
    ended_at: int | None
    is_cut_short: bool = False
    """Whether somebody or something ended it before its time."""
    raised: Sequence[Raised] = ()
    has_real: bool = False
    """Whether a real alert stood meanwhile: what it tells of is left out of the drill."""


@dataclass(frozen=True, slots=True)
class Score:
    """The three steps in their order, by the standard of a level."""

    level: int
    steps: tuple[Step, ...]

    @property
    def mark(self) -> Mark:
        """Passed where every step is; open while one may still be, interrupted where one was cut short and none failed."""
        marks = {step.mark for step in self.steps}
        return next((mark for mark in (Mark.FAILED, Mark.INTERRUPTED, Mark.OPEN) if mark in marks), Mark.PASSED)


def score(facts: Facts, now: int) -> Score:
    """What a drill came to, or has come to by an instant (epoch ms)."""
    level = min((one.level for one in facts.raised), default=SELF_CLOSING_LEVEL)
    scale = _Scale(facts.ended_at, now, facts.is_cut_short)
    first_at = min((one.story.opened_at for one in facts.raised), default=None)
    told_at = min((sent for one in facts.raised for sent in _sent(one.story)), default=None)
    gravest = [one.story for one in facts.raised if one.level == level]
    answers = [found for story in gravest if (found := _answer(story)) is not None]
    # Each of the gravest alerts wants its answer: the slowest counts, and one that has none leaves the step open.
    slowest = max(answers, key=lambda found: found.took_ms) if answers and len(answers) == len(gravest) else None
    since = min((_raised_at(story) for story in gravest), default=None)
    acknowledged_at = None if slowest is None or since is None else since + slowest.took_ms
    return Score(
        level,
        (
            scale.step(StepName.DETECT, (facts.began_at, first_at), DETECT_WITHIN_S[level], note=_left_out(facts)),
            scale.step(StepName.NOTIFY, (first_at, told_at), NOTIFY_WITHIN_S[level], note=_no_channel(facts)),
            scale.step(
                StepName.ACKNOWLEDGE, (since, acknowledged_at), ACKNOWLEDGE_WITHIN_MS[level] / 1000, who=slowest.who if slowest else None
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Measures steps; what is not done by the drill's end never will be: missed, unless the drill was cut short while there was time."""

    ended_at: int | None
    now: int
    is_cut_short: bool = False

    def step(self, name: StepName, span: tuple[int | None, int | None], goal_s: float, **facts: Text | str | None) -> Step:
        since, done_at = span
        until = done_at if done_at is not None else self.now if self.ended_at is None else None
        took_s = None if since is None or until is None else max(0, until - since) / 1000
        is_late = took_s is not None and took_s > goal_s
        done = done_at is not None and since is not None
        mark = Mark.FAILED if is_late else Mark.PASSED if done else self._undone(since, goal_s)
        return Step(name=name, took_s=took_s if done else None, goal_s=goal_s, mark=mark, **facts)  # type: ignore[arg-type]

    def _undone(self, since: int | None, goal_s: float) -> Mark:
        if self.ended_at is None:
            return Mark.OPEN
        had_time = since is None or self.ended_at - since <= goal_s * 1000
        return Mark.INTERRUPTED if self.is_cut_short and had_time else Mark.FAILED


@dataclass(frozen=True, slots=True)
class _Answer:
    took_ms: int
    who: str


def _sent(story: Story) -> list[int]:
    return [one.sent_at for one in story.messages if one.sent_at is not None]


def _raised_at(story: Story) -> int:
    """Since when it waits for an answer: since the last time the machine made it graver, else since it was opened."""
    return max((line.at for line in story.entries if _is_graver(line)), default=story.opened_at)


def _answer(story: Story) -> _Answer | None:
    """Who took it, and how long that took; None while nobody has."""
    since = _raised_at(story)
    found = next((line for line in story.entries if line.at >= since and _is_answer(line)), None)
    return None if found is None else _Answer(found.at - since, found.who)


def _is_graver(line: Line) -> bool:
    digits = line.before.isdecimal() and line.after.isdecimal()
    return line.kind == "level" and digits and int(line.after) < int(line.before)


def _is_answer(line: Line) -> bool:
    return line.who != MACHINE and line.before == Work.OPEN and line.after in (Work.ACKNOWLEDGED, Work.MITIGATED, Work.CLOSED)


def _left_out(facts: Facts) -> Text | None:
    if facts.raised or not facts.has_real:
        return None
    return Text("a real alert stood meanwhile: what it tells of is left out of the drill", "期间存在真实告警：其涉及的内容不计入演练")


def _no_channel(facts: Facts) -> Text | None:
    if not facts.raised or any(one.has_channel for one in facts.raised):
        return None
    return Text("no channel is told: the rule names none in notify", "没有渠道收到通知：规则未设置 notify")
