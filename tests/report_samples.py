"""Snapshots as a site may freeze them: one with everything a report can hold, and one with next to nothing."""

from msgspec import UNSET

from pulse.kpi.snapshot import (
    Ahead,
    Benchmark,
    BestCase,
    Complained,
    Completeness,
    Expected,
    Figure,
    Happened,
    Section,
    Snapshot,
    Step,
    Verdict,
)

_MIDNIGHT = 1_795_708_800_000
"""2026-11-27 00:00 in Shanghai."""
_HOUR = 3_600_000
NPS = ("nps_score", "nps_promoters", "nps_passives", "nps_detractors")


def both(en, zh):
    return {"en": en, "zh": zh}


def _sentence(en, zh):
    return both(f"{en}.", f"{zh}。")


def _figures():
    benchmark = Benchmark(value=0.8, source="ICMI", date="2025-06")
    return (
        Figure(
            kpi="service_level",
            value=0.742,
            target=0.8,
            before=0.791,
            last_week=0.812,
            last_year=0.763,
            to_date=0.788,
            benchmark=benchmark,
            verdict=Verdict.MISSED,
            count=8123,
            sentence=_sentence(
                "5.8 points under the target, 4.9 under the day before: the third day in a row",
                "低于目标 5.8 个百分点，较前日下降 4.9 个百分点：连续第三日",
            ),
        ),
        Figure(
            kpi="offered",
            value=8123,
            before=7904,
            last_week=7611,
            last_year=6880,
            to_date=201_455,
            count=8123,
            sentence=_sentence(
                "6.7 % more than on the same weekday of last week, the most since 11 November", "较上周同日多 6.7%，为 11 月 11 日以来最多"
            ),
        ),
        Figure(kpi="answered", value=7688, before=7520, last_week=7302, last_year=6590, to_date=192_330, count=7688),
        Figure(
            kpi="abandonment_ratio",
            value=0.041,
            target=0.05,
            before=0.038,
            last_week=0.036,
            last_year=0.052,
            to_date=0.039,
            verdict=Verdict.MET,
            benchmark=Benchmark(value=0.06, source="ContactBabel", date="2025-03"),
            count=333,
            sentence=_sentence(
                "0.9 points better than the target; better than last year on every day of this month",
                "优于目标 0.9 个百分点；本月每日均优于去年",
            ),
        ),
        Figure(
            kpi="csat_score",
            value=4.21,
            target=4.35,
            before=4.25,
            last_week=4.28,
            last_year=4.02,
            to_date=4.27,
            verdict=Verdict.MISSED,
            count=1204,
            benchmark=Benchmark(value=4.2, source="中国信息通信研究院", date="2025-09"),
            sentence=_sentence("0.14 under the target by 1,204 answers", "依据 1,204 份评分，低于目标 0.14"),
        ),
        Figure(
            kpi="nps_score",
            value=42,
            target=50,
            before=44,
            last_week=41,
            last_year=33,
            to_date=43.2,
            verdict=Verdict.MISSED,
            count=610,
            sentence=_sentence(
                "8 points under the target; 9 more than in the same period of last year", "低于目标 8 分；较去年同期高 9 分"
            ),
        ),
        Figure(kpi="nps_promoters", value=372, count=610),
        Figure(kpi="nps_passives", value=122, count=610),
        Figure(kpi="nps_detractors", value=116, count=610),
        Figure(
            kpi="self_service_ratio",
            value=0.312,
            target=0.3,
            before=0.308,
            last_week=0.295,
            to_date=0.301,
            verdict=Verdict.MET,
            count=3301,
            sentence=_sentence("1.2 points over the target", "高于目标 1.2 个百分点"),
        ),
        Figure(
            kpi="complaints",
            value=214,
            target=180,
            before=171,
            last_week=166,
            last_year=190,
            to_date=4_420,
            verdict=Verdict.MISSED,
            count=214,
            sentence=_sentence(
                "34 over the target and 43 more than the day before; 61 % of the rise is logistics",
                "超过目标 34 件，较前日多 43 件；增量的 61% 来自物流",
            ),
        ),
        Figure(kpi="complaints_per_thousand", value=26.3, before=21.6, last_week=21.8, last_year=27.6, to_date=21.9, count=214),
        Figure(kpi="occupancy_ratio", value=0.871, before=0.842, last_week=0.831, to_date=0.838),
        Figure(kpi="csat_response_ratio", value=None, target=0.2, verdict=Verdict.UNKNOWN),
    )


def _channel(name, en, zh, level, asa_s, *, offered=None, met=True, frt_s=None):
    return Section(
        name=name,
        titles=both(en, zh),
        figures=(
            Figure(
                kpi="service_level",
                value=level,
                target=0.8,
                verdict=Verdict.UNKNOWN if level is None else Verdict.MET if met else Verdict.MISSED,
            ),
            Figure(kpi="offered", value=offered),
            Figure(
                kpi="abandonment_ratio",
                value=None if offered is None else 0.032,
                target=0.05,
                verdict=Verdict.UNKNOWN if offered is None else Verdict.MET,
            ),
            Figure(kpi="asa_s", value=asa_s),
            Figure(kpi="aht_s", value=None if offered is None else 312.4),
            Figure(kpi="frt_s", value=frt_s, target=95, verdict=Verdict.NO_TARGET if frt_s is None else Verdict.MET),
            Figure(kpi="resolution_s", value=None if frt_s is None else frt_s * 97),
        ),
    )


def _line(name, en, zh, complaints, csat):
    return Section(
        name=name,
        titles=both(en, zh),
        figures=(
            Figure(
                kpi="complaints",
                value=complaints,
                before=complaints - 7,
                target=50,
                verdict=Verdict.MISSED if complaints > 50 else Verdict.MET,
            ),
            Figure(kpi="complaints_per_thousand", value=complaints / 4),
            Figure(kpi="csat_score", value=csat, target=4.35, verdict=Verdict.UNKNOWN if csat is None else Verdict.MISSED),
        ),
    )


_CLASSES = (
    ("late", "logistics", "Late delivery / Logistics", "配送延误 / 物流", 61, 44),
    ("lost", "logistics", "Parcel lost", "包裹丢失", 23, 22),
    ("damaged", "logistics", "Goods damaged on the way", "运输途中货物破损", 18, 17),
    ("charged_twice", "billing", "Charged twice", "重复扣款", 17, 16),
    ("refund", "billing", "Refund takes too long", "退款到账时间过长且未主动告知进度", 31, 12),
    ("invoice", "billing", "Invoice wrong", "发票信息有误", 9, 9),
    ("waiting", "service", "Waited too long", "等待时间过长", 14, 13),
    ("tone", "service", "Tone of the agent", "客服态度", 7, 7),
    ("unsolved", "service", "Not solved at the first time", "首次未解决", 12, 5),
    ("defect", "product", "Defective on arrival", "到货即损", 8, 8),
    ("manual", "product", "Manual not understood", "说明书难以理解", 3, 3),
    ("app", "product", "App does not open", "应用无法打开", 5, 5),
    ("login", "product", "Locked out after the upgrade", "系统升级后无法登录", 4, 4),
    ("other", "service", "Other", "其他", 2, None),
)


CAUSES = (
    "Carrier outage: calls reached us late (A. <Weber> & team)",
    "华东仓分拣系统升级后出现故障，导致当日约三千个包裹无法按时出库，供应商已回退版本",
    "Deployment of the collector",
)


def _incident(number, titles, level, hours, cause=None):
    opened_at, closed_at = (None if hour is None else _MIDNIGHT + round(hour * _HOUR) for hour in hours)
    return Happened(id=number, titles=both(*titles), level=level, opened_at=opened_at, closed_at=closed_at, cause=cause)


def _expected(name, en, zh, value, low, high):
    return Expected(name=name, titles=both(en, zh), value=value, low=low, high=high)


def rich(**changed):
    """A day on which everything a report can show happened."""
    told = {
        "site": "harbour",
        "titles": both("Harbour Customer Care", "海港客户服务中心"),
        "demo": True,
        "zone": "Asia/Shanghai",
        "day": "2026-11-27",
        "last_day": "2026-11-27",
        "start": _MIDNIGHT,
        "end": _MIDNIGHT + 24 * _HOUR,
        "frozen_at": _MIDNIGHT + round(31.5 * _HOUR),
        "formula": "d",
        "figures": _figures(),
        "channels": (
            _channel("voice", "Phone", "电话", 0.702, 38.2, offered=2811, met=False),
            _channel("chat", "Chat", "在线聊天", 0.821, 41.0, offered=3104, frt_s=72.0),
            _channel("email", "Mail", "邮件", 0.911, 9_311.0, offered=902, frt_s=9_900.0),
            _channel("social", "Social media", "社交媒体", 0.803, 611.0, offered=288, frt_s=640.0),
            _channel("bot", "Bot", "机器人", None, None, offered=1018),
            _channel("other", "Other", "其他", None, None),
        ),
        "business_lines": (
            _line("logistics", "Logistics", "物流", 102, 3.98),
            _line("billing", "Billing", "账单", 57, 4.2),
            _line("service", "Service", "服务", 35, 4.31),
            _line("product", "Product", "产品", 20, None),
        ),
        "journey": (
            Step(name="asked", titles=both("Asked", "咨询"), count=8123),
            Step(name="waited", titles=both("Answered", "接通"), count=7688, mean_s=52.0),
            Step(name="solved", titles=both("Solved", "解决"), count=6902, mean_s=1_911.0),
            Step(name="called_back", titles=both("Called back", "回访"), count=None),
            Step(name="recommended", titles=both("Recommend us", "愿意推荐"), count=372),
        ),
        "complaints": tuple(
            Complained(category=name, business_line=line, titles=both(en, zh), complaints=complaints, customers=customers)
            for name, line, en, zh, complaints, customers in _CLASSES
        ),
        "incidents": (
            _incident(41, ("Service level of Support Phone under 70 %", "客服电话服务水平低于 70%"), 1, (9.2, 10.75), CAUSES[0]),
            _incident(42, ("Complaints about Logistics jumped", "物流投诉激增"), 2, (10.1, 16.0), CAUSES[1]),
            _incident(43, ("Chat backlog grows", "在线聊天积压增长"), 3, (13.5, 14.25)),
            _incident(44, ("Source phone is silent", "数据源 phone 无响应"), 2, (15.0, 15.1), CAUSES[2]),
            _incident(45, ("Oldest mail waits for two days", "最早邮件已等待两天"), 3, (19.5, None)),
        ),
        "best_case": BestCase(
            contact_id="c-20261127-0042",
            queue="support",
            titles=both("Support Chat", "在线客服"),
            why=both(
                "First reply after 14 s, solved in one contact of 6:20 min, rated 5 of 5.",
                "14 秒内首次回复，一次联系 6:20 分钟解决，评分 5 分(满分 5 分)。",
            ),
        ),
        "completeness": (
            Completeness(source="phone", share_ratio=0.982, minutes=1414, minutes_expected=1440),
            Completeness(source="chat", share_ratio=None, minutes=1440, minutes_expected=1440),
            Completeness(source="mail", share_ratio=0.8, minutes=1440, minutes_expected=1440),
        ),
        "holiday": both("Thanksgiving sale", "黑色星期五"),
        "ahead": Ahead(
            day="2026-11-28",
            why=both("Mean, least and most of the last 4 days of this kind (Saturday).", "最近 4 个同类日（星期六）的平均、最少与最多。"),
            channels=(_expected("voice", "Phone", "电话", 2502, 2311, 2790), _expected("chat", "Chat", "在线聊天", 2898.5, 2604, 3121)),
        ),
    }
    return Snapshot(**{**told, **changed})


def bare(**changed):
    """A day of which almost nothing is known."""
    told = {"figures": (Figure(kpi="service_level", value=None, target=0.8, verdict=Verdict.UNKNOWN), Figure(kpi="offered", value=0))}
    emptied = dict.fromkeys(("channels", "business_lines", "journey", "complaints", "incidents", "completeness"), ())
    return rich(**{**emptied, "best_case": None, "holiday": None, "ahead": UNSET, "demo": False, **told, **changed})
