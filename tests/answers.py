"""Read the answers of the FHIR API in tests."""

from typing import Any

import httpx


def issue_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The first issue of a refusal, which has this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    issue: dict[str, Any] = outcome["issue"][0]
    assert issue["severity"] == "error"
    return issue


def resources_in(answer: httpx.Response) -> list[dict[str, Any]]:
    """The resources in a Bundle that was answered."""
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", []) if "resource" in entry]


def ids_in(answer: httpx.Response) -> list[str]:
    """Their ids."""
    return [resource["id"] for resource in resources_in(answer)]


def link(answer: httpx.Response, relation: str) -> str | None:
    """The URL of a link of a Bundle, None if it has none."""
    return next((one["url"] for one in answer.json()["link"] if one["relation"] == relation), None)


def statuses(answer: httpx.Response) -> list[str]:
    """What each entry of a batch or transaction ended with."""
    assert answer.status_code == 200, answer.text
    return [entry["response"]["status"] for entry in answer.json().get("entry", [])]
