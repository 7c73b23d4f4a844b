import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.redact import customer_hash, quoted, redact

CARD = "4539" + "1488" + "0343" + "6467"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("", ""),
        ("I waited 25 minutes, queue 3", "I waited 25 minutes, queue 3"),
        ("call 13800000001 now", "call [phone] now"),
        ("请打138 0000 0001谢谢", "请打[phone]谢谢"),
        ("138-0000-0001", "[phone]"),
        ("+86 138 0000 0001", "[phone]"),
        ("+49 (30) 1234-5678", "[phone]"),
        ("010-88888888", "[phone]"),
        ("(555) 123-4567", "[phone]"),
        ("+49 (0)170 / 12 34 567", "[phone]"),
        ("0049 170 1234567", "[phone]"),
        ("call 0170-123 45 67 back", "call [phone] back"),
        ("030 / 12 34 56 78, 2 times", "[phone], 2 times"),
        ("(0711) 12 34 56", "[phone]"),
        ("0171/1234567", "[phone]"),
        ("（021）6888 8888", "[phone]"),
        ("回电1380 000 0001", "回电[phone]"),
        ("138－0000－0001", "[phone]"),
        ("400-8208-820", "[phone]"),
        ("Herr Müller, Frau Dr. Änne Groß", "Herr [name], Frau [name]"),
        ("ID 11010519491231002X.", "ID [id_card]."),
        (f"card {CARD}", "card [card]"),
        (f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}", "[card]"),
        ("mail a.b+c@example.co.uk!", "mail [email]!"),
        ("ORD-2026-ABC1 is late", "[order] is late"),
        ("订单号：AB12345 没到", "订单号[order] 没到"),
        ("my order no. 884213 please", "my [order] please"),
        ("order number shipped", "order number shipped"),
        ("Mr. Smith and Dr Jane Doe", "Mr. [name] and Dr [name]"),
        ("王先生来电", "[name]先生来电"),
        ("这位先生来电", "这位先生来电"),
        ("number 123456789012", "number [number]"),
        ("on 2026-11-23 at 08:00", "on 2026-11-23 at 08:00"),
    ],
)
def test_identities_are_replaced_by_marks(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "61 % of 74 contacts within 20 s",
        "2026-11-24 21:40",
        "24.11.2026 21:40, 2026/11/24",
        "2026-11-24T08:15:00Z",
        "open 18:00-20:00, 08:00 – 12:30",
        "0930-1130",
        "incident 100234, #1024",
        "1 234 of 12 345 contacts, 0.2941 below 0.6",
        "waiting 12/20, 061 of 120",
        "Frau und Herr der Lage",
        "值班 08:00-20:00，74 次中 61 %，等待 120 秒",
    ],
)
def test_figures_dates_and_times_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


@given(st.datetimes(), st.integers(0, 99999), st.integers(0, 100))
def test_a_line_of_date_count_and_share_stays_as_it_is(at: datetime, count: int, share: int) -> None:
    text = f"{at:%d.%m.%Y %H:%M}-{at:%H:%M}: {share} % of {count} contacts, {share / 100:.4f}, since {at:%Y-%m-%d %H:%M:%S}"

    assert redact(text) == text


@given(st.from_regex(r"(\+49 ?(\(0\))?|0)1[5-7][0-9][ /-]?[0-9]{3}( [0-9]{2}){2}", fullmatch=True, alphabet="0123456789+() /-"))
def test_mobile_number_is_found_in_groups_of_two(number: str) -> None:
    assert redact(f"ring {number} now") == "ring [phone] now"


@given(st.text(alphabet="0123456789１２ -+().@abX订单号ORD:王先生\n", max_size=80))
def test_no_seven_digits_survive_and_twice_is_once(text: str) -> None:
    redacted = redact(text)

    assert re.search(r"\d{7}", redacted) is None
    assert redact(redacted) == redacted


@given(st.text(max_size=200))
def test_any_text_can_be_redacted(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_same_customer_has_the_same_hash_however_written() -> None:
    assert customer_hash("138 0000-0001", b"key") == customer_hash("13800000001", b"key")


def test_hash_depends_on_the_key_and_does_not_hold_the_number() -> None:
    first, second = customer_hash("13800000001", b"one"), customer_hash("13800000001", b"two")

    assert first is not None
    assert first != second
    assert "138" + "00000001" not in first


def test_without_key_or_identity_there_is_no_hash() -> None:
    assert customer_hash("13800000001", b"") is customer_hash(" ", b"key") is None


def test_line_that_could_not_be_read_is_quoted_without_signs_that_drive_a_terminal():
    assert quoted(b"\x1b]0;owned\x07\x1b[2Jx") == r'"\x1b]0;owned\x07\x1b[2Jx"'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_number_of_a_person_is_found_in_a_line_of_any_encoding(encoding):
    assert "13800000001" not in quoted("call 13800000001".encode(encoding))
    assert "[phone]" in quoted("call 13800000001".encode(encoding))
