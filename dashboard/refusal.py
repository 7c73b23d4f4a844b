"""What a visitor who is not let in reads: where to log in, which right is missing, or what is wrong with a token.

In: who asks and for what. Out: a response in both languages, for the door does not know which one is read.
"""

from html import escape

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dashboard.theme import DARK
from pulse.access import Kind, Visitor
from pulse.i18n import words
from pulse.roles import ROLE_NAMES, Role
from pulse.text import Language
from pulse.wall_token import TokenFault

_FAULTS = {
    TokenFault.FORGED: "door.token_forged",
    TokenFault.OLD: "door.token_old",
    TokenFault.EXPIRED: "door.token_expired",
    TokenFault.REVOKED: "door.token_revoked",
}
_AGAIN_S = "2"
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Pulseboard</title>
<style>
body {{ margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 1rem; padding: 1rem; text-align: center;
  background: {ground}; color: {text}; font: 1.125rem/1.5 sans-serif; }}
a {{ justify-self: center; padding: .75rem 1.5rem; border-radius: 6px;
  background: {normal}; color: {ground}; font-weight: 700; text-decoration: none; }}
</style></head><body><h1>Pulseboard</h1>{lines}{link}</body></html>"""


def ask_to_log_in(address: str) -> Response:
    """The page for somebody who has not logged in."""
    return HTMLResponse(_page("door.log_in_first", (address, "door.log_in")), 401)


def not_your_role(visitor: Visitor, logout_path: str) -> Response:
    """The page for a person whose roles do not open this address."""
    told = {"name": visitor.name, "roles": {language: _roles(visitor, language) for language in Language}}
    return HTMLResponse(_page("door.not_your_role", (logout_path, "door.log_out"), told), 403)


def not_this_role(address: str) -> Response:
    """The page for somebody at this machine who looks as a role that may not; `address` ends that."""
    return HTMLResponse(_page("door.not_this_role", (address, "account.all_roles")), 403)


def refused(visitor: Visitor, has_login: bool, *, is_page: bool = False) -> Response:
    """The answer to all others: as a page that is read on a wall where a browser asks for one, else plain."""
    key = _FAULTS[visitor.fault] if visitor.fault else "door.needs_login" if has_login else "door.needs_token"
    if visitor.kind is not Kind.STRANGER:
        key = "door.not_allowed"
    # A token made a moment ago, or a database that was away: the screen asks again by itself.
    again = {"Refresh": _AGAIN_S} if visitor.fault is TokenFault.REVOKED else None
    is_unknown = has_login and visitor.kind is Kind.STRANGER and visitor.fault is None
    status = 401 if is_unknown else 403
    if is_page:
        return HTMLResponse(_page(key), status, again)
    text = "".join(f"{words(language)[key]}\n" for language in Language)
    return PlainTextResponse(text, status, {**(again or {}), "X-Pulse-Answer": key})


def too_often(wait_s: float) -> Response:
    """Asks a peer to wait."""
    text = "".join(f"{words(language)['door.too_often']}\n" for language in Language)
    return PlainTextResponse(text, 429, headers={"Retry-After": str(max(1, round(wait_s + 0.5))), "X-Pulse-Answer": "door.too_often"})


def _page(key: str, link: tuple[str, str] | None = None, told: dict | None = None) -> str:
    lines = "".join(f'<p lang="{language}">{escape(_filled(key, language, told or {}))}</p>' for language in Language)
    return _PAGE.format(lines=lines, link=_link(*link) if link else "", **DARK)


def _link(address: str, label: str) -> str:
    text = " · ".join(words(language)[label] for language in Language)
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def _filled(key: str, language: Language, told: dict) -> str:
    return words(language)[key].format(**{name: value[language] if isinstance(value, dict) else value for name, value in told.items()})


def _roles(visitor: Visitor, language: Language) -> str:
    named = [ROLE_NAMES[role].in_(language) for role in Role if role in visitor.roles]
    return ", ".join(named) or words(language)["door.none"]
