"""Numbers as Prometheus reads them: text, version 0.0.4.

In: metrics with their samples. Out: the text; a metric without a sample is left out, for what is not known is not said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

MEDIA_TYPE = "text/plain; version=0.0.4"
Labels = Mapping[str, str]
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its values by their labels; None is unknown."""

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    samples: tuple[tuple[Labels, float | None], ...]


def gauge(name: str, help_: str, *samples: tuple[Labels, float | None]) -> Metric:
    """What stands now."""
    return Metric(name, "gauge", help_, samples)


def counter(name: str, help_: str, *samples: tuple[Labels, float | None]) -> Metric:
    """What only grows; its name ends in _total."""
    return Metric(name, "counter", help_, samples)


def exposition(metrics: Iterable[Metric]) -> str:
    """The whole text."""
    return "".join(line for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> list[str]:
    known = [(labels, value) for labels, value in metric.samples if value is not None]
    if not known:
        return []
    head = [f"# HELP {metric.name} {metric.help}\n", f"# TYPE {metric.name} {metric.kind}\n"]
    return head + [f"{metric.name}{_labels(labels)} {value!r}\n" for labels, value in known]


def _labels(labels: Labels) -> str:
    written = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{written}}}" if written else ""
