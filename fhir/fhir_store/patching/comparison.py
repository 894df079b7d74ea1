"""When two JSON values are equal. https://www.rfc-editor.org/rfc/rfc6902#section-4.6"""

from decimal import Decimal, InvalidOperation
from typing import Any

from fhir_store.json_text import NumberText


def same(one: Any, other: Any) -> bool:
    """Numbers by what they count, strings by their characters, lists in order, objects in any."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[k], other[k]) for k in one)
        )
    if isinstance(one, list):
        alike = isinstance(other, list) and len(one) == len(other)
        return alike and all(map(same, one, other))
    if isinstance(one, NumberText) or isinstance(other, NumberText):
        return isinstance(one, NumberText) and isinstance(other, NumberText) and _same_number(one, other)
    if isinstance(one, str):
        return isinstance(other, str) and one == other
    return one is other


def _same_number(one: NumberText, other: NumberText) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        # An exponent that Python cannot count with.
        return one == other
