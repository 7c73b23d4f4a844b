"""Service level: the share of contacts answered within the target, by each of the six published formulas.

A contact counts in the interval in which it left the queue. `within` and `short` are inclusive.
One published data set (1,000 answered, 60 abandoned, 860 answered within T, 20 abandoned within T, 10 short) gives
A 83.02 %, B 86.00 %, C 81.13 %, D 82.69 %, E 82.08 %, F 81.90 %.
"""

from collections.abc import Callable
from typing import NamedTuple

from pulse.kpi.goal import QueueGoal, ServiceLevelFormula
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, ratio, told, untold
from pulse.kpi.records import ContactEvent, ContactEventType
from pulse.kpi.tally import Tally
from pulse.text import Text


def _count_answered(event: ContactEvent, goal: QueueGoal, tally: Tally) -> None:
    if event.wait_s is None:
        tally.add("answered_wait_unknown")
    elif event.wait_s <= goal.target_s:
        tally.add("answered_within_target")


def _count_abandoned(event: ContactEvent, goal: QueueGoal, tally: Tally) -> None:
    if event.wait_s is None:
        tally.add("abandoned_wait_unknown")
    elif event.wait_s <= goal.target_s:
        tally.add("abandoned_within_target")


COUNTS: Counts = {ContactEventType.ANSWERED: _count_answered, ContactEventType.ABANDONED: _count_abandoned}


class Judged(NamedTuple):
    """The contacts that a formula judges, and how many of them were served in time."""

    within: int
    all: int

    @property
    def missed(self) -> int:
        """The contacts that were not served in time."""
        return self.all - self.within


def _judged_a(tally: Tally) -> Judged | None:
    """(answered ≤ T + abandoned ≤ T) / (answered + abandoned)."""
    within = tally.count("answered_within_target") + tally.count("abandoned_within_target")
    return Judged(within, _answered(tally) + _abandoned(tally)) if _tells_waits_of_both(tally) else None


def _judged_b(tally: Tally) -> Judged | None:
    """Answered ≤ T / answered."""
    return Judged(tally.count("answered_within_target"), _answered(tally)) if _tells_waits(tally, "answered") else None


def _judged_c(tally: Tally) -> Judged | None:
    """Answered ≤ T / (answered + abandoned)."""
    stayed = _answered(tally) + tally.count("abandoned")
    return Judged(tally.count("answered_within_target"), stayed) if _tells_waits(tally, "answered") else None


def _judged_d(tally: Tally) -> Judged | None:
    """Answered ≤ T / (answered + abandoned > T)."""
    stayed = _answered(tally) + _abandoned_late(tally)
    return Judged(tally.count("answered_within_target"), stayed) if _tells_waits_of_both(tally) else None


def _judged_e(tally: Tally) -> Judged | None:
    """(answered ≤ T + short abandoned) / (answered + abandoned)."""
    within = tally.count("answered_within_target") + tally.count("short_abandoned")
    return Judged(within, _answered(tally) + _abandoned(tally)) if _tells_short_abandons(tally) else None


def _judged_f(tally: Tally) -> Judged | None:
    """Answered ≤ T / (answered + abandoned - short abandoned)."""
    stayed = _answered(tally) + _abandoned(tally) - tally.count("short_abandoned")
    return Judged(tally.count("answered_within_target"), stayed) if _tells_short_abandons(tally) else None


_JUDGED: dict[ServiceLevelFormula, Callable[[Tally], Judged | None]] = {
    ServiceLevelFormula.A: _judged_a,
    ServiceLevelFormula.B: _judged_b,
    ServiceLevelFormula.C: _judged_c,
    ServiceLevelFormula.D: _judged_d,
    ServiceLevelFormula.E: _judged_e,
    ServiceLevelFormula.F: _judged_f,
}


JUDGED_BY = (
    "answered",
    "answered_wait_unknown",
    "answered_within_target",
    "abandoned",
    "abandoned_wait_unknown",
    "abandoned_within_target",
    "short_abandoned",
    untold("short_abandoned"),
)
"""The counts that any formula looks at."""


def judged(tally: Tally, formula: ServiceLevelFormula) -> Judged | None:
    """What a formula judges; None where the waits that it needs are not told."""
    return _JUDGED[formula](tally)


def _level_by(formula: ServiceLevelFormula) -> Callable[[Tally], float | None]:
    def level(tally: Tally) -> float | None:
        found = judged(tally, formula)
        return ratio(found.within, found.all) if found else None

    return level


FORMULAS: dict[ServiceLevelFormula, Callable[[Tally], float | None]] = {letter: _level_by(letter) for letter in ServiceLevelFormula}
"""The service level as a ratio by each formula; None where nothing is judged or the waits are not told."""

WRITTEN: dict[ServiceLevelFormula, Text] = {
    ServiceLevelFormula.A: Text("(ans≤T + ab≤T) / (ans + ab)", "(T内接听 + T内放弃) / (接听 + 放弃)"),
    ServiceLevelFormula.B: Text("ans≤T / ans", "T内接听 / 接听"),
    ServiceLevelFormula.C: Text("ans≤T / (ans + ab)", "T内接听 / (接听 + 放弃)"),
    ServiceLevelFormula.D: Text("ans≤T / (ans + ab>T)", "T内接听 / (接听 + T后放弃)"),
    ServiceLevelFormula.E: Text("(ans≤T + ab≤short) / (ans + ab)", "(T内接听 + 短时放弃) / (接听 + 放弃)"),
    ServiceLevelFormula.F: Text("ans≤T / (ans + ab − short)", "T内接听 / (接听 + 放弃 − 短时放弃)"),
}


def projected(scene: Scene) -> float | None:
    """Formula D with every contact that has already waited past the target counted as lost.

    None where nobody left or overstayed, and where the source gives no single waits.
    """
    tally = scene.tally
    if scene.waiting_past_target is None or not _tells_waits_of_both(tally):
        return None
    judged = _answered(tally) + _abandoned_late(tally) + scene.waiting_past_target
    return ratio(tally.count("answered_within_target"), judged)


def _answered(tally: Tally) -> int:
    return tally.count("answered") - tally.count("answered_wait_unknown")


def _abandoned(tally: Tally) -> int:
    return tally.count("abandoned") - tally.count("abandoned_wait_unknown")


def _abandoned_late(tally: Tally) -> int:
    return _abandoned(tally) - tally.count("abandoned_within_target")


def _tells_waits(tally: Tally, name: str) -> bool:
    """Whether the waits of these contacts are known: of some of them at least, where there are any."""
    return tally.count(name) == 0 or tally.count(f"{name}_wait_unknown") < tally.count(name)


def _within(tally: Tally, name: str) -> int | None:
    return tally.count(f"{name}_within_target") if _tells_waits(tally, name) else None


def _tells_waits_of_both(tally: Tally) -> bool:
    return _tells_waits(tally, "answered") and _tells_waits(tally, "abandoned")


def _tells_short_abandons(tally: Tally) -> bool:
    return _tells_waits_of_both(tally) and told(tally, "short_abandoned") is not None


_EXCLUSIONS = Text("overflowed, withdrawn, lost, call-backs; contacts whose wait is unknown", "溢出、撤回、丢失、回拨；等待时间未知的联系")
_SOURCE = Text("published formulas of contact-centre vendors; the site chooses, default D", "联络中心厂商公布的公式；由站点选定，默认 D")


def _kpi(name: str, title: Text, formula: Text, value: Callable[[Scene], float | None], *, in_history: bool = True) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=formula,
        exclusions=_EXCLUSIONS,
        source=_SOURCE,
        value=value,
        in_history=in_history,
    )


def _one_formula(letter: ServiceLevelFormula) -> Kpi:
    title = Text(f"Service level {letter.upper()}", f"服务水平 {letter.upper()}")
    return _kpi(f"service_level_{letter}", title, WRITTEN[letter], lambda scene: FORMULAS[letter](scene.tally))


KPIS: tuple[Kpi, ...] = (
    _kpi(
        "service_level",
        Text("Service level", "服务水平"),
        Text("the formula the site chose, default D", "站点选定的公式，默认 D"),
        lambda scene: FORMULAS[scene.goal.formula](scene.tally),
    ),
    *(_one_formula(letter) for letter in ServiceLevelFormula),
    _kpi(
        "projected_service_level",
        Text("Projected service level", "预计服务水平"),
        Text("ans≤T / (ans + ab>T + waiting>T)", "T内接听 / (接听 + T后放弃 + 等待已超T)"),
        projected,
        in_history=False,
    ),
    Kpi(
        name="answered_within_target",
        title=Text("Answered in time", "达标接听"),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        formula=Text("answered with a wait ≤ T", "等待不超过 T 的接听数"),
        exclusions=Text("contacts whose wait is unknown", "等待时间未知的联系"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: _within(scene.tally, "answered"),
    ),
    Kpi(
        name="abandoned_within_target",
        title=Text("Abandoned in time", "目标内放弃"),
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=Text("abandoned with a wait ≤ T", "等待不超过 T 的放弃数"),
        exclusions=Text("contacts whose wait is unknown", "等待时间未知的联系"),
        source=Text("queue events", "队列事件"),
        value=lambda scene: _within(scene.tally, "abandoned"),
    ),
)
