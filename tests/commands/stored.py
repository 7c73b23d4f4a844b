"""What commands left in a site's database."""

from sql.session import open_database


def rows(site, table):
    """Every row of a table, the oldest first."""
    with open_database(site.database_url) as database, database.read() as session:
        return session.query(table).order_by(table.id).all()
