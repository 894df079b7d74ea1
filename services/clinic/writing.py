"""How a page writes into a person's record: decided, in one transaction with its audit event."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection

from fhir_store.errors import VersionConflict
from fhir_store.gate import check
from fhir_store.json_text import NumberText, parse
from fhir_store.patching import json_patched
from fhir_store.read import Stored
from fhir_store.store import Author
from fhir_store.write import Approve, Saved, Write, raw_cursor, save
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision.approval import approval
from services.access.decision.one_by_one import treating
from services.clinic.asking import Asking
from services.clinic.closed_records import require_changeable
from services.clinic.reading import Patient, people
from services.shared.errors import Conflict, Forbidden
from services.shared.languages import N_

SOURCE = "clinic"
"""Where what is written on a page comes from, whoever writes it: a colleague may go on with it."""

NOT_TO_YOU = N_(
    "Your role does not write that of this person. It writes for people whom your facility treats; "
    "about HIV only after you said what you need it for."
)
CHANGED = N_("Somebody else changed this meanwhile, so nothing was saved. Look at it again, then repeat it.")


class NotInCare(Forbidden):
    """The record is open for reading only."""

    message = N_("Only who treats this person writes into the record. An emergency opens it for reading.")


def save_for(
    asking: Asking, connection: Connection, patient: Patient, writes: Sequence[Write]
) -> list[Saved]:
    """Save resources of somebody in care, with the write event. Raises NotInCare, Forbidden, Refused."""
    treated_at = facilities(asking, raw_cursor(connection), patient)
    approve = approval(patient.actor, frozenset(treated_at), asking.day, NOT_TO_YOU)
    return _save(asking, connection, [patient.id], writes, treated_at[0], approve, patient.purpose)


def save_at(
    asking: Asking, connection: Connection, person: str, facility: str, writes: Sequence[Write]
) -> list[Saved]:
    """Save resources at one facility of the writer, with the write events: also what begins the treatment of somebody there.

    Raises Forbidden, Refused.
    """
    approve = approval(asking.actor(connection), frozenset({facility}), asking.day, NOT_TO_YOU)
    return _save(asking, connection, [person], writes, facility, approve, asking.purpose.value)


def save_permitted(
    asking: Asking, connection: Connection, people_: Sequence[str], facility: str, writes: Sequence[Write]
) -> list[Saved]:
    """Save what was decided as a thing of its own, or follows from what was permitted: a death ends orders, a photo has
    a Binary, whatever resources the writer's role writes by themselves.

    Raises Refused.
    """
    return _save(asking, connection, people_, writes, facility, None, asking.purpose.value)


def _save(
    asking: Asking,
    connection: Connection,
    people_: Sequence[str],
    writes: Sequence[Write],
    facility: str,
    approve: Approve | None,
    purpose: str,
) -> list[Saved]:
    # Ids belong to who first wrote them, against other systems with the same ones. A page shows the record itself.
    author = Author(
        f"account/{asking.who.account.id}", source=SOURCE, steward=True, facility=facility, approve=approve
    )
    if approve is not None:
        types = {write.type for write in writes}
        require_changeable(raw_cursor(connection), asking.actor(connection), people_, types)
    for write in writes:
        check(write.body.value)
    try:
        saved = save(connection, asking.request.app.state.exchange.store, writes, author)
    except VersionConflict:
        raise Conflict(CHANGED) from None
    for one in saved:
        about = Subjects(people(people_), [f"{one.type}/{one.id}"])
        at = asking.circumstances(purpose)
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


def new_with_id(resource: Mapping[str, Any]) -> Write:
    """A resource under an id that was just drawn for it."""
    body = parse(json.dumps(resource, ensure_ascii=False).encode())
    return Write(body, id=resource["id"], is_new=True)


def changed(stored: Stored, resource: Mapping[str, Any]) -> Write:
    """A new version of what is stored, from which it differs in whole members; the others keep their very text.

    Refused if somebody has written another version since.
    """
    before = parse(stored.text.encode())
    names = [name for name in {**before.value, **resource} if before.value.get(name) != resource.get(name)]
    operations = [_operation(name, before.value, resource) for name in names]
    patched = json_patched(before, f"[{','.join(operations)}]".encode())
    return Write(patched, id=stored.id, if_match=stored.version)


def _operation(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if name not in now:
        return json.dumps({"op": "remove", "path": f"/{name}"})
    op = "replace" if name in before else "add"
    return f'{{"op": "{op}", "path": {json.dumps(f"/{name}")}, "value": {_written(now[name])}}}'


def _written(value: Any) -> str:
    """As JSON, with the numbers as they were written."""
    if isinstance(value, NumberText):
        return str(value)
    if isinstance(value, Mapping):
        members = (f"{json.dumps(name)}: {_written(member)}" for name, member in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return json.dumps(value, ensure_ascii=False)


def references(saved: Iterable[Saved]) -> list[str]:
    """Literal references to what was saved."""
    return [f"{one.type}/{one.id}" for one in saved]
