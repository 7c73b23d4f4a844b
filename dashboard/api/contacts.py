"""Single contacts from outside: redacted, a page at a time; texts and names of agents only for tokens that may read them.

In: what is asked for. Out: a row for each visit of a contact to a queue.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from dashboard.api.columns import Column, Form, Row
from dashboard.api.operation import Answer, Asking, Operation
from dashboard.api.parameters import Choice, Parameter, Whole, Word
from dashboard.api.problem import Fault, unfit
from dashboard.api.span import FROM, LASTS_S, SITE, SPAN, TO, check_span, span_of
from pulse.api_token import ApiScope
from pulse.clock import day_of
from pulse.kpi.contact import OUTCOMES
from pulse.kpi.records import Channel
from pulse.text import Text
from sql.contact_list import Complaints, Place, Wanted, complaints_of, contacts_page, place_of
from sql.contact_tables import ContactRow

MOST_ROWS, MOST_DAYS = 1000, 366
_FILTERS = ("queue", "channel", "outcome", "business_line", "segment", "category")

COLUMNS = (
    Column("at", Form.INSTANT, Text("The first instant that was told of the visit.", "本次进入队列的最早时刻。")),
    Column("day", Form.DAY, Text("The day of the site it belongs to.", "所属日期（按站点时区）。")),
    Column("contact_id", Form.TEXT, Text("The contact, as its source numbers it.", "来源系统中的联系编号。")),
    Column("queue", Form.TEXT, Text("The queue.", "队列。")),
    Column("channel", Form.TEXT, Text("Its channel.", "渠道。")),
    Column("offered_at", Form.INSTANT, Text("When it entered the queue.", "进入队列的时刻。")),
    Column("left_at", Form.INSTANT, Text("When it left the queue.", "离开队列的时刻。")),
    Column("outcome", Form.TEXT, Text("How it left the queue.", "离开队列的方式。")),
    Column("wait_s", Form.NUMBER, Text("How long it waited, in seconds.", "等待时长（秒）。")),
    Column("completed_at", Form.INSTANT, Text("When its handling ended.", "处理结束的时刻。")),
    Column("talk_s", Form.NUMBER, Text("Talk, in seconds.", "通话时长（秒）。")),
    Column("hold_s", Form.NUMBER, Text("Hold, in seconds.", "保持时长（秒）。")),
    Column("acw_s", Form.NUMBER, Text("After-call work, in seconds.", "话后处理时长（秒）。")),
    Column("transferred_at", Form.INSTANT, Text("When it was handed on.", "转接时刻。")),
    Column("first_reply_at", Form.INSTANT, Text("When a person first replied.", "人工首次回复时刻。")),
    Column("first_reply_s", Form.NUMBER, Text("After how many business seconds.", "首次回复用时（营业时间，秒）。")),
    Column("resolved_at", Form.INSTANT, Text("When it was solved.", "解决时刻。")),
    Column("resolution_s", Form.NUMBER, Text("After how many business seconds.", "解决用时（营业时间，秒）。")),
    Column("reopened_at", Form.INSTANT, Text("When it was opened again.", "重新打开时刻。")),
    Column("rated_at", Form.INSTANT, Text("When the customer rated.", "评价时刻。")),
    Column("csat", Form.NUMBER, Text("1 to 5.", "1 至 5 分。")),
    Column("nps", Form.NUMBER, Text("0 to 10.", "0 至 10 分。")),
    Column("customer", Form.TEXT, Text("A keyed hash of the customer.", "客户标识的加密哈希。")),
    Column("segment", Form.TEXT, Text("The customer's segment.", "客户分群。")),
    Column("business_line", Form.TEXT, Text("The line of business.", "业务线。")),
    Column("category", Form.TEXT, Text("What it was about.", "类别。")),
    Column("priority", Form.WHOLE, Text("1 is the gravest.", "优先级，1 为最高。")),
    Column("attributes", Form.TREE, Text("Further dimensions the config allows.", "配置允许的其他维度。")),
    Column("complaints", Form.WHOLE, Text("How many complaints came with it.", "附带投诉数。")),
    Column("texts", Form.TREE, Text("What they say, redacted. Scope texts.", "投诉文本（已脱敏）。需权限 texts。"), ApiScope.TEXTS),
    Column("agent", Form.TEXT, Text("Who handled it. Scope names.", "处理坐席。需权限 names。"), ApiScope.NAMES),
)
FACTS = (*SITE, *SPAN)
_OF_THE_ROW = tuple(one.name for one in COLUMNS if one.name not in ("day", "complaints", "texts"))


def _only(name: str) -> Parameter:
    kinds = {"channel": Choice(tuple(Channel)), "outcome": Choice(tuple(sorted(OUTCOMES)))}
    says = next(one.says for one in COLUMNS if one.name == name)
    return Parameter(name=name, kind=kinds.get(name, Word()), says=Text(f"Only those: {says.en}", f"仅限：{says.zh}"))


PARAMETERS = (
    FROM,
    TO,
    *map(_only, _FILTERS),
    Parameter(name="limit", kind=Whole(1, MOST_ROWS), says=Text("How many a page.", "每页条数。"), default="200"),
    Parameter(name="cursor", kind=Word(), says=Text("Where the page begins, as the one before said.", "本页起点，取自上一页。")),
)


def contacts(asking: Asking) -> Answer:
    """A page of contacts."""
    given, config = asking.values, asking.config
    check_span(given, MOST_DAYS, "contacts")
    filters = {name: given[name] for name in _FILTERS}
    wanted = Wanted(start=given["from"], end=given["to"], **filters, after=_read_cursor(given["cursor"]))
    found = contacts_page(asking.database, asking.site, wanted, given["limit"] + 1)
    page = found[: given["limit"]]
    complaints = complaints_of(asking.database, asking.site, page)
    return Answer(
        rows=list(contact_rows(page, complaints, config.zone)),
        facts=span_of(asking, wanted.start, wanted.end),
        next_cursor=_cursor(place_of(page[-1])) if len(found) > len(page) else None,
        lasts_s=LASTS_S,
    )


def contact_rows(page: Sequence[ContactRow], complaints: Complaints, zone: ZoneInfo) -> Iterator[Row]:
    """The rows of some visits, with all columns."""
    for one in page:
        told = complaints.get((one.contact_id, one.queue), [])
        texts = [complaint.text for complaint in told if complaint.text is not None]
        same = {name: getattr(one, name) for name in _OF_THE_ROW}
        yield {**same, "day": day_of(one.at, zone).isoformat(), "complaints": len(told), "texts": texts}


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _read_cursor(written: str | None) -> Place | None:
    if written is None:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)), type=Place)
    except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
        allowed = Text("`next` of the page before, unchanged", "上一页返回的 next，原样传入")
        raise unfit(Fault("cursor", f'"{written}"', allowed)) from error


def operations() -> tuple[Operation, ...]:
    """The routes of this file."""
    return (
        Operation(
            name="contacts",
            path="/contacts",
            says=Text("Single contacts, redacted, the oldest first, a page at a time.", "单条联系记录（已脱敏），最早在前，分页返回。"),
            needs=ApiScope.CONTACTS,
            parameters=PARAMETERS,
            facts=FACTS,
            columns=COLUMNS,
            has_pages=True,
            answer=contacts,
        ),
    )
