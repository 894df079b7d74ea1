"""Erase one person: destroy the key that their record is sealed with, and delete all that is sealed with it.

The versions stay, and nobody can read them any more. For each current resource a deletion is written, so that searches,
projections, the cascade and whoever follows the change feed learn it in the usual way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from fhir_store.store import Author, Store
from fhir_store.write import Deletion, save

KEY = text("SELECT number FROM fhir_store.data_key WHERE patient = :patient FOR UPDATE")

MEMBERS = text("""
SELECT c.type, c.id, v.seal_key = :number AS own
FROM fhir_store.compartment m
JOIN fhir_store.current_resource c ON c.key = m.key
JOIN fhir_store.resource_version v ON v.seq = c.seq
WHERE m.patient = :patient AND NOT c.deleted ORDER BY c.type, c.id
""")

VERSIONS = text("SELECT count(*) FROM fhir_store.resource_version WHERE seal_key = :number")

DESTROY = text("""
UPDATE fhir_store.data_key SET wrapped = NULL, kek = NULL, patient = NULL, destroyed_at = now() WHERE number = :number
""")

CLOSE = text("""
DELETE FROM fhir_store.open_reference o USING fhir_store.current_resource c
WHERE c.key = o.key AND (c.type, c.id) IN (SELECT * FROM unnest(CAST(:types AS text[]), CAST(:ids AS text[])))
""")


class NothingToErase(Exception):
    """Nothing here is sealed with a key of that person."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing here is sealed with a key of that Patient: the id is another one, or the person was erased before."
        )


@dataclass(frozen=True)
class Record:
    """What is part of one person's record."""

    number: int
    own: Sequence[tuple[str, str]]
    """Type and id of what goes with the key."""
    shared: Sequence[tuple[str, str]]
    """Of what is about others as well: it stays, and so does what it says of this person."""
    versions: int
    """That nobody can read any more."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each type go."""
        return Counter(type_ for type_, _ in self.own)


def record_of(connection: Connection, patient: str) -> Record:
    """What would be erased; nobody gives the person another key until the transaction ends. Raises NothingToErase."""
    number = connection.execute(KEY, {"patient": patient}).scalar()
    if number is None:
        raise NothingToErase
    rows = connection.execute(MEMBERS, {"patient": patient, "number": number}).all()
    versions: int = connection.execute(VERSIONS, {"number": number}).scalar_one()
    own, shared = ([(row.type, row.id) for row in rows if row.own is is_own] for is_own in (True, False))
    return Record(number, own, shared, versions)


def erase(connection: Connection, store: Store, record: Record, by: str) -> None:
    """Erase it for ever, in the caller's transaction, as the owner of the tables."""
    save(connection, store, [Deletion(type_, id_) for type_, id_ in record.own], Author(by, steward=True))
    types, ids = [type_ for type_, _ in record.own], [id_ for _, id_ in record.own]
    connection.execute(CLOSE, {"types": types, "ids": ids})
    connection.execute(DESTROY, {"number": record.number})
