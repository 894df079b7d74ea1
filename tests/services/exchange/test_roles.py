"""A client with a role sees what the role shows, whichever way it asks; the rest is answered as what is not there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from answers import ids_in, issue_of, link, statuses
from audit_events import rows
from consenting import stand_for_all
from resources import a_dose, a_patient, a_stay, an_observation, an_organization, post, put, transaction

from clinical.consent import ANY_CENTRE, Answer, Consent, Decider, Given, Helper, resource_of
from clinical.consent import Purpose as Question
from clinical.labels import EVERYTHING, Label
from services.shared.installation import Urls

SECRET = "SECRET"
HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
NORMAL = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}
PAST_STAY = {"start": "2020-01-05T14:00:00+01:00", "end": "2020-02-05T14:00:00+01:00"}
JSON_PATCH = {"content-type": "application/json-patch+json"}


def _task(id_: str, patient: str) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "id": id_,
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{patient}"},
    }


def _reference(to: str) -> dict[str, str]:
    return {"reference": to}


def _list(id_: str, patient: str) -> dict[str, Any]:
    """Of everything that there is."""
    return {
        "resourceType": "List",
        "id": id_,
        "status": "current",
        "mode": "working",
        "subject": _reference(f"Patient/{patient}"),
        "entry": [{"item": _reference(f"Observation/{one}")} for one in ("plain", "hiv", "others", "both")],
    }


def _record(patient: str) -> Iterator[dict[str, Any]]:
    yield a_patient(patient, identifier=[{"system": "urn:n", "value": patient}])
    yield a_dose(f"dose-{patient}", patient=patient)
    yield _task(f"task-{patient}", patient)
    yield _list(f"list-{patient}", patient)


RECORDS: list[dict[str, Any]] = [
    an_organization("prison"),
    an_organization("elsewhere"),
    {"resourceType": "Practitioner", "id": "nurse"},
    *_record("mine"),
    *_record("theirs"),
    *_record("gone"),
    a_stay("stay-mine", patient="mine", prison="prison"),
    a_stay("stay-theirs", patient="theirs", prison="elsewhere"),
    a_stay("stay-gone", patient="gone", prison="prison", status="finished", period=PAST_STAY),
    an_observation("plain", patient="mine", performer=[_reference("Practitioner/nurse")]),
    an_observation("hiv", patient="mine", meta=HIV, valueString=SECRET, derivedFrom=[_reference("Observation/plain")]),
    an_observation(
        "others",
        patient="theirs",
        valueString=SECRET,
        identifier=[{"system": "urn:n", "value": "o"}],
        derivedFrom=[_reference("Observation/plain")],
        performer=[_reference("Practitioner/nurse")],
    ),
    an_observation("both", patient="mine", performer=[_reference("Patient/theirs")], valueString=SECRET),
    an_observation("nobodys", subject=_reference("Group/g"), valueString=SECRET),
]  # fmt: skip

HIDDEN = [
    "Patient/theirs",
    "Patient/gone",
    "MedicationAdministration/dose-theirs",
    "Task/task-theirs",
    "Observation/hiv",
    "Observation/others",
    "Observation/both",
    "Observation/nobodys",
]


@pytest.fixture
def filled(fhir: httpx.Client) -> httpx.Client:
    """A client that may do everything, after it wrote the records."""
    fhir.post("/", json=transaction(*map(put, RECORDS))).raise_for_status()
    return fhir


@pytest.fixture
def nurse(filled: httpx.Client, connect) -> httpx.Client:
    """A tablet of the prison's nurses."""
    client: httpx.Client = connect("tablet", role="nurse", facility="prison")
    return client


def shown(answer: httpx.Response, *names: str) -> tuple[object, ...]:
    """All that an answer tells, without the random number by which its line in the log is found."""
    own = {"date", "x-request-id"}
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    text = answer.text
    for name in names:
        text = text.replace(name, "X" * len(name))
    content = {**answer.json(), "id": ""} if answer.content else {}
    told = text if content.get("resourceType") != "OperationOutcome" else content
    return answer.status_code, len(answer.content), told, headers


def absent(reference: str) -> str:
    """What is not there, of the same length."""
    type_, _, id_ = reference.partition("/")
    return f"{type_}/{'z' * len(id_)}"


MINE = ["mine", "dose-mine", "task-mine", "stay-mine", "plain"]


FOUND = {
        "/Patient": ["mine"],
        "/Patient?_sort=-_lastUpdated": ["mine"],
        "/Patient?_sort=gender,_id": ["mine"],
        "/Patient?identifier=urn:n|theirs": [],
        "/Observation": ["plain"],
        "/Observation?_id=plain,hiv,others,both,nobodys": ["plain"],
        "/Observation?patient=theirs": [],
        "/Observation?subject:missing=false": ["plain"],
        "/Patient/mine/Observation": ["plain"],
        "/Patient/theirs/Observation": [],
        "/Patient/mine/Task": ["task-mine"],
        "/?_type=Observation,Patient,Task": ["mine", "task-mine", "plain"],
        "/Encounter": ["stay-mine"],
        "/Organization": ["prison", "elsewhere"],
        "/Encounter?_id=stay-mine&_include=Encounter:subject&_include=Encounter:service-provider": ["stay-mine", "mine", "prison"],
        "/Patient?_revinclude=Observation:subject": ["mine", "plain"],
        "/Organization?_id=elsewhere&_revinclude=Encounter:service-provider": ["elsewhere"],
        "/Observation?_id=plain&_revinclude=Observation:derived-from": ["plain"],
        "/Observation?_id=plain&_revinclude:iterate=Observation:derived-from": ["plain"],
        "/Practitioner?_revinclude=Observation:performer": ["nurse", "plain"],
        "/Practitioner?_has:Observation:performer:_id=others": [],
        "/Practitioner?_has:Observation:performer:_id=plain": ["nurse"],
        "/Organization?_has:Encounter:service-provider:_id=stay-theirs": [],
        "/Organization?_has:Encounter:service-provider:subject:Patient.identifier=urn:n|theirs": [],
        "/Organization?_has:Encounter:service-provider:_id=stay-mine": ["prison"],
        "/Observation?subject:Patient.identifier=urn:n|theirs": [],
        "/Observation?subject:Patient.identifier=urn:n|mine": ["plain"],
        "/Observation?_has:Observation:derived-from:_id=others": [],
        "/Observation?_list=list-mine": ["plain"],
        "/Observation?_list=list-theirs": [],
        "/Patient/mine/$everything?_type=Observation,Patient,Task,Encounter,MedicationAdministration": MINE,
        "/Patient/mine/$everything": [*MINE, "list-mine", "nurse", "prison"],
        "/Patient/_history": ["mine"],
        "/Observation/_history": ["plain"],
        "/Observation/plain/_history": ["plain"],
        "/Encounter/_history": ["stay-mine"],
        "/_history?_count=1000": [*MINE, "list-mine", "nurse", "prison", "elsewhere"],
}  # fmt: skip
"""What a nurse of the prison finds, by what is asked."""


def test_only_what_the_role_shows_is_there(nurse: httpx.Client) -> None:
    answers = {path: nurse.get(path) for path in FOUND}
    assert {path: sorted(ids_in(answer)) for path, answer in answers.items()} == {
        path: sorted(expected) for path, expected in FOUND.items()
    }
    assert not any(SECRET in answer.text for answer in answers.values())


WAYS_TO_READ = ("{}", "{}/_history", "{}/_history/1", "{}/_history/2", "{}/$validate", "{}?_summary=true")


@pytest.mark.parametrize("reference", HIDDEN)
def test_what_is_hidden_reads_as_what_is_not_there(nurse: httpx.Client, reference: str) -> None:
    for ask in WAYS_TO_READ:
        hidden, none = nurse.get(ask.format(reference)), nurse.get(ask.format(absent(reference)))
        assert shown(hidden) == shown(none)
        issue_of(hidden, 404)


@pytest.mark.parametrize("header", ["If-None-Match", "If-Modified-Since"])
def test_a_condition_of_reading_tells_nothing(filled: httpx.Client, nurse: httpx.Client, header: str) -> None:
    there = filled.get("/Observation/others").headers
    value = there["ETag"] if header == "If-None-Match" else there["Last-Modified"]
    issue_of(nurse.get("/Observation/others", headers={header: value}), 404)


@pytest.mark.parametrize(
    "path", ["/Patient/{}/$everything", "/Patient/{}/Observation", "/Patient/{}/$everything?_since=2020"]
)
def test_the_record_of_somebody_else_is_as_nobodys(nurse: httpx.Client, path: str) -> None:
    hidden, none = nurse.get(path.format("theirs")), nurse.get(path.format("zzzzzz"))
    assert shown(hidden, "theirs") == shown(none, "zzzzzz")


@pytest.mark.parametrize("asked", ["_total=accurate", "_total=estimate", "_summary=count", "_count=0"])
def test_a_total_counts_what_is_seen(nurse: httpx.Client, asked: str) -> None:
    assert nurse.get(f"/Observation?{asked}").json()["total"] == 1
    assert nurse.get(f"/Observation?patient=theirs&{asked}").json()["total"] == 0


def test_pages_do_not_tell_of_what_they_leave_out(nurse: httpx.Client) -> None:
    for path in (
        "/Observation?_count=1",
        "/Observation?_count=1&_sort=-_id",
        "/Observation/_history?_count=1",
    ):
        answer = nurse.get(path)
        assert ids_in(answer) == ["plain"]
        assert link(answer, "next") is None


def test_too_much_to_include_is_counted_of_what_is_seen(nurse: httpx.Client) -> None:
    answer = nurse.get("/Organization?_id=elsewhere&_revinclude=*")
    assert ids_in(answer) == ["elsewhere"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_no_bundle_leads_around_it(nurse: httpx.Client, kind: str) -> None:
    asked = ["Observation", "Observation/_history", "Observation?_revinclude=*", "Observation/plain/_history"]
    entries = [{"request": {"method": "GET", "url": url}} for url in asked]
    answer = nurse.post("/", json={**transaction(*entries), "type": kind})
    assert '"plain"' in answer.text
    for secret in (SECRET, '"others"', '"hiv"', '"both"'):
        assert secret not in answer.text


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_in_a_bundle_it_is_not_there_either(nurse: httpx.Client, kind: str) -> None:
    for reference in HIDDEN:
        answers = [
            nurse.post("/", json={**transaction({"request": {"method": "GET", "url": url}}), "type": kind})
            for url in (reference, absent(reference))
        ]
        assert shown(answers[0]) == shown(answers[1])
        assert SECRET not in answers[0].text


# --- writing


def _changed(reference: str) -> dict[str, Any]:
    type_, _, id_ = reference.partition("/")
    found = next(one for one in RECORDS if (one["resourceType"], one["id"]) == (type_, id_))
    return {**found, "meta": NORMAL}


def _twin(reference: str) -> dict[str, Any]:
    return {**_changed(reference), "id": absent(reference).partition("/")[2]}


@pytest.mark.parametrize(
    "headers", [{}, {"If-Match": 'W/"1"'}, {"If-Match": 'W/"7"'}, {"If-None-Match": "*"}]
)
def test_what_is_hidden_cannot_be_overwritten(
    filled: httpx.Client, nurse: httpx.Client, headers: dict[str, str]
) -> None:
    for reference in HIDDEN:
        hidden = nurse.put(f"/{reference}", json=_changed(reference), headers=headers)
        none = nurse.put(f"/{absent(reference)}", json=_twin(reference), headers=headers)
        assert shown(hidden) == shown(none)
        issue_of(hidden, 404)
        assert filled.get(f"/{reference}").headers["ETag"] == 'W/"1"'
        issue_of(filled.get(f"/{absent(reference)}"), 404)


@pytest.mark.parametrize("headers", [{}, {"If-Match": 'W/"1"'}])
def test_what_is_hidden_cannot_be_deleted(
    filled: httpx.Client, nurse: httpx.Client, headers: dict[str, str]
) -> None:
    for reference in HIDDEN:
        hidden, none = (
            nurse.delete(f"/{reference}", headers=headers),
            nurse.delete(f"/{absent(reference)}", headers=headers),
        )
        assert shown(hidden) == shown(none)
        assert hidden.status_code == (412 if headers else 204)
        assert "etag" not in hidden.headers
        assert filled.get(f"/{reference}").status_code == 200


@pytest.mark.parametrize("where", ["{}", "{type}?_id={id}"])
def test_what_is_hidden_cannot_be_patched(nurse: httpx.Client, where: str) -> None:
    for reference in HIDDEN:
        change = [{"op": "test", "path": "/id", "value": "guess"}]
        hidden, none = (
            nurse.patch(
                "/" + where.format(one, type=one.split("/")[0], id=one.split("/")[1]),
                json=change,
                headers=JSON_PATCH,
            )
            for one in (reference, absent(reference))
        )
        assert shown(hidden) == shown(none)
        issue_of(hidden, 404)


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_nor_by_a_bundle(filled: httpx.Client, nurse: httpx.Client, kind: str, method: str) -> None:
    def bundle(one: str, resource: dict[str, Any]) -> dict[str, Any]:
        entry = put(resource) if method == "PUT" else {"request": {"method": method, "url": one}}
        return {**transaction(entry), "type": kind}

    for reference in HIDDEN:
        hidden = nurse.post("/", json=bundle(reference, _changed(reference)))
        none = nurse.post("/", json=bundle(absent(reference), _twin(reference)))
        assert shown(hidden) == shown(none)
        assert filled.get(f"/{reference}").headers["ETag"] == 'W/"1"'


OBSERVATION = {name: value for name, value in an_observation(patient="mine").items() if name != "id"}


def test_a_conditional_create_does_not_find_what_is_hidden(filled: httpx.Client, nurse: httpx.Client) -> None:
    """It creates, as if there were none: to say that there is one would tell."""
    exists = {"If-None-Exist": "identifier=urn:n|o"}
    body = {**OBSERVATION, "identifier": [{"system": "urn:n", "value": "o"}]}
    assert nurse.post("/Observation", json=body, headers=exists).status_code == 201
    again = nurse.post("/Observation", json=body, headers=exists)
    assert again.status_code == 200
    assert len(ids_in(filled.get("/Observation?identifier=urn:n|o"))) == 2


def test_a_conditional_update_neither_finds_nor_counts_it(nurse: httpx.Client) -> None:
    body = {**OBSERVATION, "identifier": [{"system": "urn:n", "value": "o"}]}
    first = nurse.put("/Observation?identifier=urn:n|o", json=body)
    assert first.status_code == 201
    # The hidden one has the identifier too, and makes it no case of several.
    assert nurse.put("/Observation?identifier=urn:n|o", json=body).status_code == 200
    for id_ in ("others", "zzzzzz"):
        issue_of(nurse.put("/Observation?identifier=urn:n|other", json={**body, "id": id_}), 404)


def test_a_conditional_delete_neither_finds_nor_counts_it(filled: httpx.Client, nurse: httpx.Client) -> None:
    hidden, none = (
        nurse.delete("/Observation?identifier=urn:n|o"),
        nurse.delete("/Observation?identifier=urn:n|z"),
    )
    assert shown(hidden) == shown(none)
    assert filled.get("/Observation/others").status_code == 200


@pytest.mark.parametrize("kind", ["create", "reference"])
def test_conditions_in_a_transaction_do_not_find_it(nurse: httpx.Client, kind: str) -> None:
    def asked(value: str) -> httpx.Response:
        if kind == "create":
            entry = post({**OBSERVATION, "id": "x"})
            entry["request"]["ifNoneExist"] = f"identifier=urn:n|{value}"
        else:
            entry = post(
                {**OBSERVATION, "derivedFrom": [_reference(f"Observation?identifier=urn:n|{value}")]}
            )
        return nurse.post("/", json=transaction(entry))

    hidden, none = asked("o"), asked("z")
    assert hidden.status_code == none.status_code
    if kind == "create":
        assert statuses(hidden) == statuses(none) == ["201 Created"]
    else:
        assert shown(hidden) == shown(none)


def test_it_writes_for_those_whom_its_facility_treats(filled: httpx.Client, nurse: httpx.Client) -> None:
    made = nurse.post("/Observation", json=OBSERVATION)
    assert made.status_code == 201
    id_ = made.json()["id"]
    assert (
        nurse.put(f"/Observation/{id_}", json={**OBSERVATION, "id": id_, "status": "amended"}).status_code
        == 200
    )
    for patient in ("theirs", "zzzzzz", "gone"):
        answer = nurse.post("/Observation", json={**OBSERVATION, "subject": _reference(f"Patient/{patient}")})
        issue_of(answer, 403)
        assert (
            shown(answer)[1:3]
            == shown(nurse.post("/Observation", json={**OBSERVATION, "subject": _reference("Patient/q")}))[
                1:3
            ]
        )


def test_it_changes_only_what_its_facility_keeps(filled: httpx.Client, connect) -> None:
    """Also where it may overwrite what another client first wrote."""
    steward = connect("steward", "system/*.cruds system/steward", role="nurse", facility="prison")
    issue_of(steward.put("/Observation/plain", json=an_observation("plain", patient="mine")), 403)
    assert filled.get("/Observation/plain").headers["ETag"] == 'W/"1"'


def test_it_cannot_take_a_record_over_to_somebody_it_treats(
    filled: httpx.Client, nurse: httpx.Client
) -> None:
    made = nurse.post("/Observation", json=OBSERVATION).json()
    issue_of(
        nurse.put(f"/Observation/{made['id']}", json={**made, "subject": _reference("Patient/theirs")}), 403
    )
    assert filled.get(f"/Observation/{made['id']}").headers["ETag"] == 'W/"1"'


def test_a_role_that_deletes_nothing_deletes_nothing(nurse: httpx.Client) -> None:
    made = nurse.post("/Observation", json=OBSERVATION).json()
    issue_of(nurse.delete(f"/Observation/{made['id']}"), 403)


def test_what_it_writes_is_kept_by_its_facility(nurse: httpx.Client, database) -> None:
    id_ = nurse.post("/Observation", json=OBSERVATION).json()["id"]
    with database.cursor() as cursor:
        cursor.execute("SELECT facility FROM fhir_store.current_resource WHERE id = %s", (id_,))
        assert cursor.fetchone() == ("prison",)


# --- what was


def test_a_version_is_shown_if_neither_it_nor_the_current_one_is_hidden(
    filled: httpx.Client, nurse: httpx.Client
) -> None:
    filled.put("/Observation/hiv", json=an_observation("hiv", patient="mine")).raise_for_status()
    filled.put(
        "/Observation/plain", json=an_observation("plain", patient="mine", meta=HIV)
    ).raise_for_status()
    assert ids_in(nurse.get("/Observation")) == ["hiv"]
    issue_of(nurse.get("/Observation/hiv/_history/1"), 404)
    assert nurse.get("/Observation/hiv/_history/2").status_code == 200
    issue_of(nurse.get("/Observation/plain/_history/1"), 404)
    for path in ("/Observation/hiv/_history", "/Observation/_history", "/_history?_count=1000"):
        answer = nurse.get(path)
        assert SECRET not in answer.text
        assert ids_in(answer).count("hiv") == 1
        assert "plain" not in ids_in(answer)


def test_what_was_written_about_another_patient_by_mistake_is_not_shown(
    filled: httpx.Client, nurse: httpx.Client
) -> None:
    filled.put("/Observation/others", json=an_observation("others", patient="mine")).raise_for_status()
    assert nurse.get("/Observation/others").status_code == 200
    issue_of(nurse.get("/Observation/others/_history/1"), 404)
    for path in ("/Observation/others/_history", "/Observation/_history"):
        assert SECRET not in nurse.get(path).text


def test_who_sees_in_part_is_not_told_of_what_was_deleted(filled: httpx.Client, nurse: httpx.Client) -> None:
    for reference in ("Observation/plain", "Observation/others", "Practitioner/nurse"):
        filled.delete(f"/{reference}").raise_for_status()
        for ask in ("{}", "{}/_history", "{}/_history/1", "{}/_history/2"):
            assert shown(nurse.get(f"/{ask.format(reference)}")) == shown(
                nurse.get(f"/{ask.format(absent(reference))}")
            )


def test_whoever_leaves_is_seen_until_the_relationship_ends(
    filled: httpx.Client, nurse: httpx.Client
) -> None:
    filled.put(
        "/Encounter/stay-mine", json=a_stay("stay-mine", patient="mine", status="finished", period=PAST_STAY)
    ).raise_for_status()
    assert ids_in(nurse.get("/Patient")) == []


# --- ids of one's own


@pytest.fixture
def centre(filled: httpx.Client, connect) -> httpx.Client:
    """A system with ids of its own that acts for the prison."""
    client: httpx.Client = connect("emr", source="http://emr.example/fhir", role="doctor", facility="prison")
    return client


def test_in_its_own_source_it_names_ids(filled: httpx.Client, centre: httpx.Client) -> None:
    patient = str(uuid4())
    for one in (a_patient(patient), a_stay("stay-of-a-uuid", patient=patient)):
        filled.put(f"/{one['resourceType']}/{one['id']}", json=one).raise_for_status()
    body = an_observation("1", patient=patient)
    made = centre.put("/Observation/1", json=body)
    assert made.status_code == 201
    assert made.json()["subject"] == _reference(f"Patient/{patient}")
    assert centre.put("/Observation/1", json=body).status_code == 200
    issue_of(centre.put("/Observation/2", json=an_observation("2", patient="9")), 403)


def test_an_id_of_ours_that_is_hidden_is_taken_for_its_own(
    filled: httpx.Client, centre: httpx.Client
) -> None:
    ours, free = (str(uuid4()) for _ in range(2))
    filled.put(
        f"/Observation/{ours}", json=an_observation(ours, patient="theirs", valueString=SECRET)
    ).raise_for_status()
    hidden, none = centre.get(f"/Observation/{ours}"), centre.get(f"/Observation/{free}")
    assert shown(hidden) == shown(none)
    answers = [
        centre.put(f"/Observation/{one}", json=an_observation(one, patient="theirs")) for one in (ours, free)
    ]
    assert shown(answers[0], ours) == shown(answers[1], free)
    assert filled.get(f"/Observation/{ours}").headers["ETag"] == 'W/"1"'


# --- other roles


@pytest.mark.parametrize(
    ("role", "facility", "expected"),
    [
        ("doctor", "prison", {"mine", "plain", "dose-mine", "task-mine", "list-mine", "stay-mine"}),
        ("doctor", "elsewhere", {"theirs", "others", "dose-theirs", "task-theirs", "list-theirs", "stay-theirs"}),
        ("pharmacist", "prison", {"mine", "dose-mine"}),
        ("hiv_counsellor", "prison", {"mine", "plain", "task-mine", "list-mine", "stay-mine"}),
        ("treatment_centre_system", "prison", set()),
        ("custody_officer", "prison", set()),
        ("administrator", "prison", set()),
        ("inspector", "prison", set()),
        ("auditor", "prison", set()),
    ],
)  # fmt: skip
def test_each_role_finds_its_own(
    filled: httpx.Client, connect, role: str, facility: str, expected: set[str]
) -> None:
    client = connect("system", role=role, facility=facility)
    found = set(ids_in(client.get("/?_count=1000"))) - {"prison", "elsewhere", "nurse"}
    assert found == expected


@pytest.fixture
def clinic(filled: httpx.Client, connect) -> httpx.Client:
    """The system of a treatment centre that treats a person whom the prison treats too."""
    episode = {
        "resourceType": "EpisodeOfCare",
        "id": "programme",
        "status": "active",
        "patient": _reference("Patient/mine"),
        "managingOrganization": _reference("Organization/centre"),
        "period": {"start": "2026-01-01"},
    }
    coded = an_observation("coded", patient="mine", meta=HIV)
    here = transaction(put(an_organization("centre")), put(episode), put(coded))
    filled.post("/", json=here).raise_for_status()
    client: httpx.Client = connect("centre-system", role="treatment_centre_system", facility="centre")
    return client


def _consent(id_: str = "agreed", answer: Answer = Answer.GRANTED, **said: Any) -> dict[str, Any]:
    by = ((Decider.PATIENT, "Patient/mine"),)
    given = {"recipients": frozenset({"Organization/centre"}), "labels": EVERYTHING, "at": LONG_AGO, **said}
    return {
        **resource_of(Consent("Patient/mine", Question.HAND_OVER, answer, decided_by=by, **given)),
        "id": id_,
    }


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LATER = LONG_AGO + timedelta(days=1)


def _gets(clinic: httpx.Client) -> set[str]:
    """What it finds of the person; it reads just that."""
    found = set(ids_in(clinic.get("/Observation"))) | set(ids_in(clinic.get("/Patient")))
    for id_ in ("plain", "hiv", "coded", "both"):
        assert (clinic.get(f"/Observation/{id_}").status_code == 200) is (id_ in found)
    return found


ALL = {"mine", "plain", "hiv", "coded"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], set()),
        ([_consent()], ALL),
        ([_consent(labels=frozenset({Label.HIV}))], {"coded"}),
        ([_consent(labels=frozenset({Label.R}))], {"mine", "plain"}),
        ([_consent(recipients=frozenset({"Organization/elsewhere"}))], set()),
        ([_consent(recipients=frozenset({ANY_CENTRE}))], ALL),
        ([_consent(), _consent("no", Answer.REFUSED, at=LATER)], set()),
        ([_consent(), _consent("back", Answer.WITHDRAWN, at=LATER)], set()),
        ([_consent("back", Answer.WITHDRAWN), _consent(at=LATER)], ALL),
        ([_consent(end=LATER)], set()),
        ([_consent(start=datetime(2100, 1, 1, tzinfo=UTC))], set()),
        ([_consent(wrong=True)], set()),
        ([_consent(given=Given(interpreter=Helper.PRISONER))], set()),
    ],
    ids=[
        "not asked", "everything", "HIV alone", "what nobody labelled", "another centre", "any centre", "refused later",
        "withdrawn later", "granted again", "over", "not begun", "entered in error", "a prisoner interpreted",
    ],
)  # fmt: skip
def test_a_centre_gets_what_the_person_agreed_to_give_it(
    filled: httpx.Client, clinic: httpx.Client, urls: Urls, answers: list[dict[str, Any]], expected: set[str]
) -> None:
    for one in answers:
        filled.put(f"/Consent/{one['id']}", json=one).raise_for_status()
    assert _gets(clinic) == set()
    stand_for_all(urls.owner)
    assert _gets(clinic) == expected


def test_a_withdrawal_counts_with_the_next_request(
    filled: httpx.Client, clinic: httpx.Client, urls: Urls
) -> None:
    filled.put("/Consent/agreed", json=_consent()).raise_for_status()
    stand_for_all(urls.owner)
    assert _gets(clinic) == ALL
    filled.put("/Consent/agreed", json=_consent(answer=Answer.WITHDRAWN)).raise_for_status()
    assert _gets(clinic) == set()
    filled.put("/Consent/agreed", json=_consent()).raise_for_status()
    stand_for_all(urls.owner)
    filled.delete("/Consent/agreed").raise_for_status()
    assert _gets(clinic) == set()


def test_a_centre_cannot_let_itself_in_but_can_tell_of_a_withdrawal(
    filled: httpx.Client, clinic: httpx.Client, urls: Urls
) -> None:
    clinic.post("/Consent", json=_consent("own")).raise_for_status()
    stand_for_all(urls.owner)
    assert _gets(clinic) == set()
    filled.put("/Consent/agreed", json=_consent()).raise_for_status()
    stand_for_all(urls.owner)
    assert _gets(clinic) == ALL
    clinic.post("/Consent", json=_consent("told", Answer.WITHDRAWN, at=LATER)).raise_for_status()
    assert _gets(clinic) == set()


def test_what_a_centre_gets_is_logged_as_a_disclosure(
    filled: httpx.Client, clinic: httpx.Client, urls: Urls
) -> None:
    filled.put("/Consent/agreed", json=_consent()).raise_for_status()
    stand_for_all(urls.owner)
    assert clinic.get("/Observation/hiv").status_code == 200
    assert clinic.get("/Observation").status_code == 200
    assert clinic.get("/Patient/mine/$everything").status_code == 200
    assert clinic.get("/Organization/prison").status_code == 200
    logged = rows(urls.owner, "SELECT body FROM access.audit_event WHERE kind = 'disclosure' ORDER BY seq")
    said = [json.loads(bytes(body))["event"] for (body,) in logged]
    assert [(one["recipient"], one["basis"]) for one in said] == [("Organization/centre", "consent")] * 3
    assert said[0]["types"] == ["Observation"]


def test_scopes_and_role_both_have_to_allow(filled: httpx.Client, connect) -> None:
    client = connect("narrow", "system/Observation.rs?code=urn:x|cows", role="nurse", facility="prison")
    assert ids_in(client.get("/Observation")) == ["plain"]
    issue_of(client.get("/Patient/mine"), 403)
    issue_of(client.get("/Observation/others"), 404)
    other = connect("other-code", "system/Observation.rs?code=urn:x|other", role="nurse", facility="prison")
    assert ids_in(other.get("/Observation")) == []
    issue_of(other.get("/Observation/plain"), 404)


def test_without_a_role_all_is_as_its_scopes_say(filled: httpx.Client) -> None:
    assert len(ids_in(filled.get("/Observation"))) == 5
