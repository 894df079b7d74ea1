"""Load files batch by batch; what is bad is set aside with its reason while the rest goes in.

Loading the same file again changes nothing, so an interrupted load is simply run again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from fhir_store.conditional import resolve_conditional
from fhir_store.errors import Issue, OwnedByAnother, Refused, StoreError
from fhir_store.gate import check, served
from fhir_store.store import Author, Store
from fhir_store.write import ID, Write, save
from services.exchange.load.rejects import RejectFile
from services.exchange.load.sources import Found, resources_in
from services.shared.database import Database

BATCH = 200


@dataclass
class LoadReport:
    """What became of the resources that were found."""

    files: int = 0
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    unserved: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    open_references: int = 0
    """Conditional references (``Type?identifier=...``) that no resource answers; kept as they were sent."""

    def note(self, interaction: str, type_: str) -> None:
        """Count one saved resource."""
        {"create": self.created, "update": self.updated, "unchanged": self.unchanged}[interaction][type_] += 1


@dataclass(frozen=True)
class _Ready:
    found: Found
    write: Write


@dataclass
class _Load:
    database: Database
    store: Store
    author: Author
    rejects: RejectFile
    report: LoadReport


def load(
    files: Iterable[Path], database: Database, store: Store, author: Author, rejects: RejectFile
) -> Iterator[tuple[int, LoadReport]]:
    """Load file after file, yielding after every batch (bytes of files finished, report so far)."""
    loading = _Load(database, store, author, rejects, LoadReport())
    finished = 0
    for file in files:
        for batch in _batches(_ready(loading, resources_in(file))):
            _save(loading, batch)
            yield finished, loading.report
        loading.report.files += 1
        finished += file.stat().st_size
        yield finished, loading.report


def _ready(loading: _Load, found: Iterable[Found]) -> Iterator[_Ready]:
    """The resources that can be saved; the others are counted and set aside."""
    for one in found:
        if one.resource is not None and not served(one.resource.value.get("resourceType")):
            loading.report.unserved[_known_type(one)] += 1
            continue
        try:
            yield _Ready(one, _checked(one))
        except Refused as refusal:
            _reject(loading, one, refusal.issues)


def _known_type(found: Found) -> str:
    assert found.resource is not None
    type_ = found.resource.value.get("resourceType")
    return type_ if isinstance(type_, str) and type_.isalpha() else "(no resourceType)"


def _checked(found: Found) -> Write:
    if found.resource is None:
        assert found.refusal is not None
        raise found.refusal
    check(found.resource.value)
    id_ = found.resource.value.get("id")
    if id_ is None or not ID.fullmatch(id_):
        raise Refused(
            (Issue("required", "id", "A resource in a file needs an id, so that loading again is safe."),)
        )
    return Write(found.resource, id=id_, skip_unchanged=True)


def _batches(ready: Iterable[_Ready]) -> Iterator[list[_Ready]]:
    """Groups to save together; the same id twice goes into two groups, so that the later one wins."""
    batch: dict[tuple[str, str | None], _Ready] = {}
    for one in ready:
        name = (one.write.type, one.write.id)
        if len(batch) == BATCH or name in batch:
            yield list(batch.values())
            batch = {}
        batch[name] = one
    if batch:
        yield list(batch.values())


def _save(loading: _Load, batch: list[_Ready]) -> None:
    try:
        _save_together(loading, batch)
    except StoreError as error:
        if len(batch) == 1:
            _reject(loading, batch[0].found, (_reason(error),))
            return
        for one in batch:
            _save(loading, [one])


def _save_together(loading: _Load, batch: list[_Ready]) -> None:
    def work(connection: Connection) -> tuple[list[tuple[str, str]], int]:
        writes, still_open = resolve_conditional(connection, [one.write for one in batch])
        saved = save(connection, loading.store, writes, loading.author)
        return [(one.interaction, one.type) for one in saved], still_open

    saved, still_open = loading.database.run(work)
    loading.report.open_references += still_open
    for interaction, type_ in saved:
        loading.report.note(interaction, type_)


def _reject(loading: _Load, found: Found, issues: tuple[Issue, ...]) -> None:
    loading.report.rejected += 1
    loading.rejects.add(found.file, found.place, issues)


def _reason(error: StoreError) -> Issue:
    if isinstance(error, OwnedByAnother):
        return Issue("conflict", "id", "Another client first wrote this id.")
    return Issue(error.code, "", error.message)
