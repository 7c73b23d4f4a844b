import msgspec
import pytest
from boards import alerts

from alerts.frame import Signal
from dashboard.incidents import console_rows


def only(**facts):
    return console_rows([msgspec.structs.replace(alerts().incidents[0], **facts)])[0]


def test_console_of_nothing_is_empty():
    assert console_rows([]) == []


def test_rows_keep_the_order_and_carry_the_version_to_act_on():
    assert [(row.id, row.version) for row in console_rows(alerts().incidents)] == [(7, 3), (8, 1), (9, 1)]


def test_owned_incident_has_no_time_left_to_acknowledge():
    assert console_rows(alerts(owner="A. Li").incidents)[0].acknowledge_by is None


def test_incident_that_is_over_waits_to_be_closed_and_for_no_owner():
    row = only(signal=Signal.OK)

    assert (row.is_over, row.may_close, row.acknowledge_by) == (True, True, None)


def test_scope_is_called_what_people_call_it():
    assert (
        console_rows(alerts().incidents, {"site": {"en": "Harbour"}, "support": {"en": "Support", "zh": "支持"}}.get)[1].place["zh"]
        == "支持"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example", "runbook.md", ""])
def test_runbook_that_is_no_web_address_is_not_shown(address):
    assert only(runbook=address).runbook is None


def test_runbook_on_the_web_is_shown():
    assert only(runbook="https://wiki.example/late").runbook == "https://wiki.example/late"


def test_the_worst_value_is_told_in_the_unit_of_its_figure_and_left_out_where_nobody_knows_it():
    assert only(peak=0.4, unit="ratio").peak == {"en": "40.0 %", "zh": "40.0 %"}
    assert (only(peak=0.4).peak, only(unit="ratio").peak) == (None, None)
