"""Which type is a kind of which. http://hl7.org/fhirpath/N1/#types and http://hl7.org/fhir/R4/fhirpath.html#types"""

from functools import cache

from fhir_store.definitions import type_named

SYSTEM_TYPES = frozenset(
    {"Boolean", "String", "Integer", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"}
)
"""The types of values that stand in an expression, or that a function makes."""

SYSTEM = "System."
"""Stands before the name of such a type, to tell System.Quantity from FHIR's Quantity."""


def is_known_type(namespace: str | None, name: str) -> bool:
    """Whether there is a type of that name. With its namespace System, any name may be asked for: nothing has it."""
    if namespace is None:
        return name in SYSTEM_TYPES or bool(_ancestry(name))
    return namespace == "System" or (namespace == "FHIR" and bool(_ancestry(name)))


def is_a(type_: str, namespace: str | None, name: str) -> bool:
    """Whether ``type_`` is the type of that name or derived from it."""
    if type_.startswith(SYSTEM):
        return namespace in (None, "System") and name in (type_.removeprefix(SYSTEM), "Any")
    return namespace in (None, "FHIR") and name in _ancestry(type_)


def picks(type_: str, namespace: str | None, name: str) -> bool:
    """Whether ``ofType`` and ``as`` take it: as ``is``, but a code is not picked as the string it is derived from.

    The official tests hold FHIR's primitive types to be picked by their own name only.
    """
    return is_a(type_, namespace, name) and (type_ == name or not is_primitive(type_))


@cache
def is_primitive(type_: str) -> bool:
    """Whether it is one of FHIR's primitive types."""
    return bool(_ancestry(type_)) and type_named(type_).is_primitive


@cache
def _ancestry(type_: str) -> tuple[str, ...]:
    """The type, its base and so on; none if FHIR R4 has no such type."""
    try:
        base = type_named(type_).base
    except KeyError:
        return ()
    return (type_, *_ancestry(base)) if base else (type_,)
