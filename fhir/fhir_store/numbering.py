"""Numbers for keys and versions, taken from the database in blocks, so that a save need not ask for each.

Numbers are unique and never used twice; those of a block that a program did not use up are lost, and there are
enough. They are no order of commits: the change feed has its own (``feed``).
"""

from threading import Lock
from typing import Any

import psycopg

BLOCK = 1000
"""What the sequence is incremented by (migration 0002)."""

NEXT_BLOCKS = "SELECT nextval('fhir_store.version_seq') FROM generate_series(1, %s)"


class Numbering:
    """Hands numbers out to every thread of this program."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = self._end = 0

    def take(self, cursor: psycopg.Cursor[Any], count: int) -> list[int]:
        """So many new numbers, ascending."""
        with self._lock:
            taken = list(range(self._next, min(self._next + count, self._end)))
            self._next += len(taken)
            if missing := count - len(taken):
                taken += self._from_new_blocks(cursor, missing)
            return taken

    def _from_new_blocks(self, cursor: psycopg.Cursor[Any], count: int) -> list[int]:
        cursor.execute(NEXT_BLOCKS, (-(-count // BLOCK),))
        fresh = [start + n for (start,) in cursor.fetchall() for n in range(BLOCK)]
        # Blocks may not adjoin: other programs take some too. What is left of the last one is for later.
        kept = fresh[count:]
        self._next, self._end = (kept[0], kept[-1] + 1) if kept else (0, 0)
        return fresh[:count]
