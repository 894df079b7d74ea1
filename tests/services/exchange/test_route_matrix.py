"""Every interaction of the FHIR API x role x own or other facility x label, over HTTP, as the roles' files say.

A record of each type and label, of a patient in care here and of one in care elsewhere, kept here and elsewhere, is
asked for by every interaction that shows or writes one. An interaction that is in no list here fails the test.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import httpx
import pytest
from asking import SETS as LABELLED
from audit_events import rows
from resources import a_dose, a_patient, a_stay, an_observation, an_organization, text_of

from clinical.labels import Label
from clinical.labels.label import SETS
from fhir_store.bulk import save_many
from fhir_store.store import Author
from fhir_store.write import Write
from services.access.clients import Client
from services.access.decision import Actor, Interaction, Subject, actor_of, decide
from services.access.roles import ROLES
from services.access.roles.rule import Relationship
from services.access.scopes import Scopes
from services.exchange.api import catalogue
from services.shared.database import Database
from services.shared.installation import Urls, store_of

HERE, ELSEWHERE = "here", "elsewhere"

READING = {
    "read": "{type}/{id}",
    "vread": "{type}/{id}/_history/1",
    "history-instance": "{type}/{id}/_history",
    "search-type": "{type}?_id={id}",
    "search-system": "?_type={type}&_id={id}",
    "$validate": "{type}/{id}/$validate",
}
"""Each shows one record, or not."""

LISTING = {
    "history-type": "{type}/_history?_count=1000",
    "history-system": "_history?_count=1000",
    "$everything": "Patient/{patient}/$everything?_count=1000",
}
"""Each shows all that may be seen."""

WRITING = {"create", "update", "patch", "delete"}
BY_CRITERIA = {"conditional-update", "conditional-patch", "conditional-delete"}
"""They find as a search does and then write as the plain ones do (test_roles)."""
SHOWS_NO_RECORD = {"capabilities", "smart-configuration", "$expand", "$validate-code"}
ALL_OF_THEM = {"batch-or-transaction"}
"""Through it everything here is asked."""


def _labelled(resource: dict[str, Any], labels: frozenset[Label]) -> dict[str, Any]:
    if not labels:
        return resource
    said = [{"system": label.system, "code": label.value} for label in sorted(labels)]
    return {**resource, "meta": {"security": said}}


def _records() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with the facility that keeps it."""
    for facility in (HERE, ELSEWHERE):
        yield facility, an_organization(facility)
        yield (
            facility,
            a_patient(f"of-{facility}", managingOrganization={"reference": f"Organization/{facility}"}),
        )
        yield facility, a_stay(f"stay-{facility}", patient=f"of-{facility}", prison=facility)
    for (name, labels), patient, keeper in product(LABELLED.items(), (HERE, ELSEWHERE), (HERE, ELSEWHERE)):
        id_, of = f"{name}-of-{patient}-at-{keeper}".lower().replace(" ", "-"), f"of-{patient}"
        subject = {"reference": f"Patient/{of}"}
        for one in (
            an_observation(f"o-{id_}", patient=of),
            a_dose(f"d-{id_}", patient=of),
            {"resourceType": "Flag", "id": f"f-{id_}", "status": "active", "code": {"coding": [{"system": "urn:x", "code": "y"}]}, "subject": subject},
            {"resourceType": "Condition", "id": f"c-{id_}", "subject": subject},
            {"resourceType": "Task", "id": f"t-{id_}", "status": "requested", "intent": "order", "for": subject},
        ):  # fmt: skip
            yield keeper, _labelled(one, labels)


@dataclass
class Record:
    """A record as it is kept."""

    resource: Mapping[str, Any]
    labels: frozenset[Label]
    facility: str | None
    patient: str | None

    @property
    def name(self) -> str:
        return f"{self.resource['resourceType']}/{self.resource['id']}"

    def subject(self) -> Subject:
        at = frozenset({(self.patient or "").removeprefix("of-")})
        return Subject(
            self.resource["resourceType"], self.labels, self.facility, self.patient,
            open_at=at if self.patient else frozenset(),
        )  # fmt: skip


@pytest.fixture
def records(database: Database, urls: Urls) -> list[Record]:
    """What is in the store, with what the store itself says of each."""
    store, bodies = store_of("Europe/Podgorica"), list(_records())
    for facility in (HERE, ELSEWHERE):
        writes = [Write(text_of(one), id=one["id"]) for keeper, one in bodies if keeper == facility]
        author = Author("tests", facility=facility)
        database.run(
            lambda connection, writes=writes, author=author: save_many(connection, store, writes, author)
        )
    kept = rows(
        urls.owner,
        "SELECT c.type || '/' || c.id, c.labels, c.facility, "
        "(SELECT m.patient FROM fhir_store.compartment m WHERE m.key = c.key) FROM fhir_store.current_resource c",
    )
    known = {name: (SETS[labels], facility, patient) for name, labels, facility, patient in kept}
    return [Record(one, *known[f"{one['resourceType']}/{one['id']}"]) for _, one in bodies]


def _actor(role: str) -> Actor:
    actor = actor_of(Client("x", Scopes(), role=role, facility=HERE), datetime.now(UTC))
    assert actor is not None
    return actor


def _batch(client: httpx.Client, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    entries = [
        {"request": {name: value for name, value in one.items() if name != "resource"}}
        | ({"resource": one["resource"]} if "resource" in one else {})
        for one in requests
    ]
    answer = client.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["entry"]
    return found


def _shows(entry: Mapping[str, Any], id_: str) -> bool:
    """Whether an entry of the answer tells of the record; else it tells nothing at all."""
    resource = entry.get("resource", {})
    if resource.get("resourceType") != "Bundle":
        return bool(entry["response"]["status"].startswith("200"))
    if not resource.get("entry"):
        assert resource.get("total", 0) == 0
        return False
    assert [one["resource"]["id"] for one in resource["entry"]] == [id_]
    return True


def _status(entry: Mapping[str, Any]) -> int:
    return int(entry["response"]["status"].split()[0])


def test_every_interaction_is_in_a_list() -> None:
    offered = {one.code for one in catalogue().interactions}
    assert offered == {*READING, *LISTING, *WRITING, *BY_CRITERIA, *SHOWS_NO_RECORD, *ALL_OF_THEM}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_shown_is_what_the_role_says(records: list[Record], connect: Any, role: str) -> None:
    client, actor = connect("tests", role=role, facility=HERE), _actor(role)
    seen = {one.name: decide(actor, Interaction.SEARCH, one.subject()).permitted for one in records}
    asked = [(one, code, form) for one in records for code, form in READING.items()]
    answers = _batch(
        client,
        [
            {"method": "GET", "url": form.format(type=one.resource["resourceType"], id=one.resource["id"])}
            for one, _, form in asked
        ],
    )
    wrong = [
        (one.name, code)
        for (one, code, _), entry in zip(asked, answers, strict=True)
        if _shows(entry, one.resource["id"]) is not seen[one.name]
    ]
    assert wrong == []
    for form in LISTING.values():
        types = sorted({one.resource["resourceType"] for one in records}) if "{type}" in form else [""]
        for type_, patient in product(types, ("of-here", "of-elsewhere") if "{patient}" in form else ("",)):
            answer = client.get(f"/{form.format(type=type_, patient=patient)}")
            told = json.dumps(answer.json()) if answer.status_code == 200 else ""
            for one in records:
                if not seen[one.name]:
                    assert f'"{one.name}"' not in told
                    assert f'"id": "{one.resource["id"]}"' not in told


@pytest.mark.parametrize("role", ROLES)
def test_what_is_written_is_what_the_role_says(
    records: list[Record], connect: Any, urls: Urls, role: str
) -> None:
    client, actor = connect("tests", role=role, facility=HERE), _actor(role)
    written = [one for one in records if one.resource["resourceType"] in ("Observation", "Flag", "Condition")]
    puts = _batch(
        client, [{"method": "PUT", "url": one.name, "resource": dict(one.resource)} for one in written]
    )
    deletes = _batch(client, [{"method": "DELETE", "url": one.name} for one in written])
    posts = _batch(client, [{"method": "POST", "url": one.resource["resourceType"], "resource": {k: v for k, v in one.resource.items() if k != "id"}} for one in written])  # fmt: skip
    for one, put, delete, post in zip(written, puts, deletes, posts, strict=True):
        subject = one.subject()
        sees = decide(actor, Interaction.SEARCH, subject).permitted
        may = decide(actor, Interaction.UPDATE, subject).permitted
        # An id that was chosen is free for nobody who does not see everything.
        assert _status(put) == (200 if sees and may else 403 if sees else 404), (one.name, put)
        assert _status(delete) == (403 if sees else 204), (one.name, delete)
        new = Subject(subject.type, subject.labels, HERE, subject.patient, open_at=subject.open_at)
        assert _status(post) == (201 if decide(actor, Interaction.CREATE, new).permitted else 403), (
            one.name,
            post,
        )
    gone = rows(urls.owner, "SELECT count(*) FROM fhir_store.current_resource WHERE deleted")
    assert gone == [(0,)], "nobody deletes"


def test_relationships_are_as_they_were_made(records: list[Record]) -> None:
    actor = _actor("doctor")
    assert {decide(actor, Interaction.SEARCH, one.subject()).permitted for one in records} == {True, False}
    assert {one.subject().relationship_with(frozenset({HERE})) for one in records} == {
        Relationship.OPEN,
        Relationship.NONE,
    }
    assert len({one.labels for one in records}) >= len(LABELLED) - 1
