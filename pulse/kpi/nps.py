"""NPS: the share of promoters (9 and 10) less that of detractors (0 to 6), as a score from -100 to 100; never a percentage."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, ratio
from pulse.kpi.records import ContactEvent, ContactEventType, RatingScale
from pulse.kpi.tally import Tally
from pulse.text import Text

_PROMOTERS, _PASSIVES, _DETRACTORS = "nps_promoters", "nps_passives", "nps_detractors"


def _count_rated(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    rating = event.rating
    if rating is None or rating.scale is not RatingScale.NPS_10 or not 0 <= rating.value <= 10:
        return
    tally.add(_PROMOTERS if rating.value >= 9 else _PASSIVES if rating.value >= 7 else _DETRACTORS)


COUNTS: Counts = {ContactEventType.RATED: _count_rated}


def _score(scene: Scene) -> Value:
    tally = scene.tally
    answers = tally.count(_PROMOTERS) + tally.count(_PASSIVES) + tally.count(_DETRACTORS)
    share = ratio(tally.count(_PROMOTERS) - tally.count(_DETRACTORS), answers)
    return None if share is None else share * 100


_EXCLUSIONS = Text("ratings on another scale or outside 0 to 10", "其他量表或 0–10 之外的评分")


def _segment(name: str, title: Text, formula: Text, better: Better) -> Kpi:
    return Kpi(
        name=name,
        title=title,
        unit=Unit.COUNT,
        better=better,
        formula=formula,
        exclusions=_EXCLUSIONS,
        source=Text("survey answers", "问卷回答"),
        value=lambda scene: scene.tally.count(name),
        told_by=ContactEventType.RATED,
    )


KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="nps_score",
        title=Text("NPS", "净推荐值 NPS"),
        unit=Unit.SCORE,
        better=Better.HIGHER,
        formula=Text("100 × (promoters − detractors) / answers", "100 × (推荐者 − 贬损者) / 评分数"),
        exclusions=_EXCLUSIONS,
        source=Text("survey answers", "问卷回答"),
        value=_score,
        told_by=ContactEventType.RATED,
    ),
    _segment(_PROMOTERS, Text("Promoters", "推荐者"), Text("answers of 9 and 10", "9–10 分的评分数"), Better.HIGHER),
    _segment(_PASSIVES, Text("Passives", "被动者"), Text("answers of 7 and 8", "7–8 分的评分数"), Better.NEITHER),
    _segment(_DETRACTORS, Text("Detractors", "贬损者"), Text("answers of 0 to 6", "0–6 分的评分数"), Better.LOWER),
)
