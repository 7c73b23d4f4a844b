"""Reads the body of a request no further than it may be long."""

from starlette.requests import Request


async def body_of(request: Request, most: int) -> bytes:
    """As much of the body as it may have, and a little more, so that one that is too long is seen to be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            break
    return bytes(body)
