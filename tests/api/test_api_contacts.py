"""Contacts, incidents, snapshots and Boards from outside: what is there, and nothing that a token may not read."""

import csv
import io

import pytest
from asked import DAY_MS, HOUR_MS, MINUTE_MS, NOW, SITE
from made import contact_files

from pulse.kpi.board import Board, Scope, SourceHealth, board_json
from pulse.kpi.records import Channel, ContactEvent, ContactEventType
from pulse.kpi.snapshot import Figure, Snapshot, Verdict, encode_snapshot, seal
from sql.models import Incident
from sql.recorder import Recorder
from sql.snapshots import keep

TODAY = {"from": "2026-11-23", "to": "2026-11-23"}


def event(type_, contact_id, at, queue="support", **facts):
    known = {"site": SITE, "source": "phone", "event_id": f"{contact_id}{type_}", "contact_id": contact_id, "queue": queue}
    return ContactEvent(**known, channel=Channel.VOICE, at=at, type=ContactEventType(type_), **facts)


def file(opened, *events):
    with opened.write() as session:
        contact_files(opened, SITE).file(session, events)


@pytest.fixture
def filed(site):
    """Three contacts, two of them at one instant; the first complained."""
    file(
        site.database,
        event("offered", "c1", NOW - HOUR_MS, segment="new"),
        event("answered", "c1", NOW - HOUR_MS + 9_000, wait_s=9.0, agent="A. Li"),
        event("complaint", "c1", NOW - HOUR_MS + 60_000, category="delay", text="too late"),
        event("offered", "c2", NOW - HOUR_MS),
        event("offered", "c3", NOW - HOUR_MS + 1, queue="sales"),
    )
    return site


@pytest.mark.both_databases
async def test_contacts_come_page_by_page_each_once(filed):
    _, text = filed.token("contacts")
    ids, cursor = [], {}

    for _ in range(3):
        page = (await filed.get("/contacts", text, limit=1, **TODAY, **cursor)).json()
        ids += [one["contact_id"] for one in page["rows"]]
        cursor = {"cursor": page["next"]}

    assert (ids, cursor) == (["c1", "c2", "c3"], {"cursor": None})


async def test_contact_tells_neither_names_nor_texts_unless_the_token_may_read_them(filed):
    plain, full = filed.token("contacts")[1], filed.token("contacts", "texts", "names")[1]

    told, told_all = [(await filed.rows("/contacts", text, **TODAY))[0] for text in (plain, full)]

    assert (told["complaints"], told["wait_s"], told["segment"], told["csat"]) == (1, 9.0, "new", None)
    assert {"agent", "texts"}.isdisjoint(told)
    assert (told_all["agent"], told_all["texts"]) == ("A. Li", ["too late"])


async def test_contacts_are_looked_for_by_what_is_known_of_them(filed):
    _, text = filed.token("contacts")

    by_queue = await filed.rows("/contacts", text, queue="sales", **TODAY)
    by_outcome = await filed.rows("/contacts", text, outcome="answered", **TODAY)

    assert [[one["contact_id"] for one in found] for found in (by_queue, by_outcome)] == [["c3"], ["c1"]]


async def test_next_page_is_linked_in_csv_too_and_no_cursor_is_made_up(filed):
    _, text = filed.token("contacts")

    page = await filed.get("/contacts", text, limit=2, format="csv", **TODAY)
    rest = await filed.get(page.links["next"]["url"].partition("/api/v1")[2], text)
    made_up = await filed.get("/contacts", text, cursor="e30", **TODAY)

    assert [line["contact_id"] for line in csv.DictReader(io.StringIO(rest.text))] == ["c3"]
    assert (made_up.status_code, made_up.json()["errors"][0]["where"]) == (400, "cursor")


def incident(**facts):
    known = {"site": SITE, "rule": "sla", "kind": "sla_breach", "scope": "support", "level": 2, "worst_level": 1, "signal": "raised"}
    told = {"work": "acknowledged", "title": {"en": "Support: late", "zh": "Support：超时"}, "why": {"en": "60 %", "zh": "60 %"}}
    return Incident(**{**known, **told, "contributors": [], "owner": "Ada", "opened_at": NOW - HOUR_MS, **facts})


async def test_incidents_are_told_without_drills_and_without_owners(site):
    with site.database.write() as session:
        session.add_all([incident(), incident(drill=True, drill_id=1), incident(rule="old", opened_at=NOW - DAY_MS)])

    (told,) = await site.rows("/incidents", site.token("incidents")[1], **TODAY)
    both = await site.rows("/incidents", site.token("incidents", "names")[1], drills="also", level=2, **TODAY)

    assert (told["title_zh"], told["worst_level"], told["closed_at"], "owner" in told) == ("Support：超时", 1, None, False)
    assert [(one["drill"], one["owner"]) for one in both] == [(True, "Ada"), (False, "Ada")]


def snapshot():
    figures = (Figure(kpi="service_level", value=0.7, target=0.8, verdict=Verdict.MISSED),)
    span = {"zone": "UTC", "start": 0, "end": 1, "formula": "d", "titles": {"en": "Harbour", "zh": "港口"}}
    return Snapshot(site=SITE, day="2026-11-20", last_day="2026-11-20", frozen_at=NOW, figures=figures, **span)


async def test_frozen_day_is_told_byte_by_byte_so_that_its_hash_is_right(site):
    with site.database.write() as session:
        keep(session, snapshot(), "ada")
    _, text = site.token("snapshots")

    (listed,) = await site.rows("/snapshots", text, edition="daily")
    whole = await site.get("/snapshots/daily/2026-11-20", text)
    figures = await site.get("/snapshots/daily/2026-11-20", text, format="csv")

    assert (whole.content, seal(whole.content)) == (encode_snapshot(snapshot()), listed["sha"])
    assert [(one["part"], one["value"], one["verdict"]) for one in csv.DictReader(io.StringIO(figures.text))] == [("site", "0.7", "missed")]


@pytest.mark.parametrize(("path", "status", "where"), [("daily/2026-11-21", 404, "edition, day"), ("yearly/2026-13-01", 400, "edition")])
async def test_snapshot_that_is_not_there_is_told_apart_from_one_that_cannot_be(site, path, status, where):
    answer = await site.get(f"/snapshots/{path}", site.token("snapshots")[1])

    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (status, where)


def board(at):
    sources = {"phone": SourceHealth(source="phone", kind="replay", error="no route to 10.0.0.7")}
    return Board(at=at, site_name=SITE, site=Scope(title="Harbour", waiting=3, today={"service_level": None}), sources=sources)


async def test_latest_board_is_told_and_what_went_wrong_inside_is_not(site):
    _, text = site.token("figures")
    none_yet = await site.get("/board", text)
    site.board = board(NOW)

    told = await site.get("/board", text)
    rows = csv.DictReader(io.StringIO((await site.get("/board", text, format="csv")).text))
    values = {one["kpi"]: one["value"] for one in rows}

    assert (none_yet.status_code, told.json()["site"]["waiting"], "10.0.0.7" in told.text) == (404, 3, False)
    assert (values["waiting"], values["service_level"], values["agents_busy"]) == ("3", "", "")


async def test_board_of_a_past_minute_says_how_it_is_known(filed):
    Recorder(filed.database, SITE).record_board(NOW - MINUTE_MS, board_json(board(NOW - MINUTE_MS)))
    _, text = filed.token("figures")

    recorded = await filed.get("/board", text, at="2026-11-23T12:59")
    rebuilt = await filed.get("/board", text, at=str(NOW - HOUR_MS // 2))

    assert [answer.headers["x-pulse-board"] for answer in (recorded, rebuilt)] == ["recorded", "rebuilt"]
    assert (recorded.json()["at"], rebuilt.json()["queues"]["support"]["today"]["offered"]) == (NOW - MINUTE_MS, 2)


async def test_board_of_a_minute_without_a_past_and_of_the_future_is_refused(site):
    _, text = site.token("figures")

    unknown, coming = [await site.get("/board", text, at=f"2026-11-23T{clock}:40Z") for clock in ("11:59", "12:01")]

    assert (unknown.status_code, coming.status_code) == (404, 400)
    assert 'at: got "2026-11-23T13:01", which is yet to come, expected ≤ 2026-11-23T13:00' in coming.json()["detail"]
    assert 'at: got "2026-11-23T12:59", and nothing was recorded yet' in unknown.json()["detail"]
