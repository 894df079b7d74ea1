"""What of a record was written by somebody in words: for a person who reads it over, or whose record it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from clinical.labels.readable import FREE_TEXT

ANNOTATIONS = frozenset({"note"})
"""Elements whose ``text`` is somebody's words."""


def in_words(resource: Mapping[str, Any]) -> list[str]:
    """The words, in the order in which they stand there; no narrative, which says again what the elements say."""
    return [word for word in _words(resource, FREE_TEXT) if word.strip()]


def _words(value: Any, names: frozenset[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _words(one, names)
    elif isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, str):
                if name in names:
                    yield part
            elif name != "text":
                yield from _words(part, FREE_TEXT | {"text"} if name in ANNOTATIONS else FREE_TEXT)
