"""The channel that leaves a message to apprise, with the real library and a receiver on loopback."""

import sys

import pytest
from alerts_made import T0, ms
from channels_made import alarm, contributor, opened

from pulse.config import ConfigError

# apprise looks for a module that Python drops in 3.13, and brings its own where it is gone.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
EVIL = "@everyone <img src=x> **now** [here](http://evil.example)"


@pytest.fixture
def channel(tmp_path, receiver):
    receiver.standing = (200, {}, "")
    return channel_at(tmp_path, address_of(receiver))


def address_of(receiver):
    return f"json://desk:open-sesame@{receiver.url.removeprefix('http://')}"


def channel_at(folder, address, **options):
    (folder / "address").write_text(address)
    return opened("apprise", folder, url="file:address", allow_private=True, **options)


def test_a_message_arrives_with_title_why_link_and_how_grave_it_is(channel, receiver):
    assert channel.send(alarm(), T0).delivered

    told = receiver.bodies[-1]
    assert "Support: low" in told["title"]
    assert "50 % in 20 s" in told["message"]
    assert "https://pulse.example.org/console?incident=1" in told["message"]
    assert told["type"] == "failure"


@pytest.mark.parametrize(("facts", "kind"), [({"level": 1}, "failure"), ({"level": 3}, "warning"), ({"state": "cleared"}, "success")])
def test_what_is_over_or_mild_is_told_as_such(channel, receiver, facts, kind):
    channel.send(alarm(**facts), T0)

    assert receiver.bodies[-1]["type"] == kind


@pytest.mark.parametrize(("status", "retriable"), [(401, False), (404, False), (429, True), (500, True), (302, False)])
def test_a_refusal_tells_its_status_and_whether_it_may_pass(channel, receiver, status, retriable):
    receiver.standing = (status, {"Location": "http://127.0.0.1:1/elsewhere"}, "no")

    attempt = channel.send(alarm(), T0)

    assert (attempt.delivered, attempt.retriable, attempt.status, attempt.error) == (False, retriable, status, f"http_{status}")


def test_nobody_listening_is_an_attempt_that_may_pass_and_tells_no_address(channel, receiver):
    receiver.close()

    attempt = channel.send(alarm(), T0)

    assert (attempt.delivered, attempt.retriable, attempt.error) == (False, True, "refused")


def test_markup_and_calls_for_everybody_are_text(channel, receiver):
    channel.send(alarm(title={"en": EVIL, "zh": EVIL}, why={"en": EVIL, "zh": EVIL}), T0)

    told = receiver.bodies[-1]
    assert "everyone" in told["title"]
    assert not set("@<*[") & set(told["title"] + told["message"])


def test_a_huge_message_is_cut_to_what_the_service_takes_in_both_languages(tmp_path, receiver):
    receiver.standing = (200, {}, "")
    huge = {"en": "low " * 9_000, "zh": "偏低" * 9_000}

    channel_at(tmp_path, address_of(receiver), language="both").send(alarm(why=huge, contributors=[contributor("x" * 900)] * 5), T0)

    told = receiver.bodies[-1]["message"]
    assert len(told) <= 32_768
    assert "low low" in told
    assert "偏低偏低" in told


def test_its_own_limit_holds_back_what_comes_too_fast(tmp_path, receiver):
    receiver.standing = (200, {}, "")
    channel = channel_at(tmp_path, address_of(receiver), per_minute=1)

    attempts = [channel.send(alarm(), ms(second)) for second in (0, 10, 61)]

    assert [attempt.delivered for attempt in attempts] == [True, False, True]
    assert (attempts[1].held, attempts[1].retry_after_s) == (True, 50.0)


@pytest.mark.parametrize("address", ["nonsense://x", "json://", "", "https"])
def test_an_address_apprise_does_not_know_is_refused_and_not_repeated(tmp_path, address):
    with pytest.raises(ConfigError, match="url: got something else, expected the address of a service that apprise knows"):
        channel_at(tmp_path, address)


@pytest.mark.parametrize(("schema", "kind"), [("wecombot", "wecom"), ("dingtalk", "dingtalk"), ("feishu", "feishu"), ("LARK", "feishu")])
def test_a_service_whose_answers_it_does_not_read_is_left_to_our_own_channel(tmp_path, schema, kind):
    with pytest.raises(ConfigError, match=f'expected "{kind}"'):
        channel_at(tmp_path, f"{schema}://key")


@pytest.mark.parametrize("given", [{}, {"allow_private": False}])
def test_it_must_be_allowed_in_so_many_words_to_call_unchecked_addresses(tmp_path, given):
    with pytest.raises(ValueError, match="allow_private"):
        opened("apprise", tmp_path, url="file:address", **given)


def test_a_site_without_the_extra_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)

    with pytest.raises(ConfigError, match=r'pip install "pulseboard\[apprise\]"'):
        channel_at(tmp_path, "json://127.0.0.1")
