"""`/api/v2/alerts` and `/api/v2/status` as an Alertmanager has them: what Prometheus, Grafana and amtool speak to.

In: requests with the site's token. Out: alerts kept in SQL, for watch to judge, and answers in Alertmanager's own form;
they are for programs, so they are in English only.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from alerts.external import ExternalAlert, Stand
from alerts.external_kept import ToldAlerts, TooManyAlerts
from alerts.label_filter import LabelFilter, UnreadableFilter
from alerts.postable import MissingLabels, Reader, UnreadableAlerts
from collectors.redact import redact
from dashboard.answers import NO_STORE
from dashboard.bodies import body_of
from dashboard.data import database
from dashboard.guard import TOKEN_PACE, request_visitor
from dashboard.rate_limit import Pace, RateLimit
from dashboard.serving import Serving
from dashboard.ways import Way, way
from pulse.access import Kind
from pulse.clock import Clock
from pulse.tables import Interop
from sql.session import DatabaseUnreadable

ALERTS_PATH, STATUS_PATH = "/api/v2/alerts", "/api/v2/status"
LONGEST_BODY = 2_000_000
PACE = Pace(burst=200, per_s=20.0)
"""A Prometheus posts 64 alerts at a time, and all that fire once a minute."""
_MISSING_LABELS = 602
_SHOWN = {Stand.FIRING: "active", Stand.SILENT: "unprocessed"}
_OFF = "this route is off: pulse.toml has no [interop] table whose token leads to a secret"


class AlertmanagerApi:
    """The routes of one serve process."""

    def __init__(self, load: Callable[[], Serving], clock: Clock) -> None:
        self._load, self._clock = load, clock
        self._began_at = clock()
        self._paces, self._wrong = RateLimit(PACE), RateLimit(TOKEN_PACE)

    def ways(self) -> list[Way]:
        """The routes; each asks for the token itself, for it answers in a form of its own."""
        return [way(ALERTS_PATH, self._alerts, None, methods=("GET", "POST")), way(STATUS_PATH, self._status, None)]

    async def _alerts(self, request: Request) -> Response:
        interop = self._load().config.interop
        refused = self._refused(request)
        if refused is not None or interop is None:
            return refused or _coded(404, _OFF)
        try:
            return await (self._take(request, interop) if request.method == "POST" else self._tell(request))
        except DatabaseUnreadable as error:
            return _coded(503, f"the database does not answer: {type(error).__name__}")

    async def _take(self, request: Request, interop: Interop) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _coded(415, 'got another content type, expected "application/json"')
        body = await body_of(request, LONGEST_BODY)
        if len(body) > LONGEST_BODY:
            return _coded(413, f"got a body of more than {LONGEST_BODY} bytes, expected fewer alerts at a time")
        now, queues = self._clock(), frozenset(self._load().config.queues)
        reader = Reader(resolve_timeout_s=interop.resolve_timeout, redact=redact, kept=queues)
        try:
            post = await asyncio.to_thread(reader.read, body, now)
            await asyncio.to_thread(lambda: self._told().keep(post.alerts, now))
        except MissingLabels as error:
            return _coded(422, str(error), _MISSING_LABELS)
        except UnreadableAlerts as error:
            return _coded(400, str(error))
        except TooManyAlerts as error:
            return _coded(503, str(error))
        return _json("; ".join(post.faults), 400) if post.faults else Response(status_code=200, headers=NO_STORE)

    async def _tell(self, request: Request) -> Response:
        asked = request.query_params
        try:
            wanted = LabelFilter.of(asked.getlist("filter"))
        except UnreadableFilter as error:
            return _json(str(error), 400)
        now, alerts = self._clock(), await asyncio.to_thread(lambda: self._told().all())
        shown = {stand for stand, state in _SHOWN.items() if asked.get(state, "true") != "false"}
        return _json([_gettable(one, now) for one in alerts if one.stand(now) in shown and wanted.matches(one.labels)])

    async def _status(self, request: Request) -> Response:
        refused = self._refused(request)
        return refused or _json(
            {
                "cluster": {"name": "", "status": "disabled", "peers": []},
                "config": {"original": ""},
                "uptime": _written(self._began_at),
                "versionInfo": dict.fromkeys(("branch", "buildDate", "buildUser", "goVersion", "revision"), "") | {"version": "pulseboard"},
            }
        )

    def _told(self) -> ToldAlerts:
        served = self._load()
        return ToldAlerts(database(served.database_url), served.config.site.name)

    def _refused(self, request: Request) -> Response | None:
        """What to say instead of listening; None where the token is right and nobody is in a hurry."""
        peer, now = request.client.host if request.client else None, self._clock()
        if self._load().bearer() is None:
            return _coded(404, _OFF)
        is_known = request_visitor(request).kind is Kind.CLIENT
        wait_s = (self._paces if is_known else self._wrong).wait_s(peer, now)
        if wait_s:
            return _coded(429, "too many requests", more={"Retry-After": str(max(1, round(wait_s + 0.5)))})
        told = "got no token or a wrong one, expected the header Authorization: Bearer and the site's token"
        return None if is_known else _coded(401, told, more={"WWW-Authenticate": "Bearer"})


def _gettable(alert: ExternalAlert, now: int) -> dict[str, object]:
    return {
        "annotations": alert.annotations,
        "endsAt": _written(alert.valid_until),
        "fingerprint": alert.fingerprint,
        "receivers": list[object](),
        "startsAt": _written(alert.starts_at),
        "status": {"inhibitedBy": list[str](), "silencedBy": list[str](), "state": _SHOWN[alert.stand(now)]},
        "updatedAt": _written(alert.told_at),
        "generatorURL": alert.link or "",
        "labels": alert.labels,
    }


def _written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(told: object, status: int = 200, more: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(told), status, media_type="application/json", headers={**NO_STORE, **(more or {})})


def _coded(status: int, message: str, code: int | None = None, more: dict[str, str] | None = None) -> Response:
    return _json({"code": code or status, "message": message}, status, more)
