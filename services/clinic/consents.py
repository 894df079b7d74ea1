"""The Consents of one person, as the reader may see them, each with whether somebody here stands for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.consent import Consent, Decision, Purpose, consents_of, who_decides
from clinical.labels import Label
from clinical.people import age_on
from clinical.protocols import Protocol
from fhir_store.chronicle import chronicle_of
from fhir_store.read import Stored, read
from fhir_store.search import parse_query, search
from services.access.decision import decide, person_sees
from services.access.decision.one_by_one import treating
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.clinic.asking import Asking
from services.clinic.confirmations import Version, confirmed
from services.clinic.reading import Patient, parsed

Json = Mapping[str, Any]

PORTION = 200
MOST_CENTRES = 500

SETTING = "urn:throughcare:code-system:setting"
PRISON = "prison"

HOLDING = """
SELECT o FROM unnest(%s::text[]) o
WHERE EXISTS (SELECT FROM clinical.stay s WHERE s.facility_id = o AND s.ended_at IS NULL)
"""

LABELS_OF: Mapping[Purpose, frozenset[Label]] = {Purpose.HIV_TEST: frozenset({Label.HIV})}
"""What an answer itself tells, besides that it was asked for."""


@dataclass(frozen=True)
class Recorded:
    """An answer as it is kept.

    Attributes:
        version: of which resource, and which version.
        consent: the answer; ``confirmed`` is true if somebody here stands for it.
        stands_for_it: how they are called; empty if nobody does.
        names: of who decided, by the reference that the answer has, as far as the Consent itself says them.
    """

    version: Version
    consent: Consent
    stands_for_it: str
    names: Mapping[str, str] = field(repr=False)


def answers_of(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], patient: Patient
) -> list[Recorded]:
    """Every answer that the reader may see, the newest first."""
    stored = list(_stored(asking, cursor, patient))
    known = confirmed(connection, [one.id for one in stored])
    return [
        Recorded(version, replace(one, confirmed=version in known), known.get(version, ""), _names(resource))
        for consent in stored
        for version, resource in [(Version(consent.id, consent.version), parsed(consent))]
        for one in consents_of(resource, asking.zone)
    ]


def _stored(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[Stored]:
    seen, after = person_sees(patient.actor, asking.day, ("Consent",)), None
    while True:
        page = chronicle_of(cursor, asking.keyring, patient.records, ("Consent",), seen, PORTION, after)
        yield from page.resources
        if page.after is None:
            return
        after = page.after


def _names(consent: Json) -> Mapping[str, str]:
    """The names of who stands in the Consent itself."""
    return {f"#{one['id']}": _name(one) for one in consent.get("contained", ()) if "id" in one}


def _name(resource: Json) -> str:
    said = resource.get("name", "")
    if isinstance(said, str):
        return said
    first = said[0] if said else {}
    return str(first.get("text") or " ".join([*first.get("given", ()), first.get("family", "")]).strip())


def may_ask(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, purpose: Purpose) -> bool:
    """Whether the reader may see and write answers to a question."""
    facilities = treating(cursor, patient.actor, patient.id, asking.day)
    subjects = [
        Subject("Consent", LABELS_OF.get(purpose, frozenset()), at, patient.id, open_at=frozenset(facilities))
        for at in facilities
    ]
    asked = (Interaction.READ, Interaction.CREATE)
    return any(all(decide(patient.actor, one, subject).permitted for one in asked) for subject in subjects)


def age_of(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, at: datetime | None = None
) -> int | None:
    """In whole years at an instant that is not after now; None if it is not known."""
    born = str(parsed(read(cursor, asking.keyring, "Patient", patient.id)).get("birthDate", ""))
    on = min(at, asking.at) if at else asking.at
    return age_on(born, on.astimezone(asking.zone).date())


def languages_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[str]:
    """The languages in which somebody wants to be spoken to, the preferred one first."""
    said = parsed(read(cursor, asking.keyring, "Patient", patient.id)).get("communication", ())
    first = sorted(said, key=lambda one: not one.get("preferred", False))
    codings = [coding for one in first for coding in one["language"].get("coding", ())]
    return [str(coding["code"]) for coding in codings if "code" in coding]


def law(asking: Asking) -> Protocol:
    """The law of the country."""
    found: Protocol = asking.request.app.state.law
    return found


def decision_on(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, consent: Consent) -> Decision:
    """Who had to decide on an answer."""
    age = age_of(asking, cursor, patient, consent.at)
    return who_decides(consent.purpose, age, consent.capable, law(asking))


def centres(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Sequence[tuple[str, str]]:
    """Where a record may be handed over to: reference and name of each Organization that is no prison, by name.

    A prison is what says that it is one, and where somebody is held now.
    """
    found = _organizations(asking, cursor, patient)
    cursor.execute(HOLDING, ([one["id"] for one in found],))
    holding = {id_ for (id_,) in cursor.fetchall()}
    return _named(one for one in found if not _is_prison(one) and one["id"] not in holding)


def places(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Sequence[tuple[str, str]]:
    """Reference and name of each Organization, by name."""
    return _named(_organizations(asking, cursor, patient))


def _organizations(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[Json]:
    parameters = [("_count", str(MOST_CENTRES))]
    query = parse_query("Organization", parameters, context=asking.context(patient.actor))
    found = [parsed(one) for one in search(cursor, query).matches]
    return [one for one in found if one.get("active", True)]


def _named(organizations: Iterable[Json]) -> Sequence[tuple[str, str]]:
    named = [(f"Organization/{one['id']}", str(one.get("name", ""))) for one in organizations]
    return sorted(named, key=lambda pair: pair[1])


def _is_prison(organization: Json) -> bool:
    codings = [coding for type_ in organization.get("type", ()) for coding in type_.get("coding", ())]
    return any(coding.get("system") == SETTING and coding.get("code") == PRISON for coding in codings)
