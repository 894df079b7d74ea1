import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.shared.api_docs import api_page
from services.shared.landing import audiences


@pytest.mark.parametrize("path", ["/", "/docs", "/nothing-here"])
def test_every_page_of_a_demo_says_that_it_is_one(
    application: FastAPI, browser: TestClient, path: str
) -> None:
    said = "Every person and number here is invented."
    assert said not in browser.get(path).text
    application.state.demo = True
    assert said in browser.get(path).text


def test_the_front_page_links_only_to_what_exists(application: FastAPI, browser: TestClient) -> None:
    application.state.demo = True
    text = browser.get("/").text
    for audience in audiences():
        assert audience.name in text
        if audience.address:
            assert f'href="{audience.address}"' in text
            assert browser.get(audience.address).status_code == 200
    assert text.count("Not part of this version yet") == sum(not audience.address for audience in audiences())


def test_the_documentation_lists_every_operation_of_the_openapi_document(browser: TestClient) -> None:
    document = browser.get("/openapi.json").json()
    text = browser.get("/docs").text
    operations = [operation for group in api_page(document, "").groups for operation in group.operations]
    assert len(operations) == sum(len(methods) for methods in document["paths"].values())
    for operation in operations:
        assert f'id="{operation.anchor}"' in text
        assert f">{operation.path}</code>" in text


def test_a_page_of_documentation_is_grouped_by_tag_and_keeps_what_a_caller_needs() -> None:
    document = {
        "info": {"version": "1"},
        "paths": {
            "/b": {"get": {"operationId": "b", "responses": {"200": {"description": "Fine"}}}},
            "/a/{id}": {
                "put": {
                    "operationId": "a",
                    "tags": ["A"],
                    "summary": "Put it",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                        {
                            "name": "n",
                            "in": "query",
                            "schema": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                        },
                    ],
                    "requestBody": {"content": {"application/fhir+json": {}}},
                    "responses": {"201": {"description": "Made"}, "409": {"description": "Not yours"}},
                }
            },
        },
    }
    page = api_page(document, "http://here")
    assert [group.name for group in page.groups] == ["", "A"]
    (put,) = page.groups[1].operations
    assert (put.method, put.path, put.summary, put.body_types) == (
        "PUT",
        "/a/{id}",
        "Put it",
        ("application/fhir+json",),
    )
    assert [(one.name, one.place, one.kind, one.required) for one in put.parameters] == [
        ("id", "path", "string", True),
        ("n", "query", "integer", False),
    ]
    assert [answer.status for answer in put.answers] == ["201", "409"]
