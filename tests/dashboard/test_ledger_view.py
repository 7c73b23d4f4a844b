"""The ledger and the reconciliation on the page of definitions."""

import re
from datetime import date
from pathlib import Path

import pytest

from dashboard.ledger_view import change_rows, promise_rows
from dashboard.reconcile_view import kinds_table, levels_table
from pulse.config import checked_config
from pulse.kpi.goal import QueueGoal
from pulse.kpi.tally import Tally
from pulse.reconciliation import reconciled
from pulse.text import Language
from sql.ledger import Ledger, entries_of, keep
from sql.reconciling import DayReconciled

both = pytest.mark.parametrize("language", list(Language))
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def config(goal, **tables):
    return checked_config({"channels": {"voice": {"goal_percent": goal}}, **tables}, Path("pulse.toml"))


@pytest.fixture
def changed(database):
    before = config(80, targets={"csat_score": 4.2}, queues={"vip": {"goal_percent": 95}})
    after = config(90, targets={"csat_score": 4.5}, definitions={"offered": {"owner": "Ada"}})
    with database.write() as session:
        keep(session, "site", entries_of(before), (0, MONDAY))
        keep(session, "site", entries_of(after), (1, TUESDAY))
    return Ledger.read(database, after)


def test_a_promise_is_shown_as_it_is_on_the_day(changed):
    monday, tuesday = ({row[0]: row for row in promise_rows(changed, day, Language.EN)} for day in (MONDAY, TUESDAY))

    assert monday["Phone"] == ("Phone", "80.0 %", "20 s", "5 s", "D", "1", "from the beginning")
    assert tuesday["Phone"][1:2] + tuesday["Phone"][5:] == ("90.0 %", "2", "2026-11-24")
    assert ("Queue · vip" in monday, "Queue · vip" in tuesday) == (True, False)


def test_what_stands_above_queues_that_promise_differently_has_no_time_of_its_own(database):
    known = config(80, queues={"vip": {"target": "10s"}, "support": {}, "mail": {"channel": "email"}})
    with database.write() as session:
        keep(session, "site", entries_of(known), (0, MONDAY))

    rows = {row[0]: row[1:4] for row in promise_rows(Ledger.read(database, known), MONDAY, Language.EN)}

    assert rows["Whole site"] == ("80.0 %", "by queue", "by queue")
    assert rows["Phone"] == ("80.0 %", "by queue", "5 s")
    assert rows["Queue · vip"] == ("80.0 %", "10 s", "5 s")
    assert rows["E-mail"][1] == "4:00:00 h"


def test_a_change_says_what_it_was_and_what_it_is(changed):
    said = {row[1]: row[3:] for row in change_rows(changed, Language.EN)}

    assert said["Phone"] == ("goal: 80.0 % → 90.0 %", "—")
    assert said["Whole site"][0] == "goal: 80.0 % → 90.0 %; CSAT, mean of 1 to 5: 4.20 → 4.50"
    assert said["Queue · vip"][0] == "no promise of its own any more: as its channel"
    assert said["Offered"] == ("owner: — → Ada", "Ada")


@both
def test_every_change_can_be_said(changed, language):
    assert len(change_rows(changed, language)) == 4


def test_reconciliation_marks_the_formula_that_was_promised_and_says_what_each_makes_of_whom():
    counts = {"answered": 10, "answered_within_target": 8, "abandoned": 3, "abandoned_within_target": 2, "short_abandoned": 1}
    found = DayReconciled(QueueGoal(), {}, reconciled(Tally.from_map({"counts": counts, "peaks": {}})), [])

    levels, kinds = levels_table(found, Language.EN), kinds_table(found, Language.EN)

    assert _told(levels, "Promised by") == ["", "", "", "✓", "", ""]
    assert _told(levels, "Service level")[3] == "72.7 %"
    assert _row(kinds, "short abandon") == ["1", *_fates("served left missed left served left")]


def _told(table, title):
    return re.findall(rf'<td[^>]* data-label="{title}">(.*?)</td>', table)


def _row(table, named):
    return re.findall(r"<td[^>]*>(.*?)</td>", table.split(f">{named}</th>")[1].split("</tr>")[0])


def _fates(written):
    return [{"served": "served in time", "missed": "missed", "left": "left out"}[one] for one in written.split()]
