import re

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
