"""Conditional references, ``Type?identifier=system|value``: resolved to an id where exactly one answers.

FHIR R4, 3.1.0.11.2.1. Synthea's bulk files refer to organizations and practitioners this way.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, text

from fhir_store import seal
from fhir_store.json_text import with_references
from fhir_store.transactions import references
from fhir_store.write import Write

WRITTEN = re.compile(r"(?P<type>[A-Z][A-Za-z]+)\?identifier=(?P<system>[^|&]+)\|(?P<value>[^|&]+)")

ANSWERS = text("""
SELECT w.written, c.type || '/' || c.id AS target
FROM unnest(CAST(:written AS text[]), CAST(:types AS text[]), CAST(:systems AS text[]), CAST(:codes AS text[]))
    AS w (written, type, system, code)
JOIN fhir_store.index_token t
    ON t.type = w.type AND t.param = 'identifier' AND t.code = w.code AND t.system = w.system
JOIN fhir_store.current_resource c ON c.key = t.key
""")


def resolve_conditional(connection: Connection, writes: Sequence[Write]) -> tuple[list[Write], int]:
    """The writes with conditional references resolved, and how many had no single answer and were kept."""
    wanted = [{r for r in references(write.body.value) if WRITTEN.fullmatch(r)} for write in writes]
    if not any(wanted):
        return list(writes), 0
    targets = _targets(connection, set().union(*wanted))
    resolved = [
        replace(write, body=with_references(write.body, targets)) if sought else write
        for write, sought in zip(writes, wanted, strict=True)
    ]
    return resolved, sum(len(sought - targets.keys()) for sought in wanted)


def _targets(connection: Connection, wanted: Iterable[str]) -> dict[str, str]:
    sought = [found for one in sorted(wanted) if (found := WRITTEN.fullmatch(one))]
    rows = connection.execute(
        ANSWERS,
        {
            "written": [found[0] for found in sought],
            "types": [found["type"] for found in sought],
            "systems": [seal.index_value(found["system"]) for found in sought],
            "codes": [seal.index_value(found["value"]) for found in sought],
        },
    )
    answers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        answers[row.written].add(row.target)
    return {written: found.pop() for written, found in answers.items() if len(found) == 1}
