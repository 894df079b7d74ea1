"""The index values of one resource: a single pass over its members."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.search_values.kinds import IndexValue
from fhir_store.search_values.parameters import Indexed, indexed


def index_values(resource: Mapping[str, Any], zone: ZoneInfo) -> list[IndexValue]:
    """Every value that a resource is found by, each once. ``zone`` is that of days written without one.

    The resource has passed the gate. What it contains (``contained``) is not indexed.
    """
    by_member, questions = _plan(resource["resourceType"])
    found: dict[IndexValue, None] = {}
    for member, value in resource.items():
        for parameter in by_member.get(member, ()):
            for node in parameter.branch.nodes(value):
                # null in a list of primitives: its item has only an extension.
                if node is not None:
                    found.update(dict.fromkeys(parameter.index(node, zone)))
    for members, parameter in questions:
        is_true = any(resource.get(member, False) is not False for member in members)
        found.update(dict.fromkeys(parameter.index(is_true, zone)))
    return list(found)


Plan = tuple[Mapping[str, list[Indexed]], list[tuple[list[str], Indexed]]]


@cache
def _plan(type_: str) -> Plan:
    """The parameters by the member they begin with, and the questions that every resource answers."""
    by_member: dict[str, list[Indexed]] = {}
    questions: dict[str, tuple[list[str], Indexed]] = {}
    for row in indexed(type_):
        if row.branch.asks_if_true:
            questions.setdefault(row.param, ([], row))[0].append(row.branch.member)
        else:
            by_member.setdefault(row.branch.member, []).append(row)
    return by_member, list(questions.values())
