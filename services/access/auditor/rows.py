"""Events as rows that an auditor reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from fhir_store.keyring import Keyring
from services.access.audit.errors import NotAnEvent
from services.access.audit.event import read
from services.access.audit.kinds import TARGET
from services.access.audit.log.found import Event
from services.access.audit.words import did
from services.access.auditor.names import Names, names_for
from services.access.roles import ROLES
from services.shared.languages import N_
from services.shared.languages import gettext as _

LABELS: Mapping[str, str] = {
    "role": N_("Role"),
    "purpose": N_("Purpose"),
    "reason": N_("Reason"),
    "why": N_("Why not"),
    "method": N_("How"),
    "how": N_("How it ended"),
    "interaction": N_("Interaction"),
    "type": N_("Type of resource"),
    "types": N_("Types of resource"),
    "results": N_("Resources"),
    "recipient": N_("Recipient"),
    "basis": N_("Legal basis"),
    "decision": N_("Decision"),
    "granted": N_("Role granted"),
    "where": N_("For the facility"),
    "until": N_("Until"),
    "mandate": N_("Mandate"),
    "page": N_("Page"),
    "filters": N_("Searched by"),
    "finding": N_("Finding number"),
    "result": N_("What came of it"),
    "address": N_("Network address"),
    "request": N_("Request"),
}
"""What is folded away under an event, in this order."""

DAMAGED = N_("An event that cannot be read. Verify the log: throughcare audit verify")


@dataclass(frozen=True)
class Row:
    """An event in words."""

    seq: int
    at: datetime
    late: bool
    """Whether it was recorded long after it happened, as by a tablet without a network."""
    recorded_at: datetime
    who: str
    did: str
    to: tuple[str, ...]
    """The accounts, systems and tablets that it was done to."""
    facility: str
    failed: bool
    references: tuple[str, ...] = field(repr=False)
    """The patients and resources it is about; no name, and nothing of those who were erased."""
    erased: int
    details: tuple[tuple[str, str], ...]


LATE_S = 300.0


def rows_of(
    cursor: psycopg.Cursor[Any], keyring: Keyring, events: Sequence[Event], *, this_person: bool = False
) -> tuple[Row, ...]:
    """The rows of events, with the names that they need."""
    targets = [one for event in events for one in _subjects(event, _members(event), is_target=True)]
    names = names_for(
        cursor, keyring, [*(event.actor for event in events), *targets], [one.facility for one in events]
    )
    return tuple(_row(event, names, this_person=this_person) for event in events)


def _row(event: Event, names: Names, *, this_person: bool) -> Row:
    said = _members(event)
    return Row(
        seq=event.seq,
        at=event.at,
        late=(event.recorded_at - event.at).total_seconds() > LATE_S,
        recorded_at=event.recorded_at,
        who=names.of(event.actor),
        did=did(said, this_person=this_person) if said else _(DAMAGED),
        to=tuple(names.of(one) for one in _subjects(event, said, is_target=True)),
        facility=names.facility(event.facility),
        failed=said.get("outcome") != "0",
        references=tuple(_subjects(event, said, is_target=False)),
        erased=event.sealed.openings.count(None),
        details=tuple(_details(said)),
    )


def _members(event: Event) -> Mapping[str, Any]:
    try:
        members = read(event.sealed.body).members
    except NotAnEvent:
        return {}
    return members if isinstance(members, dict) else {}


def _subjects(event: Event, said: Mapping[str, Any], *, is_target: bool) -> list[str]:
    about = said.get("about", ())
    return [
        opening.subject
        for role, opening in zip(about, event.sealed.openings, strict=False)
        if opening is not None and (role == TARGET) is is_target
    ]


def _details(said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    role = said.get("actor", {}).get("role")
    known = {**said, "role": role, "granted": said.get("granted")}
    for name, label in LABELS.items():
        value = known.get(name)
        if value not in (None, "", []):
            yield _(label), _written(name, value)


def _written(name: str, value: Any) -> str:
    if name in ("role", "granted") and value in ROLES:
        return _(ROLES[value].title)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
