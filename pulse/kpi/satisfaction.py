"""CSAT: the mean and the top-two-box share, never mixed, each with the number of answers behind it."""

from pulse.kpi.goal import QueueGoal
from pulse.kpi.kpi import Better, Counts, Kpi, Scene, Unit, Value, ratio
from pulse.kpi.records import ContactEvent, ContactEventType, RatingScale
from pulse.kpi.tally import Tally
from pulse.text import Text

_CENTI = 100
"""Ratings are summed in hundredths, so that sums stay whole numbers."""


def _count_rated(event: ContactEvent, _goal: QueueGoal, tally: Tally) -> None:
    rating = event.rating
    if rating is None or rating.scale is not RatingScale.CSAT_5 or not 1 <= rating.value <= 5:
        return
    tally.add("csat_responses")
    tally.add("csat_centi", round(rating.value * _CENTI))
    if rating.value >= 4:
        tally.add("csat_top_two")


COUNTS: Counts = {ContactEventType.RATED: _count_rated}


def _csat_score(scene: Scene) -> Value:
    return ratio(scene.tally.count("csat_centi") / _CENTI, scene.tally.count("csat_responses"))


_EXCLUSIONS = Text("ratings on another scale or outside 1 to 5", "其他量表或 1–5 之外的评分")

KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="csat_score",
        title=Text("CSAT, mean of 1 to 5", "满意度均分（1–5）"),
        unit=Unit.SCORE,
        better=Better.HIGHER,
        formula=Text("sum of ratings / ratings", "评分总和 / 评分数"),
        exclusions=_EXCLUSIONS,
        source=Text("survey answers", "问卷回答"),
        value=_csat_score,
        told_by=ContactEventType.RATED,
    ),
    Kpi(
        name="csat_top_two_ratio",
        title=Text("CSAT, share of 4 and 5", "满意度（4–5 分占比）"),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=Text("ratings of 4 or 5 / ratings", "4–5 分评分数 / 评分数"),
        exclusions=_EXCLUSIONS,
        source=Text("survey answers", "问卷回答"),
        value=lambda scene: ratio(scene.tally.count("csat_top_two"), scene.tally.count("csat_responses")),
        told_by=ContactEventType.RATED,
    ),
    Kpi(
        name="csat_responses",
        title=Text("CSAT answers", "满意度评分数"),
        unit=Unit.COUNT,
        better=Better.HIGHER,
        formula=Text("ratings received", "收到的评分数"),
        exclusions=_EXCLUSIONS,
        source=Text("survey answers", "问卷回答"),
        value=lambda scene: scene.tally.count("csat_responses"),
        told_by=ContactEventType.RATED,
    ),
    Kpi(
        name="csat_response_ratio",
        title=Text("CSAT response rate", "满意度参评率"),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=Text("ratings / handled contacts", "评分数 / 处理完成数"),
        exclusions=_EXCLUSIONS,
        source=Text("survey answers and queue events", "问卷回答与队列事件"),
        value=lambda scene: ratio(scene.tally.count("csat_responses"), scene.tally.count("handled")),
        told_by=ContactEventType.RATED,
    ),
)
