from zoneinfo import ZoneInfo

import pytest
from alerts_made import T0, config, ms
from channels_made import alarm, contributor
from hypothesis import given
from hypothesis import strategies as st

from alerts import templates
from alerts.fields import MOST_ADDRESS, MOST_FIELD, MOST_NAME, address, clean, number
from alerts.ruleset import faults_in
from alerts.words import MOST_TITLE, Words, Writer, longest

SHANGHAI = ZoneInfo("Asia/Shanghai")
SIX = [contributor(name, share) for name, share in [("Late", 0.4), ("Lost", 0.3), ("Rude", 0.2), ("Odd", 0.06), ("Torn", 0.04)]]


def words(spoken="en", shown=5, **facts):
    return Writer(SHANGHAI, spoken).words(alarm(**facts), shown)


def test_an_alarm_tells_what_why_level_value_threshold_since_when_and_who_adds_to_it():
    told = words(contributors=SIX[:2], more_contributors=3)

    assert told.title == "[RAISED II] Support: low"
    assert told.body.split("\n") == [
        "50 % in 20 s",
        "Level: II",
        "Value at raise: 0.5 / threshold 0.8",
        "Since: 2026-11-23 20:00 (Asia/Shanghai)",
        "Contributors: Late 40 %, Lost 30 % and 3 more",
    ]


def test_the_same_in_chinese():
    told = words("zh", contributors=SIX[:2], more_contributors=3)

    assert told.title == "【告警 II 级】客服：偏低"
    assert told.body.split("\n") == [
        "20 秒内百分之五十",
        "级别：II 级",
        "触发值：0.5 / 阈值 0.8",
        "开始时间：2026-11-23 20:00 (Asia/Shanghai)",
        "主要来源：Late类 40 %、Lost类 30 %，另有 3 项",
    ]


def test_both_languages_are_told_one_after_the_other():
    both, en, zh = words("both"), words("en"), words("zh")

    assert both.titles == (en.title, zh.title)
    assert both.body == f"{en.body}\n\n{zh.body}"


def test_what_is_told_late_says_the_value_at_raise_and_the_one_now():
    told = words(value=0.7)

    assert "Value at raise: 0.5 / threshold 0.8\nValue now: 0.7 / threshold 0.8" in told.body


def test_what_became_graver_tells_each_value_with_the_limit_of_its_level():
    told = words(value=0.4, threshold=0.5, threshold_at_raise=0.8)

    assert "Value at raise: 0.5 / threshold 0.8\nValue now: 0.4 / threshold 0.5" in told.body


def test_who_does_not_know_the_value_now_says_the_one_at_raise():
    told = words(state="unanswered", value=None)

    assert "Value at raise: 0.5" in told.body
    assert "Value now" not in told.body


def test_an_all_clear_says_how_long_it_took_and_the_value_now():
    told = words(state="cleared", at=ms(720), value=0.9)

    assert told.title.startswith("[CLEARED II]")
    assert "Value now: 0.9 / threshold 0.8" in told.body
    assert "Since: 2026-11-23 20:00 (Asia/Shanghai), lasted 12:00 min" in told.body


def test_an_all_clear_says_how_bad_it_was_at_its_worst_in_both_languages():
    assert "Peaked at: 0.3" in words(state="cleared", value=0.9, peak=0.3).body
    assert "期间最差值：0.3" in words("zh", state="cleared", value=0.9, peak=0.3).body


def test_while_it_stands_the_worst_value_is_told_where_it_is_neither_that_of_the_raise_nor_the_one_now():
    assert "Worst until now: 0.3" in words(value=0.4, peak=0.3).body
    assert "Worst" not in words(value=0.3, peak=0.3).body
    assert "Worst" not in words(value=0.7, peak=0.5).body


@pytest.mark.parametrize(("spoken", "mark"), [("en", "[DRILL] "), ("zh", "【演练】")])
def test_a_drill_is_marked_before_anything_else(spoken, mark):
    assert words(spoken, drill=True).title.startswith(mark)
    assert mark not in words(spoken).title


def test_what_is_not_known_is_left_out():
    told = words(value=None, value_at_raise=None, threshold=None)

    assert "Value" not in told.body
    assert "None" not in told.title + told.body


def test_a_fallback_says_for_whom_it_stands_in():
    assert "Sent here because ops could not be reached." in words(instead_of="ops").body
    assert "因 ops 无法送达" in words("zh", instead_of="ops").body


def test_runbook_and_incident_are_links_and_a_runbook_that_is_none_is_told():
    linked, told = words(runbook="https://wiki.example.org/sla"), words(runbook="page 7 of the binder")

    assert [(link.name, link.address) for link in linked.links] == [
        ("Runbook", "https://wiki.example.org/sla"),
        ("Open the incident", "https://pulse.example.org/console?incident=1"),
    ]
    assert len(told.links) == 1
    assert told.body.endswith("Runbook: page 7 of the binder")


def test_nobodys_name_or_number_is_told_whatever_a_payload_holds():
    told = words("both", owner="Ann Example", phone="+49 30 1234567", text="my card is 4111")

    assert not any(secret in told.title + told.body for secret in ("Ann", "1234567", "4111"))


def test_contributors_leave_first_and_are_counted():
    told = Writer(SHANGHAI).fitting(alarm(contributors=SIX, more_contributors=2), lambda words: "Rude" not in words.body)

    assert "Contributors: Late 40 %, Lost 30 % and 5 more" in told.body
    assert told.title == "[RAISED II] Support: low"


def test_then_the_ends_of_both_languages_leave_alike():
    message = alarm(why={"en": "w" * 900, "zh": "因" * 900})

    told = Writer(SHANGHAI, "both").fitting(message, lambda words: len(words.body.encode()) <= 400)

    assert 390 <= len(told.body.encode()) <= 400
    assert [body[-1] for body in told.bodies] == ["…", "…"]
    assert len(told.bodies[0]) == len(told.bodies[1])


def test_what_no_cut_can_make_fit_is_cut_to_nothing():
    assert Writer(SHANGHAI).fitting(alarm(), lambda _words: False).body == ""


@given(st.text(), st.integers(0, 60))
def test_a_cut_is_a_beginning_of_the_text_and_never_longer_than_asked_for(text, most):
    (body,) = Words(("",), (text,)).cut(most).bodies

    assert len(body) <= most or body == text
    assert body in (text, "") or (body[-1] == "…" and text.startswith(body[:-1]))


@given(st.integers(0, 500), st.integers(0, 600))
def test_the_longest_that_fits_is_found(limit, most):
    assert longest(most, lambda length: length <= limit) == min(limit, most)


def test_a_field_and_a_name_have_a_bounded_length():
    told = words(why={"en": "y" * 9_999, "zh": "x"}, contributors=[contributor("z" * 999)])

    assert told.body.count("y") == MOST_FIELD
    assert told.body.count("z") == MOST_NAME


def test_a_title_has_a_bounded_length():
    assert len(words(title={"en": "x" * 500, "zh": "x"}).title) == MOST_TITLE


@pytest.mark.parametrize(
    ("written", "told"),
    [(None, ""), ("a\r\nb\tc", "a b c"), ("a\u2028b", "a b"), ("\u202eevil", "evil"), ("a\x00b", "a b"), ("\ud83d", "?"), ("  a  ", "a"),
     (5, "5")],
)  # fmt: skip
def test_a_text_from_outside_is_one_line_that_every_encoding_carries(written, told):
    assert clean(written) == told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("https://a.org/b?c=1&d=2", "https://a.org/b?c=1&d=2"),
        ("https://a.org/a b|c>(d)", "https://a.org/a%20b%7Cc%3E%28d%29"),
        ("https://a.org/手册", "https://a.org/%E6%89%8B%E5%86%8C"),
        ("javascript:alert(1)", None),
        ("see https://a.org", None),
        ("https:///x", None),
        (None, None),
        ("https://a.org/" + "x" * MOST_ADDRESS, None),
    ],
)
def test_an_address_carries_no_sign_that_a_format_reads(written, told):
    assert address(written) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.5, "0.5"), (0.0, "0"), (95, "95"), (100.0, "100"), (1234.5, "1,234.5"), (None, ""), (True, ""), (2 / 3, "0.6667")],
)
def test_a_number_is_told_as_it_is_compared(value, told):
    assert number(value) == told


def test_own_templates_are_filled_in_each_language():
    writer = Writer(SHANGHAI, "both", "{{ level }}: {{ title }}", "{{ why }}{% if language == 'zh' %}！{% endif %}")

    told = writer.words(alarm(), 5)

    assert told.titles == ("II: Support: low", "II: 客服：偏低")
    assert told.bodies == ("50 % in 20 s", "20 秒内百分之五十！")


def test_a_template_that_fails_on_a_message_is_replaced_by_ours():
    writer = Writer(SHANGHAI, "en", "{{ title[value | int + 99 ** 3] }}", "{{ (threshold | int) // (level | length - 2) }}")

    assert writer.words(alarm(), 5) == words()


@pytest.mark.parametrize(("spoken", "title"), [("en", "[DRILL] Support: low"), ("zh", "【演练】客服：偏低")])
def test_a_template_of_the_site_cannot_leave_out_that_it_is_a_drill(spoken, title):
    assert Writer(SHANGHAI, spoken, "{{ title }}").words(alarm(drill=True), 5).titles == (title,)


def test_a_template_that_says_nothing_is_replaced_by_ours():
    assert Writer(SHANGHAI, "en", "{% if drill %}x{% endif %}", " ").words(alarm(), 5) == words()


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ nam }}", 'got "nam", expected one of at, contributors, drill'),
        ("{{ owner }} {{ phone }}", 'got "owner, phone", expected one of'),
        ("{% if %}", "got line 1 with Expected an expression"),
        ("{{ contributors[0].name }}", "expected a template that can be filled, whatever of a message is unknown"),
        ("{{ contributors[0].phone }}", "expected a template that can be filled"),
        ("{{ title.__class__.__mro__ }}", "expected a template that can be filled"),
        ("{% include 'other' %}", "expected a template that can be filled"),
        ("{% for n in range(9) %}{{ n }}{% endfor %}", 'got "range", expected one of'),
        ("{{ title | no_such_filter }}", "No filter named 'no_such_filter'"),
        ("{{ contributors.append(1) }}", "expected a template that can be filled"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_file_key_found_and_allowed(tmp_path, template, told):
    (tmp_path / "hook").write_text("https://example.org/hook")
    notify = {"ops": {"kind": "slack", "url": "file:hook", "body_template": template}}

    (fault,) = faults_in(config(tmp_path, rules={}, notify=notify))

    assert fault.where == "pulse.toml, notify.ops, body_template"
    assert told in fault.message


@pytest.mark.parametrize("template", [templates.TITLE.en, templates.TITLE.zh, templates.BODY.en, templates.BODY.zh])
def test_our_own_templates_pass_the_same_check(template):
    assert templates.checked(template) == template


def test_a_payload_of_an_older_program_can_be_told():
    payload = {"state": "raised", "title": {"en": "a"}, "why": {"en": "b"}, "level": 3, "opened_at": T0}

    told = Writer(SHANGHAI, "both").words(type(alarm())("key", payload), 5)

    assert told.titles == ("[RAISED III] a", "【告警 III 级】a")


def test_the_team_that_answers_for_the_rule_is_named_in_each_language():
    owner = {"en": "Operations", "zh": "运营"}

    assert "Answers for the rule: Operations" in words(rule_owner=owner).body
    assert "规则负责团队：运营" in words("zh", rule_owner=owner).body


def test_an_alert_that_ended_with_its_rule_is_no_all_clear():
    told = words(state="removed")

    assert told.title.startswith("[RULE REMOVED II]")
    assert told.level == 2


@pytest.mark.parametrize(("spoken", "line"), [("en", "Value at raise: 63 % / threshold 80 %"), ("zh", "触发值：63 % / 阈值 80 %")])
def test_a_ratio_is_told_in_percent_and_a_count_as_it_is(spoken, line):
    assert line in words(spoken, unit="ratio", value_at_raise=0.63).body
    assert "Worst until now: 41.5 %" in words(unit="ratio", peak=0.415).body
    assert "Value at raise: 12 / threshold 10" in words(unit="count", value=12, value_at_raise=12, threshold=10).body
