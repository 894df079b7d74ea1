"""Disclosures without consent of one person: what may be chosen for one, and those that were made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.disclosure import Disclosure, disclosure_of, is_disclosure
from clinical.disclosure.without_consent import WHOLES
from clinical.record_line import RecordLine, record_line
from fhir_store.chronicle import chronicle_of
from fhir_store.read import Stored
from fhir_store.sql import Sql
from fhir_store.store import Author
from fhir_store.write import Write, save
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import person_sees
from services.access.roles.types import CHART
from services.clinic.asking import Asking
from services.clinic.reading import Patient, parsed
from services.clinic.record_page import TYPES_SHOWN
from services.clinic.writing import new

Json = Mapping[str, Any]

TYPES_SENT = tuple(one for one in TYPES_SHOWN if one not in WHOLES)
"""Of which single records can be chosen."""

OFFERED = 300
"""How many are offered at once, the newest; fewer if a type is chosen."""

PORTION = 200

MEMBERS = """
SELECT c.type || '/' || c.id FROM fhir_store.compartment m JOIN fhir_store.current_resource c ON c.key = m.key
WHERE m.patient = %s AND c.type = ANY(%s) AND NOT c.deleted AND {seen}
"""

ACCOUNT = "urn:throughcare:account"


@dataclass(frozen=True)
class Made:
    """A disclosure that was made.

    Attributes:
        id: of the Communication.
        version: its newest.
        resource: as it is kept.
        recipient_name: as the Communication itself says it; empty if it refers to a record.
    """

    id: str
    version: int
    disclosure: Disclosure
    resource: Json = field(repr=False)
    recipient_name: str


def made(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[Made]:
    """The disclosures of a person that the reader may see, the newest first."""
    return [
        Made(one.id, one.version, disclosure_of(resource), resource, _contained_name(resource))
        for one in _communications(asking, cursor, patient)
        for resource in [parsed(one)]
        if is_disclosure(resource)
    ]


def _communications(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[Stored]:
    seen, after = person_sees(patient.actor, asking.day, ("Communication",)), None
    while True:
        page = chronicle_of(cursor, asking.keyring, patient.records, ("Communication",), seen, PORTION, after)
        yield from page.resources
        if page.after is None:
            return
        after = page.after


def _contained_name(communication: Json) -> str:
    return next((str(one.get("name", "")) for one in communication.get("contained", ())), "")


def offered(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, type_: str
) -> tuple[Sequence[tuple[str, RecordLine]], int]:
    """The newest records that the reader may choose from, by reference, and how many there are; of a type, if named."""
    types = (type_,) if type_ in TYPES_SENT else TYPES_SENT
    seen = person_sees(patient.actor, asking.day, types)
    page = chronicle_of(cursor, asking.keyring, [patient.id], types, seen, OFFERED)
    lines = [(f"{one.type}/{one.id}", record_line(parsed(one))) for one in page.resources]
    return lines, page.total


def seen_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> frozenset[str]:
    """References to all that the reader may choose from."""
    return _members(cursor, patient.id, TYPES_SENT, person_sees(patient.actor, asking.day, TYPES_SENT))


def all_of_person(cursor: psycopg.Cursor[Any], patient: str) -> frozenset[str]:
    """References to every single record that the house has of a person."""
    return _members(cursor, patient, tuple(sorted(CHART - WHOLES)), Sql("true"))


def _members(cursor: psycopg.Cursor[Any], patient: str, types: Sequence[str], seen: Sql) -> frozenset[str]:
    cursor.execute(MEMBERS.format(seen=seen.text), (patient, list(types), *seen.args))
    return frozenset(reference for (reference,) in cursor.fetchall())


def practitioner(asking: Asking, connection: Connection) -> str:
    """A reference to the Practitioner who is the reader's account, made if it is not there yet."""
    account = asking.who.account
    resource = {
        "resourceType": "Practitioner",
        "id": str(account.id),
        "identifier": [{"system": ACCOUNT, "value": str(account.id)}],
        "name": [{"text": account.display_name}],
    }
    write = Write(new(resource).body, id=str(account.id), skip_unchanged=True)
    (saved,) = save(connection, asking.request.app.state.exchange.store, [write], Author("throughcare"))
    reference = f"Practitioner/{account.id}"
    if saved.interaction != "unchanged":
        about = Subjects(resources=[reference])
        asking.log_with(
            connection, kinds.write(asking.circumstances(), saved.interaction, "Practitioner", about)
        )
    return reference


def told_version(one: Made, resource: Json) -> Write:
    """The next version of a disclosure."""
    return Write(new(resource).body, id=one.id, if_match=one.version)
