"""The contacts behind a number: those of which it happened in the stretch, a page at a time, none twice and none left out."""

from sql.contact_pages import Wanted, complaints_page, contacts_page
from sql.contact_tables import ComplaintRow, ContactRow

DAY_MS = 86_400_000


def visit(number, **facts):
    told = {"site": "site", "at": number, "contact_id": f"c{number:03d}", "queue": "support", "channel": "voice", "attributes": {}}
    return ContactRow(**(told | {"offered_at": number} | facts))


def complaint(number, **facts):
    told = {"site": "site", "at": number, "event_id": f"e{number}", "contact_id": "c", "queue": "support", "channel": "voice"}
    return ComplaintRow(**(told | {"attributes": {}} | facts))


def keep(database, *rows):
    with database.write() as session:
        session.add_all(rows)


def ids(page):
    return [row.contact_id for row in page.rows]


def test_pages_hold_every_contact_once(database):
    keep(database, *(visit(number) for number in range(5)))

    pages, after = [], None
    while not pages or after:
        page = contacts_page(database, "site", Wanted(start=0, end=10, most=2), after)
        after = page.after
        pages.append(ids(page))

    assert pages == [["c000", "c001"], ["c002", "c003"], ["c004"]]


def test_what_happened_in_the_stretch_counts_whenever_the_contact_began(database):
    keep(database, visit(1, left_at=DAY_MS + 1, outcome="abandoned"), visit(DAY_MS, left_at=DAY_MS + 2, outcome="answered"))

    wanted = Wanted(start=DAY_MS, end=2 * DAY_MS, happened="left", outcome="abandoned")

    assert ids(contacts_page(database, "site", wanted)) == ["c001"]


def test_a_part_is_looked_for_by_its_value_and_what_told_none_by_an_empty_one(database):
    keep(database, visit(1, segment="premium"), visit(2))
    keep(database, complaint(1, category="speed"), complaint(2))

    def found(value):
        return ids(contacts_page(database, "site", Wanted(start=0, end=9, part="segment", value=value)))

    assert (found("premium"), found("")) == (["c001"], ["c002"])
    page = complaints_page(database, "site", Wanted(start=0, end=9, part="category", value="speed"))
    assert [row.event_id for row in page.rows] == ["e1"]
