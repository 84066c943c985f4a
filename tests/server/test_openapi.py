"""The OpenAPI document, read as somebody who writes a client reads it."""

from collections import Counter
from importlib import metadata

import pytest

from clickmend.server.app import create_app
from clickmend.server.interop import TOOLS

REFUSAL = {"$ref": "#/components/schemas/ErrorBody"}


@pytest.fixture(scope="module")
def document():
    return create_app().openapi()


@pytest.fixture(scope="module")
def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_names_its_version_and_says_how_to_begin(document):
    assert document["info"]["version"] == metadata.version("clickmend")
    assert "POST /sessions" in document["info"]["description"]


def test_every_operation_says_what_it_does_and_what_it_belongs_to(operations):
    assert [name for name, one in operations.items() if not one.get("description")] == []
    assert [name for name, one in operations.items() if len(one.get("tags", [])) != 1] == []


def test_generated_clients_get_a_method_of_its_own_name_for_each_operation(operations):
    names = Counter(one["operationId"] for one in operations.values())
    assert [name for name, times in names.items() if times > 1] == []
    assert all(name.isidentifier() for name in names)


def test_operations_of_other_tools_have_names_of_their_own(recwarn):
    described = create_app(interop=[TOOLS[name] for name in TOOLS]).openapi()["paths"]
    every = [one["operationId"] for methods in described.values() for one in methods.values()]
    assert len(set(every)) == len(every)
    assert [one for one in recwarn if "Duplicate Operation" in str(one.message)] == []


def test_refusals_are_described_as_they_are_answered(document, operations, client):
    for name, one in operations.items():
        answers = one["responses"]
        assert "422" not in answers, name
        for status in ("4XX", "5XX"):
            assert answers[status]["content"]["application/json"]["schema"] == REFUSAL, name
    told = client.post("/api/v1/sessions/none/clicks", json={"x": 1}).json()
    schemas = document["components"]["schemas"]
    assert told.keys() == schemas["ErrorBody"]["properties"].keys()
    assert told["error"].keys() == schemas["ErrorDetail"]["properties"].keys()


@pytest.mark.parametrize("name", ["preview", "protected.png", "shown.png", "first.png", "photo"])
def test_a_picture_is_described_as_one(document, name):
    (operation,) = document["paths"][f"/api/v1/sessions/{{key}}/{name}"].values()
    assert list(operation["responses"]["200"]["content"]) == ["image/png"]
