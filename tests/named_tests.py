"""The tests and files that a page of documentation names in backticks, and which of them are not there."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`((?:tests|docs|deploy|services|fhir|clinical|pyproject\.toml)[\w/.-]*)(?:::(\w+))?`")


def named_in(text: str) -> list[tuple[str, str | None]]:
    """Each path that a text names, with the test in it if it names one."""
    return [(path, test or None) for path, test in NAMED.findall(text)]


def absent(named: list[tuple[str, str | None]]) -> list[str]:
    """Those that are not there."""
    return [f"{path}::{test}" if test else path for path, test in named if not _is_there(path, test)]


def _is_there(path: str, test: str | None) -> bool:
    file = ROOT / path
    return file.exists() if test is None else file.is_file() and test in _tests_of(file)


@cache
def _tests_of(file: Path) -> frozenset[str]:
    """Read and not imported: a page is checked without what its tests need."""
    found = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in found if node.name.startswith("test_"))
