"""What is told when a day was frozen: how many targets were missed, the worst three by their share of the target, a link."""

import pytest
from composing import DAY, History, calls
from made import tally

from alerts.notices import payload_of
from alerts.words import Writer
from dashboard.report.announced import said_of, worst_missed
from pulse.kpi.snapshot import Edition


def missing(**targets):
    counted = calls(within=4, answered=8, abandoned=2, complaints=4, csat_responses=2, csat_centi=800)
    return History(targets={"abandonment_ratio": "5%", "csat_score": 4.2, "complaints": 3, **targets}).on(DAY, counted)


def said(history, edition=Edition.DAILY):
    return said_of(history.composed(edition), history.config, 7)


def test_the_worst_are_those_that_missed_the_largest_share_of_their_target():
    assert [figure.kpi for _, figure in worst_missed(missing().composed())] == ["abandonment_ratio", "service_level", "complaints"]


def test_the_notice_counts_what_was_missed_and_tells_the_worst_three_with_a_link():
    told = said(missing())

    assert told.title.en == "Daily snapshot 2026-11-20: 4 of 4 targets of site and channels missed"
    assert told.why.en.startswith("Abandonment: 20.0 %, 15.0 points above the target of 5.0 %.")
    assert "CSAT" not in told.why.en
    assert told.link == "http://127.0.0.1:8501/snapshot?edition=daily&day=2026-11-20"
    assert payload_of("site", told)["snapshot"] == {"edition": "daily", "day": "2026-11-20"}


@pytest.mark.parametrize(
    ("counted", "targets", "words"),
    [
        (calls(within=9), {}, "the one target is met"),
        (calls(within=9, csat_responses=1, csat_centi=500), {"csat_score": 4}, "all 2 targets of site and channels are met"),
        (calls(within=1), {}, "1 of 1 target missed"),
        (tally(), {}, "no target can be judged"),
    ],
)
def test_the_count_of_missed_targets_is_right_in_number(counted, targets, words):
    assert said(History(targets=targets).on(DAY, counted)).title.en.endswith(f": {words}")


def test_a_figure_of_a_channel_is_told_by_its_name_and_never_twice():
    waited = calls(within=9, wait_answered_known=10, wait_answered_ms=600_000)
    told = said(History(targets={"voice": {"asa_s": "20s"}}).on(DAY, waited))

    assert told.why.en.startswith("Phone: Average speed of answer: 1:00 min, 40 s above the target of 20 s.")
    assert told.why.zh.startswith("电话：平均应答速度：1 分钟，高于目标 20 秒，相差 40 秒。")


def test_a_week_is_named_by_its_first_and_last_day():
    told = said(missing(), Edition.WEEKLY)

    assert told.title.en.startswith("Weekly snapshot 2026-11-16 – 2026-11-22: ")
    assert told.name == "snapshot-weekly/2026-11-16"


def test_the_notice_is_written_by_every_channel_in_both_languages():
    history = missing()
    words = Writer(history.zone, "both").words(type("M", (), {"payload": payload_of("site", said(history))})(), 0)

    assert words.titles[0] == "[SNAPSHOT] Daily snapshot 2026-11-20: 4 of 4 targets of site and channels missed"
    assert words.titles[1] == "【快照】日报 2026-11-20：全站与各渠道 4 项目标中 4 项未达成"
