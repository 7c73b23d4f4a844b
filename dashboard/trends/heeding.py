"""Which choices each chart of trends heeds, and which parts of an address its chart has no use for.

In: the parts of an address and their question. Out: the parts that are understood and change nothing.
"""

from collections.abc import Mapping

from dashboard.trends.question import By, Chart, Question, address_of, spans_for
from dashboard.trends.week import PATTERNS

HEEDS: Mapping[Chart, frozenset[str]] = {
    Chart.TIME: frozenset({"kpis", "by", "step", "span", "compare"}),
    Chart.WEEK: frozenset({"kpis", "span", "only"}),
    Chart.WAITS: frozenset({"span", "only", "compare"}),
    Chart.PARETO: frozenset({"by", "span"}),
    Chart.PEOPLE: frozenset({"step", "span"}),
    Chart.GOALS: frozenset(),
}
PARETO_BY = (By.CATEGORY, By.BUSINESS_LINE)


def offers_queue(question: Question) -> bool:
    """Whether one queue may be looked at alone."""
    return "only" in HEEDS[question.chart] or (question.chart is Chart.TIME and question.by is By.QUEUE)


def heeded(question: Question) -> dict[str, str]:
    """The parts of its address that its chart heeds."""
    heeds = _heeded(question)
    return {name: part for name, part in address_of(question).items() if heeds[name]}


def unheeded(parts: Mapping[str, str], question: Question) -> dict[str, str]:
    """The parts that its chart does not heed; a default says nothing that somebody wants, and is none of them."""
    usual, heeds = address_of(Question()), _heeded(question)
    written = {name: part for name, part in address_of(question).items() if parts.get(name)}
    return {name: part for name, part in written.items() if part != usual.get(name) and not heeds[name]}


def _heeded(question: Question) -> dict[str, bool]:
    chart, heeds = question.chart, HEEDS[question.chart]
    is_pattern = len(question.kpis) == 1 and question.kpis[0] in PATTERNS
    return {
        "chart": True,
        "kpi": "kpis" in heeds and (chart is not Chart.WEEK or is_pattern),
        "by": "by" in heeds and (chart is not Chart.PARETO or question.by in PARETO_BY),
        "grain": "step" in heeds,
        "span": "span" in heeds and question.span in spans_for(chart),
        "compare": "compare" in heeds and question.is_compared,
        "end": "span" in heeds,
        "only": offers_queue(question),
    }
