"""What the condition finds in PostgreSQL is what the decision permits to search, resource by resource, whoever asks."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from asking import opened
from consenting import stand_for_all
from resources import a_dose, an_observation, text_of

from clinical.consent import (
    ANY_CENTRE,
    EVERYTHING,
    Answer,
    Consent,
    Decider,
    Form,
    Given,
    consents_of,
    resource_of,
)
from clinical.consent import Purpose as Question
from clinical.custody.care_task import SYSTEM, care_task_row
from clinical.custody.treatment_relationship import relationship_row
from clinical.disclosure.agreement import agreement
from clinical.labels import Label, labels_of, places_of
from fhir_store.bulk import portions, save_many
from fhir_store.compartments import patients_of
from fhir_store.gate import served
from fhir_store.sql import Sql
from fhir_store.store import Author, Store
from fhir_store.write import Write
from services.access.decision import (
    Actor,
    BreakGlass,
    Held,
    Interaction,
    Purpose,
    Relationship,
    Subject,
    actor_of_person,
    decide,
    person_sees,
    sight_of,
)
from services.access.decision.agreed import agreed_at
from services.access.decision.relationship import Care, relationship
from services.access.decision.sql import sights_sql
from services.access.decision.treated import relationships_on
from services.access.people.holdings import Holding, Person
from services.access.roles import ROLES
from services.demo.country.places import HILL, HIV_CLINIC, NORTH, SOUTH
from services.demo.country.resources import resources
from services.demo.country.simulation import simulated
from services.shared.database import Database
from services.shared.installation import Urls

ZONE = ZoneInfo("Europe/Podgorica")
NOW = datetime(2026, 6, 20, 10, tzinfo=UTC)
TODAY = NOW.astimezone(ZONE).date()
Resource = Mapping[str, Any]
Name = tuple[str, str]

NORMAL = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}
VIOLENCE = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SDV"}]}


class Country:
    """A country in the database, and everything that a decision needs to know of it, told without the database."""

    def __init__(self, database: Database, store: Store, urls: Urls) -> None:
        self.database = database
        self.newest = {(one["resourceType"], one["id"]): one for one in _country()}
        self.patients = sorted(id_ for type_, id_ in self.newest if type_ == "Patient")
        self.newest |= {(one["resourceType"], one["id"]): one for one in self._unusual()}
        self.places = places_of(self.newest.values())
        for keeper in (NORTH, HILL):
            kept = [one for one in self.newest.values() if _writer(one) == keeper]
            writes, author = (
                [Write(text_of(dict(one)), id=one["id"]) for one in kept],
                Author("a", facility=keeper),
            )
            for portion in portions(writes, 500):
                database.run(lambda c, portion=portion, author=author: save_many(c, store, portion, author))
        stand_for_all(urls.owner, NOT_CONFIRMED)
        self.cares = self._cares()
        self.consents = {one: self._consents(one) for one in self.patients}
        self.subjects = {name: list(self._subjects(one)) for name, one in self.newest.items()}
        self.agreed = {(one, at): self._agreed(one, at) for one in self.patients for at in FACILITIES}

    def _unusual(self) -> Iterator[Resource]:
        """What a simulation has none of: records of two, of nobody, said to be normal, at other people's places."""
        for number, (one, other) in enumerate(zip(self.patients, self.patients[1:], strict=False)):
            both = [{"reference": f"Patient/{other}"}]
            yield an_observation(f"both-{number}", patient=one, performer=both)
            yield an_observation(f"normal-{number}", patient=one, meta=NORMAL)
            yield an_observation(f"violence-{number}", patient=one, meta=VIOLENCE)
            yield a_dose(f"elsewhere-{number}", subject={"reference": f"http://elsewhere/fhir/Patient/{one}"})
            yield _task(f"task-{number}", {"for": {"reference": f"Patient/{one}"}})
            yield from _answers(number, one)
        yield _task("nobodys", {})
        yield from self._to_be_done()

    def _to_be_done(self) -> Iterator[Resource]:
        """After care that has ended lately: handed over and closed, one of several open, not acknowledged, another's."""
        ended = [
            (one, row["patient_id"], row["ended"])
            for one in self.newest.values()
            if one["resourceType"] in ("Encounter", "EpisodeOfCare") and (row := relationship_row(one, ZONE))
            if row["ended"] and row["ended"] < TODAY
        ]
        others = self.patients
        for number, (care, patient, day) in enumerate(
            sorted(ended, key=lambda one: one[2], reverse=True)[:60:2]
        ):
            done = (day + (TODAY - day) * (number % 3) / 2).isoformat()
            of = others[0] if number % 5 == 4 else patient
            yield _follow_up(f"hand-over-{number}", care, of, "hand-over", "completed", done)
            for nth, status in enumerate(FOLLOWED_UP[number % len(FOLLOWED_UP)]):
                yield _follow_up(f"follow-up-{number}-{nth}", care, of, "follow-up", status, done)
            if number % 7 == 6:
                yield _follow_up(f"refused-{number}", care, of, "hand-over", "rejected", done)

    def _cares(self) -> Mapping[Name, list[Care]]:
        found = defaultdict(list)
        self.tasks = defaultdict(list)
        for row in (
            care_task_row(one, ZONE) for one in self.newest.values() if one["resourceType"] == "Task"
        ):
            if row:
                self.tasks[row["care_type"], row["care_id"], row["patient_id"]].append(row)
        for (type_, id_), resource in self.newest.items():
            if type_ in ("Encounter", "EpisodeOfCare") and (row := relationship_row(resource, ZONE)):
                care = Care(row["began"], row["ended"], *self._done(type_, id_, row["patient_id"]))
                found[row["facility_id"], row["patient_id"]].append(care)
        return found

    def _done(self, type_: str, id_: str, patient: str) -> tuple[date | None, tuple[date | None, ...]]:
        """When each hand-over of some care was acknowledged, the last of them, and each follow-up closed."""
        tasks = self.tasks[type_, id_, patient]
        handed = [one["done_on"] for one in tasks if one["is_hand_over"]]
        acknowledged = max(handed) if handed and all(handed) else None
        return acknowledged, tuple(one["done_on"] for one in tasks if not one["is_hand_over"])

    def permitted(self, actor: Actor) -> set[Name]:
        """What the decision permits to search, asked about each patient of each resource."""
        return {
            name
            for name, subjects in self.subjects.items()
            if all(self._permits(actor, subject) for subject in subjects)
        }

    def _permits(self, actor: Actor, subject: Subject) -> bool:
        """Asked with what the patient agreed to give each facility that needs it."""
        asks = [held for held in actor.roles if any(rule.with_consent for rule in held.role.rules)]
        agreed = [self.agreed.get((subject.patient, at)) for held in asks for at in held.facilities]
        return any(
            decide(actor, Interaction.SEARCH, replace(subject, agreed=labels or frozenset())).permitted
            for labels in agreed or [None]
        )

    def _agreed(self, patient: str, facility: str) -> frozenset[Label]:
        consents = [
            one
            for keeper, one in self.consents[patient]
            if one.answer is not Answer.GRANTED or keeper != facility
        ]
        return agreement(consents, f"Organization/{facility}", NOW).labels

    def _consents(self, patient: str) -> list[tuple[str, Consent]]:
        return [
            (_keeper(resource), one)
            for (type_, _), resource in self.newest.items()
            if type_ == "Consent" and resource["patient"]["reference"] == f"Patient/{patient}"
            for one in (
                replace(one, confirmed=not resource["id"].endswith(NOT_CONFIRMED))
                for one in consents_of(resource, ZONE)
            )
        ]

    def _subjects(self, resource: Resource) -> Iterator[Subject]:
        labels = labels_of(resource, self.places)
        for patient in patients_of(resource) or [None]:
            closest = {facility: self._closest(facility, patient) for facility in FACILITIES}
            yield Subject(
                resource["resourceType"],
                labels,
                _keeper(resource),
                patient,
                open_at=frozenset(f for f, one in closest.items() if one is Relationship.OPEN),
                closed_at=frozenset(f for f, one in closest.items() if one is Relationship.CLOSED),
            )

    def _closest(self, facility: str, patient: str | None) -> Relationship:
        return relationship(self.cares.get((facility, patient or ""), []), TODAY)

    def found(self, actor: Actor, day: date = TODAY, only: tuple[str, ...] | None = None) -> set[Name]:
        """What the condition finds; ``only`` of some types, of which it then knows."""
        agreed = agreed_at(Sql("%s::timestamptz", (NOW,)))
        condition = sights_sql(sight_of(actor), relationships_on(Sql("%s::date", (day,))), agreed, only)
        if only:
            condition &= Sql("c.type = ANY(%s)", (list(only),))
        statement = f"SELECT c.type, c.id FROM fhir_store.current_resource c WHERE {condition.text}"
        with self.database.cursor() as cursor:
            return set(cursor.execute(statement, condition.args).fetchall())


def _keeper(resource: Resource) -> str:
    """The custodian that it names, else for whom all was written here."""
    element = {"Encounter": "serviceProvider", "Organization": ""}.get(
        resource["resourceType"], "managingOrganization"
    )
    if resource["resourceType"] == "Organization":
        return str(resource["id"])
    if resource["resourceType"] not in ("Encounter", "EpisodeOfCare", "Patient", "Location"):
        return _writer(resource)
    reference = resource.get(element, {}).get("reference", "")
    return reference.partition("/")[2] or NORTH


def _writer(resource: Resource) -> str:
    """For whom it was written."""
    return HILL if str(resource["id"]).startswith(AT_HILL) else NORTH


def _country() -> Iterator[Resource]:
    made = simulated(2, 12, 7, date(2026, 6, 30))
    return (json.loads(json.dumps(one)) for one in resources(made) if served(one["resourceType"]))


def _answers(number: int, patient: str) -> Iterator[Resource]:
    """What a patient answered about a hand-over: each has another history of it."""
    for nth, answer in enumerate(HISTORIES[number % len(HISTORIES)]):
        said = {"patient": f"Patient/{patient}", "decided_by": ((Decider.PATIENT, f"Patient/{patient}"),)}
        given = {name: value for name, value in answer.items() if name != "keeper"}
        consent = Consent(purpose=Question.HAND_OVER, **{**said, **given})
        id_ = f"{AT_HILL if 'keeper' in answer else ''}consent-{number}-{nth}"
        yield {**resource_of(consent), "id": f"{id_}{'' if consent.confirmed else NOT_CONFIRMED}"}


def _granted(labels: Iterable[Label], *recipients: str, days: int = 10, **how: Any) -> dict[str, Any]:
    named = frozenset(one if one == ANY_CENTRE else f"Organization/{one}" for one in recipients)
    at = NOW - timedelta(days=days)
    return {"answer": Answer.GRANTED, "at": at, "labels": frozenset(labels), "recipients": named, **how}


def _said(answer: Answer, days: int) -> dict[str, Any]:
    return {"answer": answer, "at": NOW - timedelta(days=days)}


NOT_CONFIRMED = "-not-confirmed"
"""How the ids end of what nobody stands for."""

AT_HILL = "at-hill-"
"""How the ids of what was written there begin."""

DAY = timedelta(days=1)
HISTORIES: tuple[list[dict[str, Any]], ...] = (
    [_granted(EVERYTHING, HILL)],
    [_granted(EVERYTHING, ANY_CENTRE)],
    [_granted(EVERYTHING, HILL, confirmed=False)],
    [_granted(EVERYTHING, HILL), _granted(EVERYTHING, HILL, days=2, confirmed=False)],
    [_granted(EVERYTHING, HILL), _granted(EVERYTHING, HILL, confirmed=False)],
    [_granted({Label.HIV}, HILL)],
    [_granted({Label.ETH}, HILL, NORTH)],
    [_granted({Label.R}, HILL)],
    [_granted(EVERYTHING, HILL), _said(Answer.WITHDRAWN, 5)],
    [_said(Answer.REFUSED, 20), _granted(EVERYTHING, HILL)],
    [_granted(EVERYTHING, HILL), _said(Answer.REFUSED, 10)],
    [_granted(EVERYTHING, HILL), _granted({Label.HIV}, ANY_CENTRE)],
    [_granted(EVERYTHING, HILL), _granted(EVERYTHING, NORTH)],
    [_granted(EVERYTHING, HILL, start=NOW + DAY)],
    [_granted({Label.HIV}, HILL), _granted(EVERYTHING, HILL, days=2, start=NOW + DAY)],
    [_granted(EVERYTHING, HILL, end=NOW)],
    [_granted(EVERYTHING, HILL, end=NOW + DAY, start=NOW - DAY)],
    [_granted(EVERYTHING, HILL, keeper=HILL)],
    [_granted({Label.ETH}, HILL), _granted(EVERYTHING, HILL, days=2, keeper=HILL)],
    [_granted(EVERYTHING, HILL), {**_said(Answer.WITHDRAWN, 2), "keeper": HILL}],
    [_granted(EVERYTHING, HILL, given=Given(Form.MARK))],
    [_granted(EVERYTHING, HILL, wrong=True)],
    [_said(Answer.LACKS_CAPACITY, 3)],
)


def _task(id_: str, elements: dict[str, Any]) -> Resource:
    return {"resourceType": "Task", "id": id_, "status": "requested", "intent": "order", **elements}


FOLLOWED_UP = ((), ("completed", "cancelled"), ("completed", "in-progress"), ("draft",))


def _follow_up(id_: str, care: Resource, patient: str, code: str, status: str, day: str) -> Resource:
    asked = {"coding": [{"system": SYSTEM, "code": code}]}
    about = {"reference": f"{care['resourceType']}/{care['id']}"}
    said = {"for": {"reference": f"Patient/{patient}"}, "focus": about, "executionPeriod": {"end": day}}
    return _task(id_, {"status": status, "code": asked, **said})


FACILITIES = (NORTH, SOUTH, HILL, HIV_CLINIC)


def _held(role: str, *facilities: str, **how: Any) -> Held:
    return Held(ROLES[role], frozenset(facilities), NOW - timedelta(days=1), **how)


def _actors(country: Country) -> Iterator[Actor]:
    some = frozenset(country.patients[::3])
    for role in ROLES:
        for facility in FACILITIES:
            for purpose in (Purpose.TREATMENT, Purpose.OVERSIGHT, Purpose.ADMINISTRATION):
                yield Actor("anna", (_held(role, facility),), NOW, purpose)
        yield Actor("anna", (_held(role, NORTH, HILL),), NOW, Purpose.EMERGENCY, some)
        yield Actor("anna", (_held(role),), NOW, Purpose.TREATMENT)
    mandate = _held("inspector", NORTH, until=NOW + timedelta(days=1), mandate=True)
    yield Actor("anna", (mandate,), NOW, Purpose.OVERSIGHT)
    yield Actor("anna", (_held("nurse", HILL), _held("doctor", NORTH), mandate), NOW, Purpose.TREATMENT, some)
    for role in ("nurse", "doctor", "treatment_centre_system"):
        for patient in country.patients[::9]:
            glass = opened(patient=patient, opened_at=NOW - timedelta(minutes=5))
            yield Actor("anna", (_held(role, SOUTH),), NOW, Purpose.EMERGENCY, some, glass)


def test_the_condition_finds_what_the_decision_permits(database: Database, store: Store, urls: Urls) -> None:
    country = Country(database, store, urls)
    shown = 0
    for actor in _actors(country):
        permitted = country.permitted(actor)
        assert country.found(actor) == permitted, actor
        shown += len(permitted)
    assert shown > 1_000, "nearly nothing is permitted, so that nearly nothing is proved"


def _people(country: Country) -> Iterator[Actor]:
    """People as their grants say it: at organizations, at a Location, several at once, with what they opened."""
    north, hill, south = (f"Organization/{facility}" for facility in (NORTH, HILL, SOUTH))
    one = country.patients[0]
    for held, opened_at in (
        ([Holding("nurse", north)], timedelta(minutes=5)),
        ([Holding("doctor", south)], timedelta(minutes=5)),
        ([Holding("doctor", south)], timedelta(hours=2)),
        ([Holding("doctor", south), Holding("custody_officer", "Location/gate")], timedelta(minutes=5)),
        ([Holding("nurse", north), Holding("doctor", hill), Holding("inspector", None)], None),
        ([Holding("doctor", f"Location/{NORTH}"), Holding("medical_lead", None)], None),
    ):
        person = Person(uuid4(), frozenset(held))
        glass = None if opened_at is None else BreakGlass(str(person.id), one, NOW - opened_at)
        given = frozenset(country.patients[1::3])
        yield actor_of_person(person, NOW, Purpose.TREATMENT, given, glass)


def test_what_somebody_who_is_signed_in_finds_is_what_the_decision_permits(
    database: Database, store: Store, urls: Urls
) -> None:
    country = Country(database, store, urls)
    by_emergency = []
    for actor in _people(country):
        condition = person_sees(actor, TODAY)
        statement = f"SELECT c.type, c.id FROM fhir_store.current_resource c WHERE {condition.text}"
        with database.cursor() as cursor:
            found = set(cursor.execute(statement, condition.args).fetchall())
        assert found == country.permitted(actor), actor
        by_emergency.append(("Patient", country.patients[0]) in found)
    assert by_emergency[1:4] == [True, False, False]


def test_the_shorter_condition_of_known_types_finds_the_same(
    database: Database, store: Store, urls: Urls
) -> None:
    country = Country(database, store, urls)
    every = sorted({type_ for type_, _ in country.newest})
    for role in ROLES:
        actor = Actor("anna", (_held(role, NORTH), _held("nurse", HILL)), NOW, Purpose.TREATMENT)
        permitted = country.permitted(actor)
        for only in [
            *((one,) for one in every),
            ("Observation", "Patient"),
            ("Binary", "Task"),
            tuple(every),
        ]:
            assert country.found(actor, only=only) == {one for one in permitted if one[0] in only}


def test_the_relationship_ends_by_the_day_in_the_condition(
    database: Database, store: Store, urls: Urls
) -> None:
    country = Country(database, store, urls)
    doctor = Actor("anna", (_held("doctor", NORTH),), NOW, Purpose.TREATMENT)
    much_later = {name for name in country.found(doctor, date(2040, 1, 1)) if name[0] == "Patient"}
    assert much_later < {name for name in country.found(doctor) if name[0] == "Patient"}


@pytest.mark.parametrize("label", list(Label))
def test_every_label_is_kept_as_a_bit_of_its_own(label: Label, database: Database, store: Store) -> None:
    body = an_observation("o", meta={"security": [{"system": label.system, "code": label.value}]})
    database.run(lambda c: save_many(c, store, [Write(text_of(body), id="o")], Author("a")))
    with database.cursor() as cursor:
        ((kept,),) = cursor.execute("SELECT labels FROM fhir_store.current_resource").fetchall()
    assert kept & 1 << list(Label).index(label)
