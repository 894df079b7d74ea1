"""Resources with elements left out: which are kept, and that what is kept is not touched."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from fhir_store.definitions import children
from fhir_store.json_text import ResourceText, parse
from fhir_store.json_text.parsing import DEEPEST
from fhir_store.json_text.shortened import MODES, SUBSETTED, summarised, with_elements

TAG = json.dumps(SUBSETTED, separators=(",", ":"))
META = f'"meta":{{"tag":[{TAG}]}}'


def kept(text: str, *elements: str) -> str:
    return with_elements(parse(text), elements)


def summary(text: str, mode: str = "true") -> str:
    return summarised(parse(text), mode)


def test_named_elements_are_kept_and_others_are_not() -> None:
    text = '{"resourceType":"Patient","id":"a","meta":{},"name":[{"family":"X"}],"gender":"male","birthDate":"1990"}'
    assert kept(text, "gender") == f'{{"resourceType":"Patient","id":"a",{META},"gender":"male"}}'


def test_numbers_escapes_and_order_stay() -> None:
    text = (
        r'{"valueQuantity" : {"value":1.50, "unit":"\u006dg"},"status":"final","note":[{"text":"a \"note\":1"}],'
        r'"code":{"text":"\\"},"meta":{"source":"s"},"resourceType":"Observation"}'
    )
    assert kept(text, "value") == (
        r'{"valueQuantity" : {"value":1.50, "unit":"\u006dg"},"status":"final",'
        rf'"code":{{"text":"\\"}},"meta":{{"source":"s","tag":[{TAG}]}},"resourceType":"Observation"}}'
    )


def test_mandatory_elements_and_modifiers_are_always_kept() -> None:
    text = (
        '{"resourceType":"Observation","status":"final","code":{"text":"c"},"implicitRules":"urn:r",'
        '"modifierExtension":[{"url":"urn:m"}],"extension":[{"url":"urn:e"}],"issued":"2026-01-01T00:00:00Z"}'
    )
    shown = json.loads(kept(text, "issued"))
    assert list(shown) == [
        "resourceType",
        "status",
        "code",
        "implicitRules",
        "modifierExtension",
        "issued",
        "meta",
    ]


def test_the_sibling_of_a_primitive_goes_with_it() -> None:
    text = '{"resourceType":"Patient","_birthDate":{"id":"b"},"_gender":{"id":"g"}}'
    assert kept(text, "birthDate") == f'{{"resourceType":"Patient","_birthDate":{{"id":"b"}},{META}}}'


@pytest.mark.parametrize("name", ["value", "valueString"])
def test_a_choice_is_named_with_or_without_its_type(name: str) -> None:
    text = '{"resourceType":"Observation","status":"final","code":{},"valueString":"x"}'
    assert '"valueString":"x"' in kept(text, name)
    assert '"valueString":"x"' not in kept(text, "valueQuantity", "nonsense", "value.code")


def test_an_escaped_name_is_known() -> None:
    assert '"g\\u0065nder":"male"' in kept('{"resourceType":"Patient","g\\u0065nder":"male"}', "gender")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", f'{{"tag":[{TAG}]}}'),
        ('{ "versionId" : "1" }', f'{{"versionId" : "1","tag":[{TAG}]}}'),
        (
            '{"security":[{"code":"x"}],"tag":[{"code":"x"}],"source":"s"}',
            f'{{"security":[{{"code":"x"}}],"tag":[{{"code":"x"}},{TAG}],"source":"s"}}',
        ),
        (f'{{"tag":[{TAG}]}}', f'{{"tag":[{TAG}]}}'),
        (
            '{"extension":[{"valueMeta":{"tag":[{"code":"x"}]}}],"tag":[{"code":"x"}]}',
            f'{{"extension":[{{"valueMeta":{{"tag":[{{"code":"x"}}]}}}}],"tag":[{{"code":"x"}},{TAG}]}}',
        ),
    ],
)
def test_the_tag_is_added_once_behind_those_present(before: str, after: str) -> None:
    for mode in MODES:
        assert f'"meta":{after}' in summary(f'{{"resourceType":"Patient","meta":{before}}}', mode)


def test_a_summary_goes_into_parts() -> None:
    text = (
        '{"resourceType":"Measure","status":"draft","purpose":"long",'
        '"group":[{"description":"g","population":[{"criteria":{"language":"x"}}]}]}'
    )
    # Measure.group is no part of a summary; Patient.link is, with all its parts.
    assert summary(text) == f'{{"resourceType":"Measure","status":"draft",{META}}}'
    link = '{"id":"l","other":{"reference":"Patient/b"},"type":"refer"}'
    assert (
        f'"link":[{link.replace(chr(34) + "id" + chr(34) + ":" + chr(34) + "l" + chr(34) + ",", "")}]'
        in summary(f'{{"resourceType":"Patient","link":[ {link} ]}}')
    )


def test_a_summary_leaves_the_bytes_of_an_attachment_out() -> None:
    text = (
        '{"resourceType":"DocumentReference","status":"current","content":[{"attachment":'
        '{"contentType":"text/plain","data":"QUJD","url":"urn:x","extension":[{"url":"urn:e","valueBoolean":true}]}}]}'
    )
    attachment = (
        '{"contentType":"text/plain","url":"urn:x","extension":[{"url":"urn:e","valueBoolean":true}]}'
    )
    assert f'"content":[{{"attachment":{attachment}}}]' in summary(text)


def test_a_part_of_which_a_summary_shows_nothing_is_left_out() -> None:
    text = '{"resourceType":"Patient","link":[{"id":"only"}],"gender":"male"}'
    assert summary(text) == f'{{"resourceType":"Patient","gender":"male",{META}}}'


def test_an_escaped_name_is_left_out_of_a_part_too() -> None:
    text = '{"resourceType":"Patient","link":[{"\\u0069d":"l","type":"refer"}]}'
    assert '"link":[{"type":"refer"}]' in summary(text)


def test_text_and_data_are_each_other_without_the_rest() -> None:
    text = (
        '{"resourceType":"Observation","id":"o","meta":{},"text":{"status":"empty"},"status":"final",'
        '"code":{"text":"c"},"comment":1,"note":[{"text":"n"}]}'
    )
    assert list(json.loads(summary(text, "text"))) == ["resourceType", "id", "meta", "text", "status", "code"]
    assert list(json.loads(summary(text, "data"))) == ["resourceType", "id", "meta", "status", "code", "note"]


def test_a_text_as_deep_as_may_be_is_taken_apart() -> None:
    deep = '{"extension":[' * (DEEPEST // 2 - 1) + "{}" + "]}" * (DEEPEST // 2 - 1)
    text = f'{{"resourceType":"Patient","name":{deep},"gender":"male"}}'
    assert kept(parse(text).text, "name") == f"{text[: text.index(deep)]}{deep},{META}}}"


def test_every_example_is_valid_in_each_mode_and_what_is_kept_is_as_it_was(
    examples: Mapping[str, ResourceText],
) -> None:
    for name, example in examples.items():
        for mode in MODES:
            shown = parse(summarised(example, mode))
            assert_part(shown.value, example.value, name)
            assert SUBSETTED in shown.value["meta"]["tag"], (name, mode)
        shown = parse(with_elements(example, ["subject", "identifier"]))
        assert shown.value.keys() <= example.value.keys() | {"meta"}


def assert_part(part: Any, whole: Any, name: str) -> None:
    for key in part.keys() - {"meta"}:
        if isinstance(part[key], dict):
            assert_part(part[key], whole[key], name)
        elif part[key] != whole[key]:
            assert isinstance(part[key], list), name
            assert len(part[key]) <= len(whole[key]), name


def test_a_summary_shows_exactly_the_marked_elements_of_every_example(
    examples: Mapping[str, ResourceText],
) -> None:
    for example in examples.values():
        shown = parse(summarised(example, "true")).value
        assert set(shown) == {"resourceType", "meta"} | {
            name for name in marked(str(example.value["resourceType"])) if name in example.value
        }


def marked(type_: str) -> Iterator[str]:
    for element in children(type_).values():
        if element.is_summary or element.min:
            for name, _ in element.json_names():
                yield from (name, f"_{name}")
