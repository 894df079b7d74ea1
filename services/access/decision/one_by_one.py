"""What is read one by one: fetched whole, decided each for itself, and only then shown, perhaps in a reduced form.

A search cannot do this: it would find by what is not to be known. So what comes here was chosen by type, patient and
date alone, or by a number that somebody typed in full.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import psycopg

from clinical.labels import Label
from clinical.labels.label import SETS
from clinical.safety_set import kind_of
from fhir_store.kept_labels import Kept, kept_of
from fhir_store.read import Stored
from fhir_store.side_by_side import side_by_side
from services.access.decision.actor import Actor
from services.access.decision.cares import Cares, cares_of
from services.access.decision.decide import decide
from services.access.decision.forms import Form, form_of, shown
from services.access.decision.relationship import relationship
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction, Relationship

Json = Mapping[str, Any]
Closest = Mapping[str, Mapping[str, Relationship]]
"""By patient, what each facility has to do with them."""


class Grounds(NamedTuple):
    """What a decision about resources asks beside themselves."""

    kept: Mapping[tuple[str, str], Kept]
    closest: Closest


@dataclass(frozen=True)
class Shown:
    """A resource as somebody may read it."""

    stored: Stored
    resource: Json
    form: Form
    labels: frozenset[Label]
    """Of the whole."""
    kept_by: str | None
    """The Organization that keeps it; None where it is shown in a reduced form, since its name could tell."""


def shown_one_by_one(
    cursor: psycopg.Cursor[Any], actor: Actor, day: date, resources: Sequence[Stored]
) -> list[Shown]:
    """Those of some resources that somebody may read on a civil day, each in the form in which they may.

    ``cursor`` is that of the snapshot in which they were fetched.
    """
    names = [(one.type, one.id) for one in resources]
    patients = {patient for one in resources for patient in one.patients}
    return shown_by(grounds_of(cursor, actor, day, names, patients), actor, resources)


def grounds_of(
    cursor: psycopg.Cursor[Any],
    actor: Actor,
    day: date,
    names: Collection[tuple[str, str]],
    patients: Collection[str],
) -> Grounds:
    """What else a decision of a civil day asks about some resources, by type and id, that are of these patients."""
    facilities = _facilities(held.facilities for held in actor.held)
    with side_by_side(cursor) as beside:
        kept = beside.read(partial(kept_of, names=names))
        cares = beside.read(partial(cares_of, facilities=facilities, patients=patients))
    return Grounds(kept.result, _closest(cares.result, day))


def shown_by(grounds: Grounds, actor: Actor, resources: Iterable[Stored]) -> list[Shown]:
    """Those of some resources that somebody may read, each in the form in which they may."""
    each = (_shown(actor, one, grounds.kept[one.type, one.id], grounds.closest) for one in resources)
    return [one for one in each if one is not None]


def treats(cursor: psycopg.Cursor[Any], actor: Actor, patient: str, day: date) -> bool:
    """Whether a facility at which somebody holds a clinical role treats a patient on a civil day."""
    return bool(treating(cursor, actor, patient, day))


def treating(cursor: psycopg.Cursor[Any], actor: Actor, patient: str, day: date) -> list[str]:
    """The Organizations at which somebody holds a clinical role, of those that treat a patient on a civil day."""
    return treating_each(cursor, actor, [patient], day)[patient]


def treating_each(
    cursor: psycopg.Cursor[Any], actor: Actor, patients: Iterable[str], day: date
) -> Mapping[str, list[str]]:
    """The same of each of some patients, by one statement."""
    asked = list(patients)
    facilities = _facilities(held.facilities for held in actor.held if held.role.is_clinical)
    found: dict[str, list[str]] = {patient: [] for patient in asked}
    for (at, patient), cares in sorted(cares_of(cursor, facilities, asked).items()):
        if relationship(cares, day) is Relationship.OPEN:
            found[patient].append(at)
    return found


def _closest(cares: Cares, day: date) -> Closest:
    """How close each facility is to each patient on a civil day."""
    found: dict[str, dict[str, Relationship]] = {}
    for (facility, patient), periods in cares.items():
        found.setdefault(patient, {})[facility] = relationship(periods, day)
    return found


def _shown(actor: Actor, stored: Stored, kept: Kept, each: Closest) -> Shown | None:
    """Of a record of several patients each must be allowed, and the least of what is allowed is shown."""
    resource = stored.value
    subjects = _subjects(stored, resource, kept, each)
    forms = {form_of(decide(actor, Interaction.READ, subject)): subject for subject in subjects}
    form = next(one for one in (Form.NOTHING, Form.REDUCED, Form.WHOLE) if one in forms)
    made = resource if form is Form.WHOLE else shown(actor, resource, forms[form])
    if made is None:
        return None
    return Shown(stored, made, form, SETS[kept.labels], kept.facility if form is Form.WHOLE else None)


def _subjects(stored: Stored, resource: Json, kept: Kept, each: Closest) -> Iterator[Subject]:
    about: list[str | None] = [*stored.patients]
    for patient in about or [None]:
        closest = each.get(patient, {}) if patient is not None else {}
        yield Subject(
            stored.type,
            SETS[kept.labels],
            kept.facility,
            patient,
            open_at=frozenset(f for f, one in closest.items() if one is Relationship.OPEN),
            closed_at=frozenset(f for f, one in closest.items() if one is Relationship.CLOSED),
            safety=kind_of(resource),
        )


def _facilities(each: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*each)
