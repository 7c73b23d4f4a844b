import json

import pytest
from boards import AT, alerts

from dashboard.alert_stream import AlertStream

EPOCH = "build.1"


@pytest.fixture
def stream():
    made = AlertStream(lambda: AT, EPOCH)
    made.take(alerts().incidents, AT)
    return made


def told(follower, newest=b""):
    return json.loads(follower(newest))


def test_console_that_holds_the_newest_version_is_told_nothing_but_the_beat(stream):
    follower = stream.follow(EPOCH, 1)

    said = told(follower, stream.beat(AT + 1_000))

    assert (said["at"], said["delta"]) == (AT + 1_000, {"after": 1, "version": 1, "changed": [], "gone": []})


def test_console_is_told_what_changed_since_the_version_it_holds(stream):
    follower = stream.follow(EPOCH, 1)

    stream.take(alerts(AT + 100, owner="A. Li").incidents, AT + 100)

    assert [row["owner"] for row in told(follower)["delta"]["changed"] if row["id"] == 7] == ["A. Li"]
    assert told(follower)["delta"]["changed"] == []


def test_console_without_a_version_is_told_what_comes_from_now_on(stream):
    assert told(stream.follow(None, None))["delta"]["after"] == 1


@pytest.mark.parametrize(("epoch", "version"), [("build.0", 1), (EPOCH, 9)])
def test_console_of_another_epoch_or_version_must_load_anew_once(stream, epoch, version):
    follower = stream.follow(epoch, version)

    assert told(follower)["delta"] is None
    assert told(follower)["delta"]["after"] == 1


def test_consoles_of_the_same_version_are_sent_the_very_same_bytes(stream):
    one, two = stream.follow(EPOCH, 0), stream.follow(EPOCH, 0)

    assert one(b"") is two(b"")


def test_page_names_its_version_and_the_age_of_the_frame(stream):
    page = json.loads(stream.page(None, 0, 2))

    assert (page["epoch"], page["at"], page["page"]["version"], page["page"]["total"], page["page"]["next"]) == (EPOCH, AT, 1, 3, 2)
    assert stream.page(7, 0, 2) is None


def test_before_the_first_frame_a_page_is_empty_and_has_no_age():
    page = json.loads(AlertStream(lambda: AT, EPOCH).page(None, 0, 10))

    assert (page["at"], page["page"]["rows"], page["page"]["version"]) == (None, [], 0)
