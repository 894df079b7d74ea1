"""What is logged of a request to the FHIR API: what it showed, what it wrote, what it was refused.

An interaction says with its answer what it shows; nothing is answered before that is durable (``fhir_api``). What is
written is logged by the statement that writes it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from fhir_store.errors import NotFound, OwnedByAnother, ResourceDeleted
from fhir_store.read import Stored
from fhir_store.sql import Sql
from services.access.audit import kinds
from services.access.audit.kinds import NOBODY, Actor, AuditEvent, Subjects
from services.access.audit.log.audit_log import AuditLog
from services.access.decision import takes_by_consent
from services.shared.errors import Forbidden

if TYPE_CHECKING:
    from fhir_store.write import Log, Planned
    from services.exchange.interaction import Asked

PERSON_PARAMETERS = {"patient", "subject"}
"""Search parameters whose value names a person; a bare id means a Patient's."""

REFUSALS: Mapping[type[Exception], str] = {
    Forbidden: "forbidden",
    NotFound: "not-found",
    ResourceDeleted: "deleted",
    OwnedByAnother: "owned-by-another",
}


def shown(asked: "Asked", *resources: Stored) -> tuple[AuditEvent, ...]:
    """That these were shown, which were asked for by their ids."""
    about = Subjects(_patients(resources), [f"{one.type}/{one.id}" for one in resources])
    event = kinds.read(asked.circumstances, asked.interaction.code, _type(asked), about)
    return (event, *_disclosed(asked, about, resources))


def shown_of(asked: "Asked", resources: Sequence[Stored], *patients: str) -> tuple[AuditEvent, ...]:
    """That these were shown, too many to name each: of these ``patients`` and of those whose they are."""
    about = Subjects(sorted({*_patients(resources), *_references(patients)}))
    event = kinds.read(
        asked.circumstances, asked.interaction.code, _type(asked), about, results=len(resources)
    )
    return (event, *_disclosed(asked, about, resources))


def found(
    asked: "Asked", criteria: Sequence[tuple[str, str]], resources: Sequence[Stored], *, results: int
) -> tuple[AuditEvent, ...]:
    """That these were shown, or only counted, because they match the criteria."""
    asked_for = [asked.segments["id"]] if "member" in asked.segments else _asked_for(criteria)
    about = Subjects(sorted({*_patients(resources), *_references(asked_for)}))
    key = asked.exchange.audit.keys.search
    event = kinds.search(asked.circumstances, _type(asked), criteria, about, results=results, key=key)
    return (event, *_disclosed(asked, about, resources))


def log_of(asked: "Asked") -> "Log":
    """What is written of the writing of resources, beside it."""
    return partial(_written, asked)


def refused(asked: "Asked", error: Exception) -> tuple[AuditEvent, ...]:
    """That this was refused, if the error is a refusal: not allowed, or nothing there that may be seen."""
    why = next((code for kind, code in REFUSALS.items() if isinstance(error, kind)), None)
    if why is None:
        return ()
    segments = asked.segments
    about = [f"{segments['type']}/{segments['id']}"] if {"type", "id"} <= segments.keys() else []
    return (
        kinds.refusal(
            asked.circumstances, asked.interaction.code, _type(asked), why, Subjects(resources=about)
        ),
    )


def unknown(asked: "Asked") -> AuditEvent:
    """That somebody was refused who could not be told."""
    at = replace(asked.circumstances, actor=Actor("nobody", ""))
    return kinds.refusal(at, asked.interaction.code, _type(asked), "login", NOBODY)


def _disclosed(asked: "Asked", about: Subjects, resources: Iterable[Stored]) -> Iterator[AuditEvent]:
    """That records of patients went to a system outside, which gets them because they agreed."""
    types = sorted({one.type for one in resources if one.patients})
    if types and takes_by_consent(asked.client):
        recipient = f"Organization/{asked.client.facility}"
        yield kinds.disclosure(asked.circumstances, recipient, "consent", types, about)


def _written(asked: "Asked", planned: Sequence["Planned"]) -> Mapping[str, Sql]:
    audit: AuditLog = asked.exchange.audit
    return audit.parts_of(_writing(asked, planned))


def _writing(asked: "Asked", planned: Iterable["Planned"]) -> Iterable[AuditEvent]:
    """An event for each type and interaction."""
    for (type_, interaction), some in groupby(sorted(planned, key=_kind), key=_kind):
        alike = list(some)
        patients = frozenset[str]().union(*(one.patients for one in alike))
        about = Subjects(_references(patients), [f"{type_}/{one.id}" for one in alike])
        yield kinds.write(asked.circumstances, interaction, type_, about)


def _kind(planned: "Planned") -> tuple[str, str]:
    return planned.change.type, planned.interaction


def _type(asked: "Asked") -> str:
    """``Resource`` stands for any type. http://hl7.org/fhir/R4/valueset-resource-types.html"""
    return asked.segments.get("member") or asked.segments.get("type") or "Resource"


def _patients(resources: Iterable[Stored]) -> list[str]:
    return _references({patient for one in resources for patient in one.patients})


def _references(patients: Iterable[str]) -> list[str]:
    return sorted(f"Patient/{patient}" for patient in patients)


def _asked_for(criteria: Iterable[tuple[str, str]]) -> list[str]:
    """The ids of the patients whom the criteria name by reference."""
    values = [value for name, value in criteria if name.partition(":")[0] in PERSON_PARAMETERS]
    return [
        id_
        for value in values
        for one in value.split(",")
        for type_, _, id_ in [one.rpartition("/")[0:3]]
        if id_ and type_.rpartition("/")[2] in ("", "Patient")
    ]
