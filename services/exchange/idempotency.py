"""``Idempotency-Key``: a POST that is sent again gets the first answer again and does nothing twice.

A tablet that lost the network does not know whether its dose arrived; it sends the same again under the same key.
The answer is kept in the transaction that made it, for ``KEPT``. The same key with another request is refused.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import json
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from fhir_store import locks
from fhir_store.keyring import Keyring
from fhir_store.seal import place_of_answer
from fhir_store.write import raw_cursor
from services.exchange.auditing import shown_of
from services.exchange.interaction import Answer, Asked
from services.exchange.problems import BadRequest, KeyUsedDifferently

# Proposed: longer than any tablet is out of reach of its server.
KEPT = timedelta(days=30)
LONGEST_KEY = 200

EVERY_ANSWER = text("SELECT client, key, seal_key, answer FROM fhir_store.answered")
STRIP_ANSWER = text("UPDATE fhir_store.answered SET answer = :answer WHERE client = :client AND key = :key")

WORD = re.compile(r"[A-Za-z0-9.-]+")

CONDITIONS = ("if-none-exist", "if-match", "if-none-match")

KNOWN = "SELECT request, answer FROM fhir_store.answered WHERE client = %s AND key = %s"
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
    request, answer = row
    if request != _fingerprint(asked):
        raise KeyUsedDifferently
    kept = json.loads(asked.keyring.own.open_sealed(place_of_answer(asked.client.name, key), answer))
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
    text = answer.text if asked.record.outward is None else _without_others(answer)
    kept = json.dumps({"status": answer.status, "text": text, "headers": dict(answer.headers)})
    sealed = asked.keyring.own.seal(place_of_answer(asked.client.name, key), kept)
    row = (asked.client.name, key, _fingerprint(asked), asked.keyring.own.number, sealed)
    cursor.execute(KEEP, row)
    cursor.execute(FORGET, (KEPT,))


def _without_others(answer: Answer) -> str | None:
    """What a system outside is told again: not what it was shown of others, who may have taken their agreement back."""
    if answer.text is None or not answer.events:
        return answer.text
    told = json.loads(answer.text)
    if told["resourceType"] != "Bundle":
        return None
    entries = [{"response": one["response"]} for one in told.get("entry", ())]
    return json.dumps({**told, "entry": entries})


def forget_in_answers(connection: Connection, keyring: Keyring, ids: Collection[str]) -> None:
    """Take the body out of every kept answer in which one of these ids occurs: who sends it again learns that it is done.

    What was erased is erased there too. The owner of the tables may do this, the server may not.
    """
    wanted = set(ids)
    for client, key, number, answer in connection.execute(EVERY_ANSWER).all():
        place = place_of_answer(client, key)
        kept = json.loads(keyring.own.open_sealed(place, answer)) if number == keyring.own.number else {}
        if kept and wanted.intersection(WORD.findall(json.dumps(kept))):
            stripped = json.dumps({**kept, "text": None})
            sealed = keyring.own.seal(place, stripped)
            connection.execute(STRIP_ANSWER, {"client": client, "key": key, "answer": sealed})


def _fingerprint(asked: Asked) -> bytes:
    """What tells whether it is the same request: where it goes, what it says, under which conditions."""
    parts = (
        asked.interaction.code,
        json.dumps(asked.segments),
        json.dumps(asked.parameters),
        *(asked.headers.get(name, "") for name in CONDITIONS),
    )
    return asked.keyring.fingerprint("\x1f".join(parts).encode() + b"\x1f" + asked.body)
