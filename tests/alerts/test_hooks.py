"""The five chat services, against a real server that answers as they do."""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from alerts_made import T0, ms
from channels_made import HOOKS, OK_BODIES, SECRET, alarm, contributor, hook_options, opened, strings_in

from alerts.message import Attempt
from pulse.config import ConfigError


class Hook:
    """An open chat service and its receiver."""

    def __init__(self, kind, folder, receiver, **facts):
        self.receiver, receiver.standing = receiver, (200, {}, OK_BODIES[kind])
        self.channel = opened(kind, folder, **{**hook_options(kind, folder, receiver.url + "?token=t"), **facts})

    def send(self, answer=None, at=T0, **facts):
        self.receiver.answers = [] if answer is None else [answer]
        return self.channel.send(alarm(**facts), at)

    @property
    def body(self):
        return self.receiver.bodies[-1]


@pytest.fixture
def hook(tmp_path, receiver):
    made = []

    def make(kind, **facts):
        made.append(Hook(kind, tmp_path, receiver, **facts))
        return made[-1]

    yield make
    for one in made:
        one.channel.close()


def code(name, number):
    return 200, {}, json.dumps({name: number, "errmsg": "words"})


@pytest.mark.parametrize("kind", HOOKS)
def test_an_alarm_is_delivered_in_both_languages(hook, kind):
    service = hook(kind, language="both")

    assert service.send(contributors=[contributor("Late")]).delivered
    told = "\n".join(strings_in(service.body))
    for words in ("[RAISED II] Support: low", "客服：偏低", "50 % in 20 s", "20 秒内百分之五十", "Late 25 %", "0.5 / threshold 0.8"):
        assert words.replace("[", "［").replace("]", "］") in told.replace("[", "［").replace("]", "］")
    assert "https://pulse.example.org/console?incident=1" in told


REFUSALS = [
    ("slack", (200, {}, "invalid_token"), "invalid_token"),
    ("slack", (200, {}, '{"ok": false, "error": "channel_not_found"}'), "channel_not_found"),
    ("slack", (403, {}, "action_prohibited"), "action_prohibited"),
    ("slack", (404, {}, "no_service"), "no_service"),
    ("teams", (200, {}, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 404"), "404"),
    ("wecom", code("errcode", 93000), "93000"),
    ("wecom", code("errcode", 40058), "40058"),
    ("dingtalk", code("errcode", 300001), "300001"),
    ("dingtalk", code("errcode", 310000), "310000"),
    ("feishu", code("code", 19001), "19001"),
    ("feishu", code("code", 19021), "19021"),
    ("feishu", code("StatusCode", 19024), "19024"),
]


@pytest.mark.parametrize(("kind", "answer", "told"), REFUSALS)
def test_a_wrong_token_or_message_is_a_failure_that_is_not_tried_again(hook, kind, answer, told):
    attempt = hook(kind).send(answer)

    assert (attempt.delivered, attempt.retriable, attempt.status, attempt.body_code) == (False, False, answer[0], told)


BUSY = [
    ("slack", (200, {}, "rate_limited"), "rate_limited"),
    ("slack", (500, {}, "rollup_error"), "rollup_error"),
    ("slack", (429, {}, "rate_limited"), "rate_limited"),
    ("teams", (200, {}, "Webhook message delivery failed: Microsoft Teams endpoint returned HTTP error 429 with ContextId x"), "429"),
    ("teams", (200, {}, '{"error": {"code": "TooManyRequests"}}'), "TooManyRequests"),
    ("wecom", code("errcode", 45009), "45009"),
    ("wecom", code("errcode", -1), "-1"),
    ("dingtalk", code("errcode", 130101), "130101"),
    ("feishu", code("code", 11232), "11232"),
    ("feishu", (400, {}, '{"code": 11232}'), "11232"),
    ("feishu", (200, {}, '{"code": 0, "StatusCode": 9499}'), "9499"),
    ("wecom", code("errcode", 987654), "987654"),
]


@pytest.mark.parametrize(("kind", "answer", "told"), BUSY)
def test_a_limit_or_an_unknown_code_is_a_failure_that_may_pass(hook, kind, answer, told):
    attempt = hook(kind).send(answer)

    assert (attempt.delivered, attempt.retriable, attempt.status, attempt.body_code) == (False, True, answer[0], told)


@pytest.mark.parametrize("kind", HOOKS)
@pytest.mark.parametrize("status", [429, 503])
def test_what_the_status_line_says_counts_too_and_retry_after_is_read(hook, kind, status):
    attempt = hook(kind).send((status, {"Retry-After": "7"}, ""))

    assert attempt == Attempt(delivered=False, retriable=True, status=status, error=f"http_{status}", retry_after_s=7.0)


@pytest.mark.parametrize(("kind", "answer", "told"), BUSY[5:9])
def test_retry_after_is_read_beside_a_code_in_the_body(hook, kind, answer, told):
    assert hook(kind).send((200, {"Retry-After": "9"}, answer[2])).retry_after_s == 9.0


def test_feishus_own_header_is_read_as_well(hook):
    assert hook("feishu").send((400, {"x-ogw-ratelimit-reset": "4"}, '{"code": 11232}')).retry_after_s == 4.0


@pytest.mark.parametrize("kind", ["slack", "wecom", "dingtalk", "feishu"])
@pytest.mark.parametrize("body", ["", "<html>Log in to this network</html>", "[]", "{}", '{"errcode": "zero"}'])
def test_a_200_that_is_not_the_services_own_is_no_delivery(hook, kind, body):
    attempt = hook(kind).send((200, {}, body))

    assert (attempt.delivered, attempt.retriable) == (False, True)


@pytest.mark.parametrize("body", ["", "1"])
@pytest.mark.parametrize("status", [200, 202])
def test_teams_takes_a_message_with_an_empty_answer_or_a_one(hook, status, body):
    assert hook("teams").send((status, {}, body)).delivered


@pytest.mark.parametrize("kind", HOOKS)
def test_a_broken_connection_is_tried_again(hook, kind):
    service = hook(kind)
    service.receiver.answers = [None]

    attempt = service.channel.send(alarm(), T0)

    assert attempt == Attempt(delivered=False, retriable=True, error="RemoteProtocolError")


EVIL = "<!channel> <@U1> @all *bold* <at user_id=all></at> [click](http://evil.example) `x` # h\n> q <font color=warning>"
LIVE = ("<!channel>", "<@U1>", "<at ", "<font", "](http://evil", "*bold*", "`x`", "\n> q", "\n# h")


@pytest.mark.parametrize("kind", ["teams", "wecom", "dingtalk", "feishu"])
def test_names_from_outside_are_no_markup_and_page_nobody(hook, kind):
    texts = {"en": EVIL, "zh": EVIL}
    service = hook(kind, language="both")

    service.send(title=texts, why=texts, scope=EVIL, contributors=[contributor(EVIL)], runbook=EVIL)

    told = "\n".join(strings_in(service.body))
    assert [sign for sign in LIVE if sign in told] == []
    assert "bold" in told


def test_slack_gets_names_as_plain_text_in_which_nothing_is_markup(hook):
    texts = {"en": EVIL, "zh": EVIL}
    service = hook("slack")

    service.send(title=texts, why=texts, contributors=[contributor(EVIL)], runbook=EVIL)

    body = service.body
    named = [block["text"] for block in body["blocks"] if "bold" in block["text"]["text"]]
    assert {text["type"] for text in named} == {"plain_text"}
    assert body["mrkdwn"] is False
    assert not any(sign in text for text in strings_in(body) for sign in ("<!", "<@", "<at ", "<font"))
    assert "&lt;!channel&gt;" in body["text"]


def test_an_own_template_cannot_write_markup_either(hook):
    service = hook("wecom", body_template="<@all> {{ why }}")

    service.send()

    assert "<@all>" not in service.body["markdown"]["content"]


def test_dingtalk_signs_the_address_and_pages_nobody(hook):
    service = hook("dingtalk")

    service.send()

    query = parse_qs(urlsplit(service.receiver.paths[-1]).query)
    signed = hmac.new(SECRET.encode(), f"{T0}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query == {"token": ["t"], "timestamp": [str(T0)], "sign": [base64.b64encode(signed).decode()]}
    assert service.body["at"] == {"isAtAll": False}


def test_feishu_signs_the_body(hook):
    service = hook("feishu")

    service.send(at=ms(60.9))

    second = str(T0 // 1000 + 60)
    signed = hmac.new(f"{second}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert (service.body["timestamp"], service.body["sign"]) == (second, base64.b64encode(signed).decode())


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_robot_without_a_secret_is_not_signed(hook, kind):
    service = hook(kind, secret=None)

    assert service.send().delivered
    assert "sign" not in service.body
    assert service.receiver.paths == ["/hook?token=t"]


@pytest.mark.parametrize(
    ("facts", "colour"), [({"level": 1}, "red"), ({"level": 2}, "orange"), ({"level": 3}, "yellow"), ({"state": "cleared"}, "green")]
)
def test_feishu_shows_how_grave_it_is(hook, facts, colour):
    service = hook("feishu")

    service.send(**facts)

    assert service.body["card"]["header"]["template"] == colour


@pytest.mark.parametrize(("kind", "count", "wait_s"), [("dingtalk", 20, 60.0), ("wecom", 20, 60.0), ("feishu", 5, 1.0), ("slack", 1, 1.0)])
def test_a_used_up_limit_holds_the_message_without_touching_the_network(hook, kind, count, wait_s):
    service = hook(kind)
    delivered = [service.send().delivered for _ in range(count)]

    held = service.send()

    assert all(delivered)
    assert held == Attempt(delivered=False, retriable=True, error="own_limit", retry_after_s=wait_s, held=True)
    assert len(service.receiver.got) == count
    assert service.send(at=ms(wait_s)).delivered


def test_feishu_takes_a_hundred_a_minute(hook):
    service = hook("feishu")
    for number in range(100):
        assert service.send(at=ms(number * 0.25)).delivered

    assert service.send(at=ms(30)).retry_after_s == 30.0


def test_an_option_lowers_a_limit_and_never_raises_it(hook):
    lowered, raised = hook("wecom", per_minute=1), hook("wecom", per_minute=500)
    lowered.send()

    assert lowered.send().held
    assert [raised.send().held for _ in range(21)] == [False] * 20 + [True]


@pytest.mark.parametrize("kind", HOOKS)
def test_an_address_in_the_file_itself_is_refused(tmp_path, kind):
    with pytest.raises(ValueError, match="expected a reference such as env:NAME"):
        opened(kind, tmp_path, url="https://example.org/hook?token=t")


@pytest.mark.parametrize("kind", HOOKS)
def test_an_address_without_tls_is_refused_unless_private_ones_are_meant(tmp_path, kind):
    with pytest.raises(ConfigError, match="got http://, expected https://") as refused:
        opened(kind, tmp_path, **{**hook_options(kind, tmp_path, "http://example.org/hook?token=t"), "allow_private": False})

    assert "token" not in str(refused.value)


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_a_secret_that_is_not_there_is_refused_by_its_name(tmp_path, kind):
    with pytest.raises(ConfigError, match="env:PULSE_NO_SUCH_SECRET: nothing is there"):
        opened(kind, tmp_path, **{**hook_options(kind, tmp_path, "https://example.org"), "secret": "env:PULSE_NO_SUCH_SECRET"})
