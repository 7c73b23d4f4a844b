"""What an alert must survive: its source, its evaluator, its receiver, each really killed or cut off."""

import pytest
from alerting_site import AT_ONCE, LIMIT, AlertingSite, Api

from alerts.frame import Signal

BAD, GOOD = LIMIT + 1, 0


@pytest.fixture
def begun(tmp_path):
    """Begins a site; it ends with the test."""
    sites = []

    def begin(timing=AT_ONCE, api=None):
        sites.append(AlertingSite(tmp_path, timing, api))
        sites[0].redis.start()
        return sites[0]

    yield begin
    for site in sites:
        site.stop()


@pytest.fixture
def api():
    served = Api()
    yield served
    served.stop()


def test_an_alert_whose_source_dies_stands_without_data_and_is_never_told_as_over(begun, api):
    site = begun(api=api)
    site.start_holder()
    site.start_collect()
    api.waiting = {"support": BAD}
    site.hook.wait_for(("raised", "support"))

    api.stop()
    site.wait_until(lambda: site.alerts()["support"].no_data)

    assert site.alerts()["support"].signal is Signal.RAISED
    assert site.hook.told() == [("raised", "support")]


def test_an_alert_whose_collector_is_killed_goes_on_when_it_comes_back(begun, api):
    site = begun(api=api)
    site.start_holder()
    collector = site.start_collect()
    api.waiting = {"support": BAD}
    site.hook.wait_for(("raised", "support"))

    site.kill(collector)
    site.wait_until(lambda: site.alerts()["support"].no_data)
    site.start_collect()
    site.wait_until(lambda: not site.alerts()["support"].no_data)

    assert site.alerts()["support"].signal is Signal.RAISED
    assert site.hook.told() == [("raised", "support")]


async def test_a_silence_stands_from_the_moment_it_is_said_to(begun):
    site = begun()
    holder = site.start_holder()

    site.run("silence", "make", "--rule", "waiting", "--scope", "support", "--for", "1h", "--level", "1")
    site.kill(holder)
    site.start_holder()
    await site.waiting(support=BAD)
    site.wait_until(lambda: "support" in site.alerts())
    await site.waiting(billing=BAD)
    site.hook.wait_for(("raised", "billing"))

    assert site.alerts()["support"].muted is not None
    assert site.hook.told() == [("raised", "billing")]


async def test_a_breach_under_way_when_watch_is_killed_is_not_counted_anew(begun):
    site = begun(timing='raise_for = "4s"\nclear_for = "0s"')
    holder = site.start_holder()
    await site.waiting(support=BAD)
    site.wait_until(lambda: breached_at(site) is not None)
    site.wait_until(lambda: site.board().at > breached_at(site) + 2000)

    site.kill(holder)
    last_at = site.board().at
    site.start_watch()
    site.wait_until(lambda: site.board().at > last_at)
    began_at = site.board().at
    site.hook.wait_for(("raised", "support"))

    assert site.hook.heard[0]["opened_at"] < began_at + 4000


async def test_a_receiver_that_refuses_for_a_while_gets_each_message_once_it_is_well(begun):
    site = begun()
    site.start_holder()
    site.hook.status = 429
    await site.waiting(support=BAD, billing=BAD)
    site.wait_until(lambda: site.hook.refused >= 2)

    site.hook.status = 200
    site.wait_until_nothing_waits()

    assert sorted(site.hook.told()) == [("raised", "billing"), ("raised", "support")]


async def test_a_receiver_that_is_gone_for_a_while_gets_each_message_once_it_is_back(begun):
    site = begun()
    site.start_holder()
    site.hook.stop_listening()
    await site.waiting(support=BAD)
    site.wait_until(lambda: any(message.attempts for message in site.messages()))

    site.hook.listen()
    site.wait_until_nothing_waits()

    assert site.hook.told() == [("raised", "support")]


def breached_at(site):
    """When a breach under way was last seen, as stored; None where there is none."""
    return next((rung["proven_at"] for state in site.states() for rung in state["rungs"] if rung["signal"] == "pending"), None)
