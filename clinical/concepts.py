"""What a concept is called on a screen: its own words, else what a list here says that its code means, else the code."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from clinical.code_lists import CodeList, Line, lines_of

Json = Mapping[str, Any]

FOLDER = Path(__file__).parent
LISTS = ("safety_set/*.toml", "labels/codes/*.toml", "names.toml")


def words(concept: Json) -> str:
    """The words of a CodeableConcept or of a Coding; empty if it says nothing."""
    codings = concept.get("coding", [concept])
    said = [concept.get("text", ""), *(coding.get("display", "") for coding in codings)]
    found = next((one for one in said if one), "")
    return str(found) or next((one for one in map(_meaning, codings) if one), "") or _code(codings)


def _meaning(coding: Json) -> str:
    line = _listed().line(coding.get("system", ""), coding.get("code", ""))
    if line is None or "code" not in coding:
        return ""
    return f"{line.meaning} ({coding['code']})" if line.and_subdivisions else line.meaning


def _code(codings: list[Json]) -> str:
    return next((str(coding["code"]) for coding in codings if "code" in coding), "")


@cache
def _listed() -> CodeList:
    lines: list[Line] = []
    for pattern in LISTS:
        for file in sorted(FOLDER.glob(pattern)):
            lines += lines_of(file)
    return CodeList(lines)
