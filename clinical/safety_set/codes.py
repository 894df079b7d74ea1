"""The lists of codes of the safety set, and how a concept is looked up in one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinical.code_lists import CodeList, lines_of

SEDATIVES = CodeList(lines_of(Path(__file__).with_name("sedatives.toml")))
PREGNANCY = CodeList(lines_of(Path(__file__).with_name("pregnancy.toml")))

HOLD = "urn:throughcare:code-system:hold"
"""Our codes of why an order is held."""


def codings(concept: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The codings of a concept that have a code."""
    return [coding for coding in concept.get("coding", ()) if "code" in coding]


def is_in(listed: CodeList, concept: Mapping[str, Any]) -> bool:
    """Whether a coding of the concept is in a list."""
    return any(listed.has(coding.get("system", ""), coding["code"]) for coding in codings(concept))
