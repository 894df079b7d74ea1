"""Load files: batch by batch, by several processes; what is bad is listed with its reason while the rest goes in.

Loading the same file again changes nothing. A load that was cut off goes on where it stopped when it is run again.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from fhir_store.errors import Issue
from fhir_store.identities import known_sources, remember_source
from fhir_store.load_progress import batches_done, forget_loads
from fhir_store.open_references import pending, still_open
from fhir_store.statistics import count_anew
from fhir_store.store import Author, Store
from fhir_store.write import raw_cursor
from services.exchange.load.batches import MOST_LINES, batches_in, load_digest
from services.exchange.load.crew import Alone, Crew, Task
from services.exchange.load.loading import Loading
from services.exchange.load.outcome import OUTCOME, LoadReport, Outcome
from services.exchange.load.rejects import RejectFile
from services.exchange.load.saving import check_batch, load_batch, resolve_open
from services.shared.database import Database

SMALL = 4_000_000
"""Files of fewer bytes in all are loaded before worker processes would have started."""

MOST_WORKERS = 8
"""More would need more locks than PostgreSQL has room for, and wait for its log."""

WORTH_COUNTING = 10_000
"""So many saved resources change what PostgreSQL must know to plan a search well."""

OPEN = Issue("not-found", "", "A conditional reference has no single answer yet; it is kept as it was sent.")

Progress = tuple[int, LoadReport]
"""How many bytes of the files are done, and the report so far."""


def load(
    files: Sequence[Path],
    database: Database,
    store: Store,
    author: Author,
    rejects: RejectFile,
    *,
    in_order: bool = False,
) -> Iterator[Progress]:
    """Load files, telling after every batch how far it is. Raises LoadInterrupted.

    ``in_order``: records come in several versions, one after the other. Of two processes the one with the later version
    might be done first, so one does it all.
    """
    loading = _loading(database, store, author)
    loads = {file: load_digest(file, author.source) for file in files}
    report, done = LoadReport(files=len(files)), 0
    with _crew(loading, files, 1 if in_order else MOST_WORKERS) as crew:
        for outcome in _outcomes(crew, loading, loads, report):
            report.add(outcome)
            rejects.add(outcome)
            done += outcome.size
            yield done, report
        for outcome in crew.run(_open_references(database)):
            report.add(outcome)
            yield done, report
    _finish(loading, loads, report, rejects)
    yield done, report


def check(
    files: Sequence[Path], database: Database, store: Store, author: Author, rejects: RejectFile
) -> Iterator[Progress]:
    """Look for what would not be taken; nothing is saved. Raises LoadInterrupted."""
    loading = _loading(database, store, author)
    report, done = LoadReport(files=len(files)), 0
    tasks = (partial(check_batch, batch=batch) for file in files for batch in batches_in(file, b""))
    with _crew(loading, files, MOST_WORKERS) as crew:
        for outcome in crew.run(tasks):
            report.add(outcome)
            rejects.add(outcome)
            done += outcome.size
            yield done, report


def _loading(database: Database, store: Store, author: Author) -> Loading:
    with database.transaction() as connection:
        cursor = raw_cursor(connection)
        if author.source:
            remember_source(cursor, author.source)
        return Loading(database, store, author, known_sources(cursor))


def _crew(loading: Loading, files: Iterable[Path], most: int) -> AbstractContextManager[Alone | Crew]:
    if sum(file.stat().st_size for file in files) < SMALL:
        return Alone(loading)
    return Crew(loading, min(os.cpu_count() or 1, most))


def _outcomes(
    crew: Alone | Crew, loading: Loading, loads: dict[Path, bytes], report: LoadReport
) -> Iterator[Outcome]:
    """Of every batch; those that an earlier run brought in are told as it noted them."""
    noted: list[Outcome] = []

    def tasks() -> Iterator[Task]:
        for file, digest in loads.items():
            with loading.database.transaction() as connection:
                done = batches_done(raw_cursor(connection), digest)
            report.resumed = report.resumed or bool(done)
            for batch in batches_in(file, digest):
                if batch.number in done:
                    noted.append(OUTCOME.validate_json(done[batch.number]))
                else:
                    yield partial(load_batch, batch=batch)

    for outcome in crew.run(tasks()):
        yield from _emptied(noted)
        yield outcome
    yield from _emptied(noted)


def _emptied(noted: list[Outcome]) -> Iterator[Outcome]:
    while noted:
        yield noted.pop(0)


def _open_references(database: Database) -> Iterator[Task]:
    after = 0
    while True:
        with database.transaction() as connection:
            keys = pending(raw_cursor(connection), after, MOST_LINES)
        if not keys:
            return
        yield partial(resolve_open, keys=keys)
        after = keys[-1]


def _finish(loading: Loading, loads: dict[Path, bytes], report: LoadReport, rejects: RejectFile) -> None:
    with loading.database.transaction() as connection:
        cursor = raw_cursor(connection)
        for file, place in still_open(cursor, [file.name for file in loads]):
            report.open_references += 1
            rejects.list_open(file, place, OPEN)
        forget_loads(cursor, loads.values())
    if report.created.total() + report.updated.total() >= WORTH_COUNTING:
        with loading.database.transaction() as connection:
            count_anew(raw_cursor(connection))
