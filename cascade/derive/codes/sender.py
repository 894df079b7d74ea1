"""A file that maps the codes of one sender, as examples/synthea.toml does: read, and refused unless it is whole.

A word that no list knows would be carried into the contract tables and counted as nothing, so it is refused as well.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cascade.errors import CodesUnreadable

REMEDY = "Write it as cascade/derive/codes/README.md says; cascade/derive/codes/examples/synthea.toml is one."
CONDITIONS = ("only_for_opioid_dependence", "and_subdivisions", "excluded")


def lists_of(file: Path, words: Mapping[str, frozenset[str]]) -> list[dict[str, Any]]:
    """The lists in a file.

    Args:
        file: TOML, with a [[list]] for each list that it adds to.
        words: the values that a code may stand for, by the name of the list; none: any, or the code itself.

    Raises:
        CodesUnreadable: with the name of the file, and what to do.
    """
    lists = _read(file).get("list")
    if not isinstance(lists, list) or not lists:
        raise CodesUnreadable(f"{file} has no [[list]]. {REMEDY}")
    for number, listed in enumerate(lists, 1):
        if wrong := _wrong(listed, words):
            raise CodesUnreadable(f"{file}: list {number} {wrong}. {REMEDY}")
    return lists


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as failure:
        raise CodesUnreadable(f"{file} cannot be read. Name a file of codes that is there.") from failure
    except ValueError as failure:  # not TOML, or not even UTF-8
        raise CodesUnreadable(f"{file} is not TOML. {REMEDY}") from failure


def _wrong(listed: Any, words: Mapping[str, frozenset[str]]) -> str | None:
    """What a list lacks, in words that go after its number; None if it is whole."""
    if not isinstance(listed, dict) or listed.get("name") not in words:
        return f"has no name out of {', '.join(sorted(words))}"
    if not _are_texts(listed.get("systems")):
        return "has no systems, the texts that the sender writes in Coding.system"
    codes = listed.get("code")
    if not isinstance(codes, dict) or not codes:
        return "has no [list.code.CODE]"
    return next(filter(None, (_wrong_code(listed["name"], one, words) for one in codes.values())), None)


def _wrong_code(name: str, meant: Any, words: Mapping[str, frozenset[str]]) -> str | None:
    if not isinstance(meant, dict):
        return "has a code without a [list.code.CODE] of its own"
    if not all(isinstance(meant[one], bool) for one in CONDITIONS if one in meant):
        return f"has a code whose {', '.join(CONDITIONS)} is not true or false"
    if meant.get("excluded"):
        return None
    if words[name] and meant.get("value") not in words[name]:
        return f"has a code without a value out of {', '.join(sorted(words[name]))}"
    medicine = meant.get("atc", "" if name == "oat_medication" else None)
    if medicine is not None and not (isinstance(medicine, str) and medicine):
        return "has a code without its medicine in ATC, as atc"
    return None


def _are_texts(said: Any) -> bool:
    return isinstance(said, list) and bool(said) and all(isinstance(one, str) and one for one in said)
