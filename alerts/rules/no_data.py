"""A source is silent: no poll of it has succeeded for longer than it is believed.

In: a Board. Out: one sample for each source, its name as the scope. What its silence means for queues no rule has to
know: an all-clear of a queue is not believed while a source of it is silent.
"""

from collections.abc import Sequence

from alerts.sample import Context, Sample
from pulse.kpi.board import Board, SourceCondition, SourceHealth
from pulse.kpi.freshness import is_stale
from pulse.kpi.kpi import Unit
from pulse.tables import Strict
from pulse.text import Language, Text
from pulse.written import duration

UNIT = Unit.SECONDS
TITLE = Text("Source silent", "数据源无响应")
SEES_SILENCE = True
INHIBITS = True


class Options(Strict):
    """The keys of a rule of this kind."""

    sources: tuple[str, ...] = ()
    """Sources it looks at; none given means all."""


def samples(board: Board, options: Options, _context: Context) -> Sequence[Sample]:
    """One sample for each source asked for; a recording that was played to its end is no longer looked at."""
    looked_at = {name: health for name, health in board.sources.items() if not options.sources or name in options.sources}
    return [_sample(name, health, board) for name, health in looked_at.items() if health.condition is not SourceCondition.ENDED]


def _sample(name: str, health: SourceHealth, board: Board) -> Sample:
    silent_s = None if health.polled_at is None else max(0.0, (board.at - health.polled_at) / 1000)
    silent = is_stale(health, board.at)
    # A source that has just been started has not answered yet: that is no silence.
    starting = health.condition is SourceCondition.STARTING and health.polled_at is None
    return Sample(
        scope=name,
        at=board.at,
        title=Text(f"{name}: {TITLE.en.lower()}", f"{name}：{TITLE.zh}"),
        why=_why(silent_s, health, board),
        value=silent_s,
        breaching=None if starting else silent,
        clear=None if starting else not silent,
    )


def _why(silent_s: float | None, health: SourceHealth, board: Board) -> Text:
    fed = [scope for name, scope in sorted(board.queues.items()) if health.source in scope.sources]
    heard = Text(*("—" if silent_s is None else duration(silent_s, language) for language in Language))
    named_en, named_zh = (", ".join(scope.titled(language) for scope in fed) for language in ("en", "zh"))
    error = [health.error] if health.error else []
    en = [f"last answer {heard.en} ago", *error, *([f"feeds {named_en}"] if fed else [])]
    zh = [f"上次应答于 {heard.zh}前", *error, *([f"供数队列：{named_zh}"] if fed else [])]
    return Text("; ".join(en), "；".join(zh))
