"""Which codes mean which label, from the TOML files in ``codes/``: one file for each label.

A line may stand for all codes that begin so (``and_subdivisions``). Of two lines of a label that apply, the longer
one decides, and ``excluded`` takes a code out of its group. Letter case, dots and blanks do not count: national systems
write F112 for F11.2. A code without a system is looked for in every system.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from clinical.labels.label import Label, bits

FOLDER = Path(__file__).parent / "codes"

PROFILE = "profile"
"""The system under which a list names profiles (``meta.profile``)."""

_UNWRITTEN = str.maketrans("", "", ". ")


@dataclass(frozen=True)
class Line:
    """One line of a list. ``verified`` is false where nobody has looked the code up in its system's publication."""

    label: Label
    systems: tuple[str, ...]
    code: str
    meaning: str
    source: str
    verified: bool
    and_subdivisions: bool
    excluded: bool


Lines = Mapping[str, Mapping[str, Line]]
"""The lines of one label: by system, then by code as it is compared."""


def lines() -> Iterator[Line]:
    """Every line of every list."""
    for file in sorted(FOLDER.glob("*.toml")):
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        label = Label(content["label"])
        for listed in content["list"]:
            for code, said in listed["code"].items():
                yield _line(label, listed, code, said)


def _line(label: Label, listed: Mapping[str, Any], code: str, said: Mapping[str, Any]) -> Line:
    return Line(
        label=label,
        systems=tuple(listed["systems"]),
        code=code,
        meaning=said["meaning"],
        source=listed["source"],
        verified=said.get("verified", listed.get("verified", True)),
        and_subdivisions=said.get("and_subdivisions", False),
        excluded=said.get("excluded", False),
    )


def compiled(listed: Iterator[Line]) -> Mapping[Label, Lines]:
    """Lines arranged for looking up."""
    by_label: dict[Label, dict[str, dict[str, Line]]] = {}
    for line in listed:
        by_system = by_label.setdefault(line.label, {})
        for system in (*line.systems, ""):
            # Profiles are no codes: one without a system is none of them.
            if system or PROFILE not in line.systems:
                by_system.setdefault(system, {})[_as_compared(line.code)] = line
    return by_label


def meant(lists: Mapping[Label, Lines], system: str, code: str) -> int:
    """The labels that a code means, as bits; none for a system or code that no list has."""
    compared = _as_compared(code)
    return bits(
        label for label, by_system in lists.items() if _decided(by_system.get(system, _NOTHING), compared)
    )


_NOTHING: Mapping[str, Line] = {}


def _decided(listed: Mapping[str, Line], code: str) -> bool:
    for length in range(len(code), 0, -1):
        line = listed.get(code[:length])
        if line is not None and (line.and_subdivisions or length == len(code)):
            return not line.excluded
    return False


def _as_compared(code: str) -> str:
    return code.translate(_UNWRITTEN).casefold()


@cache
def _lists() -> Mapping[Label, Lines]:
    return compiled(lines())


@lru_cache(maxsize=1 << 15)
def bits_of_code(system: str, code: str) -> int:
    """The labels that a code of the lists means, as bits. Remembered, since few codes come again and again."""
    return meant(_lists(), system, code)
