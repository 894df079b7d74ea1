"""A FHIRPath engine as the judge: the walkers find what the official expressions find.

What the engine cannot do with the official expressions, each written for it in another way here:
- ``Resource.id``: it does not know that a Patient is a Resource.
- ``as`` of several items: an error in FHIRPath, yet R4 writes it so and means ``ofType``.
- ``resolve()``: it fetches nothing, and all that ``is`` asks for is what a reference says of its target.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import fhirpathpy
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from fhir_store.definitions import SearchDefinition, search_definitions
from fhir_store.json_text import ResourceText
from fhir_store.search_values import index_values
from fhir_store.search_values.expressions import IsTrue, paths
from fhir_store.search_values.walkers import branches, referred_type

Json = Mapping[str, Any]


def resolve(references: Iterable[Json]) -> list[ResourceNode]:
    types = [referred_type(reference) for reference in references]
    return [ResourceNode({"resourceType": type_}, type_) for type_ in types if type_]


OPTIONS = {"userInvocationTable": {"resolve": {"fn": resolve, "arity": {0: []}}}}


@cache
def compiled(expression: str, type_: str) -> Callable[[Json, Json], list[Any]]:
    for_engine = re.sub(r"^Resource\b", type_, expression)
    for_engine = re.sub(r"(\S+) as (\w+)", r"\1.ofType(\2)", for_engine).replace(".as(", ".ofType(")
    return fhirpathpy.compile(for_engine, models["r4"], OPTIONS)


def by_engine(definition: SearchDefinition, resource: Json) -> set[str]:
    return comparable(compiled(definition.expression, resource["resourceType"])(resource, {}))


def by_walkers(definition: SearchDefinition, resource: Json) -> set[str]:
    return comparable(nodes(definition, resource))


def nodes(definition: SearchDefinition, resource: Json) -> Iterator[Any]:
    for path in paths(definition.expression):
        for branch in branches(resource["resourceType"], path):
            if branch.member in resource:
                yield from branch.nodes(resource[branch.member])


def comparable(found: Iterable[Any]) -> set[str]:
    """A null in a list stands for what has only an extension."""
    return {json.dumps(node, sort_keys=True, default=str) for node in found if node is not None}


def is_path(definition: SearchDefinition) -> bool:
    asks = any(IsTrue() in path for path in paths(definition.expression))
    return not definition.components and not asks


def test_walkers_and_engine_find_the_same_elements(examples: Mapping[str, ResourceText]) -> None:
    different, found = [], set()
    for name, example in examples.items():
        resource = example.value
        for definition in filter(is_path, search_definitions(resource["resourceType"]).values()):
            ours = by_walkers(definition, resource)
            if ours:
                found.add((resource["resourceType"], definition.name))
            if ours != by_engine(definition, resource):
                different.append((name, definition.name))
    assert different == []
    assert len(found) > 500, "parameters have values in the examples"


def test_questions_have_the_answer_of_the_engine(examples: Mapping[str, ResourceText]) -> None:
    people = [one.value for one in examples.values() if one.value["resourceType"] == "Patient"]
    definition = search_definitions("Patient")["deceased"]
    for person in people:
        values = index_values(person, ZoneInfo("UTC"))
        ours = [value.code for value in values if value.param == "deceased"]
        assert ours == [
            str(answer).lower() for answer in compiled(definition.expression, "Patient")(person, {})
        ]
    assert len(people) > 10
