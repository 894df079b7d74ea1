"""Lists of codes in TOML files: which codes of which systems are meant, each line with its source.

A line may stand for all codes that begin so (``and_subdivisions``). Of two lines that apply, the longer one decides, and
``excluded`` takes a code out of its group. Letter case, dots and blanks do not count: national systems write F112 for
F11.2. A code without a system is looked for in every system.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_UNWRITTEN = str.maketrans("", "", ". ")


@dataclass(frozen=True)
class Line:
    """One line of a list. ``verified`` is false where nobody has looked the code up in its system's publication."""

    systems: tuple[str, ...]
    code: str
    meaning: str
    source: str
    verified: bool
    and_subdivisions: bool
    excluded: bool


class CodeList:
    """Lines arranged for looking up."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._by_system: dict[str, dict[str, Line]] = {}
        for line in lines:
            for system in (*line.systems, ""):
                self._by_system.setdefault(system, {})[_as_compared(line.code)] = line

    def has(self, system: str, code: str) -> bool:
        """Whether a code is meant; an empty system stands for any."""
        line = self.line(system, code)
        return line is not None and not line.excluded

    def line(self, system: str, code: str) -> Line | None:
        """The line that decides about a code, if one does; an empty system stands for any."""
        listed = self._by_system.get(system)
        if listed is None:
            return None
        compared = _as_compared(code)
        for length in range(len(compared), 0, -1):
            line = listed.get(compared[:length])
            if line is not None and (line.and_subdivisions or length == len(compared)):
                return line
        return None


def lines_of(file: Path) -> Iterator[Line]:
    """Every line of every ``[[list]]`` of a file."""
    for listed in tomllib.loads(file.read_text(encoding="utf-8"))["list"]:
        for code, said in listed["code"].items():
            yield _line(listed, code, said)


def _line(listed: Mapping[str, Any], code: str, said: Mapping[str, Any]) -> Line:
    return Line(
        systems=tuple(listed["systems"]),
        code=code,
        meaning=said["meaning"],
        source=listed["source"],
        verified=said.get("verified", listed.get("verified", True)),
        and_subdivisions=said.get("and_subdivisions", False),
        excluded=said.get("excluded", False),
    )


def _as_compared(code: str) -> str:
    return code.translate(_UNWRITTEN).casefold()
