"""The page of trends in its states: nothing recorded, some days, an address that says what is shown."""

import pytest
from visits import cells, heads


@pytest.mark.parametrize(("language", "words"), [("en", "Nothing was recorded"), ("zh", "没有记录")])
def test_trends_of_a_site_that_has_counted_nothing_say_so(visit, language, words):
    app = visit("trends", language=language)

    assert not app.exception
    assert words in app.main.info[0].value


def test_trends_show_a_figure_beside_the_year_before_and_its_table(visit, recorded):
    recorded(minutes_ago=1)

    app = visit("trends")

    assert not app.exception
    assert [title.value for title in app.main.subheader] == ["Offered", "Service level"]
    assert "(so far)" in heads(app)[0]
    assert cells(app, "Offered")[:3] == ["20", "20", "—"]
