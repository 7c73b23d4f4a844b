"""What a contact brings along: patience, talk, rating, complaint; all of it follows from the seed and the contact's key.

In: seed, contact key, queue. Out: frozen traits, the same at every call.
"""

from dataclasses import dataclass
from math import log
from random import Random

from collectors.simulation.chance import seeded
from collectors.simulation.complaint_texts import LATE_PARCELS, SAYINGS, Saying
from collectors.simulation.plan import HANDED_ON_RATIO, QUEUES, QueuePlan
from pulse.kpi.records import Channel, Rating, RatingScale

_SEGMENTS = ("base", "advanced", "premium", "new")
_SEGMENT_WEIGHTS = (42, 25, 13, 20)
_REGIONS = ("north", "south", "east", "west")
CARRIERS = ("SwiftLine", "NordParcel", "BlueVan")
_LEVELS = ("minor", "medium", "major")
_NPS_SHARE = 0.3
_RECOMMENDS = {1: (0, 2, 3), 2: (3, 4, 5), 3: (5, 6, 7), 4: (7, 8, 8, 9), 5: (8, 9, 9, 10, 10)}
"""What people of so many stars answer when they are asked whether they would recommend us."""
_SPREAD = 0.55
"""Sigma of the log-normal durations."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a customer complains about; the text is redacted by construction."""

    saying: Saying
    level: str
    chinese: bool
    delay_ms: int

    @property
    def text(self) -> str:
        """The words, in the customer's language."""
        return self.saying.zh if self.chinese else self.saying.en


@dataclass(frozen=True, slots=True)
class Traits:
    """One contact's own facts."""

    segment: str
    region: str
    carrier: str | None
    patience_ms: int | None
    talk_ms: int
    hold_ms: int
    acw_ms: int
    rating: int | None
    """On a scale of 1 to 5, had the wait been short."""
    rating_delay_ms: int
    complaint: Complaint | None
    handed_on: bool


def traits(seed: int, contact: str, queue: str) -> Traits:
    """The traits of a contact in a queue."""
    random, plan = seeded(seed, contact), QUEUES[queue]
    return Traits(
        segment="premium" if queue == "vip" else random.choices(_SEGMENTS, _SEGMENT_WEIGHTS)[0],
        region=random.choice(_REGIONS),
        carrier=random.choice(CARRIERS) if plan.line == "logistics" else None,
        patience_ms=int(random.expovariate(1 / plan.patience_s) * 1000) if plan.patience_s else None,
        talk_ms=_duration_ms(random, plan.talk_s),
        hold_ms=int(random.uniform(15, 90) * 1000) if plan.channel is Channel.VOICE and random.random() < 0.15 else 0,
        acw_ms=_duration_ms(random, plan.acw_s) if plan.acw_s else 0,
        rating=random.choices((1, 2, 3, 4, 5), (3, 4, 10, 33, 50))[0] if random.random() < 0.2 else None,
        rating_delay_ms=int(random.uniform(20, 240) * 1000),
        complaint=_complaint(random, plan),
        handed_on=plan.channel is Channel.BOT and random.random() < HANDED_ON_RATIO,
    )


def asked(seed: int, contact: str, stars: int) -> Rating:
    """What a customer of so many stars (1 to 5) answers: most are asked for stars, some whether they would recommend us (0 to 10)."""
    random = seeded(seed, contact, "survey")
    if random.random() >= _NPS_SHARE:
        return Rating(RatingScale.CSAT_5, float(stars))
    return Rating(RatingScale.NPS_10, float(random.choice(_RECOMMENDS[stars])))


def late_parcel(seed: int, contact: str) -> tuple[Complaint, str, str]:
    """A complaint of a day on which one carrier is late: complaint, carrier, segment."""
    random = seeded(seed, contact)
    complaint = Complaint(random.choice(LATE_PARCELS), random.choices(_LEVELS, (55, 35, 10))[0], random.random() < 0.4, 0)
    return complaint, random.choices(CARRIERS, (86, 8, 6))[0], random.choices(_SEGMENTS, _SEGMENT_WEIGHTS)[0]


def _duration_ms(random: Random, mean_s: float) -> int:
    return max(1000, int(random.lognormvariate(log(mean_s) - _SPREAD**2 / 2, _SPREAD) * 1000))


def _complaint(random: Random, plan: QueuePlan) -> Complaint | None:
    if random.random() >= plan.complaint_ratio:
        return None
    # The complaint line hears about everything, the other queues about their own business.
    about = [saying for saying in SAYINGS if plan.name == "complaints" or saying.line == plan.line]
    level = random.choices(_LEVELS, (70, 25, 5))[0]
    return Complaint(random.choice(about), level, random.random() < 0.4, int(random.uniform(5, 120) * 1000))
