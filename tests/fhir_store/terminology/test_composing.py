"""Which codes a value set has, and that a list is whole or is not given."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.errors import BadDefinition, CircularValueSet, NotHeld, TerminologyError, TooCostly
from fhir_store.terminology import Terminology, codes_in, expanded
from fhir_store.terminology.composing import MOST

Held = Callable[..., Terminology]

SETS = "http://hl7.org/fhir/ValueSet/"
V3 = "http://terminology.hl7.org/ValueSet/"
DRUGS = "urn:test:drugs"

# opioid -> methadone, buprenorphine (-> depot); other -> naloxone
CODE_SYSTEM = {
    "resourceType": "CodeSystem",
    "url": DRUGS,
    "version": "2",
    "content": "complete",
    "property": [
        {"code": "strength", "type": "string"},
        {"code": "status", "uri": "http://hl7.org/fhir/concept-properties#status", "type": "code"},
        {"code": "group", "uri": "http://hl7.org/fhir/concept-properties#notSelectable", "type": "boolean"},
    ],
    "concept": [
        {
            "code": "opioid",
            "display": "Opioid",
            "property": [{"code": "group", "valueBoolean": True}],
            "concept": [
                {
                    "code": "methadone",
                    "display": "Methadone",
                    "property": [{"code": "strength", "valueString": "10"}],
                    "designation": [{"language": "sr-Cyrl", "value": "метадон"}],
                },
                {
                    "code": "buprenorphine",
                    "display": "Buprenorphine",
                    "property": [{"code": "strength", "valueString": "8"}],
                    "concept": [{"code": "depot", "display": "Buprenorphine (depot)"}],
                },
            ],
        },
        {"code": "other", "concept": [{"code": "naloxone"}]},
        {"code": "laam", "property": [{"code": "status", "valueCode": "retired"}]},
    ],
}
ALL = {"opioid", "methadone", "buprenorphine", "depot", "other", "naloxone", "laam"}


def value_set(*include: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": "urn:test:set", "compose": {"include": include, **more}}


def codes(terminology: Terminology, value_set: Mapping[str, Any], **asked: Any) -> list[str]:
    return [concept.code for concept in expanded(terminology, value_set, **asked)]


def filtered(property_: str, op: str, value: str) -> dict[str, Any]:
    return {"system": DRUGS, "filter": [{"property": property_, "op": op, "value": value}]}


# --- the official ones


def test_a_whole_code_system_is_listed_in_its_order(r4: Terminology) -> None:
    assert codes(r4, r4.value_set(SETS + "administrative-gender")) == ["male", "female", "other", "unknown"]
    statuses = expanded(r4, r4.value_set(SETS + "observation-status|4.0.1"))
    assert " ".join(one.code for one in statuses) == (
        "registered preliminary final amended corrected cancelled entered-in-error unknown"
    )
    assert {(one.system, one.version) for one in statuses} == {
        ("http://hl7.org/fhir/observation-status", "4.0.1")
    }
    assert statuses[2].display == "Final"


def test_descendants_of_a_v3_concept(r4: Terminology) -> None:
    """``is-a`` over ActMood, of which the set is named after the code."""
    found = codes(r4, r4.value_set(V3 + "v3-ActMoodIntent"))
    assert {"INT", "RQO", "PRP", "PRMS"} <= set(found)
    assert "EVN" not in found


def test_a_value_set_of_value_sets(r4: Terminology) -> None:
    nested = r4.value_set(SETS + "security-labels")
    parts = [one for include in nested["compose"]["include"] for one in include["valueSet"]]
    expected = {pair for part in parts for pair in codes_in(r4, part)}
    assert set(codes_in(r4, SETS + "security-labels")) == expected
    assert len(expected) > 100


def test_every_official_value_set_is_listed_or_it_is_told_why_not(r4: Terminology, official: Any) -> None:
    listed, missing = 0, set()
    for one in official:
        if one["resourceType"] == "ValueSet":
            try:
                listed += bool(expanded(r4, one))
            except NotHeld as refused:
                missing.add(refused.message)
            except BadDefinition:
                missing.add("definition")
    assert listed > 1000
    assert any("http://snomed.info/sct" in message for message in missing)


def test_r4_itself_has_the_required_value_sets(held: Held) -> None:
    assert set(codes_in(held(), SETS + "administrative-gender|4.0.1")) == {
        ("http://hl7.org/fhir/administrative-gender", code) for code in ("male", "female", "other", "unknown")
    }
    with pytest.raises(NotHeld):
        codes_in(held(), SETS + "administrative-gender|3.0.2")


# --- filters


@pytest.mark.parametrize(
    ("property_", "op", "value", "expected"),
    [
        ("concept", "is-a", "opioid", {"opioid", "methadone", "buprenorphine", "depot"}),
        ("concept", "descendent-of", "opioid", {"methadone", "buprenorphine", "depot"}),
        ("concept", "is-not-a", "opioid", {"other", "naloxone", "laam"}),
        ("concept", "generalizes", "depot", {"depot", "buprenorphine", "opioid"}),
        ("concept", "in", "depot, laam,nonsense", {"depot", "laam"}),
        ("code", "not-in", "depot,laam", ALL - {"depot", "laam"}),
        ("code", "regex", "[a-m]+", {"laam"}),
        ("display", "regex", "Bupre.*", {"buprenorphine", "depot"}),
        ("strength", "=", "10", {"methadone"}),
        ("strength", "exists", "true", {"methadone", "buprenorphine"}),
        ("strength", "exists", "false", ALL - {"methadone", "buprenorphine"}),
        ("group", "=", "true", {"opioid"}),
        ("parent", "=", "opioid", {"methadone", "buprenorphine"}),
        ("child", "exists", "true", {"opioid", "buprenorphine", "other"}),
        ("child", "=", "depot", {"buprenorphine"}),
    ],
)
def test_a_filter_lets_through(held: Held, property_: str, op: str, value: str, expected: set[str]) -> None:
    found = codes(held(CODE_SYSTEM), value_set(filtered(property_, op, value)))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_several_filters_hold_at_once(held: Held) -> None:
    include = filtered("concept", "is-a", "opioid")
    include["filter"] += filtered("strength", "exists", "true")["filter"]
    assert codes(held(CODE_SYSTEM), value_set(include)) == ["methadone", "buprenorphine"]


def test_parents_that_are_properties_count(held: Held) -> None:
    """As the HL7 terminology writes v3 code systems: flat, with subsumedBy, and two parents for some."""
    system = {
        "resourceType": "CodeSystem",
        "url": DRUGS,
        "content": "complete",
        "concept": [
            {"code": "a"},
            {"code": "b"},
            {"code": "c", "property": [{"code": "subsumedBy", "valueCode": one} for one in ("a", "b")]},
            {"code": "d", "property": [{"code": "child", "valueCode": "b"}]},
        ],
    }
    for start, expected in {"a": "ac", "b": "bc", "d": "dbc"}.items():
        assert set(codes(held(system), value_set(filtered("concept", "is-a", start)))) == set(expected)


@pytest.mark.parametrize(
    "filter_",
    [
        ("concept", "is-a", "nonsense"),
        ("strength", "is-a", "10"),
        ("nonsense", "=", "10"),
        ("strength", "exists", "maybe"),
        ("code", "regex", "("),
        ("code", "like", "x"),
    ],
)
def test_a_filter_that_says_nothing_known_is_refused(held: Held, filter_: tuple[str, str, str]) -> None:
    with pytest.raises(BadDefinition) as refused:
        codes(held(CODE_SYSTEM), value_set(filtered(*filter_)))
    assert "nonsense" not in refused.value.message


def test_a_hierarchy_of_parts_has_no_kinds(held: Held) -> None:
    with pytest.raises(BadDefinition):
        codes(
            held({**CODE_SYSTEM, "hierarchyMeaning": "part-of"}),
            value_set(filtered("concept", "is-a", "opioid")),
        )


# --- what cannot be listed


@pytest.mark.parametrize("content", ["fragment", "example", "not-present", "supplement"])
def test_a_code_system_that_is_not_whole_is_not_listed(held: Held, content: str) -> None:
    for include in ({"system": DRUGS}, filtered("concept", "is-a", "opioid")):
        with pytest.raises(NotHeld, match=DRUGS):
            codes(held({**CODE_SYSTEM, "content": content}), value_set(include))


def test_what_is_missing_is_named_unless_it_is_no_address(held: Held) -> None:
    told = {
        "http://loinc.org": True,
        "urn:oid:2.16.840.1.113883.6.1": True,
        "not an address": False,
        "Jane": False,
        "http://" + "x" * 200: False,
        "http://x.org/<b>": False,
    }
    for url, is_told in told.items():
        with pytest.raises(NotHeld) as refused:
            codes(held(), value_set({"system": url}))
        assert (url in refused.value.message) is is_told
        with pytest.raises(NotHeld) as refused:
            codes(held(), value_set({"valueSet": [url]}))
        assert (url in refused.value.message) is is_told


def test_another_version_than_the_named_one_does_not_do(held: Held) -> None:
    assert codes(held(CODE_SYSTEM), value_set({"system": DRUGS, "version": "2"}))
    with pytest.raises(NotHeld):
        codes(held(CODE_SYSTEM), value_set({"system": DRUGS, "version": "1"}))


def test_a_missing_part_is_never_passed_over(held: Held) -> None:
    missing = {"system": "http://loinc.org"}
    with pytest.raises(NotHeld):
        codes(held(CODE_SYSTEM), value_set({"system": DRUGS}, missing))
    with pytest.raises(NotHeld):
        codes(held(CODE_SYSTEM), value_set({"system": DRUGS}, exclude=[{**missing, "filter": [{"op": "="}]}]))


def test_a_value_set_that_includes_itself_is_refused(held: Held) -> None:
    one = value_set({"valueSet": ["urn:test:two"]})
    two = {**value_set({"valueSet": ["urn:test:set"]}), "url": "urn:test:two"}
    with pytest.raises(CircularValueSet):
        expanded(held(one, two), one)


def test_the_same_value_set_twice_is_no_circle(held: Held) -> None:
    part = {**value_set({"system": DRUGS}), "url": "urn:test:part"}
    both = value_set({"valueSet": ["urn:test:part"]}, {"valueSet": ["urn:test:part"]})
    assert set(codes(held(CODE_SYSTEM, part), both)) == ALL


def test_too_many_codes_are_refused(held: Held) -> None:
    def listing(n: int) -> dict[str, Any]:
        return value_set({"system": "s", "concept": [{"code": str(i)} for i in range(n)]})

    assert len(expanded(held(), listing(MOST))) == MOST
    with pytest.raises(TooCostly):
        expanded(held(), listing(MOST + 1))


# --- inclusion and exclusion


def test_listed_codes_need_no_code_system_and_take_what_one_says(held: Held) -> None:
    listed = value_set(
        {"system": DRUGS, "concept": [{"code": "laam"}, {"code": "depot", "display": "Depot"}]}
    )
    assert [(c.code, c.display, c.inactive) for c in expanded(held(), listed)] == [
        ("laam", None, False),
        ("depot", "Depot", False),
    ]
    laam, depot = expanded(held(CODE_SYSTEM), listed)
    assert laam.inactive
    assert (depot.display, depot.version) == ("Depot", "2")


def test_inactive_codes_go_when_asked(held: Held) -> None:
    every = value_set({"system": DRUGS})
    assert set(codes(held(CODE_SYSTEM), every)) == ALL
    assert set(codes(held(CODE_SYSTEM), every, active_only=True)) == ALL - {"laam"}
    assert set(codes(held(CODE_SYSTEM), value_set({"system": DRUGS}, inactive=False))) == ALL - {"laam"}


def test_a_whole_system_can_be_excluded_without_being_held(held: Held) -> None:
    include = ({"system": "x", "concept": [{"code": "1"}]}, {"system": "y", "concept": [{"code": "1"}]})
    (left,) = expanded(held(), value_set(*include, exclude=[{"system": "x"}]))
    assert left.system == "y"


def test_a_system_within_value_sets_need_not_be_held(held: Held) -> None:
    part = {
        **value_set({"system": "x", "concept": [{"code": "1"}]}, {"system": "y", "concept": [{"code": "2"}]}),
        "url": "urn:test:part",
    }
    assert codes(held(part), value_set({"system": "y", "valueSet": ["urn:test:part"]})) == ["2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BUPRE", {"buprenorphine", "depot"}),
        ("depot bupre", {"depot"}),
        ("metadon", {"methadone"}),
        ("+", set()),
        ("(", {"depot"}),
    ],
)
def test_text_is_looked_for_in_codes_and_names(held: Held, text: str, expected: set[str]) -> None:
    assert set(codes(held(CODE_SYSTEM), value_set({"system": DRUGS}), text_filter=text)) == expected


def test_a_list_that_came_without_a_definition_is_used_if_it_is_whole(held: Held) -> None:
    contains = [{"display": "heading", "contains": [{"system": "x", "code": "1", "display": "One"}]}]
    given_set = {"resourceType": "ValueSet", "expansion": {"contains": contains, "total": 1}}
    assert codes(held(), given_set) == ["1"]
    unclosed = {"url": "http://hl7.org/fhir/StructureDefinition/valueset-unclosed", "valueBoolean": True}
    for page in ({"total": 2}, {"offset": 1}, {"extension": [unclosed]}):
        with pytest.raises(BadDefinition):
            expanded(held(), {"resourceType": "ValueSet", "expansion": {"contains": contains, **page}})
    with pytest.raises(BadDefinition):
        expanded(held(), {"resourceType": "ValueSet"})


PARTS = st.sets(st.sampled_from(sorted(ALL)), min_size=1)
SOME = st.fixed_dictionaries(
    {}, optional={"listed": PARTS, "is_a": st.sampled_from(sorted(ALL)), "set": PARTS}
).filter(lambda some: not {"listed", "is_a"} <= some.keys())
BELOW = {
    "opioid": {"opioid", "methadone", "buprenorphine", "depot"},
    "buprenorphine": {"buprenorphine", "depot"},
    "other": {"other", "naloxone"},
}


@given(st.lists(SOME, min_size=1, max_size=3), st.lists(SOME, max_size=2))
def test_including_and_excluding_is_plain_set_logic(include: Any, exclude: Any) -> None:
    held_sets: list[Mapping[str, Any]] = []

    def written(some: Mapping[str, Any]) -> dict[str, Any]:
        clause: dict[str, Any] = {"system": DRUGS}
        if "listed" in some:
            clause["concept"] = [{"code": code} for code in sorted(some["listed"])]
        if "is_a" in some:
            clause = filtered("concept", "is-a", some["is_a"])
        if "set" in some:
            url = f"urn:test:set-{len(held_sets)}"
            listed = [{"code": code} for code in sorted(some["set"])]
            held_sets.append({**value_set({"system": DRUGS, "concept": listed}), "url": url})
            clause["valueSet"] = [url]
        return clause

    def meant(some: Mapping[str, Any]) -> set[str]:
        below = BELOW.get(some["is_a"], {some["is_a"]}) if "is_a" in some else ALL
        return below & some.get("listed", ALL) & some.get("set", ALL)

    whole = value_set(*map(written, include), exclude=list(map(written, exclude)))
    terminology = _holding(CODE_SYSTEM, *held_sets)
    expected = set().union(*map(meant, include)) - set().union(*map(meant, exclude))
    found = codes(terminology, whole)
    assert set(found) == expected
    assert len(found) == len(expected)


def _holding(code_system: Mapping[str, Any], *sets: Mapping[str, Any]) -> Terminology:
    by_url = {one["url"]: one for one in sets}
    return Terminology(lambda url, _: by_url.get(url), lambda url, _: code_system if url == DRUGS else None)


def test_each_error_is_one_of_terminology() -> None:
    for error in (NotHeld, TooCostly, CircularValueSet, BadDefinition):
        assert issubclass(error, TerminologyError)
