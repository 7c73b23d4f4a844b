"""One sentence for a figure, written by a rule: how it stands to its target and how it moved; it never says why.

In: a figure. Out: the same in both languages. What is not known is said, and what rests on few contacts.
"""

from collections.abc import Iterator, Mapping

from pulse.definitions import definitions
from pulse.kpi.kpi import Better, Kpi, Unit
from pulse.kpi.snapshot import Edition, Figure, Verdict
from pulse.text import Language, Text
from pulse.written import written

FEW = 30
"""Fewer contacts than this are few: one more or less moves a share by three points."""
_ANSWERS = frozenset({"csat_score", "nps_score"})
_LEAST: Mapping[Unit, float] = {Unit.RATIO: 0.001, Unit.SECONDS: 1, Unit.SCORE: 0.01, Unit.COUNT: 1}
"""The last digit people read, by unit."""
_AGAINST: Mapping[Edition, Mapping[str, Text]] = {
    Edition.DAILY: {
        "before": Text("the day before", "前一日"),
        "last_week": Text("the same weekday a week earlier", "上周同日"),
        "last_year": Text("the same weekday a year earlier", "去年同期"),
    },
    Edition.WEEKLY: {"before": Text("the week before", "前一周"), "last_year": Text("the same week a year earlier", "去年同期")},
    Edition.MONTHLY: {"before": Text("the month before", "上月"), "last_year": Text("the same month a year earlier", "去年同月")},
}


SAME_HOLIDAY = Text("the same holiday a year earlier", "去年同一节日")


def sentence(figure: Figure, edition: Edition, year_earlier: Text | None = None) -> Text:
    """What the numbers say; `year_earlier` is how the same period last year is called where it is not called as usual."""
    kpi = definitions()[figure.kpi]
    if figure.value is None:
        return Text(f"{kpi.title.en}: not known for this time.", f"{kpi.title.zh}：本期数据未知。")
    parts = [_against_target(figure, kpi), _moved(figure, kpi, _against(edition, year_earlier)), *_few(figure)]
    return Text(" ".join(part.en for part in parts), "".join(part.zh for part in parts))


def _against_target(figure: Figure, kpi: Kpi) -> Text:
    value, target = figure.value, figure.target
    told = Text(f"{kpi.title.en}: {written(value, kpi.unit)}", f"{kpi.title.zh}：{written(value, kpi.unit, Language.ZH)}")
    if value is None or target is None or figure.verdict is Verdict.NO_TARGET:
        return Text(f"{told.en}.", f"{told.zh}。")
    aim, apart = Text(*(written(target, kpi.unit, language) for language in Language)), _apart(value, target, kpi.unit)
    if figure.verdict is Verdict.MET:
        return Text(f"{told.en}, which meets the target of {aim.en}.", f"{told.zh}，达到目标 {aim.zh}。")
    side = Text("below", "低于") if value < target else Text("above", "高于")
    return Text(f"{told.en}, {apart.en} {side.en} the target of {aim.en}.", f"{told.zh}，{side.zh}目标 {aim.zh}，相差{apart.zh}。")


def _against(edition: Edition, year_earlier: Text | None) -> Mapping[str, Text]:
    return _AGAINST[edition] if year_earlier is None else {**_AGAINST[edition], "last_year": year_earlier}


def _moved(figure: Figure, kpi: Kpi, against: Mapping[str, Text]) -> Text:
    """How it moved against each stretch it is compared with; without any, that there is none."""
    known = {name: (getattr(figure, name), called) for name, called in against.items()}
    told = [_step(figure, value, called, kpi) for value, called in known.values() if value is not None]
    if not told:
        return Text("There is nothing earlier to compare it with.", "暂无往期数据可比。")
    if known["before"][0] is None:
        unknown = known["before"][1]
        told.append(Text(f"{unknown.en} is not known", f"{unknown.zh}未知"))
    return Text(f"{_upper('; '.join(one.en for one in told))}.", f"{'；'.join(one.zh for one in told)}。")


def _step(figure: Figure, earlier: float, called: Text, kpi: Kpi) -> Text:
    change = (figure.value or 0) - earlier
    apart = _apart(figure.value or 0, earlier, kpi.unit)
    if _is_same(figure.value, earlier, kpi):
        return Text(f"the same as {called.en}", f"与{called.zh}持平")
    is_good = (change > 0) is (kpi.better is Better.HIGHER)
    way = Text("higher", "高") if change > 0 else Text("lower", "低")
    mark = Text("", "") if not _has_direction(figure, kpi) else Text(" (better)", "（向好）") if is_good else Text(" (worse)", "（变差）")
    return Text(f"{apart.en} {way.en} than {called.en}{mark.en}", f"较{called.zh}{way.zh}{apart.zh}{mark.zh}")


def _has_direction(figure: Figure, kpi: Kpi) -> bool:
    """A count follows how many come: more of it is neither better nor worse, unless somebody set a target."""
    return kpi.better is not Better.NEITHER and (kpi.unit is not Unit.COUNT or figure.target is not None)


def _is_same(value: float | None, earlier: float, kpi: Kpi) -> bool:
    """Whether people read the same: what differs only behind the last digit has not moved."""
    return written(value, kpi.unit) == written(earlier, kpi.unit)


def _apart(one: float, other: float, unit: Unit) -> Text:
    """How far two values are apart as people read them, in the words of the unit; what is less than its last digit is said to be less."""
    least = _LEAST[unit]
    size = abs(round(one / least) - round(other / least)) * least
    if not size:
        told = _written(least, unit)
        return Text(f"less than {told.en}", f"不到 {told.zh}")
    told = _written(size, unit)
    return Text(told.en, f" {told.zh}")


def _written(size: float, unit: Unit) -> Text:
    if unit is not Unit.RATIO:
        return Text(*(written(size, unit, language) for language in Language))
    points = f"{size * 100:.1f}"
    return Text(f"{points} {'point' if points == '1.0' else 'points'}", f"{points} 个百分点")


def _few(figure: Figure) -> Iterator[Text]:
    count = figure.count
    if count is None or count >= FEW:
        return
    one, many, chinese = ("answer", "answers", "份评分") if figure.kpi in _ANSWERS else ("contact", "contacts", "次联系")
    yield Text(f"It rests on {count} {one if count == 1 else many} only.", f"仅基于 {count} {chinese}。")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
