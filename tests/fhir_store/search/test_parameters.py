"""What each kind of parameter finds, with each of its prefixes, forms and modifiers."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from fhir_store.errors import BadSearchValue
from fhir_store.search import Context, parse_query

Keep = Callable[..., None]
Find = Callable[..., list[str]]

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
GENDERS = "http://hl7.org/fhir/administrative-gender"


def observation(id_: str, **members: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": id_}, **members}


def patient(id_: str, **members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id_, **members}


def coded(*codes: tuple[str | None, str], text: str | None = None) -> dict[str, Any]:
    coding = [{"code": code} | ({"system": system} if system else {}) for system, code in codes]
    return {"coding": coding} | ({"text": text} if text else {})


TOKENS = [
    observation("alt", code=coded((LOINC, "1742-6"), text="ALT in serum")),
    observation("ast", code=coded((LOINC, "1920-8"), ("urn:local", "ast"))),
    observation("local", code=coded((None, "1742-6"), text="Alanine")),
    observation("comma", code=coded(("urn:local", "a,b|c"))),
    observation("words", code={"text": "only words"}, status="preliminary"),
]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("code", "1742-6", "alt local"),
        ("code", f"{LOINC}|1742-6", "alt"),
        ("code", "|1742-6", "local"),
        ("code", f"{LOINC}|", "alt ast"),
        ("code", "ast,1742-6", "alt ast local"),
        ("code", f"urn:local|ast,{LOINC}|1742-6,|none", "alt ast"),
        ("code", f"urn:local|ast,{LOINC}|,|1742-6,a\\,b\\|c", "alt ast local comma"),
        ("code", "a\\,b\\|c", "comma"),
        ("code", "a", ""),
        ("code", "a\\,b", ""),
        ("code:not", "1742-6", "ast comma words"),
        ("code:not", "1742-6,ast", "comma words"),
        ("code:missing", "true", ""),
        ("code:missing", "false", "alt ast local comma words"),
        ("category:missing", "true", "alt ast local comma words"),
        ("category:missing", "false", ""),
        ("code:text", "al", "alt local"),
        ("code:text", "serum", ""),
        ("code:in", "http://example.org/ValueSet/liver", "alt ast"),
        ("code:in", "ValueSet/nothing", ""),
        ("code:not-in", "http://example.org/ValueSet/liver", "local comma words"),
        ("code:not-in", "ValueSet/nothing", "alt ast local comma words"),
        ("status", "preliminary", "words"),
        ("status", "http://hl7.org/fhir/observation-status|final", "alt ast local comma"),
        ("_id", "alt,comma", "alt comma"),
        ("_id:not", "alt,comma", "ast local words"),
    ],
)
def test_tokens(keep: Keep, find: Find, name: str, value: str, found: str) -> None:
    keep(*TOKENS)
    assert find("Observation", (name, value)) == found.split()


PEOPLE = [
    patient(
        "ana",
        name=[{"family": "Đorđević", "given": ["Ana Marija", "Ana"]}],
        address=[{"city": "Nikšić"}],
        identifier=[
            {
                "system": "urn:prison",
                "value": "17",
                "type": {"coding": [{"system": "urn:types", "code": "PN"}], "text": "Prison number"},
            }
        ],
        telecom=[{"system": "phone", "value": "+382 67 1"}, {"system": "email", "value": "a@x.me"}],
    ),
    patient("ANA", name=[{"given": ["ANA"]}], active=False, gender="female"),
    patient("mariana", name=[{"text": "Mariana, O'Hara"}], active=True),
]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("name", "ana", "ana ANA"),
        ("name", "ÁNA", "ana ANA"),
        ("name", "ana,mari", "ana ANA mariana"),
        ("name", "djordj", "ana"),
        ("name", "Ђорђ", "ana"),
        ("given", "Ana Mar", "ana"),
        ("name", "Mariana\\, O'H", "mariana"),
        ("name:exact", "ANA", "ANA"),
        ("name:exact", "Ana", "ana"),
        ("name:exact", "an", ""),
        ("family:exact", "Ana", ""),
        ("given", "n", ""),
        ("address", "niks", "ana"),
        ("name:missing", "true", ""),
        ("family:missing", "true", "ANA mariana"),
        ("family:missing", "false", "ana"),
        ("address-city", "niksic", "ana"),
        ("phonetic", "Gjorgjevikj", "ana"),
        ("phonetic", "Djordjevic", "ana"),
        ("identifier", "urn:prison|17", "ana"),
        ("identifier:of-type", "urn:types|PN|17", "ana"),
        ("identifier:of-type", "urn:types|MR|17", ""),
        ("identifier:text", "prison", "ana"),
        ("email", "a@x.me", "ana"),
        ("phone", "a@x.me", ""),
        ("active", "true", "mariana"),
        ("active", "false", "ANA"),
        ("gender", f"{GENDERS}|female", "ANA"),
    ],
)
def test_people_by_strings_and_identifiers(keep: Keep, find: Find, name: str, value: str, found: str) -> None:
    keep(*PEOPLE)
    assert find("Patient", (name, value)) == found.split()


# What each day stands for in the zone of the tests, UTC+1 in winter.
DATES = [
    observation("day", effectiveDateTime="2026-01-14"),
    observation("month", effectiveDateTime="2026-01"),
    observation("noon", effectiveDateTime="2026-01-14T12:00:00+01:00"),
    observation("next", effectivePeriod={"start": "2026-01-14T23:00:00+01:00", "end": "2026-01-15"}),
    observation("since", effectivePeriod={"start": "2026-01-13"}),
    observation("never"),
]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-01-14", "day noon"),
        ("eq2026-01", "day month noon next"),
        ("ne2026-01-14", "month next since"),
        ("gt2026-01-14", "month next since"),
        ("lt2026-01-14", "month since"),
        ("ge2026-01-14", "day month noon next since"),
        ("le2026-01-14", "day month noon since"),
        ("sa2026-01-13", "day noon next"),
        ("sa2026-01-14", ""),
        ("eb2026-01-15", "day noon"),
        ("eb2026-01-14", ""),
        ("ge2026-01-14T13:00:00+01:00", "day month next since"),
        ("2026-01-13T22:59:59Z,2026-01-14T11:00:00Z", "noon"),
    ],
)
def test_dates(keep: Keep, find: Find, value: str, found: str) -> None:
    keep(*DATES)
    assert find("Observation", ("date", value)) == found.split()
    assert find("Observation", ("date:missing", "true")) == ["never"]


def test_nearly_a_date_is_within_a_tenth_of_the_time_from_it_to_now(keep: Keep, find: Find) -> None:
    keep(observation("then", effectiveDateTime="2000-01-01"))
    assert find("Observation", ("date", "ap2001-06-01")) == ["then"]
    assert find("Observation", ("date", "ap1900")) == []


def result(id_: str, value: str, unit: str = "mg/dL", **members: Any) -> dict[str, Any]:
    quantity = {"unit": unit, "system": UCUM, "code": unit, **members}
    return observation(id_, valueQuantity={"value": json.loads(value), **quantity})


QUANTITIES = [
    result("5.4", "5.4"),
    result("5.45", "5.45"),
    result("5.35", "5.35"),
    result("5.40", "5.40", "g/L"),
    result("under", "5", comparator="<"),
    result("over", "5.4", comparator=">"),
    observation("words", valueQuantity={"value": 5.4, "unit": "spoons"}),
    observation("none"),
]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("5.4", "5.4 5.35 5.40 words"),
        ("5.40", "5.4 5.40 words"),
        ("5", "5.4 5.45 5.35 5.40 words"),
        ("ne5.4", "5.45 under over"),
        ("gt5.4", "5.45 over"),
        ("ge5.4", "5.4 5.45 5.40 over words"),
        ("lt5.4", "5.35 under"),
        ("le5.4", "5.4 5.35 5.40 under over words"),
        ("sa5.35", "5.4 5.45 5.40 over words"),
        ("eb5.4", "5.35 under"),
        ("ap6", "5.4 5.45 5.40 over words"),
        (f"5.4|{UCUM}|mg/dL", "5.4 5.35"),
        ("5.4||mg/dL", "5.4 5.35"),
        ("5.4||spoons", "words"),
        ("5.4||g/L,5.45||mg/dL", "5.45 5.40"),
        ("54e-1", "5.4 5.35 5.40 words"),
    ],
)
def test_quantities(keep: Keep, find: Find, value: str, found: str) -> None:
    keep(*QUANTITIES)
    assert find("Observation", ("value-quantity", value)) == found.split()
    assert find("Observation", ("value-quantity:missing", "true")) == ["none"]


REFERENCES = [
    observation("local", subject={"reference": "Patient/1"}),
    observation("group", subject={"reference": "Group/1"}),
    observation("version", subject={"reference": "Patient/2/_history/3"}),
    observation("abroad", subject={"reference": "https://there.example/fhir/Patient/1"}),
    observation("urn", subject={"reference": "urn:uuid:5b1d"}),
    observation("logical", subject={"identifier": {"system": "urn:prison", "value": "17"}}),
    observation("nobody"),
]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("subject", "1", "local group"),
        ("subject", "Patient/1", "local"),
        ("subject", "Patient/1,Group/1", "local group"),
        ("subject", "https://here.example/fhir/Patient/1", "local"),
        ("subject", "https://there.example/fhir/Patient/1", "abroad"),
        ("subject", "https://elsewhere.example/fhir/Patient/1", ""),
        ("subject", "Patient/2", "version"),
        ("subject", "Patient/2/_history/3", "version"),
        ("subject", "urn:uuid:5b1d", "urn"),
        ("subject:Patient", "1", "local"),
        ("subject:Group", "1", "group"),
        ("subject:Patient", "Group/1", ""),
        ("patient", "1", "local"),
        ("subject:identifier", "urn:prison|17", "logical"),
        ("subject:identifier", "17", "logical"),
        ("subject:missing", "true", "nobody"),
    ],
)
def test_references(keep: Keep, find: Find, name: str, value: str, found: str) -> None:
    keep(*REFERENCES)
    assert find("Observation", (name, value)) == found.split()


DEFINITIONS = [
    {"resourceType": "ValueSet", "id": id_, "status": "active", "url": url, "version": version}
    for id_, url, version in [
        ("one", "http://example.org/fhir/ValueSet/a", "1"),
        ("two", "http://example.org/fhir/ValueSet/a", "2"),
        ("deep", "http://example.org/fhir/ValueSet/a/b", "1"),
        ("other", "http://example.com/fhir/ValueSet/a", "1"),
    ]
]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("url", "http://example.org/fhir/ValueSet/a", "one two"),
        ("url", "http://example.org/fhir/ValueSet/A", ""),
        ("url", "http://example.org/fhir/ValueSet/a|2", "two"),
        ("url", "http://example.org/fhir/ValueSet/a|2,http://example.com/fhir/ValueSet/a", "two other"),
        ("url", "http://example.org/fhir/ValueSet/a/b,http://example.com/fhir/ValueSet/a", "deep other"),
        ("url:below", "http://example.org/fhir/", "one two deep"),
        ("url:above", "http://example.org/fhir/ValueSet/a/b/c", "one two deep"),
        ("url:above", "http://example.org/fhir/ValueSet", ""),
        ("url:missing", "false", "one two deep other"),
    ],
)
def test_uris(keep: Keep, find: Find, name: str, value: str, found: str) -> None:
    keep(*DEFINITIONS)
    assert find("ValueSet", (name, value)) == found.split()


def component(code: str, value: str) -> dict[str, Any]:
    return {"code": coded((LOINC, code)), "valueQuantity": {"value": json.loads(value), "unit": "mmHg"}}


COMPOSITES = [
    observation("pressure", component=[component("sys", "140"), component("dia", "80")]),
    result("sugar", "7.1") | {"code": coded((LOINC, "sugar"))},
    observation("virus", code=coded((LOINC, "virus")), valueCodeableConcept=coded(("urn:x", "found"))),
    observation("words", code=coded((LOINC, "words")), valueString="Žuta boja"),
    observation("seen", code=coded((LOINC, "seen")), valueDateTime="2026-01-14"),
]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("component-code-value-quantity", "sys$gt100", "pressure"),
        ("component-code-value-quantity", "dia$gt100", ""),
        ("component-code-value-quantity", f"{LOINC}|sys$140||mmHg", "pressure"),
        ("combo-code-value-quantity", "dia$lt100,sugar$gt7", "pressure sugar"),
        ("code-value-quantity", f"sugar$7.1|{UCUM}|mg/dL", "sugar"),
        ("code-value-quantity", f"sugar$7.1|{UCUM}|g", ""),
        ("code-value-concept", "virus$urn:x|found", "virus"),
        ("code-value-concept", "sugar$urn:x|found", ""),
        ("code-value-string", "words$zuta", "words"),
        ("code-value-string", "virus$zuta", ""),
        ("code-value-date", "seen$ge2026-01-14", "seen"),
        ("code-value-date", "seen$lt2026-01-14", ""),
        ("component-code-value-quantity:missing", "false", "pressure"),
    ],
)
def test_composites(keep: Keep, find: Find, name: str, value: str, found: str) -> None:
    keep(*COMPOSITES)
    assert find("Observation", (name, value)) == found.split()


TAGGED = [
    patient(
        "tagged",
        meta={
            "tag": [{"system": "urn:t", "code": "vip"}],
            "security": [{"system": "urn:s", "code": "R"}],
            "profile": ["http://example.org/P|1.0"],
            "source": "urn:source:clinic",
        },
    ),
    patient("plain"),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_tag", "urn:t|vip"),
        ("_security", "R"),
        ("_profile", "http://example.org/P"),
        ("_profile", "http://example.org/P|1.0"),
        ("_profile:below", "http://example.org/"),
        ("_source", "urn:source:clinic"),
        ("_tag:not", "none,urn:x|vip,other"),
    ],
)
def test_what_meta_says(keep: Keep, find: Find, name: str, value: str) -> None:
    keep(*TAGGED)
    expected = ["tagged", "plain"] if name == "_tag:not" else ["tagged"]
    assert find("Patient", (name, value)) == expected


def place(id_: str, latitude: float, longitude: float) -> dict[str, Any]:
    return {"resourceType": "Location", "id": id_, "position": {"latitude": latitude, "longitude": longitude}}


# From podgorica to spuz it is 12.6 km, to niksic 45.5 km; dateline and other are 2.2 km apart.
PLACES = [
    place("podgorica", 42.441, 19.263),
    place("spuz", 42.515, 19.146),
    place("niksic", 42.773, 18.944),
    place("dateline", 0, 179.99),
    place("other", 0, -179.99),
    place("nowhere", 942, 19),
    {"resourceType": "Location", "id": "unplaced"},
]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("42.441|19.263|1|km", "podgorica"),
        ("42.441|19.263|0", "podgorica"),
        ("42.441|19.263|12.5|km", "podgorica"),
        ("42.441|19.263|12.7", "podgorica spuz"),
        ("42.441|19.263|12700|m", "podgorica spuz"),
        ("42.441|19.263|7.9|[mi_i]", "podgorica spuz"),
        ("42.441|19.263|7.7|[mi_us]", "podgorica"),
        ("42.441|19.263", "podgorica spuz niksic"),
        ("42.441|19.263||", "podgorica spuz niksic"),
        ("0|179.99|2.1|km", "dateline"),
        ("0|179.99|2.3|km", "dateline other"),
        ("0|180|1.2|km,42.515|19.146|1|km", "spuz dateline other"),
        ("-42.441|-160.737|20016|km", "podgorica spuz niksic dateline other"),
        ("90|0|1|km", ""),
    ],
)
def test_places_near(keep: Keep, find: Find, value: str, found: str) -> None:
    keep(*PLACES)
    assert find("Location", ("near", value)) == found.split()


def test_places_that_are_known_at_all(keep: Keep, find: Find) -> None:
    keep(*PLACES)
    assert find("Location", ("near:missing", "true")) == ["unplaced"]


@pytest.mark.parametrize(
    "value",
    ["42", "42|19|1|mile", "91|0|1|km", "0|181|1|km", "0|0|-1|km", "a|b", "1|1|1|km|x", "|19|1|km", "1e9|0"],
)
def test_a_place_that_is_none_is_refused(value: str, context: Context) -> None:
    with pytest.raises(BadSearchValue):
        parse_query("Location", [("near", value)], context=context)
