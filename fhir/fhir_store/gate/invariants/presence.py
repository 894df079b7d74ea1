"""Whether an element is there, as FHIRPath's ``exists()`` sees it: extensions in place of a value count."""

from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]


def has(holder: Json, name: str) -> bool:
    """Whether an element is there. ``name`` is as in JSON, so not one that ends in ``[x]``."""
    return name in holder or f"_{name}" in holder


def has_any(holder: Json, *names: str) -> bool:
    """Whether at least one of the elements is there."""
    return any(has(holder, name) for name in names)


def has_choice(holder: Json, stem: str) -> bool:
    """Whether an element with a choice of types is there: ``value`` for ``valueString`` and its like."""
    size = len(stem)
    return any(name[size : size + 1].isupper() for name in _plain(holder) if name.startswith(stem))


def has_coding(concept: Json, system: str, *codes: str) -> bool:
    """Whether one coding of a CodeableConcept is one of ``codes`` of a code system."""
    return any(
        coding.get("system") == system and coding.get("code") in codes for coding in concept.get("coding", ())
    )


def _plain(holder: Json) -> Iterable[str]:
    return (name.removeprefix("_") for name in holder)
