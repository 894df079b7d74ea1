"""The OpenAPI document tells of the FHIR API what is true."""

import httpx
from fastapi import FastAPI

from fhir_store.gate import served_types
from services.exchange.api import catalogue
from services.exchange.openapi import fhir_paths, with_fhir
from services.exchange.terms import TERMS, terms_of


def _operations() -> list[dict]:
    return [one for methods in fhir_paths(catalogue().interactions).values() for one in methods.values()]


def test_every_interaction_is_described_once() -> None:
    names = [one["operationId"] for one in _operations()]
    assert len(set(names)) == len(names) == len(catalogue().interactions)
    assert all(one["summary"].endswith(".") for one in _operations())


def test_every_interaction_has_terms_of_its_own() -> None:
    assert {one.code for one in catalogue().interactions} == set(TERMS)


def test_what_the_framework_describes_stays(application: FastAPI) -> None:
    document = application.openapi()
    assert "/healthz" in document["paths"]
    assert document is application.openapi(), "it is drawn once"
    again = with_fhir(document, [])
    assert again["paths"] == document["paths"]


def test_a_type_in_an_address_is_one_that_is_held() -> None:
    (type_,) = [
        one
        for one in fhir_paths(catalogue().interactions)["/fhir/{type}"]["post"]["parameters"]
        if one["in"] == "path"
    ]
    assert type_["schema"]["enum"] == list(served_types())


def test_every_header_and_body_that_is_described_is_for_a_method_that_has_one() -> None:
    for one in catalogue().interactions:
        terms = terms_of(one)
        assert bool(terms.bodies) == (one.method in ("POST", "PUT", "PATCH"))
        assert (415 in terms.statuses) == bool(terms.bodies)


def test_an_answer_without_a_body_has_no_kind_of_content(fhir: httpx.Client) -> None:
    created = fhir.post("/Patient", json={"resourceType": "Patient"})
    known = fhir.get(f"/Patient/{created.json()['id']}", headers={"If-None-Match": created.headers["etag"]})
    deleted = fhir.delete(f"/Patient/{created.json()['id']}")
    assert (known.status_code, deleted.status_code) == (304, 204)
    for answer in (known, deleted):
        assert "content-type" not in answer.headers
        assert "content-length" not in answer.headers


def test_a_batch_does_not_ignore_an_idempotency_key(fhir: httpx.Client) -> None:
    batch = {"resourceType": "Bundle", "type": "batch"}
    assert fhir.post("/", json=batch).status_code == 200
    assert fhir.post("/", json=batch, headers={"Idempotency-Key": "k"}).status_code == 400
