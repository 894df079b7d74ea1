"""The record store: every current resource of the types that a view reads.

The store is reached through one function, so that the cascade needs neither its database nor its package:
`RecordStore(partial(current_bodies, connection))`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from cascade.sources import Changed
from cascade.views import View, views

BodyReader = Callable[[str], Iterable[str]]
"""From the name of a resource type to the JSON texts of its current resources."""

BATCH_CHARACTERS = 4_000_000
SCHEMA = pa.schema([("resource", pa.string())])


class RecordStore:
    """The resources of a record store, read one bounded batch of texts at a time."""

    def __init__(self, bodies: BodyReader) -> None:
        self._bodies = bodies

    def load(self, connection: DuckDBPyConnection) -> Mapping[str | None, int]:
        """Make the flat tables; see cascade.sources.Source. Types without a view are not read."""
        read: dict[str | None, int] = {None: 0}
        for view in views():
            texts, rows = self._load(connection, view)
            read[view.resource_type] = rows
            read[None] += texts - rows
        return read

    def _load(self, connection: DuckDBPyConnection, view: View) -> tuple[int, int]:
        """How many texts were handed out, and how many were resources of the view's type."""
        texts = _Watched(self._bodies(view.resource_type))
        batches = pa.RecordBatchReader.from_batches(SCHEMA, record_batches(texts))
        connection.register("bodies", batches)
        try:
            made = connection.execute(f"CREATE TABLE {view.table} AS {view.over_json('bodies')}").fetchone()
        except duckdb.Error:
            if texts.failure:
                raise texts.failure from None
            raise
        finally:
            connection.unregister("bodies")
        return texts.count, int(made[0]) if made else 0


class ChangingRecordStore(RecordStore):
    """A record store that tells what changed: ``cascade.sources.ChangingSource``."""

    def __init__(
        self,
        bodies: BodyReader,
        identity: Callable[[], str],
        position: Callable[[], str],
        changes: Callable[[str], Iterable[Changed]],
    ) -> None:
        super().__init__(bodies)
        self.identity = identity
        self.position = position
        self.changes = changes


class _Watched:
    """An iterable that knows how many it has handed out, and what stopped it.

    DuckDB would wrap the store's own exception in one of its own, with the traceback as text.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts
        self.count = 0
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[str]:
        try:
            for text in self._texts:
                self.count += 1
                yield text
        except Exception as failure:
            self.failure = failure
            raise


def record_batches(texts: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """Arrow batches of one column `resource`, each of about 4 million characters or one larger text."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= BATCH_CHARACTERS:
            yield _record_batch(batch)
            batch, size = [], 0
    if batch:
        yield _record_batch(batch)


def _record_batch(texts: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], schema=SCHEMA)
