"""What the auditor says of a violation, and of its end. Pure."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from alerts.auditor import Kind, Violation
from alerts.notices import Said
from pulse.clock import local_time
from pulse.text import Text

TITLE = Text("Alerting is late", "告警系统延迟")
_OVER = Text("Alerting is on time again", "告警系统已恢复")
_WHAT: Mapping[Kind, Text] = {
    Kind.STEPS: Text("steps of escalation are due and were not taken ({count})", "升级步骤已到期但未执行（{count} 项）"),
    Kind.MESSAGES: Text("messages have reached nobody ({count})", "消息未送达任何人（{count} 条）"),
    Kind.CHANNELS: Text("messages came by one channel and not by another ({count})", "部分渠道未送达，其他渠道已送达（{count} 条）"),
    Kind.WATCH: Text("nobody judges alerts: the watch process shows no sign of life", "无人判断告警：评估进程无响应"),
    Kind.BLIND: Text("the database does not answer: nobody can tell what is due", "数据库未响应：无法得知到期事项"),
}
_ENDED: Mapping[Kind, Text] = {
    Kind.STEPS: Text("every step of escalation that was due is taken", "到期的升级步骤均已执行"),
    Kind.MESSAGES: Text("no message waits too long", "没有消息等待过久"),
    Kind.CHANNELS: Text("every channel brings its messages again", "各渠道消息均已恢复送达"),
    Kind.WATCH: Text("the watch process works again", "评估进程已恢复"),
    Kind.BLIND: Text("the database answers again", "数据库已恢复响应"),
}


def why_of(one: Violation, zone: ZoneInfo) -> Text:
    """What is late, since when, and the first of it by name."""
    what, at = _WHAT[one.kind], local_time(one.since, zone)
    named = Text("; ".join(text.en for text in one.named), "；".join(text.zh for text in one.named))
    more = one.count - len(one.named)
    rest = Text(f"; and {more} more", f"；另有 {more} 项") if one.named and more else Text("", "")
    is_list = one.count and one.kind in (Kind.STEPS, Kind.MESSAGES, Kind.CHANNELS)
    listed = Text(f": {named.en}{rest.en}", f"：{named.zh}{rest.zh}") if is_list else rest
    return Text(
        f"Since {at} ({zone.key}) {what.en.format(count=one.count)}{listed.en}",
        f"自 {at}（{zone.key}）起，{what.zh.format(count=one.count)}{listed.zh}",
    )


def over_said(kind: Kind) -> Text:
    """That it is over."""
    return _ENDED[kind]


def said_of(kind: Kind, why: Text, *, is_over: bool) -> Said:
    """What is told; its name, instant and link are filled in by who tells it."""
    title, text, state = (_OVER, _ENDED[kind], "cleared") if is_over else (TITLE, why, "late")
    return Said(name="auditor", state=state, title=title, why=text, at=0)
