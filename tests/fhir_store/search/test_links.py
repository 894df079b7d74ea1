"""Searches that go on through references: chains, ``_has``, lists, compartments, and what is included."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from fhir_store.errors import BadSearchValue, TooManyIncluded, UnsupportedParameter
from fhir_store.search import Context, Page, included, matching_keys, parse_query, search
from fhir_store.sql import Sql

Keep = Callable[..., None]
Find = Callable[..., list[str]]


def resource(kind: str, id_: str, **members: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": id_, **members}


def to(reference: str) -> dict[str, str]:
    return {"reference": reference}


def observation(id_: str, **members: Any) -> dict[str, Any]:
    return resource("Observation", id_, status="final", code={"coding": [{"code": id_}]}, **members)


CLASS = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}

WORLD = [
    resource("Organization", "prison", name="Spuž"),
    resource("Organization", "clinic", name="Klinika", partOf=to("Organization/prison")),
    resource("Patient", "ana", name=[{"family": "Ćosić"}], managingOrganization=to("Organization/clinic")),
    resource("Patient", "bo", name=[{"family": "Bošković"}], managingOrganization=to("Organization/prison")),
    resource("Location", "room", name="Cosic room"),
    resource("Encounter", "visit", status="finished", subject=to("Patient/ana"), **{"class": CLASS}),
    observation("a1", subject=to("Patient/ana"), encounter=to("Encounter/visit")),
    observation("a2", subject=to("Patient/ana"), hasMember=[to("Observation/a1")]),
    observation(
        "b1", subject=to("Patient/bo"), performer=[to("Organization/clinic"), to("Organization/prison")]
    ),
    observation("room", subject=to("Location/room")),
    observation("lost", subject=to("Patient/absent")),
    resource("Questionnaire", "intake", status="active", url="http://example.org/Q", title="Intake"),
    resource("QuestionnaireResponse", "filled", status="completed", questionnaire="http://example.org/Q|1.0"),
    resource("QuestionnaireResponse", "other", status="completed", questionnaire="http://example.org/R"),
    resource(
        "List",
        "round",
        status="current",
        mode="working",
        entry=[{"item": to("Observation/b1")}, {"item": to("Patient/ana")}],
    ),
]


@pytest.mark.parametrize(
    ("type_", "name", "value", "found"),
    [
        ("Observation", "subject:Patient.name", "cos", "a1 a2"),
        ("Observation", "subject.name", "cos", "a1 a2 room"),
        ("Observation", "patient.name", "bos", "b1"),
        ("Observation", "patient._id", "ana,absent", "a1 a2"),
        ("Observation", "patient.organization.name", "spu", "b1"),
        ("Observation", "patient.organization.partof.name", "spu", "a1 a2"),
        ("Observation", "patient:Patient.name:missing", "false", "a1 a2 b1"),
        ("Observation", "encounter:Encounter.patient.name:exact", "Ćosić", "a1"),
        ("Patient", "_has:Observation:patient:code", "a1", "ana"),
        ("Patient", "_has:Observation:patient:code", "a1,b1", "ana bo"),
        ("Patient", "_has:Observation:patient:encounter.status", "finished", "ana"),
        ("Patient", "_has:Observation:subject:_has:Observation:has-member:code", "a2", "ana"),
        ("Organization", "_has:Patient:organization:_has:Observation:patient:code", "b1", "prison"),
        ("Observation", "patient._has:Encounter:patient:status", "finished", "a1 a2"),
        ("Encounter", "_has:Observation:encounter:_id", "a1", "visit"),
        ("QuestionnaireResponse", "questionnaire.title", "intake", "filled"),
        ("QuestionnaireResponse", "questionnaire", "http://example.org/Q", "filled"),
        ("QuestionnaireResponse", "questionnaire", "http://example.org/Q|1.0", "filled"),
        ("QuestionnaireResponse", "questionnaire", "http://example.org/Q|2.0", ""),
        ("Questionnaire", "_has:QuestionnaireResponse:questionnaire:_id", "filled,other", "intake"),
        ("Observation", "_list", "round", "b1"),
        ("Patient", "_list", "round", "ana"),
        ("Patient", "_list", "none", ""),
    ],
)
def test_links(keep: Keep, find: Find, type_: str, name: str, value: str, found: str) -> None:
    keep(*WORLD)
    assert find(type_, (name, value)) == found.split()


def test_a_compartment_is_one_more_criterion(
    keep: Keep, cursor: psycopg.Cursor[Any], context: Context
) -> None:
    keep(*WORLD)
    of_ana = parse_query("Observation", [], context=context, patient="ana")
    assert [one.id for one in search(cursor, of_ana).matches] == ["a1", "a2"]
    everything = parse_query(None, [("_sort", "_id")], context=context, patient="ana")
    assert [one.id for one in search(cursor, everything).matches] == ["a1", "a2", "ana", "visit"]


def test_a_search_of_several_types_takes_what_they_have_in_common(keep: Keep, find: Find) -> None:
    keep(*WORLD)
    both = ("_type", "Observation,Encounter")
    assert find(None, both, ("patient", "ana")) == ["Encounter/visit", "Observation/a1", "Observation/a2"]
    assert find(None, both, ("status", "finished")) == ["Encounter/visit"]
    assert find(None, ("_id", "room")) == ["Location/room", "Observation/room"]
    with pytest.raises(UnsupportedParameter, match="patient"):
        find(None, both, ("encounter", "visit"))


def _page(cursor: psycopg.Cursor[Any], context: Context, type_: str, *parameters: tuple[str, str]) -> Page:
    return search(cursor, parse_query(type_, parameters, context=context))


@pytest.mark.parametrize(
    ("type_", "parameters", "found"),
    [
        ("Observation", [("_id", "a1,a2"), ("_include", "Observation:subject")], "Patient/ana"),
        ("Observation", [("_include", "Observation:subject:Location")], "Location/room"),
        (
            "Observation",
            [("_id", "b1"), ("_include", "Observation:*")],
            "Organization/prison Organization/clinic Patient/bo",
        ),
        ("Observation", [("_id", "a1"), ("_include", "*")], "Patient/ana Encounter/visit"),
        (
            "Observation",
            [
                ("_id", "a1"),
                ("_include", "Observation:patient"),
                ("_include:iterate", "Patient:organization"),
            ],
            "Patient/ana Organization/clinic",
        ),
        (
            "Observation",
            [
                ("_id", "a1"),
                ("_include", "Observation:patient"),
                ("_include:iterate", "Patient:organization"),
                ("_include:iterate", "Organization:partof"),
            ],
            "Patient/ana Organization/clinic Organization/prison",
        ),
        ("Observation", [("_id", "a2"), ("_include", "Observation:has-member")], "Observation/a1"),
        (
            "QuestionnaireResponse",
            [("_include", "QuestionnaireResponse:questionnaire"), ("_include", "*")],
            "Questionnaire/intake",
        ),
        (
            "Questionnaire",
            [("_revinclude", "QuestionnaireResponse:questionnaire")],
            "QuestionnaireResponse/filled",
        ),
        ("Observation", [("_id", "a1,a2"), ("_include", "Observation:has-member")], ""),
        ("Patient", [("_id", "ana"), ("_revinclude", "Encounter:patient")], "Encounter/visit"),
        (
            "Patient",
            [("_id", "ana"), ("_revinclude", "*")],
            "Encounter/visit Observation/a1 Observation/a2 List/round",
        ),
        (
            "Organization",
            [
                ("_id", "prison"),
                ("_revinclude", "Patient:organization"),
                ("_revinclude:iterate", "Observation:patient"),
            ],
            "Patient/bo Observation/b1",
        ),
    ],
)
def test_what_is_included(
    keep: Keep,
    cursor: psycopg.Cursor[Any],
    context: Context,
    type_: str,
    parameters: list[tuple[str, str]],
    found: str,
) -> None:
    keep(*WORLD)
    page = _page(cursor, context, type_, *parameters)
    assert [f"{one.type}/{one.id}" for one in page.included] == found.split()


def test_what_would_be_cut_is_refused(
    keep: Keep, cursor: psycopg.Cursor[Any], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(*WORLD)
    monkeypatch.setattr(included, "MOST_INCLUDED", 2)
    asked = ("_include", "Observation:subject")
    assert len(_page(cursor, context, "Observation", ("_id", "a1,b1"), asked).included) == 2
    with pytest.raises(TooManyIncluded):
        _page(cursor, context, "Observation", ("_id", "a1,b1,room"), asked)
    with pytest.raises(TooManyIncluded):
        _page(
            cursor,
            context,
            "Observation",
            ("_id", "a1,b1"),
            asked,
            ("_include:iterate", "Patient:organization"),
        )


NOT_ANA = Sql("NOT (c.type = %s AND c.id = %s)", ("Patient", "ana"))
NOT_A2 = Sql("c.id <> %s", ("a2",))
NO_LIST = Sql("c.type <> %s", ("List",))


@pytest.mark.parametrize(
    ("visible", "type_", "parameters"),
    [
        (NOT_ANA, "Patient", [("name", "cos")]),
        (NOT_ANA, "Patient", [("name", "cos"), ("_sort", "gender")]),
        (NOT_ANA, "Patient", [("_id", "ana"), ("_sort", "-_lastUpdated")]),
        (NOT_ANA, "Patient", [("_id", "ana"), ("_sort", "birthdate")]),
        (NOT_ANA, "Patient", [("_id", "ana"), ("_sort", "birthdate,gender")]),
        (NOT_ANA, None, [("_id", "ana")]),
        (NOT_ANA, "Observation", [("subject:Patient.name", "cos")]),
        (NOT_ANA, "Observation", [("encounter.patient.name", "cos")]),
        (NOT_A2, "Patient", [("_has:Observation:patient:code", "a2")]),
        (NOT_A2, "Patient", [("_has:Observation:patient:_has:Observation:has-member:code", "a2")]),
        (NOT_A2, "Encounter", [("patient._has:Observation:patient:code", "a2")]),
        (NO_LIST, "Patient", [("_list", "round")]),
    ],
)
def test_what_is_hidden_takes_no_part(
    keep: Keep,
    find: Find,
    cursor: psycopg.Cursor[Any],
    context: Context,
    visible: Sql,
    type_: str | None,
    parameters: list[tuple[str, str]],
) -> None:
    keep(*WORLD)
    assert find(type_, *parameters) != []
    assert find(type_, *parameters, visible=visible) == []
    blind = Context(context.zone, context.keyring, visible=visible)
    for how in ("accurate", "estimate"):
        query = parse_query(type_, [*parameters, ("_total", how)], context=blind)
        assert search(cursor, query).total == 0
        assert matching_keys(cursor, query) == []


@pytest.mark.parametrize(
    ("visible", "type_", "asked"),
    [
        (NOT_ANA, "Observation", ("_include", "Observation:subject")),
        (NOT_A2, "Patient", ("_revinclude", "Observation:patient")),
    ],
)
def test_what_is_hidden_is_not_included(
    keep: Keep,
    cursor: psycopg.Cursor[Any],
    context: Context,
    visible: Sql,
    type_: str,
    asked: tuple[str, str],
) -> None:
    keep(*WORLD)
    query = parse_query(
        type_, [("_count", "100"), asked], context=Context(context.zone, context.keyring, visible=visible)
    )
    shown = {one.id for one in search(cursor, query).included}
    assert shown
    assert not shown & {"ana", "a2"}


def test_a_deleted_resource_is_not_found_through_any_link(
    keep: Keep, find: Find, cursor: psycopg.Cursor[Any], context: Context
) -> None:
    keep(*WORLD)
    # Its index rows are left, which a deletion would take away.
    cursor.execute("UPDATE fhir_store.current_resource SET deleted = true WHERE id IN ('ana', 'a1')")
    assert find("Patient", ("name", "cos")) == []
    assert find("Observation", ("patient.name", "cos")) == []
    assert find("Patient", ("_has:Observation:patient:code", "b1")) == ["bo"]
    assert find("Encounter", ("_has:Observation:encounter:code", "a1")) == []
    page = _page(cursor, context, "Observation", ("_id", "a2"), ("_include", "*"))
    assert page.included == ()


def test_a_chain_has_an_end(context: Context) -> None:
    with pytest.raises(BadSearchValue):
        parse_query("Observation", [("has-member." * 6 + "code", "x")], context=context)
    assert parse_query("Observation", [("has-member:Observation." * 5 + "code", "x")], context=context)


def test_bodies_come_as_they_are_stored(keep: Keep, cursor: psycopg.Cursor[Any], context: Context) -> None:
    keep(*WORLD)
    (one,) = _page(cursor, context, "Patient", ("_id", "ana")).matches
    assert json.loads(one.text)["name"] == [{"family": "Ćosić"}]
    assert (one.type, one.id, one.version) == ("Patient", "ana", 1)
