"""What simulated customers say when they complain: invented, in English and Chinese, order numbers already masked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """One complaint in both languages and its class."""

    line: str
    category: str
    en: str
    zh: str


SAYINGS = (
    Saying(
        "logistics",
        "delay",
        "My parcel [order] was due on Monday and still has not left the depot.",
        "我的包裹 [order] 周一就该到，现在还没出库。",
    ),
    Saying("logistics", "delay", "Tracking for [order] has not moved for four days.", "[order] 的物流信息四天没有更新了。"),
    Saying("logistics", "delay", "The courier never came although I waited at home all day.", "我在家等了一整天，快递员根本没来。"),
    Saying("logistics", "delay", "Delivery of [order] was postponed a third time without a word.", "[order] 第三次延期，没有任何通知。"),
    Saying("logistics", "delay", "Express shipping paid, and the parcel is slower than normal post.", "付了加急运费，结果比普通快递还慢。"),
    Saying(
        "logistics", "delay", "Still no parcel, it is a birthday present and the day is over.", "包裹还没到，这是生日礼物，生日都过了。"
    ),
    Saying(
        "logistics", "delay", "The carrier says late, you say on time: where is [order]?", "承运商说延误，你们说正常，[order] 到底在哪里？"
    ),
    Saying(
        "logistics",
        "problem_solving",
        "The parcel arrived crushed and nobody wants to replace it.",
        "包裹送到时已压坏，没有人愿意给我换货。",
    ),
    Saying("logistics", "process", "I had to give the same delivery address to three people.", "同一个收货地址，我跟三个人说了三遍。"),
    Saying(
        "billing",
        "problem_solving",
        "I was charged twice for [order] and the refund is not here.",
        "[order] 被重复扣款，退款一直没有到账。",
    ),
    Saying("billing", "delay", "The refund was promised in five days, it is now three weeks.", "说好五天退款，现在已经三个星期了。"),
    Saying("billing", "process", "Your invoice form rejects my company name every time.", "开发票时系统每次都不接受我们公司的名称。"),
    Saying("billing", "attitude", "The agent laughed when I asked about the extra fee.", "我问额外费用是什么，客服居然笑了。"),
    Saying(
        "product", "problem_solving", "The device restarts every hour, the tips I got did not help.", "设备每小时自动重启，给的办法都没用。"
    ),
    Saying("product", "problem_solving", "Since the update the app closes as soon as I open it.", "更新以后，应用一打开就闪退。"),
    Saying("product", "delay", "My repair has been waiting for a spare part for a month.", "维修等配件已经等了一个月。"),
    Saying("product", "process", "For a simple exchange I had to fill in four forms.", "只是换个货，却要填四张表。"),
    Saying("product", "attitude", "I was told I must have broken it myself. I did not.", "客服说一定是我自己弄坏的，根本不是。"),
    Saying("account", "problem_solving", "I am locked out of my account and the reset mail never comes.", "账号被锁，重置邮件一直收不到。"),
    Saying("account", "process", "Registration asks for so much that I gave up twice.", "注册要填的内容太多，我放弃了两次。"),
    Saying("account", "attitude", "The agent hung up in the middle of my sentence.", "我话还没说完，客服就挂断了。"),
    Saying("account", "delay", "I asked for a call back yesterday morning, nobody called.", "昨天早上约了回电，到现在没人打来。"),
)
LATE_PARCELS = tuple(saying for saying in SAYINGS if (saying.line, saying.category) == ("logistics", "delay"))
