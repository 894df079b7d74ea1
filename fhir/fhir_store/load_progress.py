"""How far a load has come: which batches of a file are in, noted by the transactions that bring them in.

A load that was cut off is continued by this. Once it is finished the notes are thrown away, so the same file is
read anew when it is loaded again.
"""

from collections.abc import Collection

import psycopg

DONE = "SELECT batch, outcome::text FROM fhir_store.load_progress WHERE load = %s"
NOTE = (
    "INSERT INTO fhir_store.load_progress (load, batch, outcome) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
)
FORGET = "DELETE FROM fhir_store.load_progress WHERE load = ANY(%s)"


def batches_done(cursor: psycopg.Cursor[tuple[int, str]], load: bytes) -> dict[int, str]:
    """The batches of a load that are in, each with what became of it, as it was noted."""
    return dict(cursor.execute(DONE, (load,)).fetchall())


def note_batch(cursor: psycopg.Cursor[tuple[object, ...]], load: bytes, batch: int, outcome: str) -> None:
    """Note a batch as done, with a JSON text about it."""
    cursor.execute(NOTE, (load, batch, outcome))


def forget_loads(cursor: psycopg.Cursor[tuple[object, ...]], loads: Collection[bytes]) -> None:
    """Throw away what was noted of loads that are finished."""
    cursor.execute(FORGET, (list(loads),))
