"""Which labels a code means, from the TOML files in ``codes/``: one file for each label, named by it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from clinical.code_lists import CodeList, Line, lines_of
from clinical.labels.label import Label, bits

FOLDER = Path(__file__).parent / "codes"

PROFILE = "profile"
"""The system under which a list names profiles (``meta.profile``)."""


def lines() -> Iterator[tuple[Label, Line]]:
    """Every line of every list with the label that it means."""
    for file in sorted(FOLDER.glob("*.toml")):
        label = Label(file.stem.upper())
        yield from ((label, line) for line in lines_of(file))


def compiled(listed: Iterable[tuple[Label, Line]]) -> Mapping[Label, CodeList]:
    """The lines of each label, arranged for looking up."""
    by_label: dict[Label, list[Line]] = {}
    for label, line in listed:
        by_label.setdefault(label, []).append(line)
    return {label: CodeList(found) for label, found in by_label.items()}


def meant(lists: Mapping[Label, CodeList], system: str, code: str) -> int:
    """The labels that a code means, as bits; none for a system or code that no list has."""
    return bits(label for label, listed in lists.items() if listed.has(system, code))


@cache
def _lists() -> Mapping[Label, CodeList]:
    return compiled(lines())


@lru_cache(maxsize=1 << 15)
def bits_of_code(system: str, code: str) -> int:
    """The same of the lists of this folder. Remembered, since few codes come again and again."""
    return meant(_lists(), system, code)
