"""Answer an expression for a resource. http://hl7.org/fhirpath/N1/"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fhir_store.fhirpath.equality import compared, equal, equivalent, one_equals
from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression
from fhir_store.fhirpath.functions import (
    OF_TEXT,
    SIMPLE,
    SLICES,
    Nodes,
    answer,
    distinct,
    extensions,
    text_of,
    truth,
    whole_number,
)
from fhir_store.fhirpath.nodes import Node, parts_of, root
from fhir_store.fhirpath.parsing import parsed
from fhir_store.fhirpath.steps import CHARACTERS_A_STEP, Steps
from fhir_store.fhirpath.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Literal,
    Member,
    Negative,
    OfType,
    Path,
    Step,
)
from fhir_store.fhirpath.types import is_a, picks


def evaluated(expression: str, resource: Mapping[str, Any], steps: Steps | None = None) -> list[Node]:
    """What the expression finds in a resource, each with its place there.

    ``steps`` bounds the work of several expressions together. Raises BadExpression; UnsupportedExpression, a kind
    of it, for FHIRPath that is not answered here. There is never a wrong answer instead.
    """
    steps = steps or Steps()
    steps.spend(len(expression) // CHARACTERS_A_STEP)
    try:
        return _Evaluation(steps).of(parsed(expression), [root(resource)])
    except RecursionError:
        raise UnsupportedExpression("The expression or the resource is nested too deep.") from None


class _Evaluation:
    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def of(self, expression: Expression, this: Nodes) -> Nodes:
        """The answer where ``this`` is ``$this``."""
        match expression:
            case Literal(values):
                return list(values)
            case Negative(operand):
                return [_negative(node) for node in self.of(operand, this)]
            case Binary(operator, left, right):
                return _OPERATORS[operator](self.of(left, this), self.of(right, this), self._steps)
            case Path(start, path):
                nodes = this if start is None else self.of(start, this)
                for step in path:
                    nodes = self._after(step, nodes, this)
                return nodes
        raise AssertionError(expression)

    def _after(self, step: Step, nodes: Nodes, this: Nodes) -> Nodes:
        self._steps.spend(1 + len(nodes))
        match step:
            case Member(name, may_be_type):
                return self._members(name, nodes, may_be_type=may_be_type)
            case Index(place):
                n = whole_number(self.of(place, this))
                return nodes[n : n + 1] if n >= 0 else []
            case OfType():
                return _typed(step, nodes)
            case Call():
                return self._called(step, nodes, this)

    def _members(self, name: str, nodes: Nodes, *, may_be_type: bool) -> Nodes:
        if may_be_type and name[:1].isupper():
            if not all(is_a(node.type, "FHIR", name) for node in nodes):
                raise BadExpression("The expression begins with another type than the resource has.")
            return nodes
        found: Nodes = []
        for node in nodes:
            parts = list(parts_of(node, name))
            self._steps.spend(len(parts))
            found += parts
        return found

    def _called(self, call: Call, nodes: Nodes, this: Nodes) -> Nodes:
        match call.name, call.arguments:
            case "exists", ():
                return answer(bool(nodes))
            case "distinct", _:
                return distinct(nodes, self._steps)
            case "isDistinct", _:
                return answer(len(distinct(nodes, self._steps)) == len(nodes))
            case "where", (criterion,):
                return self._where(criterion, nodes)
            case "exists", (criterion,):
                return answer(bool(self._where(criterion, nodes)))
            case "all", (criterion,):
                return answer(len(self._where(criterion, nodes)) == len(nodes))
            case "select", (projection,):
                return [found for node in nodes for found in self.of(projection, [node])]
            case name, ():
                return SIMPLE[name](nodes)
            case name, (argument,):
                return self._with_value(name, nodes, self.of(argument, this))
        raise AssertionError(call.name)

    def _where(self, criterion: Expression, nodes: Nodes) -> Nodes:
        return [node for node in nodes if truth(self.of(criterion, [node]))]

    def _with_value(self, name: str, nodes: Nodes, argument: Nodes) -> Nodes:
        if name in SLICES:
            return SLICES[name](nodes, whole_number(argument))
        if name == "extension":
            having = [node for node in nodes if node.defined]
            return extensions(self._members(name, having, may_be_type=False), text_of(argument))
        if name in OF_TEXT:
            text, other = text_of(nodes), text_of(argument)
            return answer(None if text is None or other is None else OF_TEXT[name](text, other, self._steps))
        return _COLLECTIONS[name](nodes, argument, self._steps)


def _negative(node: Node) -> Node:
    if node.type not in ("System.Integer", "System.Decimal"):
        raise UnsupportedExpression(
            "Only a number that stands in the expression or was counted can be negative."
        )
    return Node(node.value.copy_negate(), node.type)


def _typed(step: OfType, nodes: Nodes) -> Nodes:
    if step.form == "ofType":
        return [node for node in nodes if picks(node.type, step.namespace, step.name)]
    if len(nodes) > 1:
        raise BadExpression("One value is expected where its type is asked for.")
    if step.form == "as":
        return [node for node in nodes if picks(node.type, step.namespace, step.name)]
    return [found for node in nodes for found in answer(is_a(node.type, step.namespace, step.name))]


def _union(left: Nodes, right: Nodes, steps: Steps) -> Nodes:
    return distinct([*left, *right], steps)


def _combined(left: Nodes, right: Nodes, steps: Steps) -> Nodes:
    steps.spend(len(left) + len(right))
    return [*left, *right]


def _intersection(left: Nodes, right: Nodes, steps: Steps) -> Nodes:
    return [node for node in distinct(left, steps) if _is_among(node, right, steps)]


def _without(left: Nodes, right: Nodes, steps: Steps) -> Nodes:
    return [node for node in left if not _is_among(node, right, steps)]


def _is_among(node: Node, nodes: Sequence[Node], steps: Steps) -> bool:
    return any(one_equals(node, other, steps) for other in nodes)


def _in(left: Nodes, right: Nodes, steps: Steps) -> Nodes:
    if len(left) > 1:
        raise BadExpression("One value is expected before in.")
    return answer(_is_among(left[0], right, steps)) if left else []


def _unequal(left: Nodes, right: Nodes, steps: Steps) -> Nodes:
    found = equal(left, right, steps)
    return answer(None if found is None else not found)


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return None if left is None or right is None else False


def _xor(left: bool | None, right: bool | None) -> bool | None:
    return None if left is None or right is None else left != right


def _implies(left: bool | None, right: bool | None) -> bool | None:
    return _or(None if left is None else not left, right)


_Operator = Callable[[Nodes, Nodes, Steps], Nodes]


def _logical(rule: Callable[[bool | None, bool | None], bool | None]) -> _Operator:
    return lambda left, right, _: answer(rule(truth(left), truth(right)))


def _ordering(holds: Callable[[int], bool]) -> _Operator:
    def ask(left: Nodes, right: Nodes, _: Steps) -> Nodes:
        found = compared(left, right)
        return answer(None if found is None else holds(found))

    return ask


_OPERATORS: Mapping[str, _Operator] = {
    "|": _union,
    "=": lambda left, right, steps: answer(equal(left, right, steps)),
    "!=": _unequal,
    "~": lambda left, right, steps: answer(equivalent(left, right, steps)),
    "!~": lambda left, right, steps: answer(not equivalent(left, right, steps)),
    "<": _ordering(lambda found: found < 0),
    "<=": _ordering(lambda found: found <= 0),
    ">": _ordering(lambda found: found > 0),
    ">=": _ordering(lambda found: found >= 0),
    "in": _in,
    "contains": lambda left, right, steps: _in(right, left, steps),
    "and": _logical(_and),
    "or": _logical(_or),
    "xor": _logical(_xor),
    "implies": _logical(_implies),
}
_COLLECTIONS: Mapping[str, _Operator] = {
    "union": _union,
    "combine": _combined,
    "intersect": _intersection,
    "exclude": _without,
}
