"""What the record store refuses, and why.

StoreError
├── Refused                 the gate found something wrong with a resource
│   └── Unreadable          the text is not one JSON object
├── InvalidId               an id is not of FHIR's form
├── SameResourceTwice       one transaction writes the same resource twice
├── OwnedByAnother          another client first wrote this id
├── VersionConflict         somebody wrote meanwhile
├── AlreadyThere            a create under an id that is taken
├── SeveralMatches          a condition that should mean one resource means several
├── NotFound                never was here
├── ResourceDeleted         was here, and is deleted
│   └── ResourceErased      was here, and nobody can read it any more
├── BadTransaction          an entry of a transaction cannot be done
├── BadPatch                a patch cannot be read or done
│   └── PatchTestFailed     the resource is not what a test of the patch expects
├── UnsupportedParameter    a search parameter that is not indexed
│   ├── UnsupportedModifier a search parameter in a way that it cannot be used
│   └── UnsupportedOrder    a search parameter whose values nobody can put in order
├── TooManyIncluded         a search includes more resources than one answer may carry
├── BadSearchValue          a search value that cannot be read
└── TerminologyError        a value set or code system cannot answer
    ├── NotHeld             it needs another one that is not held, or not held whole
    ├── TooCostly           it has more codes than one answer may carry
    ├── CircularValueSet    it includes itself
    ├── BadDefinition       it says something that cannot be worked out
    └── BadQuestion         what is asked about it cannot be read

``code`` is one of http://hl7.org/fhir/R4/valueset-issue-type.html. A message says what happened and what to do,
and never carries anything that was sent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong.

    ``code`` is a FHIR issue type. ``expression`` is where, as a FHIRPath made only of names that FHIR defines
    and list positions; empty for the text as a whole.
    """

    code: str
    expression: str
    message: str


class StoreError(Exception):
    """Something that the record store does not do, with what to tell the caller."""

    code: ClassVar[str] = "exception"
    message: str = "The record store could not do this."
    issues: tuple[Issue, ...] = ()
    place: int | None = None
    """Which of several changes it was about, counted from 0, where one was."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)


class Refused(StoreError):
    """A resource that is not valid FHIR R4: nothing was stored."""

    code = "invalid"
    message = "The resource is not valid FHIR R4, so nothing was stored. Each issue names an element."

    def __init__(self, issues: Iterable[Issue]) -> None:
        super().__init__()
        self.issues = tuple(issues)


class Unreadable(Refused):
    """A text that cannot be read as one JSON object."""

    code = "structure"
    message = "The text cannot be read as one JSON object, so nothing was stored."


class InvalidId(StoreError):
    code = "value"
    message = "An id is 1 to 64 letters, digits, hyphens and full stops."


class SameResourceTwice(StoreError):
    code = "duplicate"
    message = "The same resource is written twice. Send one entry for each resource."


class OwnedByAnother(StoreError):
    code = "conflict"
    message = (
        "Another client first wrote this id, and what it means there is not known. Create under a new id."
    )


class VersionConflict(StoreError):
    code = "conflict"
    message = "The resource is not at the version you have seen. Read it again, then repeat the change."


class AlreadyThere(StoreError):
    code = "conflict"
    message = "There is a resource with this id already, and it was to be written only if there was none."


class SeveralMatches(StoreError):
    code = "multiple-matches"
    message = (
        "Several resources match the condition, so nothing was done. Use criteria that only one satisfies."
    )


class NotFound(StoreError):
    code = "not-found"
    message = "There is no such resource here."


class ResourceDeleted(StoreError):
    """``version`` is that of the deletion."""

    code = "deleted"
    message = "The resource was deleted. Earlier versions can still be read."

    def __init__(self, version: int) -> None:
        super().__init__()
        self.version = version


class ResourceErased(ResourceDeleted):
    """The key of whom it is about was destroyed."""

    message = "The resource was erased for ever, with the record that it was part of."


class BadTransaction(StoreError):
    """``entry`` counts from 0."""

    code = "invalid"

    def __init__(self, entry: int, message: str) -> None:
        super().__init__(message)
        self.issues = (Issue(self.code, f"Bundle.entry[{entry}]", message),)


class BadPatch(StoreError):
    """A patch that cannot be done: nothing was changed. ``where`` is the operation, ``patch[2]``; empty for all."""

    code = "processing"

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.issues = (Issue(self.code, where, message),)


class PatchTestFailed(BadPatch):
    """A ``test`` of a JSON Patch finds something else than it expects."""


class UnsupportedParameter(StoreError):
    """A parameter that this type cannot be searched by. ``supported`` names those that it can."""

    code = "not-supported"

    def __init__(self, type_: str, supported: Sequence[str]) -> None:
        super().__init__(
            f"A search parameter is not supported for {type_}, so nothing was searched. "
            f"Supported: {', '.join(supported)}."
        )


class UnsupportedModifier(UnsupportedParameter):
    """A modifier that a parameter does not have. ``supported`` names those that it has."""

    def __init__(self, type_: str, supported: Sequence[str]) -> None:
        StoreError.__init__(
            self,
            f"A modifier is not supported for that search parameter of {type_}, so nothing was searched. "
            f"Supported: {', '.join(f':{modifier}' for modifier in supported) or 'none'}.",
        )


class UnsupportedOrder(UnsupportedParameter):
    """A parameter that matches cannot be sorted by. ``supported`` names those that they can."""

    def __init__(self, type_: str, supported: Sequence[str]) -> None:
        StoreError.__init__(
            self,
            "What tells who somebody is lies sealed and has no order, so nothing was searched. "
            f"{type_} can be sorted by: {', '.join(supported)}.",
        )


class TooManyIncluded(StoreError):
    code = "too-costly"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"More than {most:,} resources would be included, so none was sent. "
            "Ask for fewer resources with _count, or include less."
        )


class BadSearchValue(StoreError):
    code = "value"
    message = "A search value cannot be read."


class TerminologyError(StoreError):
    """What a value set means cannot be told, so nothing is told: never a part of it as if it were all."""

    code = "not-supported"


# An address of a public code system is no personal data, but it is told only if it is surely an address.
_CANONICAL = re.compile(r"(?:https?://|urn:)[A-Za-z0-9._~:/?#@!$&'()*+,;=%|-]{1,190}")


class NotHeld(TerminologyError):
    """``canonical`` is the address of what is missing."""

    code = "not-found"

    def __init__(self, kind: str, canonical: str) -> None:
        named = f" {canonical}" if _CANONICAL.fullmatch(canonical) else ""
        super().__init__(f"The {kind}{named} is needed and not held here, or not held whole. Store it first.")


class TooCostly(TerminologyError):
    code = "too-costly"

    def __init__(self, most: int) -> None:
        super().__init__(f"The value set has more than {most:,} codes, so it is not listed here.")


class CircularValueSet(TerminologyError):
    code = "invalid"
    message = "The value set includes itself, perhaps by way of others, so its codes cannot be listed."


class BadDefinition(TerminologyError):
    code = "invalid"


class BadQuestion(TerminologyError):
    code = "invalid"
