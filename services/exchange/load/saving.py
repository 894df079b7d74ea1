"""Load one batch: what is good is saved, what is not is listed, and the same transaction notes that the batch is in."""

from collections.abc import Iterator, Sequence

import psycopg
from sqlalchemy import Connection

from fhir_store import locks
from fhir_store.bulk import portions, save_many
from fhir_store.errors import Issue, OwnedByAnother, Refused, StoreError
from fhir_store.gate import served
from fhir_store.load_progress import note_batch
from fhir_store.open_references import answers, note_open, resolve
from fhir_store.write import Saved, raw_cursor
from services.exchange.load.batches import MOST_LINES, Batch
from services.exchange.load.found import found_in
from services.exchange.load.loading import Loading
from services.exchange.load.outcome import OUTCOME, Outcome, Reject
from services.exchange.load.packet import Packet, packet_of
from services.exchange.load.readying import PlacedWrite, readied, type_name


class _AnswerChanged(Exception):
    """Somebody else has just written an identifier that a condition of this batch names."""


def check_batch(loading: Loading, batch: Batch) -> Outcome:
    """What would not be taken from a batch. Nothing is saved."""
    outcome = Outcome.of(batch)
    for _ in _ready(loading, batch, packet_of(loading, batch), outcome):
        pass
    return outcome


def load_batch(loading: Loading, batch: Batch) -> Outcome:
    """Save what is good in a batch."""
    while True:
        try:
            return _load(loading, batch, packet_of(loading, batch))
        except _AnswerChanged:
            continue


def resolve_open(loading: Loading, keys: Sequence[int]) -> Outcome:
    """Resolve the conditional references of loaded resources."""
    return Outcome(resolved=loading.database.run(lambda c: resolve(c, loading.store, keys, loading.author)))


def _load(loading: Loading, batch: Batch, packet: Packet) -> Outcome:
    outcome = Outcome.of(batch)
    waiting: list[PlacedWrite] = []
    for portion in portions(_ready(loading, batch, packet, outcome), MOST_LINES):
        if waiting:
            _save(loading, batch, packet, waiting, outcome, is_last=False)
        waiting = portion
    _save(loading, batch, packet, waiting, outcome, is_last=True)
    return outcome


def _ready(loading: Loading, batch: Batch, packet: Packet, outcome: Outcome) -> Iterator[PlacedWrite]:
    """What can be saved; the rest is counted and listed."""
    for found in found_in(batch):
        if isinstance(found, Reject):
            outcome.rejects.append(found)
        elif not served(found.type):
            outcome.unserved[type_name(found)] += 1
        else:
            try:
                write = readied(loading, found, packet)
            except Refused as refusal:
                outcome.rejects.append(Reject(found.place, refusal.issues))
                continue
            if write:
                yield write
            else:
                outcome.unchanged[found.type] += 1


def _save(
    loading: Loading,
    batch: Batch,
    packet: Packet,
    writes: Sequence[PlacedWrite],
    outcome: Outcome,
    *,
    is_last: bool,
) -> None:
    """Save writes together; one by one if the store refuses one of them."""

    def together(connection: Connection) -> list[Saved]:
        saved = _saved(connection, loading, batch, packet, writes)
        if is_last:
            _note_batch(raw_cursor(connection), batch, outcome, saved)
        return saved

    try:
        for saved in loading.database.run(together):
            outcome.note(saved)
    except StoreError as error:
        if len(writes) == 1:
            outcome.rejects.append(Reject(writes[0].place, (_reason(error),)))
        else:
            for write in writes:
                _save(loading, batch, packet, [write], outcome, is_last=False)
        if is_last:
            loading.database.run(lambda c: _note_batch(raw_cursor(c), batch, outcome, []))


def _saved(
    connection: Connection, loading: Loading, batch: Batch, packet: Packet, writes: Sequence[PlacedWrite]
) -> list[Saved]:
    cursor = raw_cursor(connection)
    _refuse_changed_answers(cursor, loading, packet, writes)
    saved = save_many(connection, loading.store, writes, loading.author)
    places = [
        (one.type, one.id, write.place)
        for one, write in zip(saved, writes, strict=True)
        if write.has_open_references and one.interaction != "unchanged"
    ]
    note_open(cursor, batch.file, places)
    return saved


def _refuse_changed_answers(
    cursor: psycopg.Cursor[tuple[int, str]],
    loading: Loading,
    packet: Packet,
    writes: Sequence[PlacedWrite],
) -> None:
    """The answers were read without locks. Under them they must be the same, else the batch is begun anew."""
    conditions = list({write.condition for write in writes if write.condition})
    if conditions:
        locks.take(cursor, {locks.identifier_lock(one.type, one.value) for one in conditions})
        now = answers(cursor, loading.store.keyring, conditions)
        if any(now.get(one) != packet.matches.get(one) for one in conditions):
            raise _AnswerChanged


def _note_batch(
    cursor: psycopg.Cursor[tuple[object, ...]], batch: Batch, outcome: Outcome, saved: Sequence[Saved]
) -> None:
    complete = outcome.with_saved(saved)
    note_batch(cursor, batch.load, batch.number, OUTCOME.dump_json(complete).decode())


def _reason(error: StoreError) -> Issue:
    if isinstance(error, OwnedByAnother):
        return Issue(error.code, "id", "Another client first wrote this id.")
    return Issue(error.code, "", error.message)
