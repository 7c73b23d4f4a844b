"""A site whose history is small enough to check in the head, and programs that ask its API."""

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.api.serve import ReadApi
from dashboard.data import database
from dashboard.guard import Gate, Guard
from dashboard.serving import Serving
from pulse.access import Door
from pulse.api_token import ApiScope, hash_of, new_token
from pulse.config import checked_config
from pulse.kpi.interval import IntervalRow
from pulse.kpi.tally import Tally
from pulse.wall_token import SiteTokens
from sql.api_tokens import Wanted, issue
from sql.recorder import Recorder

SITE = "harbour"
NOW = 1_795_435_200_000
"""2026-11-23 12:00 UTC, 13:00 in Berlin."""
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
CONFIG = {
    "site": {"name": SITE, "zone": "Europe/Berlin"},
    "queues": {"support": {"channel": "voice"}, "mail": {"channel": "email"}},
}


def row(at, queue="support", channel="voice", **counted):
    """What a queue counted in a minute."""
    tally = Tally()
    for name, amount in counted.items():
        tally.add(name, amount)
    return IntervalRow(at, queue, channel, tally)


def count(opened, *rows):
    """Records minutes."""
    Recorder(opened, SITE).commit(stream_id="1-0", at=rows[0].at, state=b"", seen={}, rows=rows)


class Site:
    """The API behind its guard; the clock stands until a test moves it."""

    def __init__(self, folder, url):
        self.now, self.board = NOW, None
        config = checked_config({**CONFIG, "data_dir": ".", "database_url": url}, folder / "pulse.toml")
        self.served = Serving(config, "")
        api = ReadApi(lambda: self.served, lambda: self.now, lambda: self.board)
        gate = Gate(api.ways(), lambda: Door(SiteTokens(None, None)), lambda: self.now)
        self.app = Starlette(routes=[one.route for one in api.ways()], middleware=[Middleware(Guard, gate=gate)])

    @property
    def database(self):
        return database(self.served.database_url)

    def token(self, *scopes, lasts_ms=DAY_MS):
        """The id and the text of a new token."""
        token_id, text = new_token()
        scopes = tuple(map(ApiScope, scopes or ("figures",)))
        wanted = Wanted(id=token_id, label="BI", sha=hash_of(text), scopes=scopes, expires_at=self.now + lasts_ms)
        issue(self.database, SITE, wanted, "ada", self.now)
        return token_id, text

    async def get(self, path, token=None, *, method="GET", peer="10.0.0.9", headers=None, **asked):
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.app, client=(peer, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://pulse.example") as client:
            return await client.request(method, f"/api/v1{path}", headers={**shown, **(headers or {})}, params=asked or None)

    async def rows(self, path, token, **asked):
        answer = await self.get(path, token, **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]
