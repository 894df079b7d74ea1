"""Seal what an older program wrote open: bodies, kept answers, fingerprints. Batch by batch, and it can be cut off.

Only the owner of the tables may: the server cannot rewrite what was written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from fhir_store.arrays import bytes_array
from fhir_store.json_text import parse
from fhir_store.keyring import Keyring
from fhir_store.seal import place_of_answer
from fhir_store.sealing import key_holder, keys_of, people, sealed, sealed_types
from fhir_store.write import raw_cursor

BATCH = 500

ALL = -1
"""In place of a key: nothing lies open any more."""

THROUGH = text("SELECT sealed_through FROM fhir_store.installation FOR UPDATE")
SET_THROUGH = text("UPDATE fhir_store.installation SET sealed_through = :through")
COUNT = text("SELECT count(*) FILTER (WHERE key <= :through), count(*) FROM fhir_store.current_resource")
RESOURCES = text("""
SELECT key, fingerprint FROM fhir_store.current_resource WHERE key > :after ORDER BY key LIMIT :limit
""")
VERSIONS = text("""
SELECT seq, body FROM fhir_store.resource_version
WHERE key = ANY(:keys) AND seal_key = 0 AND type = ANY(:types) AND body IS NOT NULL ORDER BY seq
""")
SET_VERSIONS = text("""
UPDATE fhir_store.resource_version v SET seal_key = w.seal_key, body = w.body
FROM unnest(CAST(:seqs AS bigint[]), CAST(:seal_keys AS int[]), CAST(:bodies AS bytea[])) AS w (seq, seal_key, body)
WHERE v.seq = w.seq
""")
SET_FINGERPRINTS = text("""
UPDATE fhir_store.current_resource c SET fingerprint = w.fingerprint
FROM unnest(CAST(:keys AS bigint[]), CAST(:fingerprints AS bytea[])) AS w (key, fingerprint) WHERE c.key = w.key
""")
ANSWERS = text("SELECT client, key, request, answer FROM fhir_store.answered WHERE seal_key = 0")
SET_ANSWER = text("""
UPDATE fhir_store.answered SET seal_key = :number, request = :request, answer = :answer
WHERE client = :client AND key = :key
""")


def seal_batch(connection: Connection, keyring: Keyring) -> tuple[int, int] | None:
    """Seal the next resources, in the caller's transaction: (done, of how many); None once nothing lies open."""
    through = connection.execute(THROUGH).scalar_one()
    if through == ALL:
        return None
    rows = connection.execute(RESOURCES, {"after": through, "limit": BATCH}).all()
    if not rows:
        _seal_answers(connection, keyring)
        connection.execute(SET_THROUGH, {"through": ALL})
        return None
    _seal_versions(connection, keyring, [row.key for row in rows])
    _key_fingerprints(connection, keyring, rows)
    connection.execute(SET_THROUGH, {"through": rows[-1].key})
    done, total = connection.execute(COUNT, {"through": rows[-1].key}).one()
    return done, total


def _seal_versions(connection: Connection, keyring: Keyring, keys: Sequence[int]) -> None:
    rows = connection.execute(VERSIONS, {"keys": keys, "types": sorted(sealed_types())}).all()
    texts = {row.seq: bytes(row.body).decode() for row in rows}
    holders = {seq: key_holder(_resource(text)) for seq, text in texts.items()}
    opened = keys_of(raw_cursor(connection), keyring, people(holders.values()))
    bodies = {seq: sealed(keyring, opened, holders[seq], seq, text) for seq, text in texts.items()}
    connection.execute(
        SET_VERSIONS,
        {
            "seqs": list(bodies),
            "seal_keys": [one.key for one in bodies.values()],
            "bodies": bytes_array(one.body for one in bodies.values() if one.body is not None),
        },
    )


def _resource(body: str) -> Mapping[str, Any]:
    return parse(body).value


def _key_fingerprints(connection: Connection, keyring: Keyring, rows: Sequence[Row[Any]]) -> None:
    found = [(row.key, keyring.keyed(bytes(row.fingerprint))) for row in rows if row.fingerprint]
    connection.execute(
        SET_FINGERPRINTS,
        {"keys": [key for key, _ in found], "fingerprints": bytes_array(value for _, value in found)},
    )


def _seal_answers(connection: Connection, keyring: Keyring) -> None:
    for client, key, request, answer in connection.execute(ANSWERS).all():
        connection.execute(
            SET_ANSWER,
            {
                "client": client,
                "key": key,
                "number": keyring.own.number,
                "request": keyring.keyed(bytes(request)),
                "answer": keyring.own.seal(place_of_answer(client, key), bytes(answer).decode()),
            },
        )
