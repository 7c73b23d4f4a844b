"""A watch that dies or freezes is followed by the one that stands by, and nothing is lost, told twice or overwritten."""

import signal
from random import Random

import pytest
from alerting_site import LIMIT, AlertingSite

BAD = LIMIT + 1


@pytest.fixture
def alerting_site(tmp_path):
    site = AlertingSite(tmp_path)
    site.redis.start()
    yield site
    site.stop()


async def raised(site, queue):
    """An alert of a queue that was told, and is known to be told."""
    await site.waiting(**{queue: BAD})
    site.hook.wait_for(("raised", queue))
    site.wait_until_nothing_waits()


async def test_the_standby_goes_on_where_a_killed_watch_was(alerting_site):
    holder, standby = alerting_site.start_holder(), alerting_site.start_standby()
    await raised(alerting_site, "support")

    alerting_site.kill(holder)
    await raised(alerting_site, "billing")

    assert "lease_taken" in alerting_site.said(standby)
    assert alerting_site.hook.told() == [("raised", "support"), ("raised", "billing")]
    assert alerting_site.open_incidents() == ["support", "billing"]
    assert alerting_site.log_is_whole()


async def test_a_watch_that_is_stopped_by_a_signal_is_ended_and_followed(alerting_site):
    holder, standby = alerting_site.start_holder(), alerting_site.start_standby()
    await raised(alerting_site, "support")

    alerting_site.signal(holder, signal.SIGSTOP)
    await raised(alerting_site, "billing")

    assert "stopped_holder_killed" in alerting_site.said(standby)
    assert alerting_site.processes[holder].wait() == -signal.SIGKILL
    assert alerting_site.hook.told() == [("raised", "support"), ("raised", "billing")]


async def test_a_frozen_watch_that_wakes_after_another_machine_took_over_writes_and_tells_nothing(alerting_site):
    holder, standby = alerting_site.start_holder(), alerting_site.start_watch_elsewhere()
    await raised(alerting_site, "support")

    await alerting_site.freeze(holder)
    await raised(alerting_site, "billing")
    alerting_site.signal(holder, signal.SIGCONT)
    alerting_site.wait_until(lambda: "lease_lost" in alerting_site.said(holder))
    alerting_site.wait_until(lambda: "standing_by" in alerting_site.said(holder))
    await raised(alerting_site, "sales")

    assert "lease_lost" not in alerting_site.said(standby)
    assert alerting_site.hook.told() == [("raised", "support"), ("raised", "billing"), ("raised", "sales")]
    assert alerting_site.log_is_whole()


async def test_a_watch_that_is_stopped_lets_go_of_the_lease(alerting_site):
    holder, standby = alerting_site.start_holder(), alerting_site.start_standby()

    alerting_site.signal(holder, signal.SIGTERM)

    alerting_site.wait_until(lambda: "lease_taken" in alerting_site.said(standby))
    assert alerting_site.processes[holder].wait() == 0
    alerting_site.wait_for_board()


async def test_a_watch_killed_while_an_alert_stands_neither_clears_nor_raises_it_anew(alerting_site):
    holder = alerting_site.start_holder()
    await raised(alerting_site, "support")

    alerting_site.kill(holder)
    alerting_site.start_holder()
    await raised(alerting_site, "billing")

    assert alerting_site.hook.told() == [("raised", "support"), ("raised", "billing")]
    assert alerting_site.open_incidents() == ["support", "billing"]


@pytest.mark.long
async def test_twelve_kills_one_after_another_lose_no_message_and_repeat_only_what_was_under_way(alerting_site):
    random = Random(11)
    alive = [alerting_site.start_holder(), alerting_site.start_standby()]
    queues = [f"queue{number}" for number in range(12)]

    for queue in queues:
        await alerting_site.waiting(**{queue: BAD})
        if random.random() < 0.5:
            alerting_site.hook.wait_for(("raised", queue))
        alerting_site.kill(alive.pop(0))
        alive.append(alerting_site.start_watch())
        alerting_site.wait_until(lambda: "lease_taken" in alerting_site.said(alive[0]))
        alerting_site.hook.wait_for(("raised", queue))
        alerting_site.wait_until(lambda: "standing_by" in alerting_site.said(alive[1]))
    alerting_site.wait_until_nothing_waits()

    keys = [body["key"] for body in alerting_site.hook.heard]
    assert alerting_site.open_incidents() == queues
    assert len(set(keys)) == len(queues)
    assert alerting_site.log_is_whole()
