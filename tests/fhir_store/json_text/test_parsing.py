"""Reading one resource: strictly, with numbers as written, and never repeating what was sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.errors import Refused, Unreadable
from fhir_store.json_text import DEEPEST, NumberText, parse

BROKEN = "The JSON is broken here."
ONE_OBJECT = "One JSON object is expected here."
TWICE = "This key stands twice in its object."
CONTROL = "FHIR allows no control character here."
HALF = "Half of a surrogate pair stands alone here."
NOT_JSON = "NaN and Infinity are not JSON."
ENDED = "The object has ended before this. Send one resource only."


def refusal(raw: bytes | str) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    (issue,) = caught.value.issues
    assert (issue.code, issue.expression) == ("structure", "")
    return issue.message


@pytest.mark.parametrize(
    ("raw", "place", "message"),
    [
        (b"", (1, 1), ONE_OBJECT),
        (b" \n ", (2, 2), ONE_OBJECT),
        (b"[]", (1, 1), ONE_OBJECT),
        (b'"Patient"', (1, 1), ONE_OBJECT),
        (b"null", (1, 1), ONE_OBJECT),
        (b"{", (1, 2), BROKEN),
        (b'{"a":1,}', (1, 8), BROKEN),
        (b'{"a" "b"}', (1, 6), BROKEN),
        (b'{"a":tru}', (1, 6), BROKEN),
        (b"{'a':1}", (1, 2), BROKEN),
        (b'{"a":01}', (1, 7), BROKEN),
        (b'{"a":1.}', (1, 7), BROKEN),
        (b'{"a":+1}', (1, 6), BROKEN),
        (b'{"a":.5}', (1, 6), BROKEN),
        (b'{"a":0x1}', (1, 7), BROKEN),
        (b'{"a":"x\ny"}', (1, 8), BROKEN),
        (b'{"a":"\\x"}', (1, 7), BROKEN),
        (b'{"a":1 // b\n}', (1, 8), BROKEN),
        (b"{} {}", (1, 4), ENDED),
        (b'{"a":1}\nx', (2, 1), ENDED),
        (b'{"a":1,\n "a":2}', (2, 2), TWICE),
        (b'{"b":[{"a":{"c":1,"d":2,"c":3}}]}', (1, 25), TWICE),
        (b'{"reference":1,"r\\u0065ference":2}', (1, 16), TWICE),
        (b'{"a":NaN}', (1, 6), NOT_JSON),
        (b'{"a":"NaN","b":[1,-Infinity]}', (1, 19), NOT_JSON),
        (b'{"a":"\xff"}', (1, 7), "This is not UTF-8. Send the text in UTF-8."),
        (b'{"a":"\xc3\x89\xed\xa0\x80"}', (1, 8), "This is not UTF-8. Send the text in UTF-8."),
        (b'\xef\xbb\xbf{"a":1}', (1, 1), "Send the text without a byte order mark."),
        (b'{"a":"\x00"}', (1, 7), CONTROL),
        (b'{"a":"\\u0000"}', (1, 7), CONTROL),
        (b'{"a":"\\u001F"}', (1, 7), CONTROL),
        (b'{"a":"\\b"}', (1, 7), CONTROL),
        (b'{"a":"\\ud800"}', (1, 7), HALF),
        (b'{"a":"\\uDC00\\ud800"}', (1, 7), HALF),
        (b'{"a":"\\\\\\ud83d\\u0041"}', (1, 9), HALF),
        ('{"a":"\ud800"}', (1, 7), HALF),
    ],
)
def test_what_is_not_one_readable_object_is_refused_by_line_and_column(
    raw: bytes | str, place: tuple[int, int], message: str
) -> None:
    assert refusal(raw) == f"Line {place[0]}, column {place[1]}: {message}"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b'{"a":"\\\\ud800"}', "\\ud800"),
        (b'{"a":"\\\\u0000 \\\\b"}', "\\u0000 \\b"),
        (b'{"a":"\\ud83d\\ude00"}', "\N{GRINNING FACE}"),
        (b'{"a":"\\t\\r\\n\\/\\u0009"}', "\t\r\n/\t"),
        ('{"a":"Đorđe\u00a0Ѓ"}'.encode(), "Đorđe\u00a0Ѓ"),
    ],
)
def test_what_only_looks_like_a_bad_escape_is_read(raw: bytes, text: str) -> None:
    assert parse(raw).value == {"a": text}


def test_the_same_key_in_two_objects_is_no_repetition() -> None:
    assert parse(b'{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}').value["b"] == [{"a": "1"}, {"a": "1"}]


def test_nesting_is_allowed_to_the_limit_and_refused_one_deeper() -> None:
    def nested(depth: int) -> str:
        return '{"a":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"

    assert parse(nested(DEEPEST)).value
    message = f"Line 1, column {5 + DEEPEST}: Objects and lists may nest {DEEPEST} deep, and this is deeper."
    assert refusal(nested(DEEPEST + 1)) == message
    assert refusal('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1)).endswith("and this is deeper.")
    assert refusal(nested(1_000_000)) == message, "deeper than the parser itself can go"


def test_many_objects_side_by_side_are_not_deep() -> None:
    assert len(parse('{"a":[' + ",".join(["{}"] * 1000) + "]}").value["a"]) == 1000


@pytest.mark.parametrize(
    "number", ["1.50", "0", "-0", "1e5", "1E-05", "100000000000000000000000000000.10", "-12.300"]
)
def test_a_number_keeps_its_text(number: str) -> None:
    value = parse(f'{{"a":{number}}}').value["a"]
    assert type(value) is NumberText
    assert value == number


def test_a_string_of_digits_is_no_number() -> None:
    value = parse(b'{"number":1,"string":"1","true":true}').value
    assert [type(one) for one in value.values()] == [NumberText, str, bool]


def test_white_space_around_a_resource_is_not_part_of_it() -> None:
    assert parse(b' \r\n{"a" : 1 }\n\t').text == '{"a" : 1 }'


@pytest.mark.parametrize("secret", ["Hoxha", "0123456789"])
def test_a_refusal_repeats_nothing_that_was_sent(secret: str) -> None:
    for raw in (
        f'{{"{secret}":1,"{secret}":2}}',
        f'{{"{secret}',
        f'{{"a":"{secret}\\x"}}',
        f'{{"a":1}} {secret}',
    ):
        with pytest.raises(Refused) as caught:
            parse(raw)
        assert secret not in f"{caught.value!r} {caught.value} {caught.value.issues}"
        assert caught.value.__context__ is None or caught.value.__suppress_context__


Characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\n\r")
Value = st.recursive(
    st.booleans() | st.integers() | st.text(Characters) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(Characters, min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


def as_numbers(value: Any) -> Any:
    """What ``parse`` makes of a value: numbers as the text that json writes."""
    if isinstance(value, dict):
        return {key: as_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_numbers(inner) for inner in value]
    return value if isinstance(value, (bool, str)) else json.dumps(value)


@given(
    st.dictionaries(st.text(Characters), Value, max_size=5), st.sampled_from([None, 1, "\t"]), st.booleans()
)
def test_whatever_json_writes_is_read_back(
    value: dict[str, Any], indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    read = parse(text.encode())
    assert read.text == text
    assert read.value == as_numbers(value)


@given(
    st.binary(max_size=40)
    | st.text(max_size=40).map(lambda text: f'{{"a":{text}}}'.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(parse(raw).value, dict)
    except Unreadable:
        return
