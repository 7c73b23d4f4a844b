import pytest

from sql.wall_tokens import Wanted, issue, issued, revoke, standing

pytestmark = pytest.mark.both_databases


@pytest.fixture
def made(database):
    for number, name in enumerate(("lobby", "hall")):
        wanted = Wanted(id=name, label=name.title(), layouts=("main",), sees_names=False, expires_at=1000)
        issue(database, "harbour", wanted, "Ada", number)
    return database


def test_token_that_was_made_stands_until_it_is_revoked(made):
    before = standing(made, "harbour")

    revoke(made, "harbour", "lobby", "Grace", 9)

    assert before == {"lobby", "hall"}
    assert standing(made, "harbour") == {"hall"}


def test_who_made_and_who_revoked_stays_in_the_list_the_newest_first(made):
    revoke(made, "harbour", "lobby", "Grace", 9)

    assert [(row.id, row.label, row.created_by, row.revoked_by, row.revoked_at) for row in issued(made, "harbour")] == [
        ("hall", "Hall", "Ada", None, None),
        ("lobby", "Lobby", "Ada", "Grace", 9),
    ]


def test_first_revocation_stays(made):
    revoke(made, "harbour", "lobby", "Grace", 9)

    assert revoke(made, "harbour", "lobby", "Ada", 10).revoked_by == "Grace"


def test_token_of_another_site_is_neither_seen_nor_revoked(made):
    assert revoke(made, "other", "lobby", "Ada", 9) is None
    assert standing(made, "other") == frozenset()
    assert "lobby" in standing(made, "harbour")
