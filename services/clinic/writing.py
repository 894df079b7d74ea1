"""How a page writes into a person's record: decided, in one transaction with its audit event."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection

from fhir_store.gate import check
from fhir_store.json_text import parse
from fhir_store.store import Author
from fhir_store.write import Saved, Write, raw_cursor, save
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision.approval import approval
from services.access.decision.one_by_one import treating
from services.clinic.asking import Asking
from services.clinic.reading import Patient, people
from services.shared.errors import Forbidden
from services.shared.languages import N_

SOURCE = "clinic"
"""Where what is written on a page comes from, whoever writes it: a colleague may go on with it."""

NOT_TO_YOU = N_(
    "Your role does not write that of this person. It writes for people whom your facility treats; "
    "about HIV only after you said what you need it for."
)


class NotInCare(Forbidden):
    """The record is open for reading only."""

    message = N_("Only who treats this person writes into the record. An emergency opens it for reading.")


def save_for(
    asking: Asking, connection: Connection, patient: Patient, writes: Sequence[Write]
) -> list[Saved]:
    """Save resources of somebody in care, with the write event. Raises NotInCare, Forbidden, Refused."""
    cursor = raw_cursor(connection)
    treated_at = facilities(asking, cursor, patient)
    author = Author(
        f"account/{asking.who.account.id}",
        source=SOURCE,
        facility=treated_at[0],
        approve=approval(patient.actor, frozenset(treated_at), asking.day, NOT_TO_YOU),
    )
    for write in writes:
        check(write.body.value)
    saved = save(connection, asking.request.app.state.exchange.store, writes, author)
    for one in saved:
        about = Subjects(people([patient.id]), [f"{one.type}/{one.id}"])
        at = asking.circumstances(patient.purpose)
        asking.log_with(connection, kinds.write(at, one.interaction, one.type, about))
    return saved


def facilities(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[str]:
    """The Organizations of the writer that treat the person, at least one. Raises NotInCare."""
    found = treating(cursor, patient.actor, patient.id, asking.day)
    if not found:
        raise NotInCare
    return found


def new(resource: Mapping[str, Any]) -> Write:
    """A resource that gets an id."""
    return Write(parse(json.dumps(resource, ensure_ascii=False).encode()))


def references(saved: Iterable[Saved]) -> list[str]:
    """Literal references to what was saved."""
    return [f"{one.type}/{one.id}" for one in saved]
