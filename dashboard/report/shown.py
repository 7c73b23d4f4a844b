"""Which figures a day, week or month is told by, in reading order: the same on the day page and in what is frozen."""

_AGAIN = ("fcr_ratio", "repeat_ratio")
COUNTED = ("offered", "answered", "abandoned")
SHOWN = (
    "service_level",
    *COUNTED,
    "abandonment_ratio",
    "complaints",
    "complaints_per_thousand",
    "occupancy_ratio",
    "slot_occupancy_ratio",
    "self_service_ratio",
    *_AGAIN,
    "csat_score",
    "csat_responses",
    "nps_score",
    "nps_promoters",
    "nps_passives",
    "nps_detractors",
)
"""The figures of the site: those of which one value over all channels says something."""
SHOWN_BY_CHANNEL = (
    "service_level",
    "offered",
    "abandonment_ratio",
    "asa_s",
    "wait_p90_s",
    "max_wait_s",
    "aht_s",
    "frt_s",
    "resolution_s",
)
SHOWN_BY_LINE = ("offered", "answered", "abandonment_ratio", "complaints", "complaints_per_thousand", *_AGAIN, "csat_score", "nps_score")
"""The figures of a line of business: those that do not depend on what a channel promises."""
ALWAYS = frozenset({"service_level", *COUNTED, "abandonment_ratio"})
"""What is shown of the site even where it is not known."""
