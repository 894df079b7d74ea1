"""FHIRPath Patch: what each operation does, what it leaves, and what is refused."""

import copy
import json
from time import thread_time
from typing import Any

import pytest

from fhir_store.errors import BadPatch
from fhir_store.json_text import parse
from fhir_store.patching import fhirpath_patched

PATIENT = (
    '{ "resourceType":"Patient",\n'
    '  "name":[{"use":"official","family":"\\u0110oki\\u0107","given":["Ana", "Mara"]}, {"use":"old","given":["Nada"]}],\n'
    '  "birthDate" : "1974-12-25", "_birthDate":{"extension":[{"url":"time","valueDateTime":"1974-12-25T14:35:45-05:00"}]},\n'
    '  "multipleBirthInteger":2, "contact":[{"gender":"female"}],\n'
    '  "extension":[{"url":"weight","valueDecimal":1.50}] }'
)


def operation(type_: str, path: str, **parts: Any) -> dict[str, Any]:
    """Parts as ``name="x"``, ``index=1``, and the value as ``value={"valueString": ...}``."""
    found = [{"name": "type", "valueCode": type_}, {"name": "path", "valueString": path}]
    for name, part in parts.items():
        value = (
            part
            if isinstance(part, dict)
            else {"valueString" if isinstance(part, str) else "valueInteger": part}
        )
        found.append({"name": name, **value})
    return {"name": "operation", "part": found}


def patched(*operations: Any, text: str = PATIENT) -> str:
    patch = parse(json.dumps({"resourceType": "Parameters", "parameter": operations}))
    return fhirpath_patched(parse(text), patch.value).text


def value(type_: str, content: Any, **others: Any) -> dict[str, Any]:
    return {f"value{type_}": content, **others}


OFFICIAL = "Patient.name.where(use = 'official')"


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (operation("replace", f"{OFFICIAL}.given[1]", value=value("String", "Iva")), '"Mara"', '"Iva"'),
        (operation("replace", "Patient.contact[0].gender", value=value("Code", "other")), '"female"', '"other"'),
        (operation("add", OFFICIAL, name="given", value=value("String", "Iva")), '"Mara"', '"Mara","Iva"'),
        (operation("add", "Patient", name="active", value=value("Boolean", True)), "1.50}]", '1.50}],"active":true'),
        (operation("insert", f"{OFFICIAL}.given", index=0, value=value("String", "I")), '"Ana", "M', '"I", "Ana","M'),
        (operation("insert", f"{OFFICIAL}.given", index=2, value=value("String", "I")), '"Mara"', '"Mara","I"'),
        (operation("move", f"{OFFICIAL}.given", source=1, destination=0), '"Ana", "Mara"', '"Mara", "Ana"'),
        (operation("delete", f"{OFFICIAL}.given.first()"), '"Ana", "Mara"', '"Mara"'),
        (operation("delete", "Patient.name[1].given[0]"), ',"given":["Nada"]', ""),
        (operation("delete", "Patient.deceased"), "", ""),
        (operation("delete", "Patient.contact[0].gender"), ' "contact":[{"gender":"female"}],', ""),
        (operation("delete", "Patient.extension('weight')"), ',\n  "extension":[{"url":"weight","valueDecimal":1.50}]', ""),
        (
            operation("delete", "Patient.birthDate.extension('time')"),
            ' "_birthDate":{"extension":[{"url":"time","valueDateTime":"1974-12-25T14:35:45-05:00"}]},',
            "",
        ),
        (
            operation("replace", "Patient.birthDate", value=value("Date", "1975-01-01")),
            '"1974-12-25", "_birthDate":{"extension":[{"url":"time","valueDateTime":"1974-12-25T14:35:45-05:00"}]}',
            '"1975-01-01"',
        ),
        (
            operation("replace", "Patient.multipleBirth", value=value("Boolean", True)),
            '\n  "multipleBirthInteger":2',
            '"multipleBirthBoolean":true',
        ),
        (
            operation("replace", "Patient.extension[0].value", value=value("Quantity", {"unit": "kg"})),
            '"valueDecimal":1.50',
            '"valueQuantity":{"unit":"kg"}',
        ),
        (operation("add", "Patient", name="deceased", value=value("Boolean", True)), "1.50}]", '1.50}],"deceasedBoolean":true'),
    ],
)  # fmt: skip
def test_only_what_an_operation_names_changes(change: Any, before: str, after: str) -> None:
    assert patched(change) == (PATIENT.replace(before, after) if before else PATIENT)


def test_numbers_of_a_value_are_written_as_they_were_sent() -> None:
    patch = parse(
        '{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},'
        '{"name":"path","valueString":"Basic.extension[0]"},{"name":"name","valueString":"value"},'
        '{"name":"value","valueDecimal":1.500}]}]}'
    )
    basic = parse('{"resourceType":"Basic","extension":[{"url":"x"}]}')
    assert fhirpath_patched(basic, patch.value).text == (
        '{"resourceType":"Basic","extension":[{"url":"x","valueDecimal":1.500}]}'
    )


def test_later_operations_change_neither_resource_nor_patch() -> None:
    patch = parse(
        json.dumps(
            {
                "resourceType": "Parameters",
                "parameter": [
                    operation("add", "Patient", name="name", value=value("HumanName", {"given": ["Eva"]})),
                    operation("delete", "Patient.name[2].given[0]"),
                ],
            }
        )
    )
    resource = parse(PATIENT)
    before = copy.deepcopy((resource.value, patch.value))
    fhirpath_patched(resource, patch.value)
    assert (resource.value, patch.value) == before


def test_a_value_may_be_built_from_parts_at_any_depth() -> None:
    parts = {
        "part": [
            {"name": "linkId", "valueString": "1"},
            {"name": "answer", "part": [{"name": "value", "valueDecimal": 1}]},
            {
                "name": "answer",
                "part": [{"name": "value", "valueCoding": {"code": "a"}}, {"name": "item", "part": [{"name": "linkId", "valueString": "1.1"}]}],
            },
        ]
    }  # fmt: skip
    text = patched(
        operation("add", "QuestionnaireResponse", name="item", value=parts),
        text='{"resourceType":"QuestionnaireResponse"}',
    )
    assert json.loads(text)["item"] == [
        {
            "linkId": "1",
            "answer": [{"valueDecimal": 1}, {"valueCoding": {"code": "a"}, "item": [{"linkId": "1.1"}]}],
        }
    ]


def test_a_resource_may_be_contained() -> None:
    contained = {"resourceType": "Organization", "id": "o"}
    text = patched(
        operation("add", "Patient", name="contained", value={"resource": contained}),
        operation("add", "Patient.contained[0]", name="name", value=value("String", "Centre")),
    )
    assert json.loads(text)["contained"] == [{**contained, "name": "Centre"}]


def test_what_stands_beside_a_primitive_value_moves_with_it() -> None:
    names = (
        '{"resourceType":"Patient","name":[{"given":["A","B",null],"_given":[null,{"id":"b"},{"id":"c"}]}]}'
    )

    def given(*operations: Any) -> Any:
        name = json.loads(patched(*operations, text=names))["name"][0]
        return name.get("given"), name.get("_given")

    path = "Patient.name.given"
    assert given(operation("move", path, source=2, destination=0)) == (
        [None, "A", "B"],
        [{"id": "c"}, None, {"id": "b"}],
    )
    assert given(operation("delete", f"{path}[0]")) == (["B", None], [{"id": "b"}, {"id": "c"}])
    assert given(operation("delete", f"{path}[0]"), operation("delete", f"{path}[0]")) == (
        None,
        [{"id": "c"}],
    )
    assert given(operation("replace", f"{path}[1]", value=value("String", "X"))) == (
        ["A", "X", None],
        [None, None, {"id": "c"}],
    )
    assert given(operation("insert", path, index=0, value=value("String", "X"))) == (
        ["X", "A", "B", None],
        [None, None, {"id": "b"}, {"id": "c"}],
    )


def test_an_extension_can_be_added_to_a_primitive_value() -> None:
    extension = {"part": [{"name": "url", "valueUri": "x"}, {"name": "value", "valueCode": "y"}]}
    text = patched(
        operation("add", "Patient.name[0].given[1]", name="extension", value=extension),
        operation("add", "Patient.contact[0].gender", name="extension", value=extension),
    )
    document = json.loads(text)
    assert document["name"][0]["_given"] == [None, {"extension": [{"url": "x", "valueCode": "y"}]}]
    assert document["contact"][0]["_gender"] == {"extension": [{"url": "x", "valueCode": "y"}]}


STRING = value("String", "x")


@pytest.mark.parametrize(
    "change",
    [
        operation("replace", "Patient.deceased", value=STRING),
        operation("replace", "Patient.name", value=value("HumanName", {"text": "x"})),
        operation("replace", "Patient", value=STRING),
        operation("replace", "'x'", value=STRING),
        operation("replace", "Patient.multipleBirth", value=STRING),
        operation("replace", "Patient.name[0]", value=value("Identifier", {"value": "x"})),
        operation("delete", "Patient"),
        operation("delete", "Patient.name"),
        operation("delete", "Observation.status"),
        operation("delete", "Patient.nonsense"),
        operation("delete", "Patient.name.where("),
        operation("delete", "Patient.descendants()"),
        operation("insert", "Patient.photo", index=0, value=value("Attachment", {"title": "x"})),
        operation("insert", "Patient.name | 'x'", index=0, value=value("HumanName", {"text": "x"})),
        operation("insert", "Patient.name", index=3, value=value("HumanName", {"text": "x"})),
        operation("insert", "Patient.name.given", index=0, value=STRING),
        operation("insert", OFFICIAL, index=0, value=value("HumanName", {"text": "x"})),
        operation("insert", "Patient.birthDate", index=0, value=value("Date", "2020-01-01")),
        operation("insert", "Patient.name", index=-1, value=value("HumanName", {"text": "x"})),
        operation("move", "Patient.name", source=2, destination=0),
        operation("move", "Patient.name", source=0, destination=2),
        operation("move", "Patient.photo", source=0, destination=0),
        operation("move", "Patient.name.given", source=0, destination=1),
        operation("add", "Patient.name", name="text", value=STRING),
        operation("add", "Patient.photo", name="title", value=STRING),
        operation("add", "Patient", name="birthDate", value=value("Date", "2020-01-01")),
        operation("add", "Patient", name="multipleBirth", value=value("Boolean", True)),
        operation("add", "Patient", name="deceasedBoolean", value=value("Boolean", True)),
        operation("add", "Patient", name="deceased", value=STRING),
        operation("add", "Patient", name="deceased", value={"part": [{"name": "x", "valueString": "y"}]}),
        operation("add", "Patient", name="contact", value={"part": [{"name": "x", "valueString": "y"}]}),
        operation("add", "Patient", name="contact", value={"part": [{"name": "gender", **STRING}] * 2}),
        operation("add", "Patient", name="active", value={"part": [{"name": "id", "valueString": "y"}]}),
        operation("add", "Patient", name="name", value={"resource": {"resourceType": "Basic"}}),
        operation("add", "Patient", name="active", value={}),
        operation("add", "Patient", name="active", value={"valueBoolean": True, "valueString": "x"}),
        operation("add", "Patient", name="active"),
        operation("add", "Patient", value=STRING),
        operation("delete", "Patient.name", name="text"),
        operation("delete", "Patient.name", other="text"),
        operation("insert", "Patient.name", index="1", value=value("HumanName", {"text": "x"})),
        operation("merge", "Patient.name"),
        {"name": "other"},
        {"name": "operation", "part": {}},
        {"name": "operation", "part": [{}]},
        {"name": "operation", "part": [{"name": "type", "valueCode": "delete"}] * 2},
        "operation",
    ],
)
def test_what_cannot_be_done_names_the_operation(change: Any) -> None:
    with pytest.raises(BadPatch) as refusal:
        patched(operation("delete", "Patient.photo"), change)
    (issue,) = refusal.value.issues
    assert (issue.code, issue.expression) == ("processing", "Parameters.parameter[1]")


@pytest.mark.parametrize(
    "parameters", [{}, {"resourceType": "Patient"}, {"resourceType": "Parameters", "parameter": {}}]
)
def test_a_patch_is_a_parameters_resource(parameters: Any) -> None:
    with pytest.raises(BadPatch):
        fhirpath_patched(parse(PATIENT), parameters)


def test_no_message_carries_what_was_sent() -> None:
    with pytest.raises(BadPatch) as refusal:
        patched(operation("replace", "Patient.name.where(family = 'SECRET')", value=STRING))
    assert "SECRET" not in str(refusal.value.issues)


@pytest.mark.parametrize(
    "shape", ['"x"', "1", '{"a":1}', "[[1]]", '[{"given":"x"}]', "[null]", '["x"]', "true"]
)
def test_a_resource_of_a_wrong_form_is_refused_and_breaks_nothing(shape: str) -> None:
    for change in [
        operation("add", "Patient.name[0]", name="given", value=STRING),
        operation("add", "Patient", name="name", value=value("HumanName", {"text": "x"})),
        operation("insert", "Patient.name", index=0, value=value("HumanName", {"text": "x"})),
        operation("insert", "Patient.name.given", index=0, value=STRING),
        operation("delete", "Patient.name[0].given[0]"),
        operation(
            "add",
            "Patient.name[0].given[0]",
            name="extension",
            value={"part": [{"name": "url", "valueUri": "x"}]},
        ),
        operation("move", "Patient.name", source=0, destination=0),
    ]:
        for member in ("name", "_name"):
            try:
                patched(change, text=f'{{"resourceType":"Patient","{member}":{shape}}}')
            except BadPatch:
                continue


def test_thousands_of_operations_take_a_moment_and_more_are_refused() -> None:
    began = thread_time()
    add = operation("add", "Patient", name="name", value=value("HumanName", {"text": "x"}))
    assert len(json.loads(patched(*[add] * 5_000))["name"]) == 2 + 5_000
    with pytest.raises(BadPatch, match="10000 operations"):
        patched(*[add] * 10_001)
    with pytest.raises(BadPatch, match="too much work"):
        patched(*[add, operation("delete", "Patient.name.where(text = 'y')")] * 1_000)
    assert thread_time() - began < 10


def test_nesting_stays_within_what_a_resource_may_have() -> None:
    deeper = [
        operation(
            "add",
            "Questionnaire" + ".item" * n,
            name="item",
            value={"part": [{"name": "linkId", "valueString": "x"}]},
        )
        for n in range(40)
    ]
    with pytest.raises(BadPatch, match="deeper"):
        patched(*deeper, text='{"resourceType":"Questionnaire"}')
