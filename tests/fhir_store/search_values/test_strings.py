"""Texts, names, addresses and URIs as index values."""

import pytest
from indexing import by
from resources import a_patient, an_organization


def test_each_part_of_a_name_is_found() -> None:
    name = {
        "use": "official",
        "text": "dr Ana Marija Demo",
        "prefix": ["dr"],
        "given": ["Ana Marija", None, "Ć."],
        "_given": [None, {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}, None],
        "family": "Demo-Primjer",
        "suffix": ["ml."],
        "period": {"start": "2020"},
    }
    patient = a_patient(name=[name])
    expected = {"dr Ana Marija Demo", "dr", "Ana Marija", "Ć.", "Demo-Primjer", "ml."}
    assert {text for (text,) in by("name", patient)} == expected
    assert by("given", patient) == [("Ana Marija",), ("Ć.",)]
    assert by("family", patient) == [("Demo-Primjer",)]


def test_each_part_of_an_address_is_found() -> None:
    address = {
        "use": "home",
        "type": "both",
        "text": "Ul. Demo 1, Primjer",
        "line": ["Ul. Demo 1", "stan 2"],
        "city": "Primjer",
        "district": "Sjever",
        "state": "S",
        "postalCode": "81000",
        "country": "ME",
    }
    patient = a_patient(address=[address])
    expected = {"Ul. Demo 1, Primjer", "Ul. Demo 1", "stan 2", "Primjer", "Sjever", "S", "81000", "ME"}
    assert {text for (text,) in by("address", patient)} == expected
    assert by("address-city", patient) == [("Primjer",)]
    assert by("address-use", patient) == [("http://hl7.org/fhir/address-use", "home")]


def test_a_name_is_found_by_what_it_sounds_like_as_a_whole_and_by_each_word() -> None:
    patient = a_patient(name=[{"family": "Đorđević", "given": ["Ana Marija", "..."]}])
    assert by("phonetic", patient) == [("dordevic",), ("ana maria",), ("ana",), ("maria",)]


def test_an_organization_is_found_by_name_and_alias() -> None:
    assert by("name", an_organization(alias=["Zatvor Demo"])) == [("DEMO Prison",), ("Zatvor Demo",)]


def test_markdown_is_a_text() -> None:
    assert by("description", {"resourceType": "Measure", "description": "*All* stays"}) == [("*All* stays",)]
    assert by("notes", {"resourceType": "List", "note": [{"text": "a"}, {"text": "b"}]}) == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("http://x/StructureDefinition/p", [("http://x/StructureDefinition/p",)]),
        ("http://x/p|1.0", [("http://x/p|1.0",), ("http://x/p",)]),
    ],
)
def test_a_profile_is_found_with_its_version_and_without(profile: str, expected: list[tuple[str]]) -> None:
    assert by("_profile", a_patient(meta={"profile": [profile]})) == expected


def test_a_uri_is_found_as_it_was_written() -> None:
    assert by("_source", a_patient(meta={"source": "urn:Demo:a|b"})) == [("urn:Demo:a|b",)]
    assert by("url", {"resourceType": "ValueSet", "url": "http://X/v"}) == [("http://X/v",)]
    document = {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "http://x/d"}}]}
    assert by("location", document) == [("http://x/d",)]
