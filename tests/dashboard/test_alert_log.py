import msgspec
from boards import alerts
from hypothesis import given
from hypothesis import strategies as st

from dashboard.alert_log import KEPT_ROWS, KEPT_VERSIONS, AlertLog
from dashboard.incidents import console_rows

ROW = console_rows(alerts().incidents)[0]


def row(number, version=1):
    return msgspec.structs.replace(ROW, id=number, version=version)


def rows_of(*numbers, version=1):
    return [row(number, version) for number in numbers]


def laid_over(held, delta):
    """What a console does with a delta."""
    kept = {number: one for number, one in held.items() if number not in delta.gone}
    return kept | {one.id: one for one in delta.changed}


def loaded(log, limit, between=()):
    """Every page of the newest version, while newer frames arrive."""
    version, after, found, newer = log.version, 0, {}, iter(between)
    while after is not None:
        page = log.page(version, after, limit)
        found |= {one.id: one for one in page.rows}
        after = page.next
        for frame in newer:
            log.apply(frame)
            break
    return version, found


def frames():
    one_frame = st.dictionaries(st.integers(1, 8), st.integers(1, 3)).map(lambda told: [row(*pair) for pair in told.items()])
    return st.lists(one_frame, min_size=1, max_size=12)


@given(frames(), st.data())
def test_snapshot_and_the_deltas_after_it_in_any_split_are_the_newest_frame(told, data):
    log = AlertLog()
    start = data.draw(st.integers(0, len(told)))
    for frame in told[:start]:
        log.apply(frame)

    version, held = loaded(log, data.draw(st.integers(1, 4)), between=told[start:])
    for frame in told[start:]:
        log.apply(frame)
        if data.draw(st.booleans()):
            delta = log.since(version)
            version, held = delta.version, laid_over(held, delta)
    delta = log.since(version)

    assert laid_over(held, delta) == {one.id: one for one in told[-1]}


@given(frames(), st.data())
def test_delta_may_be_laid_over_any_version_between_its_two(told, data):
    log, versions = AlertLog(), [{}]
    for frame in told:
        if log.apply(frame):
            versions.append({one.id: one for one in frame})
    since = data.draw(st.integers(0, log.version))
    held = data.draw(st.integers(since, log.version))

    assert laid_over(versions[held], log.since(since)) == versions[-1]


def test_only_what_is_other_than_it_was_is_told():
    log = AlertLog()
    log.apply(rows_of(1, 2, 3))

    delta = log.apply([row(1), row(2, version=2), row(4)])

    assert (delta.after, delta.version, [one.id for one in delta.changed], delta.gone) == (1, 2, [2, 4], (3,))


def test_same_rows_are_no_version():
    log = AlertLog()
    log.apply(rows_of(1, 2))

    assert (log.apply(rows_of(1, 2)), log.version) == (None, 1)


def test_pages_are_of_one_version_whatever_comes_between():
    log = AlertLog()
    log.apply(rows_of(1, 2, 3))
    first = log.page(1, 0, 2)
    log.apply(rows_of(3, version=2))

    second = log.page(1, first.next, 2)

    assert ([one.id for one in second.rows], second.rows[0].version, second.next, second.total) == ([3], 1, None, 3)


def test_version_that_is_unknown_or_long_ago_must_be_loaded_anew():
    log = AlertLog()
    for version in range(1, KEPT_VERSIONS + 3):
        log.apply([row(1, version)])

    assert (log.since(0), log.page(1, 0, 10), log.since(log.version + 1)) == (None, None, None)
    assert log.since(log.version - KEPT_VERSIONS).changed == (row(1, log.version),)


def test_flood_that_changes_every_row_keeps_few_versions():
    log, many = AlertLog(), KEPT_ROWS // 2
    for version in range(1, 5):
        log.apply(rows_of(*range(many), version=version))

    assert (log.since(1), len(log.since(2).changed)) == (None, many)
