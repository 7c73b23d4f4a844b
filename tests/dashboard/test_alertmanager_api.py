"""The routes an Alertmanager has, as Prometheus and amtool ask them: over a real database, with and without the site's token."""

import asyncio
import os
import shutil
import socket
import subprocess
from dataclasses import replace

import httpx
import pytest
import uvicorn
from doors import door
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.alertmanager import ALERTS_PATH, LONGEST_BODY, PACE, STATUS_PATH, AlertmanagerApi
from dashboard.data import database
from dashboard.guard import Gate, Guard
from dashboard.serving import Serving
from pulse.config import checked_config

NOW, TOKEN = 1_795_435_200_000, "token-of-the-tests"
RIGHT = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
ALERT = {"labels": {"alertname": "DiskFull", "queue": "support"}, "annotations": {"summary": "full"}}
AMTOOL = shutil.which("amtool")


class Site:
    """An app with the routes and the guard before them; the clock stands until a test moves it."""

    def __init__(self, folder, interop):
        self.now = NOW
        served = Serving(checked_config({"data_dir": ".", "interop": interop} if interop else {"data_dir": "."}, folder / "pulse.toml"), "")
        api = AlertmanagerApi(lambda: served, lambda: self.now)
        gate = Gate(api.ways(), lambda: replace(door(), bearer=served.bearer()), lambda: self.now)
        self.app = Starlette(routes=[one.route for one in api.ways()], middleware=[Middleware(Guard, gate=gate)])

    async def ask(self, method, path=ALERTS_PATH, *, peer="10.0.0.9", headers=RIGHT, **more):
        transport = httpx.ASGITransport(self.app, client=(peer, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://pulse.example") as client:
            return await client.request(method, path, headers=headers, **more)


@pytest.fixture
def opened(tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    yield lambda interop={"token": "file:token"}: Site(tmp_path, interop)
    database.clear()


@pytest.fixture
def site(opened):
    return opened()


async def listed(site, **asked):
    return [alert["labels"]["alertname"] for alert in (await site.ask("GET", params=asked)).json()]


@pytest.mark.parametrize("interop", [None, {"token": "file:nothing"}])
async def test_route_without_a_token_of_the_site_is_off_and_says_so(opened, interop):
    answer = await opened(interop).ask("POST", json=[ALERT])

    assert (answer.status_code, answer.json()["code"]) == (404, 404)
    assert "this route is off" in answer.json()["message"]


@pytest.mark.parametrize("shown", ["", "Bearer wrong", f"Basic {TOKEN}", "Bearer"])
@pytest.mark.parametrize(("method", "path"), [("POST", ALERTS_PATH), ("GET", ALERTS_PATH), ("GET", STATUS_PATH)])
async def test_who_does_not_show_the_token_is_refused_on_this_machine_too(site, method, path, shown):
    answer = await site.ask(method, path, peer="127.0.0.1", headers={"Authorization": shown, "Host": "127.0.0.1"})

    assert (answer.status_code, answer.json()["code"], answer.headers["www-authenticate"]) == (401, 401, "Bearer")


async def test_alert_that_was_posted_is_told_with_what_an_alertmanager_tells(site):
    answer = await site.ask("POST", json=[ALERT])

    assert (answer.status_code, answer.content) == (200, b"")
    (told,) = (await site.ask("GET")).json()
    assert told == {
        **ALERT,
        "startsAt": "2026-11-23T12:00:00.000Z",
        "updatedAt": "2026-11-23T12:00:00.000Z",
        "endsAt": "2026-11-23T12:05:00.000Z",
        "fingerprint": "feac78cd5a303488",
        "generatorURL": "",
        "receivers": [],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }


async def test_alert_that_is_over_is_not_told_and_one_nobody_speaks_of_any_more_is_unprocessed(site):
    over = {"labels": {"alertname": "Over"}, "startsAt": "2026-11-23T11:00:00Z", "endsAt": "2026-11-23T12:00:00Z"}
    await site.ask("POST", json=[ALERT, over])

    before = await listed(site)
    site.now += 300_000

    assert (before, await listed(site), await listed(site, unprocessed="false")) == (["DiskFull"], ["DiskFull"], [])


async def test_alerts_are_asked_for_by_label(site):
    await site.ask("POST", json=[ALERT, {"labels": {"alertname": "Net"}}])

    assert await listed(site, filter=['alertname!="Net"', "queue=support"]) == ["DiskFull"]


@pytest.mark.parametrize(
    ("sent", "status", "found"),
    [
        ({"content": b"{bad"}, 400, "Expected `array`"),
        ({"json": [{"annotations": {}}]}, 422, "labels"),
        ({"content": b"[]", "headers": {**RIGHT, "Content-Type": "text/plain"}}, 415, "application/json"),
        ({"content": b" " * (LONGEST_BODY + 1)}, 413, "expected fewer"),
        ({"json": [ALERT, {"labels": {}}]}, 400, "1.labels: got none"),
    ],
)
async def test_what_cannot_be_taken_is_refused_in_the_form_of_an_alertmanager(site, sent, status, found):
    answer = await site.ask("POST", **sent)

    told = answer.json()
    assert answer.status_code == status
    assert found in (told if isinstance(told, str) else told["message"])


async def test_filter_that_cannot_be_read_is_refused(site):
    answer = await site.ask("GET", params={"filter": "a=~b"})

    assert (answer.status_code, answer.json()[:11]) == (400, "bad matcher")


async def test_database_that_is_away_is_said(site, tmp_path):
    (tmp_path / "history.db").mkdir()

    assert (await site.ask("POST", json=[ALERT])).json()["code"] == 503


async def test_who_comes_too_often_waits_and_who_guesses_waits_sooner(site):
    guesses = [(await site.ask("GET", headers={"Authorization": "Bearer guess"})).status_code for _ in range(61)]
    rights = [await site.ask("GET", STATUS_PATH) for _ in range(PACE.burst + 1)]

    assert guesses == [401] * 60 + [429]
    assert [answer.status_code for answer in rights] == [200] * PACE.burst + [429]
    assert rights[-1].headers["retry-after"] == "1"


@pytest.mark.skipif(AMTOOL is None and os.environ.get("PULSE_REQUIRE") != "all", reason="there is no amtool (prometheus-alertmanager)")
async def test_amtool_adds_and_finds_alerts(site, tmp_path):
    client = tmp_path / "client.yml"
    client.write_text(f"authorization: {{type: Bearer, credentials: {TOKEN}}}\n")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(site.app, log_level="error"))
        serving = asyncio.create_task(server.serve([listening]))
        where = [f"--alertmanager.url=http://127.0.0.1:{listening.getsockname()[1]}", f"--http.config.file={client}"]

        def amtool(*asked):
            return subprocess.run([AMTOOL, *where, *asked], capture_output=True, text=True, timeout=20, check=True)

        added = await asyncio.to_thread(amtool, "alert", "add", "DiskFull", "queue=support", "--annotation=summary=full")
        found = await asyncio.to_thread(amtool, "alert", "query", "queue=support")
        server.should_exit = True
        await serving

    assert "DiskFull" in found.stdout, added.stderr
    assert "full" in found.stdout
