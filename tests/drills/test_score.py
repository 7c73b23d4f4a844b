"""What a drill came to, in numbers small enough to check in the head."""

from alerts.drill_score import Facts, Mark, Raised, score
from alerts.frame import MACHINE
from alerts.timeline import Line, Story, Told
from pulse.text import itself


def line(at_s, kind, before, after, who=MACHINE):
    return Line(at=at_s * 1000, kind=kind, who=who, before=before, after=after, why=itself("w"))


def raised(level=2, opened_s=40, sent_s=45, *entries, **facts):
    messages = () if sent_s is None else (Told(channel="ops", step="raised", sent_at=sent_s * 1000),)
    return Raised(level=level, story=Story(opened_at=opened_s * 1000, entries=entries, messages=messages), **facts)


def answered(at_s, who="Ada"):
    return line(at_s, "work", "open", "acknowledged", who)


def found(*incidents, ended_s=None, now_s=100, **facts):
    ended_at = None if ended_s is None else ended_s * 1000
    return score(Facts(began_at=0, ended_at=ended_at, raised=incidents, **facts), now_s * 1000)


def test_each_step_is_held_against_the_goal_of_the_gravest_level():
    scored = found(raised(2, 40, 45, answered(100)), raised(3, 20, None))

    assert scored.level == 2
    assert [(step.took_s, step.goal_s, step.mark.value, step.who) for step in scored.steps] == [
        (20.0, 120.0, "passed", None),
        (25.0, 15.0, "failed", None),
        (60.0, 600.0, "passed", "Ada"),
    ]


def test_of_several_of_the_gravest_the_slowest_answer_counts_and_one_without_leaves_it_open():
    both = found(raised(2, 40, 45, answered(50)), raised(2, 40, 45, answered(90, "Bo")))
    one = found(raised(2, 40, 45, answered(50)), raised(2, 40, 45))

    assert (both.steps[2].took_s, both.steps[2].who) == (50.0, "Bo")
    assert (one.steps[2].took_s, one.steps[2].mark) == (None, Mark.OPEN)


def test_an_answer_before_the_alert_became_graver_is_none_to_the_graver_one():
    rise = (answered(50), line(60, "level", "3", "2"))

    assert found(raised(2, 40, 45, *rise)).steps[2].mark is Mark.OPEN
    assert found(raised(2, 40, 45, *rise, answered(80))).steps[2].took_s == 20.0


def test_a_step_is_open_until_its_goal_is_past_or_the_drill_is_over():
    assert [step.mark for step in found(now_s=10).steps] == [Mark.OPEN, Mark.OPEN, Mark.OPEN]
    assert found(now_s=301).steps[0].mark is Mark.FAILED
    assert [step.mark for step in found(ended_s=10).steps] == [Mark.FAILED, Mark.FAILED, Mark.FAILED]


def test_a_rule_without_a_channel_is_named_as_what_stands_in_the_way():
    silent = found(raised(2, 40, None, has_channel=False)).steps[1]

    assert (silent.mark, silent.note.en) == (Mark.FAILED, "no channel is told: the rule names none in notify")


def test_a_drill_that_saw_nothing_while_a_real_alert_stood_says_so():
    notes = [found(*incidents, has_real=True).steps[0].note for incidents in ((), (raised(),))]

    assert notes[0].en == "a real alert stood meanwhile: what it tells of is left out of the drill"
    assert notes[1] is None
    assert found().steps[0].note is None


def test_what_a_drill_that_was_cut_short_left_undone_is_interrupted_and_not_missed():
    stopped = found(raised(2, 40, 45), ended_s=60, is_cut_short=True)

    assert [step.mark.value for step in stopped.steps] == ["passed", "passed", "interrupted"]
    assert stopped.mark is Mark.INTERRUPTED
    assert {step.mark for step in found(ended_s=10, is_cut_short=True).steps} == {Mark.INTERRUPTED}


def test_what_was_missed_before_a_drill_was_cut_short_stays_missed():
    stopped = found(raised(2, 40, None), ended_s=60, is_cut_short=True)

    assert [step.mark.value for step in stopped.steps] == ["passed", "failed", "interrupted"]
    assert stopped.mark is Mark.FAILED
