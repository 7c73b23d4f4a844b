"""Alerts that other programs tell of: what their last word means, and what a rule makes of it."""

import msgspec
import pytest
from alerts_made import T0, board, config, ms, queue
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from alerts.evaluate import Evaluator, Ports
from alerts.external import ExternalAlert, Stand, fingerprint_of
from alerts.external_kept import ToldAlerts, TooManyAlerts
from alerts.frame import Signal
from alerts.label_filter import LabelFilter, UnreadableFilter
from alerts.postable import MissingLabels, Reader, UnreadableAlerts
from alerts.rules import external
from alerts.sample import SITE, Context, Reading
from collectors.redact import redact
from pulse.runtime.outside import ToldOutside
from sql.models import ToldAlert

READER = Reader(resolve_timeout_s=300, redact=redact, kept=frozenset({"02071234567"}))
DISK = {"alertname": "DiskFull", "queue": "support", "severity": "critical"}


def written(second):
    """A time as Prometheus writes it."""
    return f"2026-11-23T12:{second // 60:02}:{second % 60:02}.5Z" if second is not None else "0001-01-01T00:00:00Z"


def posted(labels=DISK, starts=None, ends=None, **more):
    return {"labels": labels, "startsAt": written(starts), "endsAt": written(ends), **more}


def read(*alerts, second=0):
    return READER.read(msgspec.json.encode(alerts), ms(second))


def told(*alerts, second=0):
    return read(*alerts, second=second).alerts


def stands(second, *alerts, at):
    (alert,) = told(*alerts, second=second)
    return [alert.stand(ms(when)) for when in at]


def test_alert_without_an_end_fires_until_nothing_was_heard_of_it_for_the_timeout():
    assert stands(0, posted(), at=(0, 299, 300)) == [Stand.FIRING, Stand.FIRING, Stand.SILENT]


def test_end_that_lies_ahead_is_how_long_the_word_is_good_for_and_never_an_end():
    assert stands(10, posted(starts=0, ends=250), at=(10, 250, 251, 9999)) == [Stand.FIRING] * 2 + [Stand.SILENT] * 2


def test_end_that_lies_behind_when_it_is_told_is_the_end():
    assert stands(251, posted(starts=0, ends=250), at=(251, 9999)) == [Stand.OVER] * 2


def test_alert_that_begins_later_does_not_fire_yet():
    assert stands(0, posted(starts=60), at=(0, 60, 61)) == [Stand.AHEAD, Stand.AHEAD, Stand.FIRING]


@pytest.mark.parametrize(
    ("labels", "digits"),
    [({"alertname": "x", "queue": "support"}, "952496aeeced56f2"), ({"alertname": "y"}, "d23eefc3896b6f8f")],
)
def test_fingerprint_is_the_one_an_alertmanager_shows(labels, digits):
    assert fingerprint_of(labels) == digits


def test_faulty_alert_is_named_and_the_others_of_its_list_still_count():
    post = read(posted({"a-b": "x"}), posted(), posted({}), posted(starts=20, ends=10), second=30)

    assert [alert.labels for alert in post.alerts] == [DISK]
    assert [fault.partition(":")[0] for fault in post.faults] == ["0.labels, annotations", "2.labels", "3.endsAt"]


@pytest.mark.parametrize(
    "body", [b"", b"{bad", b'{"a": 1}', b"[1]", b'[{"labels": {"a": 1}}]', b'[{"labels":{"a":"b"},"startsAt":"soon"}]']
)
def test_body_that_is_no_list_of_alerts_is_refused(body):
    with pytest.raises(UnreadableAlerts):
        READER.read(body, T0)


@pytest.mark.parametrize("spoilt", [b"1", b'{"labels": {"a": 1}}', b'{"labels": {"a": "b"}, "startsAt": "soon"}', b'{"annotations": {}}'])
def test_part_that_is_no_alert_is_named_and_the_others_of_its_list_still_count(spoilt):
    post = READER.read(b'[{"labels": {"alertname": "DiskFull"}, "annotations": null}, ' + spoilt + b"]", T0)

    assert [alert.labels for alert in post.alerts] == [{"alertname": "DiskFull"}]
    assert [fault.partition(":")[0] for fault in post.faults] == ["1"]


def test_labels_lose_line_breaks_and_signs_that_steer_a_terminal():
    (alert,) = told(posted({**DISK, "queue": "\u001b[31mred\u0007\u0000\nnext\u202e"}))

    assert alert.labels["queue"] == "[31mred next"


def test_alert_that_has_no_labels_at_all_is_told_apart():
    with pytest.raises(MissingLabels):
        READER.read(b'[{"annotations": {}}]', T0)


def test_texts_lose_what_names_a_person_and_whatever_is_too_long():
    labels = {**DISK, "caller": "+49 170 1234567", "queue": "02071234567"}
    (alert,) = told(posted(labels, annotations={"summary": "call\n13812345678", "more": "x" * 9000}, generatorURL="javascript:x"))

    assert alert.labels == {**DISK, "caller": "[phone]", "queue": "02071234567"}
    assert alert.annotations["summary"] == "call [phone]"
    assert len(alert.annotations["more"]) == 2000
    assert alert.link is None
    assert alert.fingerprint == fingerprint_of(labels)


@pytest.mark.parametrize(
    ("written", "is_asked"),
    [("queue=support", True), ('queue="support"', True), ("queue!=support", False), ("team=", True), (r'alertname="Disk\Full"', True)],
)
def test_filter_asks_by_label(written, is_asked):
    assert LabelFilter.of([written]).matches(DISK) is is_asked


@pytest.mark.parametrize("written", ["support", "queue=~s.*", "", "a-b=c"])
def test_filter_that_cannot_be_read_is_refused(written):
    with pytest.raises(UnreadableFilter):
        LabelFilter.of([written])


@pytest.mark.both_databases
def test_newest_word_counts_and_an_alert_without_a_beginning_began_when_it_was_told_first(database):
    ToldAlerts(database, "site").keep(told(posted()), ms(0))
    ToldAlerts(database, "site").keep(told(posted(), second=60), ms(60))

    (alert,) = ToldAlerts(database, "site").all()

    assert (alert.starts_at, alert.told_at, alert.valid_until) == (ms(0), ms(60), ms(360))


def test_alert_that_comes_again_after_its_end_begins_anew(database):
    ToldAlerts(database, "site").keep(told(posted(starts=0, ends=30), second=31), ms(31))
    ToldAlerts(database, "site").keep(told(posted(), second=40), ms(40))

    (alert,) = ToldAlerts(database, "site").all()

    assert (alert.starts_at, alert.over_at) == (ms(40), None)


def test_mark_changes_with_every_word(database):
    marks = [ToldAlerts(database, "site").mark()]
    for second in (0, 1):
        ToldAlerts(database, "site").keep(told(posted(), second=second), ms(second))
        marks.append(ToldAlerts(database, "site").mark())

    assert len(set(marks)) == 3
    assert ToldAlerts(database, "other").mark() == marks[0]


def test_what_is_over_or_silent_for_long_is_forgotten(database):
    ToldAlerts(database, "site").keep(told(posted(), posted({"alertname": "Over"}, starts=0, ends=1), second=2), ms(2))

    for day in (2, 8):
        ToldAlerts(database, "site").keep(told(posted({"alertname": f"Day{day}"}), second=day * 86_400), ms(day * 86_400))

    with database.read() as session:
        assert set(session.scalars(select(ToldAlert.fingerprint))) == {
            fingerprint_of({"alertname": "Day2"}),
            fingerprint_of({"alertname": "Day8"}),
        }


def test_more_alerts_than_are_kept_are_refused_whole(database):
    with pytest.raises(TooManyAlerts):
        ToldAlerts(database, "site", most=1).keep(told(posted(), posted({"alertname": "Other"})), T0)

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ToldAlert)) == 0


def sampled(*alerts, second=0, queues=(), **options):
    context = Context(queues=queues, external=lambda: alerts)
    found = external.samples(board(ms(second), support=queue()), external.Options(**options), context)
    return {one.scope: one for one in found}


def test_rule_takes_alerts_with_its_labels_to_the_queue_a_label_names():
    alerts = told(posted(), posted({**DISK, "severity": "info"}), posted({"alertname": "Net", "severity": "page"}))

    found = sampled(*alerts, match={"severity": ("critical", "page")}, scope_label="queue")

    assert {scope: (one.reading, one.title.en, one.title.zh) for scope, one in found.items()} == {
        "support": (Reading.BREACHING, "Support: DiskFull", "Support：DiskFull"),
        SITE: (Reading.BREACHING, "Net", "Net"),
    }
    assert set(sampled(*alerts, scope_label="queue", queues=("support",))) == {"support"}


def test_rule_says_what_the_alert_says_of_itself():
    more = posted({**DISK, "instance": "b"})

    found = sampled(*told(posted(annotations={"summary": "<b>full</b>"}), more))[SITE]

    assert (found.why.en, found.why.zh, found.value) == ("<b>full</b>, and 1 more", "<b>full</b>，另有 1 条", 2)


def test_scope_is_clear_only_when_every_alert_of_it_was_told_to_be_over():
    over, other = posted(starts=0, ends=1), posted({**DISK, "instance": "b"})

    readings = {
        "one over, one firing": sampled(*told(over, other, second=2), second=2)[SITE].reading,
        "one over, one silent": sampled(*told(over, other, second=2), second=400)[SITE].reading,
        "all over": sampled(*told(over, second=2), second=400)[SITE].reading,
    }

    assert list(readings.values()) == [Reading.BREACHING, Reading.NO_DATA, Reading.CLEAR]


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=8), st.integers(0, 1000))
def test_nothing_is_clear_that_nobody_told_to_be_over(words, second):
    alerts = [
        ExternalAlert(
            fingerprint=str(place),
            labels=DISK,
            annotations={},
            starts_at=T0,
            told_at=T0,
            valid_until=ms(until),
            over_at=T0 if over else None,
        )
        for place, (until, over) in enumerate(words)
    ]

    readings = [one.clear for one in sampled(*alerts, second=second).values()]

    assert all(over for _, over in words) or readings in ([None], [False])


class Site:
    """The rule in the evaluator, on a virtual clock, over what is kept in SQL."""

    def __init__(self, database):
        self.database = database
        self.now = T0
        self.restart()

    def restart(self):
        rules = {"outside": {"kind": "external", "level": 3, "raise_for": "0s", "clear_for": "0s"}}
        ports = Ports(publish=lambda news: True, external=ToldOutside(self.database, "site", lambda: self.now))
        self.evaluator = Evaluator(self.database, config(rules=rules), ports)

    def hear(self, second, *alerts):
        ToldAlerts(self.database, "site").keep(told(*alerts, second=second), ms(second))

    def at(self, second):
        self.now = ms(second)
        self.restart()
        self.evaluator.evaluate(board(self.now), self.now)
        return [(row.signal, row.no_data) for row in self.evaluator.rows]


def test_alert_stands_unknown_when_its_client_falls_silent_and_ends_only_when_told(database):
    site = Site(database)

    site.hear(0, posted(starts=0, ends=240))
    raised, silent = site.at(1), site.at(300)
    site.hear(310, posted(starts=0, ends=305))
    ended = site.at(311)

    assert (raised, silent, ended) == ([(Signal.RAISED, False)], [(Signal.RAISED, True)], [])


def test_watch_knows_at_once_after_a_restart_what_stands(database):
    site = Site(database)
    site.hear(0, posted(starts=0, ends=240))
    site.at(1)

    assert site.at(2) == [(Signal.RAISED, False)]
