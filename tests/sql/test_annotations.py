"""Annotations: made, found where they touch, taken back without a trace being lost."""

import pytest
from sqlalchemy import select

from pulse.text import Text, itself
from sql.annotations import AnnotationKind, By, UnfitAnnotation, Wanted, annotate, annotations, take_back
from sql.event_log import first_broken
from sql.memory_tables import Annotation
from sql.models import Transition

ADA = By("Ada", 5)


def wanted(at=100, until=None, title="version 3"):
    return Wanted(kind=AnnotationKind.RELEASE, at=at, until=until, title=itself(title))


@pytest.mark.both_databases
def test_an_annotation_is_found_wherever_it_touches_a_stretch(database):
    annotate(database, "site", wanted(at=100, title="an instant"), ADA)
    annotate(database, "site", wanted(at=50, until=90, title="a while"), ADA)

    found = {start: [row.title["en"] for row in annotations(database, "site", start, start + 20)] for start in (30, 80, 90, 100)}

    assert found == {30: [], 80: ["a while"], 90: ["an instant"], 100: ["an instant"]}


def test_an_annotation_that_was_taken_back_stands_no_more_and_is_kept(database):
    made = annotate(database, "site", wanted(), ADA)

    taken = take_back(database, "site", made.id, By("Bo", 9))

    assert (taken.removed_by, taken.removed_at) == ("Bo", 9)
    assert annotations(database, "site", 0, 200) == []
    assert take_back(database, "site", made.id, By("Bo", 9)) is None
    with database.read() as session:
        assert session.get(Annotation, made.id).title["en"] == "version 3"
        assert [line.to_state for line in session.scalars(select(Transition).order_by(Transition.id))] == ["annotated", "taken_back"]
    assert first_broken(database, "site") is None


@pytest.mark.parametrize("unfit", [{"until": 100}, {"title": " "}, {"title": "x" * 121}])
def test_an_annotation_without_a_title_or_an_end_after_its_beginning_is_refused(database, unfit):
    with pytest.raises(UnfitAnnotation, match="expected"):
        annotate(database, "site", wanted(**unfit), ADA)


def test_why_an_annotation_is_refused_is_told_in_both_languages(database):
    with pytest.raises(UnfitAnnotation) as refused:
        annotate(database, "site", wanted(title=""), ADA)

    assert refused.value.text == Text("title: got nothing, expected what happened", "标题为空，请写明发生了什么")
