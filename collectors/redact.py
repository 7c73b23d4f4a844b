"""Takes identities out of free text before a record leaves its connector.

In: a text as a source wrote it, or the identity of a customer. Out: the text with marks such as [phone], or a keyed hash.
"""

import hashlib
import hmac
import re

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)

# Every repetition is bounded: a text of one endless word must not cost more than a reading of it.
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_WHOLE_IDENTITY = re.compile(rf"{_EMAIL.pattern}|\+\d{{7,15}}|(?:86)?1[3-9]\d{{9}}")
_ORDER = re.compile(
    r"\bORD[-_ ]?(?=[A-Z-]{0,40}\d)[A-Z\d-]+"
    r"|(?<=订单号)[\s:：#是为]{0,9}(?=[A-Z-]{0,40}\d)[A-Z\d-]{4,}"
    r"|(?<=订单)[\s:：#]{0,9}(?=[A-Z-]{0,40}\d)[A-Z\d-]{4,}"
    r"|\border\s{0,9}(?:no\.?|number|id|#)[\s:#]{0,9}(?=[A-Z-]{0,40}\d)[A-Z\d-]{4,}",
    re.IGNORECASE,
)
_ID_CARD = re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
# After a sign of another country or of a trunk, digits may stand in groups of any size: +49 (0)170 / 12 34 567, 0170-123 45 67. Without
# one, only the forms people write: figures, dates and times stand in the same texts.
_PHONE = re.compile(
    r"(?<!\d)(?:\+\d(?:[ ./()（）－-]{0,3}\d){6,14}"
    r"|00[1-9](?:[ ./()（）－-]{0,3}\d){7,13}"
    r"|(?:86[ -]?)?1[3-9]\d[ －-]?\d{4}[ －-]?\d{4}"
    r"|(?:86[ -]?)?1[3-9]\d{2}[ －-]?\d{3}[ －-]?\d{4}"
    r"|[(（]?0\d{1,4}[)）]?[ －-]?\d{3,4}[ －-]?\d{3,5}"
    r"|[(（]?0[1-9]\d{1,3}[)）]? ?[/－-]? ?(?=(?:[ /－-]?\d){6})\d{2,8}(?:[ /－-]\d{2,8}){0,4}"
    r"|[(（]?\d{3}[)）]?[ .－-]\d{3}[ .－-]\d{4}"
    r"|400[ －-]\d{4}[ －-]\d{3})(?!\d)"
)
_LONG_NUMBER = re.compile(r"\d{7,}")
_TITLE_AND_NAME = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau)(\.?\s+)(?:(?:Dr|Prof)\.?\s+){0,2}[A-ZÄÖÜ][\w'-]+(?:\s[A-ZÄÖÜ][\w'-]+)?")
_SURNAME_AND_TITLE = re.compile(f"[{_SURNAMES}](?=先生|女士|小姐)")


def redact(text: str) -> str:
    """The text with a mark in place of every identity; doing it twice changes nothing more.

    Marks: [email], [order], [id_card], [card], [phone], [name] and [number] for any other run of seven digits or more. A name is known
    only by the title beside it (Mr, Frau, 先生): people are asked to write none.
    """
    before = None
    while before != text:
        before, text = text, _redacted_once(text)
    return text


def quoted(line: bytes, most: int = 120) -> str:
    """The beginning of a line that could not be read, in quotes, without numbers and addresses of people and without control signs."""
    # Every other byte of UTF-16 is a NUL, which would hide a number from the patterns.
    text = redact(line.replace(b"\0", b"").decode(errors="replace"))[:most]
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return f'"{shown}"'


def customer_hash(identity: str, key: bytes) -> str | None:
    """32 hex digits that stand for a customer of this site (HMAC-SHA256); None where there is no key or no identity."""
    plain = re.sub(r"[\s()-]", "", identity).lower()
    if not key or not plain:
        return None
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32]


def is_identity(text: str) -> bool:
    """Whether a text is as a whole an e-mail address or a telephone number that some systems use as a key."""
    return _WHOLE_IDENTITY.fullmatch(text.strip()) is not None


def _redacted_once(text: str) -> str:
    text = _EMAIL.sub("[email]", text)
    text = _ORDER.sub("[order]", text)
    text = _ID_CARD.sub("[id_card]", text)
    text = _BANK_CARD.sub(_card_or_not, text)
    text = _PHONE.sub("[phone]", text)
    text = _LONG_NUMBER.sub("[number]", text)
    text = _TITLE_AND_NAME.sub(r"\1\2[name]", text)
    return _SURNAME_AND_TITLE.sub("[name]", text)


def _card_or_not(match: re.Match[str]) -> str:
    digits = [int(char) for char in match[0] if char.isdigit()]
    return "[card]" if _passes_luhn(digits) else match[0]


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
