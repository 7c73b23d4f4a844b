import base64
import hashlib

import pytest

from dashboard.headers import _hashes, page_policy, secured, security_headers


def rules():
    return dict(rule.split(" ", 1) for rule in page_policy().split("; "))


def test_no_script_runs_but_the_servers_own_and_the_one_line_streamlit_writes():
    allowed = rules()["script-src"].split()

    assert [source for source in allowed if not source.startswith("'sha256-")] == ["'self'", "blob:", "'wasm-unsafe-eval'"]
    assert len(allowed) == 4


def test_hash_is_of_the_script_as_it_stands():
    shell = "<script>\n x = 1\n</script><script src='a.js'></script>"

    digest = base64.b64encode(hashlib.sha256(b"\n x = 1\n").digest()).decode()

    assert _hashes(shell) == [f"'sha256-{digest}'"]


def test_page_talks_to_nobody_else_and_is_framed_by_nobody_else():
    assert (rules()["connect-src"], rules()["frame-ancestors"], rules()["object-src"]) == ("'self'", "'self'", "'none'")


@pytest.mark.parametrize("path", ["/api/stream", "/api/alerts/stream"])
def test_routes_of_ours_load_nothing(path):
    assert dict(security_headers(path, is_https=False))[b"content-security-policy"].startswith(b"default-src 'none'")


def test_cookies_stay_on_https_where_visitors_come_by_it():
    cookies = [(b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=secure; Secure"), (b"x", b"y")]

    assert secured(cookies, is_https=True) == [(b"set-cookie", b"a=1; Path=/; Secure"), (b"set-cookie", b"b=secure; Secure"), (b"x", b"y")]
    assert secured(cookies, is_https=False) == cookies
