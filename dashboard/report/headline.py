"""The line an executive reads first: how many targets were missed and which, and what went wrong.

In: a snapshot. Out: one verdict and one line; only what was judged is counted, no cause is named.
"""

from collections import Counter

from alerts.fields import LEVELS
from pulse.definitions import definitions
from pulse.i18n import words
from pulse.kpi.snapshot import Snapshot, Verdict
from pulse.text import Language

_NAMED = 4
_PARTS, _LISTED = {Language.EN: "; ", Language.ZH: "；"}, {Language.EN: " · ", Language.ZH: "、"}


def headline(snapshot: Snapshot, language: Language) -> tuple[Verdict, str]:
    """Missed where any target was, of the site or a channel; met where all that could be judged were; unknown where none could be.

    That nothing happened is not said of a stretch of which nothing was counted.
    """
    verdict = verdict_of_all(snapshot)
    if not snapshot.channels and all(figure.value is None for figure in snapshot.figures):
        happened = [_incidents(snapshot, language)] if snapshot.incidents else []
        return verdict, _PARTS[language].join([words(language)["report.nothing_counted"], *happened])
    parts = [_targets(snapshot, language), *_unjudged(snapshot, language), *_channels(snapshot, language), _incidents(snapshot, language)]
    return verdict, _PARTS[language].join(parts)


def verdict_of_all(snapshot: Snapshot) -> Verdict:
    """The worst of what was judged."""
    counted = _counted(snapshot) + Counter(figure.verdict for channel in snapshot.channels for figure in channel.figures)
    if counted[Verdict.MISSED]:
        return Verdict.MISSED
    return Verdict.MET if counted[Verdict.MET] else Verdict.UNKNOWN


def _counted(snapshot: Snapshot) -> Counter[Verdict]:
    return Counter(figure.verdict for figure in snapshot.figures)


def _targets(snapshot: Snapshot, language: Language) -> str:
    said, counted = words(language), _counted(snapshot)
    judged = counted[Verdict.MET] + counted[Verdict.MISSED]
    if not judged:
        return said["report.none_judged"]
    if not counted[Verdict.MISSED]:
        return said["report.all_met"].format(judged=judged) if judged > 1 else said["report.one_met"]
    return said["report.some_missed"].format(missed=counted[Verdict.MISSED], judged=judged, names=_names(snapshot, language))


def _names(snapshot: Snapshot, language: Language) -> str:
    missed = [figure.kpi for figure in snapshot.figures if figure.verdict is Verdict.MISSED]
    titles = [definitions()[kpi].title.in_(language) if kpi in definitions() else kpi for kpi in missed]
    names, more = _LISTED[language].join(titles[:_NAMED]), len(titles) - _NAMED
    return names if more <= 0 else words(language)["report.names_more"].format(names=names, n=more)


def _unjudged(snapshot: Snapshot, language: Language) -> list[str]:
    unknown = _counted(snapshot)[Verdict.UNKNOWN]
    return [words(language)["report.unknown_more"].format(n=unknown)] if unknown else []


def _channels(snapshot: Snapshot, language: Language) -> list[str]:
    missed = [one for one in snapshot.channels if any(figure.verdict is Verdict.MISSED for figure in one.figures)]
    names = _LISTED[language].join(one.titles[language.value] for one in missed)
    return [words(language)["report.channels_missed"].format(names=names)] if missed else []


def _incidents(snapshot: Snapshot, language: Language) -> str:
    said = words(language)
    if not snapshot.incidents:
        return said["report.incidents_none"]
    gravest = min(incident.level for incident in snapshot.incidents)
    return said["report.incidents_told"].format(n=len(snapshot.incidents), level=LEVELS.get(gravest, str(gravest)))
