"""Reading Bundles entry by entry."""

import json
import tracemalloc
from typing import Any

import pytest

from fhir_store.errors import Refused, Unreadable
from fhir_store.json_text import bundle_entries


def bundle(*entries: Any, **members: Any) -> str:
    return json.dumps({"resourceType": "Bundle", "type": "transaction", **members, "entry": list(entries)})


def test_an_entry_has_its_request_and_the_resource_in_its_own_words() -> None:
    text = """ {"entry" : [ {"fullUrl":"urn:uuid:1", "search":{"mode":"match"},
      "request":{"method":"PUT","url":"Patient/1","ifNoneExist":"identifier=a|b","ifMatch":"W/\\"1\\""},
      "resource": {"resourceType" :"Patient", "n":1.50 } }, {} ], "type":"batch", "resourceType":"Bundle"} """
    found = bundle_entries(text.encode())
    first, second = found.entries
    assert found.type == "batch"
    assert (first.full_url, first.method, first.url) == ("urn:uuid:1", "PUT", "Patient/1")
    assert (first.if_none_exist, first.if_match) == ("identifier=a|b", 'W/"1"')
    assert first.resource is not None
    assert first.resource.text == '{"resourceType" :"Patient", "n":1.50 }'
    assert first.resource.value == {"resourceType": "Patient", "n": "1.50"}
    assert first.resource_type == "Patient"
    assert (second.full_url, second.method, second.resource, second.resource_type) == (None, None, None, None)


def test_entries_can_be_read_again() -> None:
    entries = bundle_entries(bundle({"resource": {"resourceType": "Patient"}}, {})).entries
    assert len(entries) == 2
    assert list(entries) == list(entries)


@pytest.mark.parametrize("text", ['{"resourceType":"Bundle"}', '{"resourceType":"Bundle","entry":[ ]}'])
def test_a_bundle_may_have_no_entries_and_no_type(text: str) -> None:
    found = bundle_entries(text)
    assert (found.type, list(found.entries)) == (None, [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"resourceType":"Bundle","entry":{}}', 34),
        ('{"resourceType":"Bundle","entry":[{},]}', 38),
        ('{"resourceType":"Bundle","entry":[1]}', 35),
        ('{"resourceType":"Bundle","entry":[{"resource":[]}]}', 47),
        ('{"resourceType":"Bundle","entry":[{}', 37),
        ('{"resourceType":"Bundle","entry":[{} {}]}', 38),
        ('{"resourceType":"Bundle","entry":[{"a":1,"a":2}]}', 42),
        ('{"resourceType":"Bundle","entry":[{"resource":{"a":1,"a":2}}]}', 54),
        ('{"resourceType":"Bundle","entry":[],"entry":[]}', 37),
        ('{"resourceType":"Bundle","entry":[{"resource":{"a":NaN}}]}', 52),
        ('{"resourceType":"Bundle"} {}', 27),
        ('{"resourceType":"Bundle","entry":[{"resource":{"a":' + "[" * 100 + "]" * 100 + "}}]}", 52 + 63),
        ("[]", 1),
    ],
)
def test_a_bundle_with_one_fault_is_refused_before_any_entry_is_given(text: str, place: int) -> None:
    with pytest.raises(Unreadable) as caught:
        bundle_entries(text)
    assert caught.value.issues[0].message.startswith(f"Line 1, column {place}:")


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ('{"resourceType":"Patient","entry":[]}', ""),
        ("{}", ""),
        (bundle(type=None), "Bundle.type"),
        (bundle({}, {"fullUrl": 1}), "Bundle.entry[1].fullUrl"),
        (bundle({"request": []}), "Bundle.entry[0].request"),
        (bundle({"request": {"method": {}}}), "Bundle.entry[0].request.method"),
    ],
)
def test_a_wrong_envelope_is_refused_by_element(text: str, expression: str) -> None:
    with pytest.raises(Refused) as caught:
        bundle_entries(text)
    assert [issue.expression for issue in caught.value.issues] == [expression]


def test_a_large_bundle_is_not_held_as_values() -> None:
    """Going through it takes little more than its text: here 2 MB of it, as values about 10 MB."""
    resource = {"resourceType": "Observation", "component": [{"valueString": str(n)} for n in range(40)]}
    text = bundle(*[{"resource": resource}] * 1500).encode()
    tracemalloc.start()
    try:
        seen = sum(1 for entry in bundle_entries(text).entries if entry.resource)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == 1500
    assert peak < 2.5 * len(text)
