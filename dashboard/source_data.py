"""What the settings read of the live way: the latest Board, and what each source answered last."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog
from redis import Redis
from redis.exceptions import RedisError

from dashboard.serving import serving
from pulse.kpi.board import Board, UnreadableBoard
from pulse.live.last_answer import LastAnswer, last_answers
from pulse.live.read import latest_board

log = structlog.get_logger(__name__)


class Latest(NamedTuple):
    """What was found."""

    board: Board | None
    """None where there is none, or none that this version can read."""
    answers: Mapping[str, LastAnswer]
    is_readable: bool = True


def latest() -> Latest | None:
    """The latest Board and the last answers by source; None where Redis does not answer."""
    served = serving()
    try:
        with served.redis() as client:
            told: Any = client.hgetall(served.keys.answers)
            return _latest(client, last_answers(told))
    except RedisError as error:
        log.warning("sources_unread", error=type(error).__name__)
        return None


def _latest(client: Redis, answers: Mapping[str, LastAnswer]) -> Latest:
    try:
        return Latest(latest_board(client, serving().keys), answers)
    except UnreadableBoard as error:
        log.warning("board_unreadable", error=str(error))
        return Latest(None, answers, is_readable=False)
