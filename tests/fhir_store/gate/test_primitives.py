"""Each primitive type: what is right, what is wrong, and the edges between."""

import re

import pytest

from fhir_store.definitions import type_named
from fhir_store.gate.primitives import LONGEST_STRING, primitive_rule
from fhir_store.json_text import NumberText, parse

RIGHT = {
    "base64Binary": ['"AAAA"', '"YQ=="', '"YWI="', '"YWJj\\r\\nYWJj"'],
    "boolean": ["true", "false"],
    "canonical": ['"http://x/y|1.0"', '"#part"'],
    "code": ['"a"', '"a b"', '"ч"'],
    "date": ['"2021"', '"2021-12"', '"2020-02-29"', '"0001-01-01"', '"9999-12-31"', '"2000-02-29"'],
    "dateTime": [
        '"2021"',
        '"2021-02-28"',
        '"2021-02-28T00:00:00Z"',
        '"2021-02-28T23:59:59.123456789+14:00"',
        '"2016-12-31T23:59:60Z"',
        '"2021-01-31T10:00:00-00:30"',
    ],
    "decimal": ["0", "-0", "1.50", "-0.10", "1e5", "1E-400", "0." + "1" * 62],
    "id": ['"a"', '"A-1.b"', f'"{"a" * 64}"'],
    "instant": ['"2021-02-28T00:00:00Z"', '"2021-02-28T00:00:00.1+01:00"', '"2016-12-31T23:59:60Z"'],
    "integer": ["0", "-1", "2147483647", "-2147483648"],
    "markdown": ['"# a\\n\\tb"'],
    "oid": ['"urn:oid:1.2.3"', '"urn:oid:0.0"'],
    "positiveInt": ["1", "2147483647"],
    "string": ['" a "', '"\\u00a0a"', '"\\t\\na"', '"\N{HANGUL SYLLABLE GA}"'],
    "time": ['"00:00:00"', '"23:59:60.5"'],
    "unsignedInt": ["0", "2147483647"],
    "uri": ['"urn:x"', '"http://x/é"', '"relative"'],
    "url": ['"http://x"'],
    "uuid": ['"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"'],
    "xhtml": ['"<div>a</div>"'],
}

WRONG = {
    "base64Binary": ['"A"', '"AAA"', '"A==="', '"AA=A"', '"AA A"', '"ÄÄÄÄ"'],
    "boolean": ['"true"', "1", "0"],
    "canonical": ['"a b"', '"a\\n"'],
    "code": ['" a"', '"a "', '"a  b"', '"a\\n"'],
    "date": [
        '"2021-02-29"',
        '"1900-02-29"',
        '"2021-04-31"',
        '"2021-13"',
        '"2021-00"',
        '"2021-01-00"',
        '"0000"',
        '"21"',
        '"2021-1-1"',
        '"20210101"',
        '"2021-01-01T00:00:00Z"',
        '"2021-01-01 "',
        '"2021-01-01\\n"',
        '"٢٠٢١"',
        "2021",
    ],
    "dateTime": [
        '"2021-02-30"',
        '"2021-02-29T10:00:00Z"',
        '"2021-01-01T10:00:00"',
        '"2021-01-01T10:00Z"',
        '"2021-01-01T24:00:00Z"',
        '"2021-01-01T10:00:61Z"',
        '"2021-01-01T10:00:00+14:01"',
        '"2021-01-01T10:00:00z"',
        '"2021-01-01T10:60:00Z"',
        '"2021-01-01 10:00:00Z"',
        '"2021-01-01T10:00:00.Z"',
        '"2021-01-01T10:00:00Z "',
    ],
    "decimal": ['"1.5"', "true", "1e400", "-1e309", "0." + "1" * 63],
    "id": ['"a_b"', '"a b"', f'"{"a" * 65}"', '"é"', '"a\\n"'],
    "instant": ['"2021-02-28"', '"2021-02-28T00:00:00"', '"2021-02-29T00:00:00Z"'],
    "integer": ["2147483648", "-2147483649", "1.0", "1e3", "-0.0", '"1"', "true", "1" * 5000],
    "markdown": ['" \\n\\t "'],
    "oid": ['"1.2.3"', '"urn:oid:3.1"', '"urn:oid:1.02"'],
    "positiveInt": ["0", "-1", "2147483648"],
    "string": ['" "', '"\\n"', '"\\u00a0"', "1", "true", '["a"]', '{"a":1}'],
    "time": ['"24:00:00"', '"10:00"', '"10:00:00Z"', '"1:00:00"'],
    "unsignedInt": ["-1", "2147483648", "-0"],
    "uri": ['"a b"', '" a"', '"a\\t"'],
    "url": ['"http://x y"'],
    "uuid": ['"urn:uuid:C757873D-EC9A-4326-A141-556F43239520"', '"c757873d-ec9a-4326-a141-556f43239520"'],
    "xhtml": ['"a"', '"<p>a</p>"'],
}
OF_EVERY_TYPE = ["null", "{}", "[]", '""', "[null]"]


def wrong(type_: str, json: str) -> bool:
    return primitive_rule(type_)(parse(f'{{"a":{json}}}').value["a"]) is not None


@pytest.mark.parametrize("type_", RIGHT)
def test_right_values_pass(type_: str) -> None:
    assert [json for json in RIGHT[type_] if wrong(type_, json)] == []


@pytest.mark.parametrize("type_", WRONG)
def test_wrong_values_do_not(type_: str) -> None:
    assert [json for json in [*WRONG[type_], *OF_EVERY_TYPE] if not wrong(type_, json)] == []


def test_every_primitive_type_is_among_the_tables() -> None:
    primitives = {name for name in RIGHT if type_named(name).is_primitive}
    assert primitives == RIGHT.keys() == WRONG.keys()
    assert len(primitives) == 20, "of R4"


@pytest.mark.parametrize("type_", sorted(RIGHT.keys() - {"xhtml", "base64Binary", "string", "markdown"}))
def test_what_passes_matches_the_official_expression(type_: str) -> None:
    pattern = type_named(type_).pattern
    assert pattern
    for json in RIGHT[type_]:
        assert re.fullmatch(pattern, json.strip('"')), json


def test_a_string_has_a_longest_length() -> None:
    assert primitive_rule("string")("a" * LONGEST_STRING) is None
    (issue,) = primitive_rule("string")("a" * (LONGEST_STRING + 1)) or []
    assert issue.code == "too-long"


def test_a_number_is_not_a_string_with_the_same_digits() -> None:
    assert primitive_rule("decimal")(NumberText("1")) is None
    assert primitive_rule("decimal")("1")
    assert primitive_rule("string")(NumberText("1"))


@pytest.mark.parametrize(
    "hostile",
    [
        "A" * 50_000 + "!",
        " " * 50_000 + "!",
        "A " * 25_000 + "!",
        "<div" * 15_000,
        "<!--" * 15_000,
        ">" * 50_000,
        "(" * 50_000,
    ],
)
@pytest.mark.parametrize("type_", sorted(RIGHT))
@pytest.mark.timeout(10)
def test_no_value_costs_more_than_its_length(type_: str, hostile: str) -> None:
    rule = primitive_rule(type_)
    for value in (hostile, f"<div>{hostile}</div>", f"<div {hostile}", NumberText("1" * 50_000)):
        rule(value)
