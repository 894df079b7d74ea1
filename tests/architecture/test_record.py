"""No interaction of the FHIR API gets at a stored text but by ``services/exchange/record.py``, which tells each client its part.

Whoever adds an interaction cannot forget it: there is no other way to a resource that this test lets through.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

EXCHANGE = Path(__file__).parents[2] / "services" / "exchange"

THE_WAY = {"record.py", "outward.py", "outward_asking.py"}
OF_NOBODY = {"held_terminology.py"}
"""Reads value sets and code systems to reckon with them; what comes of it is told by ``Record.composed``."""
HOUSES_OWN = {"load"}
"""Imports: nothing is answered from there."""

GIVES_TEXTS = {
    "fhir_store.read": {"Stored"},
    "fhir_store.history": {"HistoryPage", "Past", "Position", "Span"},
    "fhir_store.everything": {"EverythingPage", "Wanted"},
    "fhir_store.search": {"Context", "Page", "Position", "Query", "SupportedParameter", "condition_on", "parse_query", "supported"},
    "fhir_store.search.page": set(),
    "fhir_store.search.matches": set(),
    "fhir_store.search.included": {"MOST_INCLUDED"},
    "fhir_store.seal": {"place_of_answer"},
    "fhir_store.feed": set(),
    "fhir_store.chronicle": set(),
    "fhir_store.conditional": {"Condition", "condition_of", "lock"},
}  # fmt: skip
"""Modules that can give texts, and what of them does not."""


def _interactions() -> Iterator[Path]:
    for path in EXCHANGE.rglob("*.py"):
        inside = path.relative_to(EXCHANGE).parts
        if inside[0] not in THE_WAY | OF_NOBODY | HOUSES_OWN:
            yield path


def _ways_around(source: str) -> list[str]:
    """What in a module could read a resource."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = dict(_imported(nodes))
    return [
        *_whole_stores(nodes),
        *(f"{module}.{name}" for module, name in imported.values() if _gives(module, name)),
        *(
            found
            for node in nodes
            if isinstance(node, ast.Attribute)
            for found in _of_attribute(node, imported)
        ),
        *("resource_version" for node in nodes if _names_the_table(node)),
    ]


def _imported(nodes: list[ast.AST]) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                yield one.asname or one.name, (node.module or "", one.name)


def _whole_stores(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("fhir_store"))


def _names_the_table(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and "resource_version" in str(node.value)


def _gives(module: str, name: str) -> bool:
    return module in GIVES_TEXTS and name not in GIVES_TEXTS[module]


def _of_attribute(node: ast.Attribute, imported: dict[str, tuple[str, str]]) -> Iterator[str]:
    owner = ast.unparse(node.value)
    module = ".".join(imported.get(owner, ("", "")))
    if _gives(module, node.attr):
        yield f"{module}.{node.attr}"
    if node.attr == "body" and owner.endswith("keyring"):
        yield "keyring.body"


def test_every_interaction_reads_by_the_record_of_its_client() -> None:
    wrong = {path.name: found for path in _interactions() if (found := _ways_around(path.read_text()))}
    assert wrong == {}
    assert len(list(_interactions())) > 30


@pytest.mark.parametrize(
    "planted",
    [
        "from fhir_store.read import read",
        "from fhir_store.read import read_version as version",
        "from fhir_store.search import search",
        "from fhir_store.search.page import matching",
        "from fhir_store import conditional\nconditional.matches(cursor, condition, context)",
        "from fhir_store import history\nhistory.history_of(cursor)",
        "import fhir_store.read",
        "text = asked.keyring.body(*row)",
        "SQL = 'SELECT body FROM fhir_store.resource_version'",
    ],
)
def test_another_way_is_found(planted: str) -> None:
    assert _ways_around(planted)


def test_only_the_request_itself_makes_the_record_of_its_client() -> None:
    makes = [path.name for path in EXCHANGE.rglob("*.py") if "Record(" in path.read_text()]
    assert makes == ["interaction.py"]
