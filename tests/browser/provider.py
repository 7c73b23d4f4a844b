"""An OpenID Connect provider on loopback: discovery, authorize, token, keys; signs with a real RS256 key made at start.

Whoever it is asked to let in is written on a page with one link a person; a click is a log-in.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "pulseboard", "a secret only the two of them know"
PEOPLE = {
    "viewer": ["cc-viewers"],
    "supervisor": ["cc-supervisors"],
    "manager": ["cc-managers"],
    "executive": ["cc-executives"],
    "admin": ["cc-admins"],
    "guest": ["staff"],
}


class Provider:
    """Runs in a thread; `refused` keeps what a careful provider turns away; `age_s` makes log-ins of the past."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes, self.refused = {}, []
        self.age_s = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def discovery(self, _query):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def jwks(self, _query):
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, query):
        asked = {name: query[name][0] for name in ("client_id", "redirect_uri", "state", "nonce", "code_challenge")}
        links = []
        for name in PEOPLE:
            code = secrets.token_urlsafe(8)
            self.codes[code] = asked | {"name": name}
            links.append(f'<a href="{asked["redirect_uri"]}?{urlencode({"code": code, "state": asked["state"]})}">{name}</a>')
        return " ".join(links)

    def token(self, form, authorization):
        granted = self.codes.pop(form["code"][0], None)
        if granted is None or not self._is_client(authorization) or not _is_verified(granted, form["code_verifier"][0]):
            self.refused.append(granted)
            return {"error": "invalid_grant"}
        return {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "expires_in": 300, "id_token": self._id_token(granted)}

    def _is_client(self, authorization):
        told = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        return told == f"{CLIENT_ID}:{CLIENT_SECRET}"

    def _id_token(self, granted):
        now_s = int(time.time()) - self.age_s
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": granted["name"],
            "iat": now_s,
            "exp": int(time.time()) + 300,
            "nonce": granted["nonce"],
            "name": granted["name"].title(),
            "realm": {"groups": PEOPLE[granted["name"]]},
        }
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                known = {"/.well-known/openid-configuration": provider.discovery, "/jwks": provider.jwks, "/authorize": provider.authorize}
                self._answer(known.get(parts.path, str)(parse_qs(parts.query)))

            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._answer(provider.token(form, self.headers.get("Authorization", "")))

            def _answer(self, told):
                is_page = isinstance(told, str)
                body = (told if is_page else json.dumps(told)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if is_page else "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


def _is_verified(granted, verifier):
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return digest == granted["code_challenge"]
