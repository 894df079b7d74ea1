"""Which search parameters there are."""

from collections.abc import Mapping
from typing import Any

from fhir_store.definitions import search_definitions, served_types
from fhir_store.search_values import not_indexed, search_parameters
from fhir_store.search_values.parameters import compiled

NOT_INDEXED = {
    "Resource": {
        "_content",
        "_filter",
        "_has",
        "_id",
        "_lastUpdated",
        "_list",
        "_query",
        "_text",
        "_type",
    },
    "Device": {"din"},
    "DiagnosticReport": {"assessed-condition"},
    "Observation": {
        "amino-acid-change",
        "dna-variant",
        "gene-amino-acid-change",
        "gene-dnavariant",
        "gene-identifier",
    },
    "Patient": {"age", "birthOrderBoolean", "mothersMaidenName"},
    "QuestionnaireResponse": {"item-subject"},
}


def test_a_parameter_says_its_kind_and_targets() -> None:
    subject = search_parameters("MedicationAdministration")["subject"]
    assert (subject.kind, subject.targets, subject.components) == ("reference", ("Group", "Patient"), ())
    assert subject.url == "http://hl7.org/fhir/SearchParameter/MedicationAdministration-subject"


def test_a_composite_says_the_kinds_of_its_parts_in_the_order_of_the_search() -> None:
    kinds = {
        (type_, name): parameter.components
        for type_ in served_types()
        for name, parameter in search_parameters(type_).items()
        if parameter.kind == "composite"
    }
    assert kinds["Observation", "code-value-quantity"] == ("token", "quantity")
    assert kinds["Observation", "code-value-date"] == ("token", "date")
    assert kinds["DocumentReference", "relationship"] == ("token", "reference")
    assert {code for code, _ in kinds.values()} == {"token"}
    assert (
        len(kinds) == 8 + 5 * 2 + 2
    )  # of Observation; of five with useContext; of Group and DocumentReference


def test_what_is_not_indexed_is_known_one_by_one() -> None:
    left_out: dict[str, set[str]] = {}
    for one in not_indexed():
        assert one.reason
        left_out.setdefault(one.type, set()).add(one.name)
    assert left_out == NOT_INDEXED


def test_every_official_parameter_is_indexed_or_said_not_to_be(official: list[Mapping[str, Any]]) -> None:
    for one in official:
        # Those without a base are bound to no type, and the examples show how one is written.
        if one["resourceType"] == "SearchParameter" and "/SearchParameter/example" not in one["url"]:
            for base in one.get("base", ()):
                for type_ in set(served_types()) if "Resource" in base else {base} & set(served_types()):
                    left_out = NOT_INDEXED["Resource"] | NOT_INDEXED.get(type_, set())
                    assert (one["code"] in search_parameters(type_)) != (one["code"] in left_out), one["url"]


def test_every_parameter_has_a_way_to_its_values() -> None:
    for type_ in served_types():
        ways = {row.param for row in (*compiled(type_).indexed, *compiled(type_).composites)}
        assert ways == search_parameters(type_).keys() <= search_definitions(type_).keys()
