"""Power cuts at any moment: nothing is lost, nothing counts twice."""

from random import Random

import pytest
from killed_site import KilledSite


@pytest.fixture
def killed_site(tmp_path):
    site = KilledSite(tmp_path)
    site.redis.start()
    yield site
    site.stop()


def moments(site):
    """What can be seen from outside of the steps watch goes through; the kill comes at or a little after one of them."""
    return (site.is_reading, changed(site.board_counts), changed(site.checkpoint_id), changed(site.stream_begin))


def changed(told):
    before = told()
    return lambda: told() != before


def settled_counts(site):
    """What the Board and history counted, once both have all there is and watch is stopped."""
    site.wait_for(site.board_counts)
    site.wait_for(site.history_counts)
    site.stop_watch()
    return [site.board_counts(), site.history_counts()]


async def kill_at_random_moments(site, times):
    random = Random(20)
    for _ in range(times):
        moment = random.choice(moments(site))
        site.start_watch()
        await site.write_until(moment)
        for _ in range(random.randrange(4)):
            await site.write()
        site.kill_watch()
    site.start_watch()
    await site.write_until(changed(site.board_counts))


async def test_watch_killed_three_times_loses_and_doubles_nothing(killed_site):
    await kill_at_random_moments(killed_site, 3)

    assert settled_counts(killed_site) == [killed_site.log] * 2


@pytest.mark.long
async def test_watch_killed_twenty_times_loses_and_doubles_nothing(killed_site):
    await kill_at_random_moments(killed_site, 20)

    assert settled_counts(killed_site) == [killed_site.log] * 2


async def test_redis_killed_under_a_running_watch_loses_and_doubles_nothing(killed_site):
    random = Random(5)
    killed_site.start_watch()
    await killed_site.write_until(killed_site.is_reading)

    for _ in range(5):
        await killed_site.write_until(changed(killed_site.board_counts))
        for _ in range(random.randrange(10)):
            await killed_site.write()
        killed_site.redis.kill()
        killed_site.redis.start()

    assert settled_counts(killed_site) == [killed_site.log] * 2


async def test_redis_and_watch_killed_together_lose_and_double_nothing(killed_site):
    killed_site.start_watch()
    await killed_site.write_until(changed(killed_site.checkpoint_id))
    await killed_site.write()

    killed_site.kill_watch()
    killed_site.redis.kill()
    killed_site.redis.start()
    killed_site.start_watch()

    assert settled_counts(killed_site) == [killed_site.log] * 2
