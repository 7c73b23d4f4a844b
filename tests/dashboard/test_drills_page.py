"""The drills page: a drill is begun by who may and says yes, shown while it runs, ended, and assessed."""

from pathlib import Path

from visits import cells

from dashboard.drill_rows import planned_rows
from pulse.config import checked_config
from pulse.text import Language


def button(app, name):
    return next(one for one in app.main.button if one.label == name)


def test_a_drill_is_begun_after_a_yes_ended_and_assessed_on_its_page(told, visit, site):
    app = visit("drills")
    unsure = button(app, "Begin the drill").disabled
    app.main.checkbox[0].check().run(timeout=30)
    button(app, "Begin the drill").click().run(timeout=30)
    running = [one.value for one in app.main.warning]
    button(app, "End this drill").click().run(timeout=30)
    app.main.text_input[0].set_value("slow, call 13800000001")
    button(app, "Keep the assessment").click().run(timeout=30)

    assert not app.exception
    assert unsure
    assert "DRILL 1 is under way: 3,000 users are locked out." in running[0]
    assert cells(app, "State") == ["stopped"]
    assert cells(app, "Assessment") == ["slow, call [phone]"]


def test_who_may_not_drill_is_shown_no_way_to_begin_one(told, visit):
    app = visit("drills", cookies={"pulse_role": "supervisor"})

    assert not app.exception
    assert [one.label for one in app.main.button] == []
    assert app.main.info[0].value == "No drill is under way."


def test_a_plan_says_in_words_when_it_comes_again():
    drills = {"month": {"scenario": "lockout", "rrule": "FREQ=MONTHLY;BYDAY=2TU"}, "ad_hoc": {"scenario": "complaints"}}
    config = checked_config({"drills": drills}, Path("pulse.toml"))

    found = [[row["repeats"] for row in planned_rows(config, 0, language)] for language in (Language.EN, Language.ZH)]

    assert found == [["", "every month on the second Tuesday"], ["", "每个月的第二个周二"]]
