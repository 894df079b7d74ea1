"""What a search does not understand is refused and never ignored, and no refusal says what was sent."""

import pytest

from fhir_store.definitions import served_types
from fhir_store.errors import (
    BadSearchValue,
    StoreError,
    UnsupportedModifier,
    UnsupportedOrder,
    UnsupportedParameter,
)
from fhir_store.search import Context, parse_query, supported

# Stands for a person's name wherever it is put.
NAME = "Jovanka"


@pytest.mark.parametrize(
    ("type_", "name", "value", "error"),
    [
        ("Patient", NAME, "x", UnsupportedParameter),
        ("Patient", "_text", NAME, UnsupportedParameter),
        ("Patient", "_content", NAME, UnsupportedParameter),
        ("Patient", "_query", NAME, UnsupportedParameter),
        ("Patient", "_filter", NAME, UnsupportedParameter),
        ("Patient", "_type", "Patient", UnsupportedParameter),
        ("Location", "near", NAME, BadSearchValue),
        ("Patient", f"name:{NAME}", "x", UnsupportedModifier),
        ("Patient", "name:", NAME, UnsupportedModifier),
        ("Patient", "name:not", NAME, UnsupportedModifier),
        ("Patient", "name:contains", NAME, UnsupportedModifier),
        (None, "name:contains", NAME, UnsupportedParameter),
        ("RelatedPerson", "_sort", "-name", UnsupportedOrder),
        ("Patient", "_sort", "birthdate,identifier", UnsupportedOrder),
        ("Observation", "_sort", "identifier", UnsupportedOrder),
        ("Patient", "birthdate:exact", NAME, UnsupportedModifier),
        ("Patient", "gender:exact", NAME, UnsupportedModifier),
        ("Patient", "gender:text", NAME, UnsupportedModifier),
        ("Patient", "gender:of-type", NAME, UnsupportedModifier),
        ("Observation", "code:above", NAME, UnsupportedModifier),
        ("Observation", "code:below", NAME, UnsupportedModifier),
        ("Observation", "subject:Medication", NAME, UnsupportedModifier),
        ("Observation", "subject:above", NAME, UnsupportedModifier),
        ("Patient", "_id:exact", NAME, UnsupportedModifier),
        ("Patient", "_count:exact", "1", UnsupportedParameter),
        ("Observation", f"subject:{NAME}.name", "x", UnsupportedParameter),
        ("Observation", f"subject.{NAME}", "x", UnsupportedParameter),
        ("Observation", "code.name", NAME, UnsupportedParameter),
        ("Patient", f"_has:{NAME}:patient:code", "x", UnsupportedParameter),
        ("Patient", "_has:Observation:code:code", NAME, UnsupportedParameter),
        ("Patient", "_has:Observation:specimen:code", NAME, UnsupportedParameter),
        ("Patient", "_has:Observation", NAME, UnsupportedParameter),
        ("Patient", "_sort", NAME, UnsupportedParameter),
        ("Observation", "_sort", "code-value-quantity", UnsupportedParameter),
        ("Observation", "_include", NAME, UnsupportedParameter),
        ("Observation", "_include", f"Observation:{NAME}", UnsupportedParameter),
        ("Observation", "_include", "Observation:code", UnsupportedParameter),
        ("Observation", "_include", "Observation:subject:Medication", UnsupportedParameter),
        ("Observation", "_include", "Encounter:subject", UnsupportedParameter),
        ("Observation", "_include:recurse", "Observation:subject", UnsupportedModifier),
        ("Observation", "_revinclude", "Patient:organization", UnsupportedParameter),
        ("Patient", "name", "", BadSearchValue),
        ("Patient", "name", ",", BadSearchValue),
        ("Patient", "gender", "", BadSearchValue),
        ("Patient", "gender", "|", BadSearchValue),
        ("Patient", "gender", f"a,,{NAME}", BadSearchValue),
        ("Patient", "identifier", f"a|b|{NAME}", BadSearchValue),
        ("Patient", "identifier:of-type", f"a|{NAME}", BadSearchValue),
        ("Patient", "birthdate", NAME, BadSearchValue),
        ("Patient", "birthdate", "2026-02-30", BadSearchValue),
        ("Patient", "birthdate", "xx2026", BadSearchValue),
        ("Patient", "organization", f"a/{NAME}", BadSearchValue),
        ("Patient", "name:missing", NAME, BadSearchValue),
        ("Observation", "value-quantity", NAME, BadSearchValue),
        ("Observation", "value-quantity", "1e999", BadSearchValue),
        ("Observation", "value-quantity", f"5|a|b|{NAME}", BadSearchValue),
        ("Observation", "value-quantity", "5|a|", BadSearchValue),
        ("Observation", "code-value-quantity", NAME, BadSearchValue),
        ("Observation", "code-value-quantity", f"a$5${NAME}", BadSearchValue),
        ("Observation", "code:in", NAME, BadSearchValue),
        ("Patient", "_list", f"a/{NAME}", BadSearchValue),
        ("Patient", "_count", "-1", BadSearchValue),
        ("Patient", "_count", NAME, BadSearchValue),
        ("Patient", "_total", NAME, BadSearchValue),
        ("Patient", "_summary", NAME, BadSearchValue),
        ("Patient", "_contained", "true", BadSearchValue),
        ("Patient", "_contained", "both", BadSearchValue),
        ("Patient", "_pretty", NAME, BadSearchValue),
        ("Patient", "_elements", "id,", BadSearchValue),
        ("Patient", "_sort", "gender,-gender", BadSearchValue),
        (None, "_type", NAME, BadSearchValue),
        (None, "name", NAME, UnsupportedParameter),
        (None, "subject", NAME, UnsupportedParameter),
    ],
)
def test_what_is_not_understood_is_refused_without_repeating_it(
    context: Context, type_: str | None, name: str, value: str, error: type[StoreError]
) -> None:
    with pytest.raises(StoreError) as refusal:
        parse_query(type_, [(name, value)], context=context)
    assert type(refusal.value) is error
    assert NAME not in refusal.value.message


def test_a_refusal_names_what_is_supported(context: Context) -> None:
    with pytest.raises(UnsupportedParameter, match=r"birthdate.*family"):
        parse_query("Patient", [("x", "y")], context=context)
    with pytest.raises(UnsupportedModifier, match=r": :exact, :missing\."):
        parse_query("Patient", [("name:x", "y")], context=context)
    with pytest.raises(UnsupportedParameter, match="Observation:subject"):
        parse_query("Observation", [("_include", "Observation:x")], context=context)


def test_leniency_leaves_out_what_is_not_supported_and_says_so(context: Context) -> None:
    given = [
        ("name", "a"),
        ("x", "1"),
        ("name:x", "2"),
        ("_include", "Patient:x"),
        ("_sort", "x"),
        ("_count", "7"),
    ]
    query = parse_query("Patient", given, context=context, lenient=True)
    assert query.used == (("name", "a"), ("_count", "7"))
    assert query.sort == ()
    with pytest.raises(BadSearchValue):
        parse_query("Patient", [("birthdate", "x")], context=context, lenient=True)


@pytest.mark.parametrize(
    "name", ["_count", "_sort", "_total", "_summary", "_elements", "_format", "_contained"]
)
def test_how_to_answer_is_said_once(context: Context, name: str) -> None:
    values = {"_count": "1", "_sort": "_id", "_total": "none", "_contained": "false"}
    value = values.get(name, "true")
    with pytest.raises(BadSearchValue):
        parse_query("Patient", [(name, value), ("active", "true"), (name, value)], context=context)


def test_types_are_named_once(context: Context) -> None:
    with pytest.raises(BadSearchValue):
        parse_query(None, [("_type", "Patient"), ("_type", "Observation")], context=context)


def test_what_others_apply_is_handed_on(context: Context) -> None:
    asked = [("_summary", "text"), ("_elements", "id,name"), ("_pretty", "true"), ("_format", "json")]
    query = parse_query("Patient", [*asked, ("_contained", "false"), ("_count", "5000")], context=context)
    assert (query.summary, query.elements, query.pretty, query.format) == (
        "text",
        ("id", "name"),
        True,
        "json",
    )
    assert query.count == 1000
    assert query.used[:4] == tuple(asked)


VALUES = {
    "date": "2026",
    "number": "5",
    "quantity": "5",
    "reference": "x",
    "string": "x",
    "token": "x",
    "uri": "x",
    "special": "x",
    "near": "42.4|19.3",
    "missing": "true",
    "of-type": "a|b|c",
    "in": "ValueSet/nothing",
    "not-in": "ValueSet/nothing",
    "identifier": "x",
}
BESIDE = {"quantity": "a$5", "concept": "a$b", "date": "a$2026", "string": "a$b"}


@pytest.mark.parametrize("type_", served_types())
def test_all_that_is_said_to_be_supported_can_be_searched_by(context: Context, type_: str) -> None:
    offered = supported(type_)
    assert {"_id", "_lastUpdated", "_list"} <= {one.name for one in offered.parameters}
    for one in offered.parameters:
        for modifier in ("", *one.modifiers):
            name = f"{one.name}:{modifier}" if modifier else one.name
            composite = BESIDE.get(one.name.rpartition("-")[2], "a$b")
            value = VALUES.get(modifier or one.name) or VALUES.get(one.kind, composite)
            assert parse_query(type_, [(name, value)], context=context).used == ((name, value),)
    for value in offered.sortable:
        parse_query(type_, [("_sort", value)], context=context)
    for value in offered.includes:
        parse_query(type_, [("_include", value)], context=context)
    for value in offered.revincludes:
        parse_query(type_, [("_revinclude", value)], context=context)
