"""When values are equal, equivalent, or come one before the other.

http://hl7.org/fhirpath/N1/#equality and #comparison. None is FHIRPath's empty answer: it is not known.
"""

from collections.abc import Sequence
from decimal import Decimal

from fhir_store.definitions import children
from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression
from fhir_store.fhirpath.moments import Moment, order
from fhir_store.fhirpath.nodes import Node, Simple, parts_of, simple
from fhir_store.fhirpath.steps import Steps
from fhir_store.fhirpath.types import is_a


def equal(left: Sequence[Node], right: Sequence[Node], steps: Steps) -> bool | None:
    """``=``: as many, in the same order, each equal."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    found = [one_equals(mine, yours, steps) for mine, yours in zip(left, right, strict=True)]
    return False if False in found else None if None in found else True


def one_equals(one: Node, other: Node, steps: Steps) -> bool | None:
    """Whether two single values are equal."""
    steps.spend()
    mine, yours = simple(one), simple(other)
    if mine is None or yours is None:
        return _same_parts(one, other, steps) if mine is yours else False
    if isinstance(mine, Moment) and isinstance(yours, Moment):
        return _same_moment(mine, yours)
    _refuse_date_as_text(mine, yours)
    return type(mine) is type(yours) and mine == yours


def _same_moment(mine: Moment, yours: Moment) -> bool | None:
    if (mine.kind == "Time") != (yours.kind == "Time"):
        return False
    found = order(mine, yours)
    return None if found is None else found == 0


def _refuse_date_as_text(mine: Simple, yours: Simple) -> None:
    """By the rules they are never equal, which is hardly what was meant."""
    if {type(mine), type(yours)} == {Moment, str}:
        raise UnsupportedExpression("A date is compared with a date, @2020-01-01, not with a string.")


def _same_parts(one: Node, other: Node, steps: Steps) -> bool | None:
    if is_a(one.type, None, "Quantity") or is_a(other.type, None, "Quantity"):
        raise UnsupportedExpression("Quantities are not compared: their units may differ.")
    if one.defined is None or one.defined != other.defined:
        return False
    answer: bool | None = True
    steps.spend(len(children(*one.defined)))
    for element in children(*one.defined):
        name = element.removesuffix("[x]")
        mine, yours = list(parts_of(one, name)), list(parts_of(other, name))
        found = equal(mine, yours, steps) if mine or yours else True
        if found is False or bool(mine) != bool(yours):
            return False
        answer = answer if found else None
    return answer


def equivalent(left: Sequence[Node], right: Sequence[Node], steps: Steps) -> bool:
    """``~``: as many, in any order, each equivalent."""
    rest = list(right)
    for mine in left:
        place = next((n for n, yours in enumerate(rest) if _one_is_equivalent(mine, yours, steps)), None)
        if place is None:
            return False
        del rest[place]
    return not rest


def _one_is_equivalent(one: Node, other: Node, steps: Steps) -> bool:
    mine, yours = simple(one), simple(other)
    if isinstance(mine, str) and isinstance(yours, str):
        steps.spend()
        return mine.casefold().split() == yours.casefold().split()
    if isinstance(mine, Decimal) and isinstance(yours, Decimal):
        steps.spend()
        return _rounded(mine, yours) == _rounded(yours, mine)
    if mine is None and yours is None and one.defined == other.defined and one.defined:
        return _equivalent_parts(one, other, steps)
    return one_equals(one, other, steps) is True


def _equivalent_parts(one: Node, other: Node, steps: Steps) -> bool:
    if is_a(one.type, None, "Quantity"):
        raise UnsupportedExpression("Quantities are not compared: their units may differ.")
    assert one.defined
    names = [name.removesuffix("[x]") for name in children(*one.defined)]
    steps.spend(len(names))
    return all(equivalent(list(parts_of(one, n)), list(parts_of(other, n)), steps) for n in names)


def _rounded(number: Decimal, like: Decimal) -> Decimal:
    """To as many places as the other has, trailing zeros left out."""
    places = min(_places(number), _places(like))
    return round(number, places)


def _places(number: Decimal) -> int:
    _, digits, exponent = number.as_tuple()
    # Python's decimals are rounded to 28 digits.
    if not isinstance(exponent, int) or len(digits) + abs(exponent) >= _MOST_DIGITS:
        raise UnsupportedExpression("A number is too long to be compared by ~.")
    return max(0, -int(number.normalize().as_tuple().exponent))


_MOST_DIGITS = 28


def compared(left: Sequence[Node], right: Sequence[Node]) -> int | None:
    """Below 0 if the left comes first, 0 if neither, above if the right does. Raises BadExpression."""
    if not left or not right:
        return None
    if len(left) > 1 or len(right) > 1:
        raise BadExpression("Only single values come one before the other.")
    mine, yours = simple(left[0]), simple(right[0])
    if isinstance(mine, Moment) and isinstance(yours, Moment) and _same_axis(mine, yours):
        return order(mine, yours)
    if isinstance(mine, Decimal) and isinstance(yours, Decimal):
        return (mine > yours) - (mine < yours)
    if isinstance(mine, str) and isinstance(yours, str):
        return (mine > yours) - (mine < yours)
    if is_a(left[0].type, None, "Quantity"):
        raise UnsupportedExpression("Quantities are not compared: their units may differ.")
    raise BadExpression("Values of these types do not come one before the other.")


def _same_axis(mine: Moment, yours: Moment) -> bool:
    return (mine.kind == "Time") == (yours.kind == "Time")
