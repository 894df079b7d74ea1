"""The functions of FHIRPath that are known here, and how many arguments each takes. http://hl7.org/fhirpath/N1/#functions"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from fhir_store.fhirpath.equality import one_equals
from fhir_store.fhirpath.errors import BadExpression
from fhir_store.fhirpath.nodes import Node, boolean, number, simple
from fhir_store.fhirpath.regular_expressions import matches
from fhir_store.fhirpath.steps import Steps
from fhir_store.fhirpath.types import is_primitive

Nodes = list[Node]


def distinct(nodes: Sequence[Node], steps: Steps) -> Nodes:
    """Each value once, in its first place."""
    found: Nodes = []
    for node in nodes:
        if not any(one_equals(node, known, steps) for known in found):
            found.append(node)
    return found


def truth(nodes: Sequence[Node]) -> bool | None:
    """A truth value where one is expected: any other single value is true, nothing is unknown."""
    if len(nodes) > 1:
        raise BadExpression("One truth value is expected, and there are several values.")
    if not nodes:
        return None
    value = simple(nodes[0])
    return value if isinstance(value, bool) else True


def answer(value: bool | None) -> Nodes:
    """What is unknown is empty."""
    return [] if value is None else [boolean(value)]


def text_of(nodes: Sequence[Node]) -> str | None:
    """A single string; None if there is nothing. Raises BadExpression."""
    if not nodes:
        return None
    value = simple(nodes[0])
    if len(nodes) > 1 or not isinstance(value, str):
        raise BadExpression("One string is expected.")
    return value


def whole_number(nodes: Sequence[Node]) -> int:
    """A single integer. Raises BadExpression."""
    value = simple(nodes[0]) if len(nodes) == 1 else None
    if not isinstance(value, Decimal) or nodes[0].type in ("System.Decimal", "decimal"):
        raise BadExpression("One whole number is expected.")
    return int(value)


def _not(nodes: Nodes) -> Nodes:
    value = truth(nodes)
    return answer(None if value is None else not value)


def _single(nodes: Nodes) -> Nodes:
    if len(nodes) > 1:
        raise BadExpression("A single value is expected, and there are several.")
    return nodes


def _has_value(nodes: Nodes) -> Nodes:
    return answer(len(nodes) == 1 and nodes[0].value is not None and is_primitive(nodes[0].type))


def _length(nodes: Nodes) -> Nodes:
    text = text_of(nodes)
    return [] if text is None else [number(str(len(text)))]


SIMPLE: Mapping[str, Callable[[Nodes], Nodes]] = {
    "first": lambda nodes: nodes[:1],
    "last": lambda nodes: nodes[-1:],
    "tail": lambda nodes: nodes[1:],
    "single": _single,
    "empty": lambda nodes: answer(not nodes),
    "count": lambda nodes: [number(str(len(nodes)))],
    "not": _not,
    "hasValue": _has_value,
    "length": _length,
}
"""Those without arguments."""

OF_TEXT: Mapping[str, Callable[[str, str, Steps], bool]] = {
    "contains": lambda text, part, _: part in text,
    "startsWith": lambda text, start, _: text.startswith(start),
    "endsWith": lambda text, end, _: text.endswith(end),
    "matches": lambda text, pattern, steps: matches(text, pattern, steps, whole=False),
    "matchesFull": lambda text, pattern, steps: matches(text, pattern, steps, whole=True),
}
"""Those that ask something of two strings."""

SLICES: Mapping[str, Callable[[Nodes, int], Nodes]] = {
    "skip": lambda nodes, count: nodes[max(0, count) :],
    "take": lambda nodes, count: nodes[: max(0, count)],
}
"""Those that take a number."""


def extensions(nodes: Nodes, url: str | None) -> Nodes:
    """Those of that address; none if there is no address."""
    return [one for one in nodes if url and isinstance(one.value, Mapping) and one.value.get("url") == url]


CRITERIA = ("where", "exists", "all", "select")
COLLECTIONS = ("union", "combine", "intersect", "exclude")

ARGUMENTS: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys([*SIMPLE, "distinct", "isDistinct"], (0,)),
    **dict.fromkeys([*OF_TEXT, *SLICES, *COLLECTIONS, "extension", "where", "all", "select"], (1,)),
    "exists": (0, 1),
}
"""How many each may take."""
