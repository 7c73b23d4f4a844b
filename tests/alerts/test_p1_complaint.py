import pytest
from alerts_made import board, queue

from alerts.rules.p1_complaint import Options, samples
from alerts.sample import Context, Reading
from pulse.kpi.board import Scope
from pulse.text import Text

LATE, LOST = "delay/logistics", "lost/logistics"


def one(told, **options):
    window = {} if told is None else {"p1_complaints_by_pair": told}
    return samples(
        board(site=Scope(title="Site", last_30m=window)), Options(**options), Context(name_of=lambda value: Text(value.title(), value))
    )[0]


def test_one_complaint_of_the_gravest_grade_is_enough():
    found = one({LATE: 1})

    assert (found.scope, found.reading, found.value) == ("site", Reading.BREACHING, 1.0)
    assert one({}).reading is Reading.CLEAR


def test_cluster_counts_only_complaints_with_one_cause():
    assert one({LATE: 2, LOST: 2}, cluster=3).reading is Reading.CLEAR
    assert one({LATE: 3}, cluster=3).reading is Reading.BREACHING


def test_site_without_a_source_of_complaints_knows_nothing():
    assert one(None).reading is Reading.NO_DATA


def test_cause_is_named_and_every_cause_has_its_share():
    found = one({LOST: 1, LATE: 3}, cluster=3)

    assert (found.title.en, found.title.zh) == ("P1 complaints with one cause (Delay/Logistics)", "同因一级投诉（delay/logistics）")
    assert found.why.en == "4 in the last 30 min, 3 of them Delay/Logistics"
    assert [(part.value, part.share_ratio) for part in found.contributors] == [(LATE, 0.75), (LOST, 0.25)]


def test_words_do_not_jump_between_causes_with_as_many_complaints():
    assert one({LOST: 2, LATE: 2}).title == one({LATE: 2, LOST: 2}).title


@pytest.mark.parametrize("channel", [None, "voice"])
def test_queues_asked_for_are_judged_one_by_one(channel):
    scope = queue(channel=channel, last_30m={"p1_complaints_by_pair": {LATE: 1}})

    (found,) = samples(board(vip=scope, support=queue()), Options(), Context(queues=("vip",)))

    assert found.scope == "vip"
    assert found.title.en.endswith(", Support" if channel else "(delay/logistics)")
