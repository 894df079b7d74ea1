"""Read the FHIRPath of the official search parameters: the few forms that occur in them, and nothing more.

A path is steps from a resource: ``Patient.telecom.where(system='phone')``, ``(Observation.value as Quantity)``,
``Encounter.participant.individual.where(resolve() is Practitioner)``, ``Bundle.entry[0].resource``.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Child:
    """The element of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class OfType:
    """Only values of that type."""

    type: str


@dataclass(frozen=True, slots=True)
class Where:
    """Only objects whose member is that text."""

    member: str
    text: str


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Only references to that type of resource."""

    type: str


@dataclass(frozen=True, slots=True)
class Item:
    """Only the item at that place, from 0."""

    place: int


@dataclass(frozen=True, slots=True)
class IsTrue:
    """Whether there is a value other than false: of the whole resource, so there is always an answer."""


Step = Child | OfType | Where | RefersTo | Item | IsTrue
Path = tuple[Step, ...]


MISPRINTS = {"DateTime": "dateTime"}
"""Types that the official definitions name wrongly."""


class UnknownForm(ValueError):
    """An expression in a form that is not read here."""


_WORD = r"[A-Za-z]+"
_STEPS = (
    (re.compile(rf"\.where\(resolve\(\) is ({_WORD})\)"), lambda found: RefersTo(found[1])),
    (re.compile(rf"\.where\(({_WORD})='([^']+)'\)"), lambda found: Where(found[1], found[2])),
    (re.compile(rf"\.(?:as|ofType)\(({_WORD})\)"), lambda found: OfType(MISPRINTS.get(found[1], found[1]))),
    (re.compile(rf" as ({_WORD})$"), lambda found: OfType(found[1])),
    (re.compile(r"\[(\d+)\]"), lambda found: Item(int(found[1]))),
    (re.compile(rf"\.({_WORD})(?!\()"), lambda found: Child(found[1])),
)
_IN_BRACKETS = re.compile(r"\((?P<inside>[^()]+)\)(?P<rest>\..+)?")
_IS_TRUE = re.compile(r"(?P<path>[A-Za-z.]+)\.exists\(\) and (?P=path) != false")


def paths(expression: str) -> list[Path]:
    """The paths that an expression joins by ``|``, each from the resource. Raises UnknownForm."""
    return [_path(part.strip()) for part in expression.split("|")]


def paths_from_element(expression: str) -> list[Path]:
    """The paths of a component of a composite, each from an element: ``value.as(Quantity)``. Raises UnknownForm."""
    return [_steps(f".{part.strip()}", 0) for part in expression.split("|")]


def _path(part: str) -> Path:
    if found := _IS_TRUE.fullmatch(part):
        return (*_path(found["path"]), IsTrue())
    if found := _IN_BRACKETS.fullmatch(part):
        return (*_path(found["inside"]), *_steps(found["rest"] or "", 0))
    resource = re.match(_WORD, part)
    return _steps(part, resource.end() if resource else 0)


def _steps(text: str, at: int) -> Path:
    steps = []
    while at < len(text):
        form, made = next(((f, make) for form, make in _STEPS if (f := form.match(text, at))), (None, None))
        if form is None or made is None:
            raise UnknownForm(text)
        steps.append(made(form))
        at = form.end()
    return tuple(steps)
