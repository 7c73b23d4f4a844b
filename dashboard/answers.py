"""The plain answers of routes: a line in the language of who asks.

In: a request, a key of locales, the language of the site. Out: a text response.
"""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pulse.i18n import language_of, words
from pulse.text import Language, Text

NO_STORE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def language_asked(request: Request, site: Language) -> Language:
    """The language in the address, else the one the browser likes best of ours, else the site's."""
    best = next((tag for tag in liked(request.headers.get("accept-language", "")) if _is_ours(tag)), None)
    return language_of(request.query_params.get("lang"), language_of(best, site))


def told(request: Request, site: Language, key: str, status: int, **facts: object) -> Response:
    """The answer of a key, with its facts filled in; the header names the key, so that a screen knows it from a proxy's answer."""
    language = language_asked(request, site)
    known = {name: fact.in_(language) if isinstance(fact, Text) else fact for name, fact in facts.items()}
    text = words(language)[key].format(**known)
    return PlainTextResponse(f"{text}\n", status, headers={**NO_STORE, "X-Pulse-Answer": key})


def liked(header: str) -> list[str]:
    """The tags of an Accept-Language or Accept header, the one liked best first (RFC 9110, 12.5)."""
    parts = [part.split(";") for part in header.lower().split(",")]
    weights = [(tag.strip(), _weight(parameters)) for tag, *parameters in parts]
    return [tag for tag, weight in sorted(weights, key=lambda one: -one[1]) if tag and weight > 0]


def _weight(parameters: Iterable[str]) -> float:
    named = dict(parameter.strip().partition("=")[::2] for parameter in parameters)
    try:
        return float(named.get("q", 1.0))
    except ValueError:
        return 0.0


def _is_ours(tag: str) -> bool:
    return tag.lower().partition("-")[0] in set(Language)
