"""The files that go with the mail of a frozen day."""

from datetime import date
from pathlib import Path

import pytest
from frozen_site import at, missed_day
from structlog.testing import capture_logs

from dashboard.report.stretch import stretch_of
from pulse.config import checked_config
from pulse.kpi.snapshot import Edition
from pulse.runtime.attaching import Attaching, Rendering
from pulse.runtime.freezing import freeze
from sql.memory_tables import SnapshotRow

SITE = {"name": "harbour", "zone": "Asia/Kolkata"}
PAYLOAD = {"snapshot": {"edition": "daily", "day": "2026-11-19"}}


class Made:
    """A rendering that says what it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, snapshot, language):
        self.asked.append(language.value)
        return f"{snapshot.day} {language.value}".encode()


@pytest.fixture
def site(database):
    config = checked_config({"site": SITE, "snapshot": {"languages": ["en", "zh"]}}, Path("pulse.toml"))
    missed_day(database, "2026-11-19")
    freeze(database, config, stretch_of(Edition.DAILY, date(2026, 11, 19), config.zone), "Ada", at("2026-11-20 08:00"))
    return database, lambda: config


def test_each_form_is_made_once_in_each_language_however_often_it_is_asked_for(site):
    made = Made()
    attach = Attaching(*site, (Rendering("html", "text/html", made),))

    files = [attach(PAYLOAD), attach(PAYLOAD)][1]

    assert [(file.name, file.kind, file.content) for file in files] == [
        ("harbour-daily-2026-11-19-en.html", "text/html", b"2026-11-19 en"),
        ("harbour-daily-2026-11-19-zh.html", "text/html", b"2026-11-19 zh"),
    ]
    assert made.asked == ["en", "zh"]


def test_a_form_that_cannot_be_made_is_recorded_and_the_others_go(site):
    def broken(*_):
        raise ValueError("no font")

    with capture_logs() as logs:
        files = Attaching(*site, (Rendering("pdf", "application/pdf", broken), Rendering("html", "text/html", Made())))(PAYLOAD)

    assert [file.kind for file in files] == ["text/html", "text/html"]
    assert [one["event"] for one in logs] == ["rendering_fault"] * 2


def test_a_snapshot_that_cannot_be_read_any_more_is_recorded_and_has_no_files(site):
    with site[0].write() as session:
        session.get(SnapshotRow, ("harbour", "daily", "2026-11-19")).content = b"torn"

    with capture_logs() as logs:
        files = Attaching(*site, (Rendering("html", "text/html", Made()),))(PAYLOAD)

    assert (files, [one["event"] for one in logs]) == ((), ["snapshot_unreadable"])


def test_another_notice_and_a_day_that_is_not_frozen_have_no_files(site):
    attach = Attaching(*site, (Rendering("html", "text/html", Made()),))

    assert attach({"title": {}}) == ()
    assert attach({"snapshot": {"edition": "daily", "day": "2026-11-18"}}) == ()
