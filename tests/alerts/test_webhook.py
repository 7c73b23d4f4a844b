from zoneinfo import ZoneInfo

import pytest
from alerts_made import T0

from alerts.channels._http import is_public
from alerts.channels.webhook import Options, open_channel, text_of
from alerts.message import Attempt, ChannelContext, Message
from pulse.config import ConfigError

MESSAGE = Message(
    "site/1/raised-1/ops",
    {
        "state": "raised",
        "incident": 1,
        "title": {"en": "Support: low", "zh": "Support：低"},
        "why": {"en": "50 %", "zh": "百分之五十"},
    },
)


def webhook(tmp_path, url, **facts):
    return open_channel(
        Options.model_validate({"url": url, "allow_private": True, "timeout": "2s", **facts}), ChannelContext(tmp_path, ZoneInfo("UTC"))
    )


@pytest.fixture
def hook(tmp_path, receiver):
    opened = webhook(tmp_path, receiver.url)
    yield opened
    opened.close()


def test_the_receiver_gets_the_message_in_both_languages_with_its_key(hook, receiver):
    attempt = hook.send(MESSAGE, T0)

    assert attempt == Attempt(delivered=True, status=200)
    assert receiver.keys == [MESSAGE.key]
    assert receiver.bodies == [{**MESSAGE.payload, "key": MESSAGE.key, "text": "[RAISED] Support: low · 50 %"}]


def test_the_one_line_text_is_in_the_channels_language():
    assert text_of(MESSAGE, "zh") == "[告警] Support：低 · 百分之五十"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_to_be_tried_again(hook, receiver, status):
    receiver.answers = [(status, {})]

    assert hook.send(MESSAGE, T0) == Attempt(delivered=False, retriable=True, status=status, error=f"http_{status}")


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410])
def test_what_will_not_pass_is_not_tried_again(hook, receiver, status):
    receiver.answers = [(status, {"Location": receiver.url})]

    assert hook.send(MESSAGE, T0) == Attempt(delivered=False, retriable=False, status=status, error=f"http_{status}")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("7", 7.0), ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0), ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0), ("soon", None), ("-5", None)],
)
def test_retry_after_is_read_as_number_or_date(hook, receiver, written, seconds):
    receiver.answers = [(429, {"Retry-After": written})]

    assert hook.send(MESSAGE, T0).retry_after_s == seconds


def test_a_dropped_connection_is_to_be_tried_again(hook, receiver):
    receiver.answers = [None]

    attempt = hook.send(MESSAGE, T0)

    assert (attempt.delivered, attempt.retriable, attempt.status, attempt.error) == (False, True, None, "RemoteProtocolError")


def test_nobody_listening_is_to_be_tried_again_and_names_no_address(tmp_path, receiver):
    receiver.close()
    hook = webhook(tmp_path, receiver.url)

    attempt = hook.send(MESSAGE, T0)
    hook.close()

    assert (attempt.retriable, attempt.error) == (True, "ConnectError")


def test_a_host_nobody_knows_is_to_be_tried_again(tmp_path):
    hook = webhook(tmp_path, f"http://{'a' * 70}/hook")

    attempt = hook.send(MESSAGE, T0)
    hook.close()

    assert (attempt.delivered, attempt.retriable, attempt.error) == (False, True, "UnicodeError")


def test_a_private_address_is_not_called_unless_allowed(tmp_path, receiver):
    hook = webhook(tmp_path, receiver.url, allow_private=False)

    attempt = hook.send(MESSAGE, T0)
    hook.close()

    assert attempt == Attempt(delivered=False, error="private_address")
    assert receiver.got == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0",
     "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"],
)  # fmt: skip
def test_an_address_that_is_not_of_the_public_internet_is_known(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_a_public_address_is_known(address):
    assert is_public(address)


def test_the_address_may_stand_in_a_file(tmp_path, receiver):
    (tmp_path / "hook").write_text(receiver.url)
    hook = webhook(tmp_path, "file:hook")

    assert hook.send(MESSAGE, T0).delivered
    hook.close()


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org/hook", "https://", "env:PULSE_NO_SUCH_HOOK", "http://example.org:port"])
def test_what_is_no_address_is_refused_before_anything_runs(tmp_path, url):
    with pytest.raises(ConfigError):
        webhook(tmp_path, url)
