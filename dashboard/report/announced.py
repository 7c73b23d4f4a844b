"""What people are told when a day, week or month was frozen: how many targets were missed, and the worst of them.

In: a snapshot. Out: a notice in both languages with a link to the page; no name and no text of a customer.
"""

from collections.abc import Iterator

from alerts.notices import Said
from pulse.config import Config
from pulse.kpi.snapshot import ByLanguage, Edition, Figure, Snapshot, Verdict
from pulse.text import Text

PAGE = "snapshot"
MOST_TOLD = 3
_CALLED = {
    Edition.DAILY: Text("Daily snapshot", "日报"),
    Edition.WEEKLY: Text("Weekly snapshot", "周报"),
    Edition.MONTHLY: Text("Monthly snapshot", "月报"),
}


def said_of(snapshot: Snapshot, config: Config, now: int) -> Said:
    """The notice; its key is that of the edition and the day, so that nobody is told twice."""
    days = snapshot.day if snapshot.day == snapshot.last_day else f"{snapshot.day} – {snapshot.last_day}"
    judged, called = _judged(snapshot), _CALLED[snapshot.edition]
    return Said(
        name=f"snapshot-{snapshot.edition.value}/{snapshot.day}",
        state="snapshot",
        title=Text(f"{called.en} {days}: {judged.en}", f"{called.zh} {days}：{judged.zh}"),
        why=_worst_told(snapshot),
        at=now,
        link=config.page_address(f"{PAGE}?edition={snapshot.edition.value}&day={snapshot.day}"),
        about={"snapshot": {"edition": snapshot.edition.value, "day": snapshot.day}},
    )


def worst_missed(snapshot: Snapshot, most: int = MOST_TOLD) -> list[tuple[ByLanguage, Figure]]:
    """The figures that missed their target by the largest share of it, the worst first, each with the name of its channel.

    Of channels only what has no value for the whole site: the same miss is told once. The site's own have no name.
    """
    missed = [(names, figure) for names, figure in _told(snapshot) if figure.verdict is Verdict.MISSED]
    return sorted(missed, key=lambda one: -_missed_by(one[1]))[:most]


def _told(snapshot: Snapshot) -> Iterator[tuple[ByLanguage, Figure]]:
    of_site = {figure.kpi for figure in snapshot.figures}
    yield from (({}, figure) for figure in snapshot.figures)
    for section in snapshot.channels:
        yield from ((section.titles, figure) for figure in section.figures if figure.kpi not in of_site)


def _missed_by(figure: Figure) -> float:
    if figure.value is None or figure.target is None:
        return 0.0
    apart = abs(figure.value - figure.target)
    return apart / abs(figure.target) if figure.target else apart


def _judged(snapshot: Snapshot) -> Text:
    verdicts = [figure.verdict for _, figure in _told(snapshot) if figure.verdict in (Verdict.MET, Verdict.MISSED)]
    missed, total = verdicts.count(Verdict.MISSED), len(verdicts)
    if not verdicts:
        return Text("no target can be judged", "没有可判断的目标")
    if not missed:
        met = "the one target is met" if total == 1 else f"all {total} targets of site and channels are met"
        return Text(met, f"全站与各渠道 {total} 项目标全部达成")
    targets = "target" if total == 1 else "targets of site and channels"
    return Text(f"{missed} of {total} {targets} missed", f"全站与各渠道 {total} 项目标中 {missed} 项未达成")


def _worst_told(snapshot: Snapshot) -> Text:
    told = [_line(names, figure) for names, figure in worst_missed(snapshot)]
    if not told:
        return Text("No known figure missed its target.", "已知指标均未偏离目标。")
    return Text(" ".join(one.en for one in told), "".join(one.zh for one in told))


def _line(names: ByLanguage, figure: Figure) -> Text:
    en, zh = figure.sentence.get("en", ""), figure.sentence.get("zh", "")
    return Text(f"{names['en']}: {en}", f"{names['zh']}：{zh}") if names else Text(en, zh)
