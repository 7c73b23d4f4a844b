"""More alerts than people can take in: so many were opened in a few minutes that they are one event.

In: when incidents were opened lately. Out: one sample for the site. While it stands it keeps quiet what is no graver, so that
people get one message about all of them. The norm: about one alert in ten minutes is fine, more than ten is a flood.
"""

from collections.abc import Sequence

from pydantic import Field

from alerts.sample import SITE, Context, Sample
from pulse.kpi.board import Board
from pulse.kpi.kpi import Unit
from pulse.tables import Duration, Strict
from pulse.text import Language, Text
from pulse.written import duration

UNIT = Unit.COUNT
TITLE = Text("Flood of alerts", "告警风暴")
SEES_SILENCE = True
SEES_ALERTS = True
INHIBITS = True


class Options(Strict):
    """The keys of a rule of this kind."""

    more_than: int = Field(10, ge=1)
    within: Duration = 600.0


def samples(board: Board, options: Options, context: Context) -> Sequence[Sample]:
    """One sample for the site; it is over once no more than half as many alerts as raise it were opened."""
    since = board.at - round(options.within * 1000)
    opened = sum(since < at for at in context.opened_at)
    why = Text(
        f"{opened} alerts in {duration(options.within)}, a flood above {options.more_than}",
        f"{duration(options.within, Language.ZH)}内 {opened} 条告警，超过 {options.more_than} 条为风暴",
    )
    return [
        Sample(
            scope=SITE,
            at=board.at,
            title=TITLE,
            why=why,
            value=opened,
            threshold=options.more_than,
            breaching=opened > options.more_than,
            clear=opened <= options.more_than / 2,
        )
    ]
