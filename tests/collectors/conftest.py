"""What the collectors' tests share: a clock that stands still, a source's context."""

from pathlib import Path

import pytest

from collectors.base import SourceContext


class StillClock:
    """A clock that only moves when told."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


@pytest.fixture
def clock() -> StillClock:
    return StillClock(1_800_000_000_000)


@pytest.fixture
def context(tmp_path: Path, clock: StillClock) -> SourceContext:
    return SourceContext(site="site", source="phone", base_dir=tmp_path, data_dir=tmp_path, site_key=b"key", clock=clock)
