"""The index values of one resource: a single pass over its members."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.search_values.composites import Composite
from fhir_store.search_values.parameters import Indexed, compiled
from fhir_store.search_values.values import IndexValue


def index_values(resource: Mapping[str, Any], zone: ZoneInfo) -> list[IndexValue]:
    """Every value that a resource is found by, each once. ``zone`` is that of days written without one.

    The resource has passed the gate. What it contains (``contained``) is not indexed.
    """
    plan = _plan(resource["resourceType"])
    found: list[IndexValue] = []
    for member, value in resource.items():
        for parameter in plan.by_member.get(member, ()):
            for node in parameter.branch.nodes(value):
                # null in a list of primitives: its item has only an extension.
                if node is not None:
                    found += parameter.index(node, zone)
    for members, parameter in plan.questions:
        is_true = any(resource.get(member, False) is not False for member in members)
        found += parameter.index(is_true, zone)
    for composite in plan.composites:
        found += composite.values(resource, zone)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters by the member they begin with, and the questions that every resource answers."""

    by_member: Mapping[str, list[Indexed]]
    questions: list[tuple[list[str], Indexed]]
    composites: tuple[Composite, ...]


@cache
def _plan(type_: str) -> Plan:
    by_member: dict[str, list[Indexed]] = {}
    questions: dict[str, tuple[list[str], Indexed]] = {}
    for row in compiled(type_).indexed:
        if row.branch.asks_if_true:
            questions.setdefault(row.param, ([], row))[0].append(row.branch.member)
        else:
            by_member.setdefault(row.branch.member, []).append(row)
    return Plan(by_member, list(questions.values()), compiled(type_).composites)
