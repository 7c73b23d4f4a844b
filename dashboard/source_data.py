"""What the settings read of the live way: the latest Board, and what each source answered last."""

from collections.abc import Mapping
from typing import Any

import structlog
from redis.exceptions import RedisError

from dashboard.serving import serving
from pulse.kpi.board import Board, UnreadableBoard
from pulse.live.last_answer import LastAnswer, last_answers
from pulse.live.read import latest_board

log = structlog.get_logger(__name__)


def latest() -> tuple[Board | None, Mapping[str, LastAnswer]] | None:
    """The latest Board, None where there is none, and the last answers by source; None where Redis does not answer."""
    served = serving()
    try:
        with served.redis() as client:
            told: Any = client.hgetall(served.keys.answers)
            return latest_board(client, served.keys), last_answers(told)
    except (RedisError, UnreadableBoard) as error:
        log.warning("sources_unread", error=type(error).__name__)
        return None
