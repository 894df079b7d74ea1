"""The CapabilityStatement is valid, and says of this server what is true: no more, no less."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import httpx
import pytest
from resources import text_of

from fhir_store.errors import StoreError
from fhir_store.gate import check_any, served_types
from fhir_store.keyring import throwaway_keyring
from fhir_store.search import Context, parse_query
from fhir_store.search.controls import CONTROLS
from fhir_store.search_values.parameters import not_indexed
from services.exchange.api import catalogue
from services.exchange.metadata import capability_statement

STATEMENT = capability_statement(
    catalogue().interactions, "http://localhost/fhir", "http://localhost/auth/token"
)
(REST,) = STATEMENT["rest"]
RESOURCES = {one["type"]: one for one in REST["resource"]}
CONTEXT = Context(
    zone=ZoneInfo("Europe/Podgorica"),
    keyring=throwaway_keyring(),
    bases=frozenset(),
    value_set_codes=lambda _: [],
)

PLAUSIBLE = {
    "token": "urn:x|y",
    "string": "a",
    "date": "2026-03-01",
    "number": "1",
    "uri": "urn:x",
    "quantity": "1",
    "special": "abc",
    "near": "42.4|19.3",
    "reference": "abc",
}

REQUESTS = {
    "read": ("GET", "{type}/x"),
    "vread": ("GET", "{type}/x/_history/1"),
    "update": ("PUT", "{type}/x"),
    "patch": ("PATCH", "{type}/x"),
    "delete": ("DELETE", "{type}/x"),
    "history-instance": ("GET", "{type}/x/_history"),
    "history-type": ("GET", "{type}/_history"),
    "create": ("POST", "{type}"),
    "search-type": ("GET", "{type}"),
    "search-type by post": ("POST", "{type}/_search"),
}
SYSTEM = {
    "transaction": ("POST", ""),
    "batch": ("POST", ""),
    "history-system": ("GET", "_history"),
    "search-system": ("GET", ""),
}
NOT_LISTED = [
    ("POST", "{type}/x"),
    ("DELETE", "{type}/x/_history"),
    ("PUT", "{type}/x/_history/1"),
    ("GET", "{type}/x/$everything/more"),
    ("POST", "{type}/$expunge"),
    ("GET", "{type}/$meta"),
    ("PUT", ""),
    ("DELETE", ""),
    ("POST", "$reindex"),
    ("POST", "metadata"),
]
SAMPLE = ("Patient", "MedicationAdministration", "Observation", "Bundle", "ValueSet")


def test_it_is_valid_by_our_own_gate(fhir: httpx.Client) -> None:
    answered = fhir.get("/metadata", headers={"Authorization": ""})
    assert answered.status_code == 200
    check_any(text_of(answered.json()).value)


def test_it_lists_every_type_that_is_held() -> None:
    assert list(RESOURCES) == list(served_types())


def test_every_interaction_of_the_catalogue_is_listed_somewhere() -> None:
    listed = {one["code"] for part in (REST, *REST["resource"]) for one in part["interaction"]}
    operations = {
        f"${one['name']}" for part in (REST, *REST["resource"]) for one in part.get("operation", ())
    }
    conditional = {"conditional-update", "conditional-patch", "conditional-delete", "capabilities"}
    # smart-configuration is how to get in, no interaction of FHIR.
    codes = {one.code for one in catalogue().interactions} - conditional - {"smart-configuration"}
    assert codes - {"batch-or-transaction"} | {"batch", "transaction"} == listed | operations


@pytest.mark.parametrize("type_", SAMPLE)
def test_each_interaction_that_is_listed_is_there(fhir: httpx.Client, type_: str) -> None:
    for one in RESOURCES[type_]["interaction"]:
        method, path = REQUESTS[one["code"]]
        _is_there(fhir, method, path.format(type=type_))
    _is_there(fhir, "POST", f"{type_}/_search")


def test_each_interaction_of_the_whole_system_is_there(fhir: httpx.Client) -> None:
    for one in REST["interaction"]:
        _is_there(fhir, *SYSTEM[one["code"]])


def _is_there(fhir: httpx.Client, method: str, path: str) -> None:
    answer = fhir.request(method, f"/{path}")
    assert answer.status_code not in (405, 501), (method, path)
    if answer.status_code == 404:
        assert "no such resource" in answer.text, (method, path)


@pytest.mark.parametrize(("method", "path"), NOT_LISTED)
def test_what_is_not_listed_is_refused(fhir: httpx.Client, method: str, path: str) -> None:
    answer = fhir.request(method, f"/{path.format(type='Patient')}", json={})
    assert answer.status_code in (404, 405), answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_type_that_is_not_listed_is_refused(fhir: httpx.Client) -> None:
    for method, path in REQUESTS.values():
        assert fhir.request(method, f"/{path.format(type='Claim')}").status_code == 404


def test_each_operation_is_listed_where_it_is_and_is_there(fhir: httpx.Client) -> None:
    offered = [one for one in catalogue().interactions if one.code.startswith("$") and "{type}" in one.path]
    for type_ in SAMPLE:
        here = [one for one in offered if type_ in (one.types or SAMPLE)]
        listed = {f"${one['name']}" for one in RESOURCES[type_].get("operation", ())}
        assert listed == {one.code for one in here}
        for one in here:
            _is_there(fhir, one.method, one.path.format(type=type_, id="x"))
        for one in offered:
            if one not in here:
                path = one.path.format(type=type_, id="x")
                assert fhir.request(one.method, f"/{path}", json={}).status_code in (404, 405)


@pytest.mark.parametrize("type_", served_types())
def test_each_parameter_and_include_that_is_listed_can_be_read(type_: str) -> None:
    for one in RESOURCES[type_]["searchParam"]:
        parse_query(type_, [(one["name"], _plausible(type_, one))], context=CONTEXT)
    for name in ("searchInclude", "searchRevInclude"):
        for value in RESOURCES[type_].get(name, ()):
            parse_query(type_, [(f"_{name[6:].lower()}", value)], context=CONTEXT)


@pytest.mark.parametrize("type_", SAMPLE)
def test_each_parameter_that_is_listed_can_be_searched(fhir: httpx.Client, type_: str) -> None:
    for one in RESOURCES[type_]["searchParam"]:
        answer = fhir.get(f"/{type_}", params={one["name"]: _plausible(type_, one)})
        assert answer.status_code == 200, (one, answer.text)
    for value in RESOURCES[type_].get("searchInclude", ()):
        assert fhir.get(f"/{type_}", params={"_include": value}).status_code == 200, value
    for value in RESOURCES[type_].get("searchRevInclude", ())[:20]:
        assert fhir.get(f"/{type_}", params={"_revinclude": value}).status_code == 200, value


def _plausible(type_: str, parameter: dict[str, str]) -> str:
    return PLAUSIBLE.get("near" if parameter["name"] == "near" else parameter["type"]) or _composite(
        type_, parameter["name"]
    )


def _composite(type_: str, name: str) -> str:
    """The first pair of plausible values that the kinds of the parts take."""
    for second in PLAUSIBLE.values():
        try:
            parse_query(type_, [(name, f"urn:x|y${second}")], context=CONTEXT)
        except StoreError:
            continue
        return f"urn:x|y${second}"
    raise AssertionError(name)


def _unsupported() -> Iterator[tuple[str, str]]:
    for one in not_indexed():
        for type_ in (one.type,) if one.type != "Resource" else SAMPLE:
            if one.name not in {p["name"] for p in RESOURCES[type_]["searchParam"]} and one.name != "_has":
                yield type_, one.name


@pytest.mark.parametrize(("type_", "name"), list(_unsupported()))
def test_an_official_parameter_that_is_not_supported_is_refused_and_not_listed(
    fhir: httpx.Client, type_: str, name: str
) -> None:
    assert name not in CONTROLS
    assert name not in {one["name"] for one in RESOURCES[type_]["searchParam"]}
    assert fhir.get(f"/{type_}", params={name: "x"}).status_code == 400
