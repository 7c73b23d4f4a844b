"""What every channel that calls somebody must do, whatever its kind."""

import pytest
from alerts_made import T0, ms
from channels_made import HOOKS, KEY, LENT, LOCAL, OK_BODIES, PROGRAMS, alarm, contributor, hook_options, opened, strings_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.ruleset import CHANNELS
from pulse.config import ConfigError
from pulse.plugins import kinds

KINDS = tuple(kind for kind in kinds(CHANNELS) if kind not in LOCAL + LENT)
NATIVE = tuple(kind for kind in KINDS if kind not in PROGRAMS)
LIMITS = {"wecom": 10_000, "dingtalk": 20_000, "feishu": 20_000, "teams": 28_000, "slack": 40_000, "email": 1_000_000}
OUTSIDE = st.text(st.characters(codec=None), max_size=9_000) | st.sampled_from(["因" * 30_000, "<&>" * 9_000, "🦀" * 9_000, '"\\' * 9_000])


class HttpWay:
    """A channel that posts, and what its receiver got."""

    def __init__(self, kind, folder, receiver):
        self.receiver, self.good = receiver, hook_options(kind, folder, receiver.url)
        receiver.standing = (200, {}, OK_BODIES[kind])

    def break_once(self):
        self.receiver.answers = [None]

    def close(self):
        self.receiver.close()

    @property
    def keys(self):
        return self.receiver.keys

    @property
    def size(self):
        return self.receiver.sizes[-1]

    @property
    def told(self):
        return "\n".join(strings_in(self.receiver.bodies[-1]))


class MailWay:
    """A channel that mails, and what its server got."""

    def __init__(self, peer):
        self.peer, self.good = peer, peer.options()

    def break_once(self):
        self.peer.answers = [None]

    @property
    def keys(self):
        return [mail["Message-ID"] for mail, _ in self.peer.mails]

    @property
    def size(self):
        return len(self.peer.mails[-1][0].as_bytes())

    @property
    def told(self):
        mail = self.peer.mails[-1][0]
        return mail["Subject"] + mail.get_body(("plain",)).get_content()


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def way(kind, tmp_path, receiver, mail_peer):
    return MailWay(mail_peer()) if kind == "email" else HttpWay(kind, tmp_path, receiver)


@pytest.fixture
def channel(kind, way, tmp_path):
    made = opened(kind, tmp_path, **way.good)
    yield made
    made.close()


def test_there_is_a_channel_for_each_of_the_ten():
    assert set(kinds(CHANNELS)) == {"email", *PROGRAMS, *HOOKS, *LOCAL, *LENT}


def test_a_message_is_delivered_and_names_what_is_wrong(channel, way):
    assert channel.send(alarm(), T0).delivered
    assert "Support: low" in way.told


def test_every_try_carries_the_same_key(channel, way):
    way.break_once()
    attempts = [channel.send(alarm(), ms(second)) for second in (0, 30, 60)]

    assert [attempt.delivered for attempt in attempts] == [False, True, True]
    assert len(set(way.keys)) == 1
    assert channel.send(alarm(f"{KEY}-other"), ms(90)).delivered
    assert len(set(way.keys)) == 2


def test_a_broken_connection_is_an_attempt_that_may_pass_and_tells_no_address(channel, way):
    way.break_once()

    attempt = channel.send(alarm(), T0)

    assert (attempt.delivered, attempt.retriable) == (False, True)
    assert attempt.error.isidentifier()


@pytest.mark.parametrize("host", ["localhost.invalid", "a" * 70])
def test_a_host_nobody_knows_is_an_attempt_that_may_pass(kind, way, tmp_path, host):
    good = dict(way.good)
    if kind == "email":
        good["host"] = host
    else:
        good |= hook_options(kind, tmp_path, f"https://{host}/hook")
    channel = opened(kind, tmp_path, **good)

    attempt = channel.send(alarm(), T0)
    channel.close()

    assert (attempt.delivered, attempt.retriable) == (False, True)


def test_nobody_listening_is_an_attempt_that_may_pass(kind, way, tmp_path, receiver):
    good = {**way.good, "port": receiver_port(receiver)} if kind == "email" else way.good
    receiver.close()
    channel = opened(kind, tmp_path, **good)

    attempt = channel.send(alarm(), T0)
    channel.close()

    assert (attempt.delivered, attempt.retriable) == (False, True)


def receiver_port(receiver):
    return int(receiver.url.split(":")[2].split("/")[0])


def test_a_reference_behind_which_is_nothing_is_refused_by_its_name(kind, way, tmp_path):
    key = "secret" if kind == "email" else "url"

    with pytest.raises(ConfigError, match="env:PULSE_NO_SUCH_THING: nothing is there"):
        opened(kind, tmp_path, **{**way.good, key: "env:PULSE_NO_SUCH_THING"})


def test_a_private_address_is_not_called_unless_allowed(kind, way, tmp_path):
    secured = {} if kind == "email" else hook_options(kind, tmp_path, "https://127.0.0.1:1/hook")
    channel = opened(kind, tmp_path, **{**way.good, **secured, "allow_private": False})

    attempt = channel.send(alarm(), T0)
    channel.close()

    assert (attempt.delivered, attempt.retriable, attempt.error) == (False, False, "private_address")


@pytest.mark.parametrize("key", ["colour", "addres"])
def test_an_unknown_key_is_refused(kind, way, tmp_path, key):
    with pytest.raises(ValueError):
        opened(kind, tmp_path, **{**way.good, key: 1})


@pytest.mark.parametrize("kind", NATIVE)
@pytest.mark.parametrize("spoken", ["en", "zh", "both"])
def test_a_drill_is_marked_in_every_language_spoken(kind, spoken, way, tmp_path):
    channel = opened(kind, tmp_path, **{**way.good, "language": spoken})
    channel.send(alarm(drill=True), T0)
    channel.close()

    assert ("DRILL" in way.told, "演练" in way.told) == (spoken != "zh", spoken != "en")


@pytest.mark.parametrize("kind", NATIVE)
def test_a_huge_message_arrives_in_full_languages_and_within_the_limit(kind, way, tmp_path):
    channel = opened(kind, tmp_path, **{**way.good, "language": "both"})
    huge = {"en": "low " * 9_000, "zh": "偏低" * 9_000}
    parts = [contributor("category " * 99) for _ in range(5)]

    attempt = channel.send(alarm(title=huge, why=huge, contributors=parts, more_contributors=900, runbook="x" * 5_000), T0)
    channel.close()

    assert attempt.delivered
    assert way.size <= LIMITS[kind]
    assert "low low" in way.told
    assert "偏低偏低" in way.told


@pytest.mark.parametrize("kind", HOOKS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=25)
@given(
    spoken=st.sampled_from(["en", "zh", "both"]),
    texts=st.tuples(OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE),
    names=st.lists(OUTSIDE, max_size=5),
    own=st.sampled_from([None, "w" * 50_000, "字" * 50_000, "{{ why }}\n" * 40]),
)
def test_any_message_fits(kind, tmp_path, spoken, texts, names, own):
    facts = {} if own is None else {"body_template": own, "title_template": own}
    channel = opened(kind, tmp_path, **{**hook_options(kind, tmp_path, "https://example.org"), "language": spoken, **facts})
    title, why = {"en": texts[0], "zh": texts[1]}, {"en": texts[2], "zh": texts[3]}
    links = {"runbook": "https://a.org/" + texts[0][:2000], "link": "https://b.org/" + texts[2][:2000]}
    message = alarm(title=title, why=why, contributors=[contributor(name) for name in names], **links)

    words = channel.writer.fitting(message, channel.form.fits)
    signature = channel.form.sign(T0)
    posted = channel.endpoint.client.build_request("POST", "https://example.org", json={**channel.form.body(words), **signature.fields})
    channel.close()

    told = channel.form.body(words)
    assert len(posted.content) <= LIMITS[kind]
    assert posted.content.decode("utf-8")
    assert all(words.titles)
    if kind == "wecom":  # counts its text, not what JSON makes of it
        assert len(told["markdown"]["content"].encode()) <= 4096
    if kind == "slack":
        assert all(len(block["text"]["text"]) <= (150 if block["type"] == "header" else 3000) for block in told["blocks"])
