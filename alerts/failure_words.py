"""Why a message was not delivered, in words for people.

In: the kind of failure an Attempt names. Out: a text in both languages, with the kind itself beside it for those who look it up.
"""

import re
from collections.abc import Callable, Mapping

from pulse.text import Text

_TOO_SLOW = Text("no answer in time", "未及时响应")
_NO_WAY = Text("no connection", "无法连接")
_CUT = Text("the connection broke", "连接中断")
_NO_TRUST = Text("its certificate is not believed", "证书不受信任")
_KNOWN: Mapping[str, Text] = {
    **dict.fromkeys(("ReadTimeout", "WriteTimeout", "TimeoutError", "timed_out"), _TOO_SLOW),
    **dict.fromkeys(("ConnectError", "ConnectTimeout", "ConnectionRefusedError", "OSError"), _NO_WAY),
    **dict.fromkeys(("ReadError", "WriteError", "RemoteProtocolError", "ConnectionResetError", "SMTPServerDisconnected"), _CUT),
    **dict.fromkeys(("SSLCertVerificationError", "SSLError"), _NO_TRUST),
    "gaierror": Text("nobody knows its name", "域名无法解析"),
    "private_address": Text("its address is private, which the config does not allow", "地址属于内网，配置未允许"),
    "unreadable_answer": Text("its answer could not be read", "响应无法识别"),
    "code_in_body": Text("its answer tells of a fault", "响应中报告了错误"),
    "unknown_channel": Text("the config has no such channel any more", "配置中已无此渠道"),
    "refused": Text("it was refused", "被拒绝"),
    "SMTPAuthenticationError": Text("its log-in was refused", "登录被拒绝"),
}
_SHAPED: tuple[tuple[re.Pattern[str], Callable[[str], Text]], ...] = (
    (re.compile(r"http_(\d{3})"), lambda status: Text(f"answered with status {status}", f"返回状态码 {status}")),
    (re.compile(r"code_(-?\d+)"), lambda code: Text(f"refused with code {code}", f"拒绝，错误码 {code}")),
    (re.compile(r"fault:(\w+)"), lambda kind: Text(f"a fault of our own: {kind}", f"程序内部错误：{kind}")),
)


def failure(kind: str) -> Text:
    """The words for a kind of failure; the kind itself where there are none."""
    for shape, worded in _SHAPED:
        found = shape.fullmatch(kind)
        if found:
            return worded(found[1])
    known = _KNOWN.get(kind)
    return Text(kind, kind) if known is None else Text(f"{known.en} ({kind})", f"{known.zh}（{kind}）")
