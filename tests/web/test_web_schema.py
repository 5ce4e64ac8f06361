"""What the OpenAPI document promises, for requests of every kind: no failure of the server, no status it does not name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from web import openapi
from web.app import create_app
from web.settings import Settings

KNOWN: Final = {
    "name": ["dhumbal", "dhumbal(players=2)", "dhumbal-mini"],
    "spelling": ["greedy", "ismcts(simulations=5)"],
    "tournament": ["1", "7"],
    "match": ["1-0-3-2", "1-0-3-9"],
    "agent": ["greedy"],
    "view": ["public", "open", "0"],
    "round": [0],
    "by": ["wins"],
    "seat": [0, 9],
    "block": [3],
    "cursor": ["x"],
    "state": ["finished"],
    "Range": ["frames=0-3", "frames=9-", "bytes=0-99", "bytes=-9"],
}
"""Values that lead somewhere."""
CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES: Final = 20
"""Requests for each address and method."""
OPERATIONS: Final = [
    (method, path)
    for path, methods in json.loads(openapi.text())["paths"].items()
    for method in methods
    if not re.search("/tables/.*/events$", path)  # the events of an open table have no end
]
"""Every address and method."""


@pytest.fixture(scope="module")
def client(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client without a token."""
    home = tmp_path_factory.mktemp("schema")
    app = create_app(Settings(store=played, web_database=home / "web.sqlite", log_requests=False, tables=2))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module", params=["values that lead somewhere", "values of any kind"])
def schema(request: pytest.FixtureRequest) -> Any:
    """The document; in one of two cases with known values where they lead somewhere."""
    document = json.loads(openapi.text())
    events = document["paths"]["/api/v1/tournaments/{tournament}/events"]["get"]["responses"]["200"][
        "content"
    ]
    del events["text/event-stream"][
        "schema"
    ]  # of the stream as one text; its events are held to `itemSchema`
    if request.param == "values that lead somewhere":
        for operation in (each for path in document["paths"].values() for each in path.values()):
            for parameter in operation.get("parameters", []):
                known = KNOWN.get(parameter["name"])
                if known:
                    parameter["schema"] = {"enum": known}
        wanted = document["components"]["schemas"]["TableRequest"]["properties"]
        wanted["game"]["enum"] = KNOWN["name"]
        wanted["seats"]["items"] = {"enum": ["human", "greedy", "nobody"]}
    return schemathesis.openapi.from_dict(document)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda word: word.replace("/api/v1", ""))
def test_the_document_tells_all(schema: Any, client: TestClient, method: str, path: str) -> None:
    """No request of any kind makes the server fail, and every answer is one that the document describes."""

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=schema[path][method].as_strategy())
    def holds(case: schemathesis.Case[Any]) -> None:
        asked = case.as_transport_kwargs(base_url=str(client.base_url))
        del asked["cookies"]  # there are none
        case.validate_response(client.request(**asked), checks=list(CHECKS))

    holds()
