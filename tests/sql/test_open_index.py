import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sql.models import Incident
from sql.session import open_database, sqlite_url

OLD = "create unique index ux_incidents_one_open on incidents (site, rule, scope) where work != 'closed'"


def incident(work):
    told = {"title": {}, "why": {}, "contributors": [], "opened_at": 0}
    return Incident(site="site", rule="sla", kind="sla_breach", scope="support", level=2, signal="ok", work=work, **told)


@pytest.fixture
def url(tmp_path):
    """A database whose index was made by a program that knew no reviewed incidents."""
    made = sqlite_url(tmp_path / "history.db")
    with open_database(made) as database, database.write() as session:
        session.execute(text("drop index ux_incidents_one_open"))
        session.execute(text(OLD))
    return made


def test_reviewed_incident_does_not_hold_the_place_of_a_new_one_in_an_older_database(url):
    with open_database(url) as database:
        with database.write() as session:
            session.add_all([incident("reviewed"), incident("closed"), incident("open")])

        with pytest.raises(IntegrityError), database.write() as session:
            session.add(incident("acknowledged"))
