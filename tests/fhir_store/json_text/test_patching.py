"""Changing what the store sets, and not one other character."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.json_text import ResourceText, parse, with_members, with_references

SET = {"id": "new", "version_id": "7", "last_updated": "2026-03-01T05:10:00.123Z"}
META = '"versionId":"7","lastUpdated":"2026-03-01T05:10:00.123Z"'


def patched(text: str) -> str:
    return with_members(parse(text), **SET)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"resourceType":"Patient"}', f'{{"resourceType":"Patient","id":"new","meta":{{{META}}}}}'),
        (
            '{ "resourceType" : "Patient" , "active":true }',
            f'{{ "resourceType" : "Patient","id":"new","meta":{{{META}}} , "active":true }}',
        ),
        (
            '{"active":true,"resourceType":"Patient"}',
            f'{{"active":true,"resourceType":"Patient","id":"new","meta":{{{META}}}}}',
        ),
        (
            '{"resourceType":"Patient","id" : "old","n":1.50}',
            f'{{"resourceType":"Patient","id" : "new","meta":{{{META}}},"n":1.50}}',
        ),
        (
            '{"resourceType":"Patient","meta":{}}',
            f'{{"resourceType":"Patient","id":"new","meta":{{{META}}}}}',
        ),
        (
            '{"meta":{ "profile":["a"] },"id":"old","resourceType":"Patient"}',
            f'{{"meta":{{{META}, "profile":["a"] }},"id":"new","resourceType":"Patient"}}',
        ),
        (
            '{"resourceType":"P","meta":{"tag":[{"code":"x"}],"lastUpdated":"0","source":"s","versionId":"1"}}',
            (
                '{"resourceType":"P","id":"new","meta":{"tag":[{"code":"x"}],"lastUpdated":"2026-03-01T05:10:00.123Z",'
                '"source":"s","versionId":"7"}}'
            ),
        ),
        (
            '{"resourceType":"P","id":"old","meta":{"lastUpdated":"0"}}',
            '{"resourceType":"P","id":"new","meta":{"versionId":"7","lastUpdated":"2026-03-01T05:10:00.123Z"}}',
        ),
        (
            '{"resourceType":"P","contained":[{"id":"c","meta":{"tag":[]}}],"note":"\\"id\\":\\"x\\""}',
            (
                f'{{"resourceType":"P","id":"new","meta":{{{META}}},"contained":[{{"id":"c","meta":{{"tag":[]}}}}],'
                '"note":"\\"id\\":\\"x\\""}'
            ),
        ),
        (
            '{"resourceType":"P","i\\u0064":"old","\\u006deta":{"v\\u0065rsionId":"1"}}',
            (
                '{"resourceType":"P","i\\u0064":"new","\\u006deta":'
                '{"lastUpdated":"2026-03-01T05:10:00.123Z","v\\u0065rsionId":"7"}}'
            ),
        ),
    ],
)
def test_id_and_version_are_replaced_or_inserted(before: str, after: str) -> None:
    assert patched(before) == after
    parse(after)


def without_what_the_store_sets(value: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: member for name, member in value.items() if name not in ("id", "meta")}
    meta = {n: m for n, m in value.get("meta", {}).items() if n not in ("versionId", "lastUpdated")}
    return rest | {"meta": meta}


TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"]|\s+')


def test_every_other_token_of_every_example_stays(examples: Mapping[str, ResourceText]) -> None:
    for name, example in examples.items():
        after = with_members(example, **SET)
        read = parse(after)
        assert without_what_the_store_sets(read.value) == without_what_the_store_sets(example.value), name
        assert (read.value["id"], read.value["meta"]["versionId"]) == ("new", "7")
        removed, added = TOKEN.findall(example.text), TOKEN.findall(after)
        for token in set(removed) - {
            f'"{example.value["id"]}"',
            *map(json.dumps, example.value.get("meta", {}).values()),
        }:
            assert added.count(token) >= removed.count(token), name


@given(
    st.permutations(["resourceType", "id", "meta", "x"]),
    st.permutations(["versionId", "tag", "lastUpdated"]),
    st.data(),
)
def test_members_in_any_order_are_found(order: list[str], meta_order: list[str], data: st.DataObject) -> None:
    values = {"resourceType": '"P"', "id": '"o\\"ld"', "x": '{"id":"1.0","meta":{"versionId":1.50}}'}
    kept = data.draw(st.sets(st.sampled_from(meta_order)))
    space = data.draw(st.sampled_from(["", " ", "\n  "]))
    meta = ",".join(f'{space}"{name}"{space}:"kept"' for name in meta_order if name in kept)
    values["meta"] = f"{{{meta}{space}}}"
    wanted = data.draw(st.sets(st.sampled_from(["id", "meta", "x"]))) | {"resourceType"}
    text = (
        "{"
        + ",".join(f'{space}"{name}":{space}{values[name]}' for name in order if name in wanted)
        + space
        + "}"
    )
    after = parse(patched(text)).value
    expected = {"resourceType": "P", "id": "new"} | ({"x": parse(values["x"]).value} if "x" in wanted else {})
    tag = {"tag": "kept"} if "meta" in wanted and "tag" in kept else {}
    assert after == expected | {"meta": {"versionId": "7", "lastUpdated": SET["last_updated"]} | tag}


MAPPING = {"urn:uuid:1": "Patient/p1", "urn:uuid:2": 'Patient/"2"'}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"subject":{"reference":"urn:uuid:1"}}', '{"subject":{"reference":"Patient/p1"}}'),
        ('{"subject":{ "reference" :\n"urn:uuid:1" }}', '{"subject":{ "reference" :\n"Patient/p1" }}'),
        (
            '{"contained":[{"a":[{"reference":"urn:uuid:2"}]}]}',
            '{"contained":[{"a":[{"reference":"Patient/\\"2\\""}]}]}',
        ),
        ('{"a":"\\\\","s":{"reference":"urn:uuid:1"}}', '{"a":"\\\\","s":{"reference":"Patient/p1"}}'),
        ('{"s":{"r\\u0065ference":"urn:uu\\u0069d:1"}}', '{"s":{"r\\u0065ference":"Patient/p1"}}'),
    ],
)
def test_a_reference_at_any_depth_is_replaced(before: str, after: str) -> None:
    changed = with_references(parse(before), MAPPING)
    assert changed.text == after
    assert changed.value == parse(after).value


@pytest.mark.parametrize(
    "text",
    [
        '{"subject":{"reference":"urn:uuid:3"}}',
        '{"display":"urn:uuid:1","identifier":{"value":"urn:uuid:1"}}',
        '{"text":"\\"reference\\":\\"urn:uuid:1\\""}',
        '{"text":"x\\"reference":"urn:uuid:1"}',
        '{"a\\"reference":"urn:uuid:1"}',
        '{"reference":["urn:uuid:1"],"b":["reference","urn:uuid:1"]}',
        '{"reference":{"reference ":"urn:uuid:1"}}',
        '{"myreference":"urn:uuid:1"}',
    ],
)
def test_nothing_else_is_taken_for_a_reference(text: str) -> None:
    resource = parse(text.replace('"text":"x\\"reference":', '"text\\"reference":'))
    assert with_references(resource, MAPPING) is resource


@given(st.text(st.sampled_from('\\"{}[]:, reference'), max_size=30), st.booleans())
def test_no_string_can_pass_for_a_reference(text: str, ascii_only: bool) -> None:
    inner = text + '"reference":"urn:uuid:1"'
    before = json.dumps({inner: inner, "s": {"reference": "urn:uuid:1"}, "z": inner}, ensure_ascii=ascii_only)
    after = with_references(parse(before), MAPPING)
    assert after.value == {inner: inner, "s": {"reference": "Patient/p1"}, "z": inner}


def test_references_of_every_example_are_replaced_where_they_stand(
    examples: Mapping[str, ResourceText],
) -> None:
    replaced = 0
    for name, example in examples.items():
        mapping = {found: f"Mapped/{n}" for n, found in enumerate(sorted(set(references(example.value))))}
        changed = with_references(example, mapping)
        assert list(references(changed.value)) == [mapping[found] for found in references(example.value)], (
            name
        )
        undone = with_references(changed, {target: found for found, target in mapping.items()})
        assert undone.text == example.text, name
        replaced += len(mapping)
    assert replaced > 100


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [
            found for name, member in value.items() if name != "reference" for found in references(member)
        ]
    return [found for item in value for found in references(item)] if isinstance(value, list) else []
