"""The routes of the API beside the pages: who asks, what is asked, what is told; each in this order.

In: requests of programs. Out: rows or problem details. What waits for the database does so in a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from dashboard.answers import language_asked
from dashboard.api.access import Access, check_scope
from dashboard.api.openapi import PATH, described
from dashboard.api.operation import PREFIX, Asking, Operation
from dashboard.api.parameters import Reading, read_query
from dashboard.api.problem import Fault, Problem, nothing_there, unfit
from dashboard.api.problem import response_of as problem_response
from dashboard.api.routes import operations
from dashboard.api.written import response_of
from dashboard.data import database
from dashboard.serving import Serving
from dashboard.ways import Way, way
from pulse.api_token import KnownToken
from pulse.clock import Clock
from pulse.kpi.board import Board
from pulse.text import Text, itself
from sql import api_tokens
from sql.session import DatabaseUnreadable

DESCRIBED_LASTS_S = 3600
_AWAY = Text("The database does not answer; try again.", "数据库无应答，请稍后重试。")
_ONLY_READ = Text("This API only reads.", "此接口只读。")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
log = structlog.get_logger(__name__)


class ReadApi:
    """The routes of one serve process."""

    def __init__(self, load: Callable[[], Serving], clock: Clock, board: Callable[[], Board | None]) -> None:
        self._load, self._clock, self._board = load, clock, board
        self._access = Access(self._known_token, clock)

    def ways(self) -> list[Way]:
        """The routes; each asks for the token itself, for it answers in a form of its own."""
        told = [way(one.address, self._answering(partial(self._told, one)), None) for one in operations()]
        described_here = way(f"{PREFIX}{PATH}", self._answering(self._described), None)
        rest = way(f"{PREFIX}/{{rest:path}}", self._answering(self._nothing), None, methods=_METHODS)
        return [*told, described_here, rest]

    def _known_token(self, token_id: str) -> KnownToken | None:
        served = self._load()
        return api_tokens.known(database(served.database_url), served.config.site.name, token_id)

    def _answering(self, tell: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def answering(request: Request) -> Response:
            try:
                return await tell(request)
            except Problem as problem:
                told = problem
            except DatabaseUnreadable as error:
                log.warning("api_database_unreadable", error=type(error).__name__)
                told = Problem(503, "database", _AWAY, headers={"Retry-After": "5"})
            return problem_response(told, language_asked(request, self._load().config.site.language))

        return answering

    async def _told(self, operation: Operation, request: Request) -> Response:
        return await asyncio.to_thread(self._read, operation, request)

    def _read(self, operation: Operation, request: Request) -> Response:
        scopes, served = self._access.scopes(request), self._load()
        check_scope(operation.needs, scopes)
        config = served.config
        asking = Asking(
            database=database(served.database_url),
            config=config,
            board=self._board(),
            scopes=scopes,
            values={**read_query(operation.query, request.query_params, config.zone), **_places(operation, request, served)},
            now=self._clock(),
        )
        return response_of(request, operation, operation.answer(asking), operation.columns_for(scopes))

    async def _described(self, request: Request) -> Response:
        self._access.open_to_all(request)
        language = language_asked(request, self._load().config.site.language)
        headers = {"Cache-Control": f"public, max-age={DESCRIBED_LASTS_S}", "Vary": "Accept-Language", "Content-Language": language.value}
        body = msgspec.json.encode(described(operations(), language))
        return Response(body, media_type="application/json", headers=headers)

    async def _nothing(self, request: Request) -> Response:
        await asyncio.to_thread(self._access.scopes, request)
        known = ", ".join([*(one.address for one in operations()), f"{PREFIX}{PATH}"])
        if request.method not in ("GET", "HEAD"):
            raise Problem(405, "method", _ONLY_READ, [Fault("method", request.method, itself("GET"))], {"Allow": "GET, HEAD"})
        raise nothing_there(Fault("address", request.url.path, itself(known)))


def _places(operation: Operation, request: Request, served: Serving) -> dict[str, object]:
    reading = Reading()
    for place in operation.places:
        reading.take(place, request.path_params[place.name], served.config.zone)
    if reading.faults:
        raise unfit(*reading.faults)
    return reading.values
