"""Alerts that other programs tell of by `POST /api/v2/alerts`: those with certain labels, by the queue that a label names.

In: what was told until now. Out: one sample for each scope somebody told of; unknown where a client has fallen silent.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from alerts.external import ExternalAlert, Stand
from alerts.sample import SITE, Context, Sample
from pulse.kpi.board import Board
from pulse.tables import Strict
from pulse.text import Text

TITLE = Text("Told by another system", "外部系统告警")
SEES_SILENCE = True
SEES_OUTSIDE = True
_SAID_IN = ("summary", "message", "description")
_MOST_SCOPE, _MOST_SAID = 200, 300


class Options(Strict):
    """The keys of a rule of this kind."""

    match: Mapping[str, str | tuple[str, ...]] = {}
    """The value, or one of the values, that a label must have; none given means all alerts."""
    scope_label: str | None = None
    """The label that names the queue; without it, and for alerts that lack it, the site."""

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether every label that is asked for has an allowed value."""
        return all(labels.get(name, "") in ((asked,) if isinstance(asked, str) else asked) for name, asked in self.match.items())

    def scope_of(self, labels: Mapping[str, str]) -> str:
        """The scope of an alert."""
        named = labels.get(self.scope_label, "") if self.scope_label else ""
        return named if 0 < len(named) <= _MOST_SCOPE else SITE


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for each scope that alerts were told of."""
    told: dict[str, list[ExternalAlert]] = defaultdict(list)
    for alert in context.external():
        if options.matches(alert.labels):
            told[options.scope_of(alert.labels)].append(alert)
    asked = {scope: alerts for scope, alerts in told.items() if not context.queues or scope in context.queues}
    return [_sample(scope, alerts, board) for scope, alerts in asked.items()]


def _sample(scope: str, alerts: Sequence[ExternalAlert], board: Board) -> Sample:
    at: dict[Stand, list[ExternalAlert]] = defaultdict(list)
    for alert in alerts:
        at[alert.stand(board.at)].append(alert)
    firing, silent = at[Stand.FIRING], at[Stand.SILENT]
    return Sample(
        scope=scope,
        at=board.at,
        title=_title(scope, firing or alerts, board),
        why=_why(firing, silent, at[Stand.OVER]),
        value=None if silent and not firing else float(len(firing)),
        breaching=True if firing else None if silent else False,
        clear=False if firing else None if silent else True,
    )


def _title(scope: str, alerts: Sequence[ExternalAlert], board: Board) -> Text:
    names = sorted({alert.labels.get("alertname", "") for alert in alerts} - {""})
    name = Text(*(2 * [names[0]])) if len(names) == 1 else TITLE
    queue = board.queues.get(scope)
    if scope == SITE:
        return name
    titles = [queue.titled(language) if queue else scope for language in ("en", "zh")]
    return Text(f"{titles[0]}: {name.en}", f"{titles[1]}：{name.zh}")


def _why(firing: Sequence[ExternalAlert], silent: Sequence[ExternalAlert], over: Sequence[ExternalAlert]) -> Text:
    if firing:
        said, more = _said(firing[0]), len(firing) - 1
        return Text(f"{said}, and {more} more", f"{said}，另有 {more} 条") if more else Text(said, said)
    if silent:
        said = _said(silent[0])
        return Text(f"{said}: nothing heard of it any more, so not known to be over", f"{said}：未再收到消息，无法确认已恢复")
    return Text(f"{len(over)} told to be over", f"{len(over)} 条已告知恢复")


def _said(alert: ExternalAlert) -> str:
    """What the alert says of itself; else its name, else its labels."""
    texts = (alert.annotations.get(name) for name in _SAID_IN)
    labels = ", ".join(f"{name}={value}" for name, value in sorted(alert.labels.items()))
    return next((text for text in (*texts, alert.labels.get("alertname")) if text), labels)[:_MOST_SAID]
