"""Figures from outside: the right stretches, the right sums, null where nobody knows, and faults in words."""

import csv
import io
from datetime import date

import pytest
from asked import DAY_MS, HOUR_MS, NOW, SITE, count, row

from pulse.tables import Goal
from sql.ledger import entries_of, keep

MIDNIGHT = NOW - 13 * HOUR_MS
"""Of the 23rd in Berlin."""
TODAY = {"from": "2026-11-23", "to": "2026-11-23"}


def values(rows, *names):
    return [tuple(one[name] for name in names) for one in rows]


@pytest.fixture
def text(site):
    return site.token()[1]


@pytest.mark.both_databases
async def test_a_day_of_the_site_is_summed_up_with_the_counts_it_rests_on(site, text):
    count(
        site.database,
        row(MIDNIGHT - 60_000, offered=50),
        row(MIDNIGHT, offered=6, answered=4, answered_within_target=3, abandoned=1),
        row(MIDNIGHT + HOUR_MS, "mail", "email", offered=2, answered=1, answered_within_target=1),
    )

    rows = await site.rows("/figures", text, kpi="offered,service_level", **TODAY)

    assert values(rows, "at", "day", "name", "kpi", "value", "count", "over") == [
        ("2026-11-22T23:00:00.000Z", "2026-11-23", "harbour", "offered", 8, None, False),
        ("2026-11-22T23:00:00.000Z", "2026-11-23", "harbour", "service_level", 4 / 6, 6, False),
    ]


async def test_queues_are_told_apart_by_the_hour(site, text):
    count(site.database, row(MIDNIGHT, offered=6), row(MIDNIGHT + HOUR_MS, offered=1), row(MIDNIGHT + HOUR_MS, "mail", "email", offered=2))

    rows = await site.rows("/figures", text, kpi="offered", grain="hour", by="queue", **TODAY)

    assert values(rows, "at", "name", "channel", "value") == [
        ("2026-11-22T23:00:00.000Z", "support", "voice", 6),
        ("2026-11-23T00:00:00.000Z", "mail", "email", 2),
        ("2026-11-23T00:00:00.000Z", "support", "voice", 1),
    ]


async def test_zero_is_told_where_the_site_tells_such_things_and_null_where_it_does_not(site, text):
    count(site.database, row(MIDNIGHT, offered=6, complaints=1), row(MIDNIGHT + HOUR_MS, offered=1))

    rows = await site.rows("/figures", text, kpi="complaints,csat_responses,csat_score", grain="hour", **TODAY)

    assert values(rows, "kpi", "value") == [
        ("complaints", 1),
        ("csat_responses", None),
        ("csat_score", None),
        ("complaints", 0),
        ("csat_responses", None),
        ("csat_score", None),
    ]


async def test_an_idle_stretch_and_what_nobody_tells_are_both_null_and_told_apart(site, text):
    count(
        site.database,
        row(MIDNIGHT, offered=1, answered=1, answered_within_target=1),
        row(MIDNIGHT + HOUR_MS, complaints=1),
        row(MIDNIGHT + 2 * HOUR_MS, offered=1, answered=1, answered_wait_unknown=1),
    )

    rows = await site.rows("/figures", text, kpi="service_level,csat_score", grain="hour", **TODAY)

    told = {kpi: [(one["value"], one["count"]) for one in rows if one["kpi"] == kpi] for kpi in ("service_level", "csat_score")}
    assert told == {"service_level": [(1, 1), (None, 0), (None, None)], "csat_score": [(None, None)] * 3}


async def test_what_depends_on_who_waits_now_is_no_figure_of_the_past(site, text):
    refused = await site.get("/figures", text, kpi="projected_service_level", **TODAY)
    known = {one["name"]: one["in_figures"] for one in await site.rows("/kpis", text)}

    assert (refused.status_code, 'kpi: got "projected_service_level"' in refused.json()["detail"]) == (400, True)
    assert (known["projected_service_level"], known["complaints_by_pair"], known["service_level"]) == (False, False, True)


async def test_instants_are_taken_out_to_whole_stretches(site, text):
    count(site.database, row(MIDNIGHT, offered=1), row(MIDNIGHT + HOUR_MS, offered=2), row(MIDNIGHT + 2 * HOUR_MS, offered=4))

    answer = await site.get("/figures", text, kpi="offered", grain="hour", **{"from": "2026-11-23T01:10", "to": "2026-11-23T01:00:00Z"})

    told = answer.json()
    assert (told["from"], told["to"]) == ("2026-11-23T00:00:00.000Z", "2026-11-23T01:00:00.000Z")
    assert values(told["rows"], "value") == [(2,)]


async def test_figure_of_a_day_is_formed_by_what_was_promised_that_day(site, text):
    count(site.database, row(MIDNIGHT - DAY_MS, answered=3, answered_within_target=2, abandoned=1), row(MIDNIGHT, answered=3, abandoned=1))
    formula_b = site.served.config.model_copy(update={"channels": {"voice": Goal(formula="b")}})
    with site.database.write() as session:
        keep(session, SITE, entries_of(formula_b), (NOW - 10 * DAY_MS, date(2026, 11, 1)))
        keep(session, SITE, entries_of(site.served.config), (NOW, date(2026, 11, 23)))

    rows = await site.rows("/figures", text, kpi="service_level", **{"from": "2026-11-22", "to": "2026-11-23"})

    assert values(rows, "value", "count") == [(2 / 3, 3), (0 / 4, 4)]


async def test_csv_has_the_same_rows_and_empty_cells_for_what_is_unknown(site, text):
    count(site.database, row(MIDNIGHT, offered=6))

    answer = await site.get("/figures", text, kpi="offered,csat_score", headers={"Accept": "text/csv"}, **TODAY)

    heads, *lines = csv.reader(io.StringIO(answer.text))
    assert (answer.headers["content-type"], heads[:2]) == ("text/csv; charset=utf-8", ["at", "day"])
    assert [dict(zip(heads, line, strict=True))["value"] for line in lines] == ["6", ""]


async def test_cell_that_a_spreadsheet_would_calculate_is_made_a_text(site, text):
    count(site.database, row(MIDNIGHT, "=1+1", offered=6))

    answer = await site.get("/figures", text, kpi="offered", by="queue", format="csv", **TODAY)

    assert ",queue,'=1+1,voice," in answer.text


async def test_who_has_the_answer_already_is_told_so(site, text):
    count(site.database, row(MIDNIGHT, offered=6))
    first = await site.get("/figures", text, **TODAY)

    again = await site.get("/figures", text, headers={"If-None-Match": first.headers["etag"]}, **TODAY)
    count(site.database, row(MIDNIGHT, offered=1))
    later = await site.get("/figures", text, headers={"If-None-Match": first.headers["etag"]}, **TODAY)

    assert (again.status_code, again.content, later.status_code) == (304, b"", 200)
    assert first.headers["cache-control"] == "private, max-age=15"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"from": "2026-11-23"}, "to: got nothing, expected a day such as 2026-11-20, or a time such as"),
        ({**TODAY, "from": "23.11.2026"}, 'from: got "23.11.2026", which cannot be read, expected a day such as 2026-11-20'),
        ({**TODAY, "from": "2026-03-29T02:30"}, "skipped that day, expected 2026-03-29T01:59 | 2026-03-29T03:00"),
        ({**TODAY, "from": "2026-11-24"}, "from, to: got an end that is not after the beginning, expected to after from"),
        ({**TODAY, "kpi": "offered,nonsense"}, 'kpi: got "nonsense", expected some of '),
        ({**TODAY, "kpi": "asa_s"}, 'kpi: got "asa_s" with by=site, expected by=channel or by=queue'),
        ({**TODAY, "grain": "week"}, 'grain: got "week", expected one of day, hour, 15m'),
        ({**TODAY, "queu": "x"}, '"queu": got a parameter that is not known, expected kpi, from, to, grain, by, format, lang'),
        ({"from": "2026-10-01", "to": "2026-11-23", "grain": "15m"}, "from, to: got 54 days, expected at most 31 days at once for 15m"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_where_found_and_allowed(site, text, asked, told):
    answer = await site.get("/figures", text, **asked)

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert told in answer.json()["detail"]


async def test_every_fault_is_told_at_once_in_the_language_of_who_asks(site, text):
    answer = await site.get("/figures", text, grain="week", by="agent", lang="zh", **TODAY)

    told = answer.json()
    assert [error["where"] for error in told["errors"]] == ["grain", "by"]
    assert (told["title"], answer.headers["content-language"]) == ("参数不符合要求。", "zh")
    assert 'grain：收到 "week"，应为 day、hour、15m 之一' in told["detail"]


async def test_a_day_that_is_long_over_may_be_kept_longer(site, text):
    count(site.database, row(MIDNIGHT - 3 * DAY_MS, offered=6))

    answer = await site.get("/figures", text, **{"from": "2026-11-20", "to": "2026-11-20"})

    assert (answer.headers["cache-control"], values(answer.json()["rows"], "over")[0]) == ("private, max-age=300", (True,))
