"""Somebody who treats, at one of their facilities, and which lines of a worklist they may see: asked of the decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.worklists.ward import Ward
from clinical.worklists.worklist import NOBODY_KNOWN, About, Line, Worklist, by_urgency
from services.access.decision import Actor, Interaction, Subject, decide
from services.access.decision.one_by_one import treating_each
from services.access.decision.people import organization, organizations
from services.access.pages.signed_in import RoleMissing
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.reading import named_facilities
from services.clinic.round.shown import reader_of
from services.shared.errors import NotFound

SOMEBODY = "somebody in care"


@dataclass(frozen=True)
class AtFacility:
    """Somebody who treats, at a facility.

    Attributes:
        asking: the request.
        facility: the id of the Organization.
    """

    asking: Asking
    facility: str


def at_facility(asking: Asking, asked: str) -> AtFacility:
    """The facility that was asked for, else the one of the role in which they act. Raises NotFound."""
    held = organizations(asking.who.person)
    acting = organization(asking.acting.facility)
    chosen = asked or (acting if acting in held else None) or min(held)
    if chosen not in held:
        raise NotFound
    return AtFacility(asking, chosen)


def ward_of(on: AtFacility, cursor: psycopg.Cursor[Any]) -> Ward:
    """What the lists of the facility are found in."""
    return Ward(reader_of(on.asking, cursor), on.facility, on.asking.at, law(on.asking))


def facilities_to_choose(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor
) -> tuple[tuple[str, str], ...]:
    """The facilities of somebody who works at several, by name; none to choose from where there is one."""
    held = organizations(asking.who.person)
    return named_facilities(asking, cursor, actor, held) if len(held) > 1 else ()


def offered(actor: Actor, facility: str, lists: Iterable[Worklist]) -> list[Worklist]:
    """The lists that somebody may see at a facility at all."""
    return [one for one in lists if _may(actor, one.about, _anybody(one.about, facility))]


def require_offered(actor: Actor, facility: str, worklist: Worklist) -> None:
    """Return if somebody may see a list at a facility. Raises RoleMissing."""
    if not offered(actor, facility, [worklist]):
        raise RoleMissing


def visible(
    on: AtFacility,
    connection: Connection,
    cursor: psycopg.Cursor[Any],
    found: Mapping[str, Iterable[Line]],
    lists: Mapping[str, Worklist],
) -> Mapping[str, list[Line]]:
    """Of the lines of some lists, by their codes, those that somebody may see, the most urgent first."""
    actor, lines = on.asking.actor(connection), {code: list(each) for code, each in found.items()}
    patients = {one.patient for each in lines.values() for one in each if one.patient}
    treated = treating_each(cursor, actor, patients, on.asking.day)
    return {
        code: by_urgency(one for one in each if _sees(actor, on.facility, lists[code].about, one, treated))
        for code, each in lines.items()
    }


def _sees(actor: Actor, facility: str, about: About, line: Line, treated: Mapping[str, list[str]]) -> bool:
    if line.patient == NOBODY_KNOWN:
        return _may(actor, about, _anybody(about, facility))
    open_at = frozenset(treated.get(line.patient, ()))
    return _may(actor, about, Subject(about.type, about.labels, facility, line.patient, open_at))


def _anybody(about: About, facility: str) -> Subject:
    """Somebody whom the facility treats, whoever it is."""
    if about.of_nobody:
        return Subject(about.type, about.labels, facility)
    return Subject(about.type, about.labels, facility, SOMEBODY, frozenset({facility}))


def _may(actor: Actor, about: About, subject: Subject) -> bool:
    asked = (Interaction.READ, Interaction.CREATE) if about.writes else (Interaction.READ,)
    return all(decide(actor, one, subject).permitted for one in asked)
