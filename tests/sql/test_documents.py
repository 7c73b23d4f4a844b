import pytest

from sql.documents import Document, Outdated, newest, save

pytestmark = pytest.mark.both_databases

MAIN = ("harbour", "layout", "main")


def test_newest_version_of_each_text_counts(database):
    save(database, MAIN, "one", 0, ("Ada", 1))
    save(database, MAIN, "two", 1, ("Grace", 2))
    save(database, ("harbour", "layout", "hall"), "other", 0, ("Ada", 3))

    assert newest(database, "harbour", "layout") == {"main": Document(2, "two"), "hall": Document(1, "other")}


def test_texts_of_another_site_or_kind_are_not_seen(database):
    save(database, MAIN, "one", 0, ("Ada", 1))

    assert newest(database, "other", "layout") == {}
    assert newest(database, "harbour", "rule") == {}


def test_change_of_a_version_that_is_no_longer_the_newest_is_refused_and_loses_nothing(database):
    save(database, MAIN, "one", 0, ("Ada", 1))

    with pytest.raises(Outdated, match="got a change of version 0, expected one of version 1"):
        save(database, MAIN, "mine", 0, ("Grace", 2))

    assert newest(database, "harbour", "layout") == {"main": Document(1, "one")}
