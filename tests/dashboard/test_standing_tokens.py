import pytest
from sqlalchemy.exc import OperationalError

from dashboard.standing import Standing


@pytest.fixture
def answers():
    return []


@pytest.fixture
def standing(answers):
    def read():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Standing(read)


async def test_before_the_first_answer_no_token_is_known(standing, answers):
    answers.append(OperationalError("", {}, Exception()))

    await standing.look()

    assert standing.ids is None


async def test_while_the_database_is_away_screens_keep_what_they_had(standing, answers):
    answers += [frozenset({"lobby"}), OperationalError("", {}, Exception())]

    await standing.look()
    await standing.look()

    assert standing.ids == {"lobby"}


async def test_revoked_token_is_gone_at_the_next_look(standing, answers):
    answers += [frozenset({"lobby"}), frozenset()]

    await standing.look()
    await standing.look()

    assert standing.ids == frozenset()
