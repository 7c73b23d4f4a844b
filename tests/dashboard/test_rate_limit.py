from doors import NOW

from dashboard.rate_limit import Pace, RateLimit, peer_key


def limit(**how):
    return RateLimit(Pace(burst=2, per_s=0.5), **how)


def test_peer_may_do_a_few_at_once_and_is_then_told_how_long_to_wait():
    knocks = limit()

    assert [knocks.wait_s("10.0.0.9", NOW) for _ in range(3)] == [0, 0, 2.0]


def test_bucket_fills_again_with_time_and_never_over_its_brim():
    knocks = limit()
    for _ in range(3):
        knocks.wait_s("a", NOW)

    assert knocks.wait_s("a", NOW + 2000) == 0
    assert [knocks.wait_s("a", NOW + 900_000) for _ in range(3)] == [0, 0, 2.0]


def test_one_peer_does_not_use_up_what_another_has():
    knocks = limit()
    for _ in range(5):
        knocks.wait_s("10.0.0.9", NOW)

    assert knocks.wait_s("10.0.0.8", NOW) == 0


def test_memory_is_bounded_and_the_peer_unseen_for_longest_is_forgotten():
    knocks = limit(most_peers=2)
    for _ in range(2):
        knocks.wait_s("a", NOW)
    for peer in ("b", "c"):
        knocks.wait_s(peer, NOW)

    assert len(knocks) == 2
    assert knocks.wait_s("a", NOW) == 0


def test_clock_that_goes_back_fills_nothing():
    knocks = limit()
    for _ in range(2):
        knocks.wait_s("a", NOW)

    assert knocks.wait_s("a", NOW - 60_000) == 2.0


def test_addresses_one_site_can_choose_freely_count_as_one_peer():
    assert peer_key("2001:db8::1") == peer_key("2001:db8::ffff:1")
    assert peer_key("::ffff:10.0.0.9") == peer_key("10.0.0.9")
    assert peer_key("unix") == "unix"
    assert peer_key(None) == ""
