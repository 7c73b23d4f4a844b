import msgspec
from boards import AT, alerts

from alerts.frame import AlertsFrame
from dashboard.incidents import console_frame


def test_console_of_nothing_is_empty():
    frame = console_frame(AlertsFrame(at=AT), 1, AT)

    assert (frame.rows, frame.unowned, frame.more) == ([], 0, 0)


def test_rows_keep_the_order_and_carry_the_version_to_act_on():
    frame = console_frame(alerts(), 1, AT)

    assert [(row.id, row.version) for row in frame.rows] == [(7, 3), (8, 1), (9, 1)]
    assert frame.unowned == 2


def test_owned_incident_has_no_time_left_to_acknowledge():
    assert console_frame(alerts(owner="A. Li"), 1, AT).rows[0].acknowledge_by is None


def test_flood_of_incidents_is_counted_past_the_fiftieth():
    flood = tuple(msgspec.structs.replace(alerts().incidents[0], id=number) for number in range(60))

    frame = console_frame(AlertsFrame(at=AT, incidents=flood), 1, AT)

    assert (len(frame.rows), frame.more, frame.unowned) == (50, 10, 60)
