"""What an expression is made of once it is read."""

from dataclasses import dataclass
from typing import Union

from fhir_store.fhirpath.nodes import Node


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the expression; none for ``{}``."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a start, which is ``$this`` if it is None."""

    start: "Expression | None"
    steps: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Negative:
    """The number below zero."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Member:
    """The element of that name. ``may_be_type``: at the beginning of a path it may also be the type of ``$this``."""

    name: str
    may_be_type: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """The item at that place, from 0."""

    place: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """A function that takes expressions."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class OfType:
    """``is``, ``as`` or ``ofType`` with the name of a type; ``namespace`` is FHIR or System where it is said."""

    form: str
    namespace: str | None
    name: str


Step = Member | Index | Call | OfType
Expression = Union[Literal, Path, Binary, Negative]  # noqa: UP007 - the classes above name it in quotes
