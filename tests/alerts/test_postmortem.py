"""A post-mortem: drafted by the log, written in versions, finished once it is whole; and the promises that follow from it."""

from zoneinfo import ZoneInfo

import msgspec
import pytest
from alerts_made import board, config, ms, queue
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from alerts.account import account_of
from alerts.actions import Answer, Asked, Cause, acknowledge, close, reopen
from alerts.evaluate import Evaluator, Ports
from alerts.follow_ups import DAY_MS, LONGEST, Promise, State, due_reminders, follow_ups_of, is_late, move, open_follow_ups, promise
from alerts.postmortem import FISHBONE, PostMortem, content_of, drafted, finish, save, versions_of, with_facts
from pulse.text import Language
from sql.models import FollowUp, Incident, Transition

RULES = {"sla": {"kind": "sla_breach", "level": 2, "raise_for": "0s", "clear_for": "0s"}}
WHOLE = PostMortem(summary="Calls waited.", whys=("carrier late", "", "", "", ""), fishbone="process")


@pytest.fixture
def closed(database):
    """Incident 1: raised at 0 s, acknowledged at 9 s, over at 60 s, closed at 90 s; at version 3."""
    evaluator = Evaluator(database, config(rules=RULES), Ports(publish=lambda _news: True))
    evaluator.evaluate(board(support=queue(0.5)), ms(0))
    acknowledge(database, Asked(1, 1, "Ada", ms(9)))
    evaluator.evaluate(board(ms(60), support=queue(0.9)), ms(60))
    close(database, Asked(1, 2, "Ada", ms(90)), Cause.PROCESS)
    return evaluator


def asked(version=3, who="Ada", second=100):
    return Asked(1, version, who, ms(second))


def account(database):
    return account_of(database, config(rules=RULES), 1, ms(100))


def work(database):
    with database.read() as session:
        return session.get_one(Incident, 1).work


def log_lines(database, kind):
    with database.read() as session:
        lines = session.scalars(select(Transition).where(Transition.kind == kind).order_by(Transition.id))
        return [(one.who, one.from_state, one.to_state, one.why["en"], one.why["zh"]) for one in lines]


def test_draft_holds_the_times_the_timeline_and_the_contacts_without_anybody_writing_a_word(database, closed):
    draft = drafted(account(database), Language.EN, ZoneInfo("UTC"))

    assert (draft.times["acknowledge_s"], draft.times["fix_s"], draft.times["close_s"]) == (9, 60, 90)
    assert draft.contacts == {"offered": None, "abandoned": None, "answered_late": None}
    assert draft.timeline[-1].text == {"en": "closed by Ada: process", "zh": "Ada 已关闭：流程"}
    assert draft.fishbone == "process"
    assert "to acknowledge 9 s" in draft.summary
    assert draft.missing == ("whys",)


def test_draft_is_written_in_the_language_of_who_asks(database, closed):
    assert "确认 9 秒" in drafted(account(database), Language.ZH, ZoneInfo("UTC")).summary


@pytest.mark.both_databases
def test_versions_are_added_and_none_changes(database, closed):
    save(database, asked(), WHOLE, seen=0)
    later = msgspec.structs.replace(WHOLE, went_badly="nobody called the carrier")

    assert save(database, asked(who="Grace"), later, seen=1).answer is Answer.DONE
    kept = versions_of(database, 1)
    assert [(one.version, one.who) for one in kept] == [(1, "Ada"), (2, "Grace")]
    assert [content_of(one) for one in kept] == [WHOLE, later]
    assert log_lines(database, "postmortem")[1] == ("Grace", "", "drafted", "post-mortem, version 2 by Grace", "Grace 保存复盘第 2 版")


def test_version_upon_an_older_one_is_refused(database, closed):
    save(database, asked(), WHOLE, seen=0)

    assert save(database, asked(who="Grace"), WHOLE, seen=0).answer is Answer.CHANGED
    assert len(versions_of(database, 1)) == 1


def test_facts_are_those_of_the_log_whatever_people_wrote(database, closed):
    made = with_facts(msgspec.structs.replace(WHOLE, times={"fix_s": 1.0}), account(database))

    assert (made.times["fix_s"], made.summary) == (60, "Calls waited.")


@pytest.mark.both_databases
def test_finished_post_mortem_reviews_the_incident(database, closed):
    save(database, asked(), WHOLE, seen=0)

    assert finish(database, asked(second=200)).answer is Answer.DONE
    assert work(database) == "reviewed"
    assert log_lines(database, "work")[-1][:3] == ("Ada", "closed", "reviewed")
    assert account(database).times.close_s == 90


@pytest.mark.parametrize("content", [None, PostMortem(summary="x"), msgspec.structs.replace(WHOLE, fishbone=None)])
def test_post_mortem_with_something_missing_is_not_finished(database, closed, content):
    if content is not None:
        save(database, asked(), content, seen=0)

    assert finish(database, asked()).answer is Answer.INCOMPLETE
    assert work(database) == "closed"


def test_incident_that_is_open_or_reviewed_is_not_reviewed(database, closed):
    save(database, asked(), WHOLE, seen=0)
    finish(database, asked())

    assert finish(database, asked(version=4)).answer is Answer.STANDS
    reopen(database, asked(version=4))
    assert finish(database, asked(version=5)).answer is Answer.STANDS


def test_who_looked_at_an_older_incident_does_not_finish(database, closed):
    save(database, asked(), WHOLE, seen=0)

    assert finish(database, asked(version=2)).answer is Answer.CHANGED
    assert finish(database, Asked(99, 1, "Ada", ms(100))).answer is Answer.GONE


def test_class_that_is_no_bone_of_the_fish_is_an_error(database, closed):
    with pytest.raises(ValueError, match="expected one of people, process, technology, resources"):
        save(database, asked(), msgspec.structs.replace(WHOLE, fishbone="weather"), seen=0)
    assert len(FISHBONE) == 4


def promised(database, what="call the carrier", due=0, owner="Grace"):
    return promise(database, asked(), Promise(what=what, owner=owner, due_at=ms(due)))


def test_promise_is_kept_with_owner_and_date_and_moved_with_a_line_in_the_log(database, closed):
    promised(database)

    assert move(database, asked(who="Grace"), 1, State.DONE).answer is Answer.DONE
    (one,) = follow_ups_of(database, 1)
    assert (one.owner, one.state, one.ended_by) == ("Grace", "done", "Grace")
    assert [line[1:3] for line in log_lines(database, "follow_up")] == [("", "open"), ("open", "done")]
    assert open_follow_ups(database, "site") == []


def test_promise_can_be_opened_again_and_is_not_moved_twice(database, closed):
    promised(database)
    move(database, asked(), 1, State.DROPPED)

    assert move(database, asked(), 1, State.DROPPED).answer is Answer.CHANGED
    assert move(database, asked(), 1, State.OPEN).answer is Answer.DONE
    assert follow_ups_of(database, 1)[0].ended_at is None
    assert move(database, asked(), 99, State.DONE).answer is Answer.GONE


@pytest.mark.parametrize(("what", "owner"), [("  ", "Grace"), ("call", " ")])
def test_promise_without_what_or_who_is_none(database, closed, what, owner):
    assert promised(database, what, owner=owner).answer is Answer.INCOMPLETE
    assert follow_ups_of(database, 1) == []


def test_promise_that_cannot_be_kept_whole_is_refused(database, closed):
    assert promised(database, "x" * (LONGEST + 1)).answer is Answer.UNFIT
    assert follow_ups_of(database, 1) == []
    assert promised(database, "x" * LONGEST).answer is Answer.DONE


def follow_up(number, due_at, state="open"):
    return FollowUp(id=number, site="site", incident_id=1, what="w", owner="o", due_at=due_at, state=state)


def test_reminder_is_due_when_the_day_is_over_and_once_a_week_then():
    one = follow_up(7, ms(0))

    keys = {days: [reminder.key for reminder in due_reminders([one], ms(0) + days * DAY_MS)] for days in (-1, 0, 6, 7, 14)}

    assert keys == {
        -1: [],
        0: ["site/follow-up-7/reminder-1"],
        6: ["site/follow-up-7/reminder-1"],
        7: ["site/follow-up-7/reminder-2"],
        14: ["site/follow-up-7/reminder-3"],
    }


@given(st.lists(st.tuples(st.integers(-40, 40), st.sampled_from(State)), max_size=8))
def test_reminders_are_of_exactly_what_is_late_and_the_latest_comes_first(made):
    rows = [follow_up(number, ms(0) + days * DAY_MS, state.value) for number, (days, state) in enumerate(made)]

    reminders = due_reminders(rows, ms(0))

    assert {one.follow_up.id for one in reminders} == {row.id for row in rows if is_late(row, ms(0))}
    assert [one.days_late for one in reminders] == sorted((one.days_late for one in reminders), reverse=True)
