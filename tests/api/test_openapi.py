"""The description of the API: it keeps the rules of OpenAPI 3.1, and what is answered is what it says."""

import pytest
from asked import NOW, count, row
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from test_api_contacts import TODAY, board, event, file, incident, snapshot

from dashboard.api.openapi import described
from dashboard.api.routes import operations
from pulse.text import Language
from sql.snapshots import keep

EVERYTHING = ("figures", "contacts", "texts", "names", "incidents", "snapshots")
ADDRESSES = {
    "kpis": ("/kpis", {}),
    "figures": ("/figures", TODAY),
    "board": ("/board", {}),
    "incidents": ("/incidents", TODAY),
    "snapshots": ("/snapshots", {}),
    "snapshot": ("/snapshots/daily/2026-11-20", {}),
    "contacts": ("/contacts", TODAY),
}


@pytest.fixture
def full(site):
    count(site.database, row(NOW, offered=2, answered=1))
    file(site.database, event("offered", "c1", NOW), event("complaint", "c1", NOW, text="too late"))
    with site.database.write() as session:
        session.add(incident())
        keep(session, snapshot(), "ada")
    site.board = board(NOW)
    return site


def test_description_keeps_the_rules_of_openapi():
    document = described(operations(), Language.ZH)

    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert {path["get"]["operationId"] for path in document["paths"].values()} == set(ADDRESSES)


async def test_every_route_answers_what_its_description_says(full):
    _, text = full.token(*EVERYTHING)
    document = (await full.get("/openapi.json")).json()
    schemas = {
        path["get"]["operationId"]: path["get"]["responses"]["200"]["content"]["application/json"] for path in document["paths"].values()
    }

    for name, (address, asked) in ADDRESSES.items():
        told = (await full.get(address, text, **asked)).json()
        wanted = {**schemas[name]["schema"], "components": document["components"]}
        assert [error.message for error in Draft202012Validator(wanted).iter_errors(told)] == [], name
        assert told.get("rows", [True]), name


async def test_refusal_is_what_the_description_says(full):
    document = (await full.get("/openapi.json")).json()

    told = (await full.get("/figures", full.token()[1])).json()

    assert list(Draft202012Validator(document["components"]["schemas"]["Problem"]).iter_errors(told)) == []


async def test_description_is_read_without_a_token_in_the_language_of_who_asks(site):
    answer = await site.get("/openapi.json", headers={"Accept-Language": "zh-CN"})

    assert (answer.status_code, answer.headers["content-language"]) == (200, "zh")
    assert answer.json()["paths"]["/kpis"]["get"]["summary"] == "各指标的定义、单位与版本。"
