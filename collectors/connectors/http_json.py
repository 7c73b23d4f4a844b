"""Any system with an HTTP interface that answers JSON: one request a poll, mapped by JMESPath to any of the four records.

In: GET or POST with no, basic, bearer or header authorization. Out: records as `fields` maps them; nothing new where the source says 304.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Self

import httpx
import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from pydantic import Field, model_validator

from collectors.base import SHOWN_ROWS, Batch, Cursor, SourceContext, SourceFailed, SourceRefused
from collectors.mapping import Mapper, MappingOptions, path_faults
from pulse.config import ConfigError, secret
from pulse.tables import Duration, SecretReference, Strict
from pulse.text import Text

TITLE = Text("HTTP interface with JSON", "HTTP JSON 接口")
_GREATEST_RETRY_S = 86_400.0


class Request(Strict):
    """What is asked."""

    method: Literal["GET", "POST"] = "GET"
    url: str = Field(pattern=r"^https?://[^\s]+$")
    headers: Mapping[str, str] = {}
    params: Mapping[str, str] = {}
    json_body: Any = Field(None, alias="json")


class HeaderAuth(Strict):
    """A header of the source's own that carries the key."""

    name: str = Field(pattern=r"^[A-Za-z0-9-]+$")
    value: SecretReference


class Auth(Strict):
    """How we prove who we are: one of the three, or nothing."""

    basic: tuple[SecretReference, SecretReference] | None = None
    bearer: SecretReference | None = None
    header: HeaderAuth | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.basic, self.bearer, self.header].count(None) != 2:
            raise ValueError("expected one of basic, bearer, header")
        return self


class Options(MappingOptions):
    """The connector's own keys, beside `into` and `fields`."""

    request: Request
    auth: Auth | None = None
    records: str = "@"
    """JMESPath to the list of rows; one object counts as a list of one."""
    answer_within: Duration = 10.0
    body_bytes: int = Field(8 << 20, ge=1)
    """A longer answer is a failure."""

    @model_validator(mode="after")
    def _readable_paths(self) -> Self:
        faults = path_faults(self)
        try:
            jmespath.compile(self.records)
        except JMESPathError:
            faults.append(f'records: got "{self.records}", expected a JMESPath')
        if faults:
            raise ValueError("; ".join(faults))
        return self


class HttpJson:
    """One source with a client of its own, made at the first poll."""

    def __init__(self, options: Options, context: SourceContext) -> None:
        self._options = options
        self._context = context
        self._mapper = Mapper(options, context)
        self._client: httpx.AsyncClient | None = None
        self._etag: str | None = None
        self._standing: list[object] = []
        """The rows of states: where the source says that nothing changed, they are true still."""

    async def poll(self) -> Batch:
        """The records of one answer; raises SourceFailed, with the wish of Retry-After, or SourceRefused."""
        rows = await self.rows()
        problems: Counter[str] = Counter()
        records = self._mapper.records(rows, self._context.clock(), problems)
        return Batch(records, problems=problems, rows=rows[-SHOWN_ROWS:], codes=self._mapper.codes)

    async def rows(self) -> list[object]:
        """The rows of one answer before they are mapped; where nothing is new, the states that stand."""
        body = await self._body()
        if body is None:
            return self._standing
        rows = self._found(body)
        self._standing = rows if self._options.into == "QueueState" else []
        return rows

    def _found(self, body: bytes) -> list[object]:
        try:
            found = jmespath.search(self._options.records, msgspec.json.decode(body))
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceFailed("the answer is not JSON") from error
        except JMESPathError as error:
            raise SourceFailed(f"records: {self._options.records} does not fit the answer") from error
        if isinstance(found, dict):
            return [found]
        if not isinstance(found, list):
            raise SourceFailed(f"records: {self._options.records} found {type(found).__name__}, expected a list")
        return found

    async def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _body(self) -> bytes | None:
        """The bytes of a good answer; None for 304."""
        client = self._client = self._client or httpx.AsyncClient(timeout=self._options.answer_within)
        asked = self._options.request
        headers = self._headers()
        try:
            async with client.stream(
                asked.method, asked.url, params=dict(asked.params) or None, json=asked.json_body, headers=headers, auth=self._basic()
            ) as response:
                if response.status_code == 304:
                    return None
                self._check(response)
                body = await self._whole(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceFailed(f"no answer: {type(error).__name__}") from error
        self._etag = response.headers.get("ETag")
        return body

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", **self._options.request.headers}
        if self._etag is not None:
            headers["If-None-Match"] = self._etag
        auth = self._options.auth
        if auth and auth.bearer:
            headers["Authorization"] = f"Bearer {self._secret(auth.bearer)}"
        if auth and auth.header:
            headers[auth.header.name] = self._secret(auth.header.value)
        return headers

    def _basic(self) -> httpx.BasicAuth | None:
        auth = self._options.auth
        if auth is None or auth.basic is None:
            return None
        user, password = auth.basic
        return httpx.BasicAuth(self._secret(user), self._secret(password))

    def _secret(self, reference: str) -> str:
        try:
            found = secret(reference, self._context.base_dir)
        except ConfigError as error:
            raise SourceRefused(str(error)) from error
        if not found.isascii() or not found.isprintable():
            raise SourceRefused(f"{reference}: holds characters that no header may hold")
        return found

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in (401, 403):
            raise SourceRefused(f"refused with status {status}")
        if status in (429, 503):
            raise SourceFailed(f"busy with status {status}", self._retry_after_s(response.headers.get("Retry-After", "")))
        if not response.is_success:
            raise SourceFailed(f"answered with status {status}")

    def _retry_after_s(self, written: str) -> float | None:
        """Seconds of a Retry-After, which is a number or a date; None where it is neither."""
        if written.isascii() and written.isdigit():
            return min(float(written), _GREATEST_RETRY_S)
        try:
            at = parsedate_to_datetime(written)
        except ValueError:
            return None
        now = datetime.fromtimestamp(self._context.clock() / 1000, UTC)
        known = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max(0.0, (known - now).total_seconds()), _GREATEST_RETRY_S)

    async def _whole(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._options.body_bytes:
                raise SourceFailed(f"the answer is longer than {self._options.body_bytes} bytes")
        return bytes(body)


def connect(options: Options, context: SourceContext, _cursor: Cursor | None) -> HttpJson:
    """The connector to one address."""
    return HttpJson(options, context)
