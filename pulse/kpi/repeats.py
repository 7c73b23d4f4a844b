"""Who comes again: contacts that follow one of the same customer within seven days, and contacts that no other followed.

Worked example: Ann calls on the 1st and the 4th, Bo on the 1st alone, somebody untold on the 1st. Repeat contacts: 1 of 3 that
tell their customer, where the week before the 1st is known too. Solved at first contact, once the 11th is over: Bo's and Ann's
second of 3, so 66.7 %.

They need days of memory, so the fold does not count them: history does, from single contacts (sql/repeats.py).
"""

from pulse.kpi.kpi import Better, Kpi, Scene, Unit, Value, ratio
from pulse.text import Text

REPEAT_DAYS = 7
"""Within so many days of 24 hours a contact is taken for a repeat of the one before."""
REPEAT_KNOWN, REPEAT_CONTACTS = "repeat_known", "repeat_contacts"
FCR_KNOWN, FCR_SOLVED = "fcr_known", "fcr_solved"


def _repeats(scene: Scene) -> Value:
    return ratio(scene.tally.count(REPEAT_CONTACTS), scene.tally.count(REPEAT_KNOWN))


def _solved(scene: Scene) -> Value:
    return ratio(scene.tally.count(FCR_SOLVED), scene.tally.count(FCR_KNOWN))


_SOURCE = Text("contacts that tell their customer as a keyed hash, as history files them", "历史中带有客户散列标识的联系")
_HANDED_ON = Text(
    "contacts that do not tell their customer; one that was handed on counts where it ended; of different classes, where both tell one",
    "未给出客户标识的联系；转接的联系只在结束处计一次；两次联系均有分类且分类不同者",
)

KPIS: tuple[Kpi, ...] = (
    Kpi(
        name="fcr_ratio",
        title=Text(f"First contact resolution ({REPEAT_DAYS} days)", f"一次解决率（{REPEAT_DAYS} 天）"),
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=Text(
            f"handled contacts that none of the same customer followed within {REPEAT_DAYS} days / handled contacts",
            f"{REPEAT_DAYS} 天内同一客户未再联系的已处理联系 / 已处理联系",
        ),
        exclusions=Text(
            f"contacts nobody handled, and those whose {REPEAT_DAYS} days are not over or not recorded to their end; {_HANDED_ON.en}",
            f"无人处理的联系；未满 {REPEAT_DAYS} 天或其间停止记录的联系；{_HANDED_ON.zh}",
        ),
        source=_SOURCE,
        value=_solved,
        after_days=REPEAT_DAYS,
    ),
    Kpi(
        name="repeat_ratio",
        title=Text(f"Repeat contacts ({REPEAT_DAYS} days)", f"重复联系率（{REPEAT_DAYS} 天）"),
        unit=Unit.RATIO,
        better=Better.LOWER,
        formula=Text(
            f"contacts that follow one of the same customer within {REPEAT_DAYS} days / contacts",
            f"{REPEAT_DAYS} 天内同一客户曾联系过的联系 / 联系数",
        ),
        exclusions=Text(
            f"contacts of the first {REPEAT_DAYS} days of a history, of which nobody knows whom they follow; {_HANDED_ON.en}",
            f"历史最初 {REPEAT_DAYS} 天内的联系（此前是否联系过未知）；{_HANDED_ON.zh}",
        ),
        source=_SOURCE,
        value=_repeats,
        after_days=0,
    ),
)
