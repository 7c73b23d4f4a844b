"""What happened to one incident, line by line, and how long people and machine took.

In: the event log and the messages of an incident, and since when it was breaching. Out: moments in both languages, and
durations in seconds; pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from alerts.failure_words import failure
from alerts.fields import LEVELS, STATEMENT
from alerts.frame import MACHINE, Signal, Work
from pulse.text import Text, itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the event log; `at` is epoch ms."""

    at: int
    kind: str
    who: str
    before: str
    after: str
    why: Text
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message to one channel; instants are epoch ms."""

    channel: str
    step: str
    level: int | None = None
    """As what it was told; None where that is not known."""
    sent_at: int | None = None
    """None while it waits, and where it was given up."""
    failures: tuple[tuple[int, str], ...] = ()
    """When a try failed, and by which error; the first one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that is on record of one incident, each list from the first to the last."""

    opened_at: int
    began_at: int | None = None
    """Since when it was breaching; None where nobody knows."""
    entries: Sequence[Line] = ()
    messages: Sequence[Told] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline; `at` is epoch ms, `who` None where nothing but the clock speaks."""

    at: int
    kind: str
    text: Text
    who: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long it took, in seconds: to detect from the beginning of the breach, all others from the raise. None is unknown or not yet."""

    detect_s: float | None = None
    notify_s: float | None = None
    """Until the first message of the raise was delivered to anybody."""
    acknowledge_s: float | None = None
    """Until a person took the work out of `open`, in whatever way."""
    mitigate_s: float | None = None
    """Until somebody said so or the signal was OK, whichever came first."""
    fix_s: float | None = None
    """Until the signal was OK to stay."""
    close_s: float | None = None


TIME_NAMES: Mapping[str, Text] = {
    "detect_s": Text("to detect", "发现"),
    "notify_s": Text("to notify", "通知"),
    "acknowledge_s": Text("to acknowledge", "确认"),
    "mitigate_s": Text("to mitigate", "缓解"),
    "fix_s": Text("to fix", "恢复"),
    "close_s": Text("to close", "关闭"),
}
STEPS: Mapping[str, Text] = {
    "raised": Text("the alarm", "告警"),
    "cleared": Text("the all-clear", "恢复通知"),
    "removed": Text("the removal of the rule", "规则删除通知"),
    "eased": Text("that it became milder", "减轻通知"),
    "flapping": Text("that it comes and goes", "反复波动通知"),
    "steady": Text("that it still stands", "持续告警通知"),
    "unanswered": Text("that nobody acknowledged it", "未确认通知"),
    "unowned": Text("that nobody owns it any more", "无人负责通知"),
    "escalated": Text("the escalation", "升级通知"),
    "statement": Text("the statement", "事件声明"),
}
"""What the messages about an incident are called; what is told of none, such as a hand-over, is in no incident's line."""
_MOVED: Mapping[tuple[str, str], Text] = {
    ("signal", Signal.RAISED): Text("Raised", "告警触发"),
    ("signal", Signal.CLEARING): Text("Clearing", "正在恢复"),
    ("signal", Signal.OK): Text("Over", "告警恢复"),
    ("rule", Signal.CLEARING): Text("Rule removed", "规则已删除"),
    ("rule", Signal.OK): Text("Ended with its rule", "随规则结束"),
    ("no_data", "unknown"): Text("No data", "无数据"),
    ("no_data", "known"): Text("Data again", "数据恢复"),
    ("work", Work.OPEN): Text("Opened", "事件建立"),
    ("work", Work.CLOSED): Text("Closed by itself", "自动关闭"),
}
"""What the machine's own lines say before their why; people's lines say it in their words."""


def timeline(story: Story) -> tuple[Moment, ...]:
    """Every moment, the first one first; of one instant the log's order stays, then what was sent."""
    moments = [*_beginning(story), *map(_logged, told_once(story.entries)), *_sendings(story.messages)]
    return tuple(sorted(moments, key=lambda moment: moment.at))


def told_once(entries: Sequence[Line]) -> list[Line]:
    """The lines without those that say once more what the line of a raise says: that it opened the incident, in the same words."""
    raised = {(entry.at, entry.why) for entry in entries if entry.kind == "signal" and entry.after == Signal.RAISED}
    return [entry for entry in entries if not (_opens(entry) and (entry.at, entry.why) in raised)]


def _opens(entry: Line) -> bool:
    return entry.who == MACHINE and entry.kind == "work" and entry.after == Work.OPEN


def times(story: Story) -> Times:
    """The times of an incident."""
    log = story.entries
    eased = (entry.at for entry in log if _is_over(entry) or entry.after == Work.MITIGATED)
    return Times(
        detect_s=_seconds(story.began_at, story.opened_at),
        notify_s=_since_raise(story, _least(one.sent_at for one in story.messages if one.step == "raised" and one.sent_at is not None)),
        acknowledge_s=_since_raise(story, _first(entry.at for entry in log if _is_answer(entry))),
        mitigate_s=_since_raise(story, _first(eased)),
        fix_s=_since_raise(story, over_at(story)),
        close_s=_since_raise(story, _closed_at(log)),
    )


def times_raised(story: Story) -> int:
    """How often its signal was raised; one that becomes graver while it stands is not raised again."""
    return sum(entry.kind == "signal" and (entry.before, entry.after) == (Signal.OK, Signal.RAISED) for entry in story.entries)


def over_at(story: Story) -> int | None:
    """When the signal was OK to stay (epoch ms); None while it stands."""
    moves = [entry for entry in story.entries if entry.kind == "signal"]
    return moves[-1].at if moves and _is_over(moves[-1]) else None


def stood(story: Story, until: int) -> tuple[tuple[int, int], ...]:
    """From when to when (epoch ms) its alert stood, each time; one that stands does so until `until`."""
    return stood_by(((entry.at, entry.kind, entry.after) for entry in story.entries), until)


def stood_by(moves: Iterable[tuple[int, str, str]], until: int) -> tuple[tuple[int, int], ...]:
    """The same from lines of the log, the first one first: when (epoch ms) what moved to which state."""
    spans: list[tuple[int, int]] = []
    raised_at: int | None = None
    for at, kind, after in moves:
        if kind == "signal" and after == Signal.RAISED and raised_at is None:
            raised_at = at
        elif kind in ("signal", "rule") and after == Signal.OK and raised_at is not None:
            spans.append((raised_at, at))
            raised_at = None
    return (*spans, (raised_at, until)) if raised_at is not None else tuple(spans)


def breach_began(judged: Iterable[tuple[int, bool | None]], opened_at: int, raise_for_ms: int) -> int | None:
    """Since when (epoch ms) it was breaching without a break until it was raised, as far as is known.

    `judged` says of instants before the raise whether it was breaching then. A rule raises only after `raise_for_ms`, so it was not later
    than that. None where the newest instant is unknown or there is none.
    """
    before = sorted((at, breaching) for at, breaching in judged if at <= opened_at)
    if not before or before[-1][1] is None:
        return None
    began = opened_at - raise_for_ms
    for at, breaching in reversed(before):
        if not breaching:
            break
        began = min(began, at)
    return began


def _beginning(story: Story) -> Iterator[Moment]:
    if story.began_at is not None:
        yield Moment(story.began_at, "began", Text("The breach began", "异常开始"))


def _logged(entry: Line) -> Moment:
    moved = _moved(entry) if entry.who == MACHINE else None
    text = Text(f"{moved.en}: {entry.why.en}", f"{moved.zh}：{entry.why.zh}") if moved else entry.why
    return Moment(entry.at, entry.kind, text, entry.who, entry.comment)


def _moved(entry: Line) -> Text | None:
    if entry.kind != "level":
        return _MOVED.get((entry.kind, entry.after))
    before, after = (LEVELS.get(int(level), level) if level.isdecimal() else level for level in (entry.before, entry.after))
    return Text(f"Level {before} → {after}", f"级别 {before} → {after}")


def _sendings(messages: Iterable[Told]) -> Iterator[Moment]:
    for one in messages:
        step = _step(one)
        if one.failures:
            at, error = one.failures[0]
            why = failure(error)
            said = Text(f"{one.channel} did not take {step.en}: {why.en}", f"{one.channel} 未能接收{step.zh}：{why.zh}")
            yield Moment(at, "delivery", said, MACHINE)
        if one.sent_at is not None:
            tries = len(one.failures) + 1
            after = Text(f" at try {tries}", f"（第 {tries} 次尝试）") if tries > 1 else Text("", "")
            said = Text(f"{one.channel} was told: {step.en}{after.en}", f"已通知 {one.channel}：{step.zh}{after.zh}")
            yield Moment(one.sent_at, "delivery", said, MACHINE)


def _step(one: Told) -> Text:
    step = STEPS.get(one.step, itself(one.step))
    if one.level is None or one.step == STATEMENT:
        return step
    level = LEVELS.get(one.level, str(one.level))
    return Text(f"{step.en}, level {level}", f"{step.zh}（{level} 级）")


def _is_over(entry: Line) -> bool:
    return entry.kind == "signal" and entry.after == Signal.OK


def _is_answer(entry: Line) -> bool:
    return entry.who != MACHINE and entry.before == Work.OPEN and entry.after in (Work.ACKNOWLEDGED, Work.MITIGATED, Work.CLOSED)


def _closed_at(entries: Iterable[Line]) -> int | None:
    closed_at = None
    for entry in entries:
        if entry.kind in ("work", "level") and entry.after not in (Work.CLOSED, Work.REVIEWED):
            closed_at = None
        elif entry.kind == "work" and entry.after == Work.CLOSED:
            closed_at = entry.at
    return closed_at


def _since_raise(story: Story, at: int | None) -> float | None:
    return _seconds(story.opened_at, at)


def _seconds(start: int | None, end: int | None) -> float | None:
    return None if start is None or end is None else max(0, end - start) / 1000


def _first(values: Iterable[int]) -> int | None:
    return next(iter(values), None)


def _least(values: Iterable[int]) -> int | None:
    return min(values, default=None)
