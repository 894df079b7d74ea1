"""``Idempotency-Key``: a POST that is sent again gets the first answer again and does nothing twice.

A tablet that lost the network does not know whether its dose arrived; it sends the same again under the same key.
The answer is kept in the transaction that made it, for ``KEPT``. The same key with another request is refused.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import json
import re
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg
from sqlalchemy import Connection

from fhir_store import locks, seal
from fhir_store.write import raw_cursor
from services.exchange.auditing import shown_of
from services.exchange.interaction import Answer, Asked
from services.exchange.problems import BadRequest, KeyUsedDifferently

# Proposed: longer than any tablet is out of reach of its server.
KEPT = timedelta(days=30)
LONGEST_KEY = 200

CONDITIONS = ("if-none-exist", "if-match", "if-none-match")

KNOWN = "SELECT request, seal_key, answer FROM fhir_store.answered WHERE client = %s AND key = %s"
KEEP = """
INSERT INTO fhir_store.answered (client, key, request, answered_at, seal_key, answer)
VALUES (%s, %s, %s, now(), %s, %s)
"""
LOCATION = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})/_history/\d")
"""Where an answer says that it put something: type and id."""

PATIENTS = """
SELECT DISTINCT m.patient FROM unnest(%s::text[], %s::text[]) AS w (type, id)
JOIN fhir_store.current_resource c USING (type, id) JOIN fhir_store.compartment m ON m.key = c.key
"""
FORGET = "DELETE FROM fhir_store.answered WHERE answered_at < now() - %s"


def key_of(asked: Asked) -> str | None:
    """The key that the client gave. Raises BadRequest."""
    key = asked.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise BadRequest(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    return key


def earlier_answer(connection: Connection, asked: Asked, key: str) -> Answer | None:
    """What was answered to this key before; other requests with it wait until this transaction ends.

    Raises KeyUsedDifferently.
    """
    cursor = raw_cursor(connection)
    locks.take(cursor, [locks.lock_of("idempotency", asked.client.name, key)])
    cursor.execute(KNOWN, (asked.client.name, key))
    row = cursor.fetchone()
    if row is None:
        return None
    request, seal_key, answer = row
    if request != _fingerprint(asked):
        raise KeyUsedDifferently
    kept = json.loads(seal.open_sealed(answer, seal_key))
    written = set(LOCATION.findall(f"{kept['headers'].get('Location')} {kept['text']}"))
    events = shown_of(asked, (), *_patients(cursor, written))
    return Answer(kept["status"], kept["text"], kept["headers"], events=events)


def _patients(cursor: psycopg.Cursor[Any], written: Collection[tuple[str, str]]) -> list[str]:
    """Whose record the resources are part of that an answer says were written."""
    cursor.execute(PATIENTS, ([type_ for type_, _ in written], [id_ for _, id_ in written]))
    return [patient for (patient,) in cursor.fetchall()]


def keep_answer(connection: Connection, asked: Asked, key: str, answer: Answer) -> None:
    """Keep an answer beside what it is about, in the same transaction; forget those that are too old."""
    cursor = raw_cursor(connection)
    kept = json.dumps({"status": answer.status, "text": answer.text, "headers": dict(answer.headers)})
    row = (asked.client.name, key, _fingerprint(asked), seal.NULL_KEY, seal.seal(kept))
    cursor.execute(KEEP, row)
    cursor.execute(FORGET, (KEPT,))


def _fingerprint(asked: Asked) -> bytes:
    """What tells whether it is the same request: where it goes, what it says, under which conditions."""
    parts = (
        asked.interaction.code,
        json.dumps(asked.segments),
        json.dumps(asked.parameters),
        *(asked.headers.get(name, "") for name in CONDITIONS),
    )
    return sha256("\x1f".join(parts).encode() + b"\x1f" + asked.body).digest()
