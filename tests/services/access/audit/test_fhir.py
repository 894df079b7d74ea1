"""Every event is an AuditEvent that our own gate lets in, in a shape of BALP where it has what the shape asks for."""

from base64 import b64decode
from typing import Any

import pytest
from audit_events import KEY, circumstances

from fhir_store.gate import issues_of
from services.access.audit import kinds
from services.access.audit.event import erase, seal
from services.access.audit.fhir import audit_event
from services.access.audit.kinds import Actor, AuditEvent, Subjects

SITE = "clinic.example"
ONE = Subjects(["Patient/amina"], ["Observation/o1"])
SYSTEM = circumstances(actor=Actor("client", "oat-centre-north"))
PERSON = circumstances(request="r-1", address="10.0.3.17")
STRANGER = circumstances(actor=Actor("nobody", ""))
OPERATOR = circumstances(actor=Actor("operator", "root"))
OF_ANA = Subjects(targets=["account/ana"])
WITH_CONSENT = Subjects(["Patient/amina"], consents=["Consent/c1"])

SHAPES: list[tuple[AuditEvent, str]] = [
    (kinds.read(PERSON, "read", "Observation", ONE), "PatientRead"),
    (kinds.read(SYSTEM, "vread", "Observation", ONE), "PatientRead"),
    (kinds.read(PERSON, "$everything", "Patient", ONE), "PatientRead"),
    (kinds.read(PERSON, "read", "Organization", Subjects(resources=["Organization/x"])), "Read"),
    (kinds.read(PERSON, "history", "Patient", Subjects(["Patient/a"], ["Patient/a", "Patient/b"])), ""),
    (kinds.search(PERSON, "Patient", [("family", "H")], Subjects(["Patient/amina"]), results=1, key=KEY), "PatientQuery"),
    (kinds.search(SYSTEM, "Location", [], kinds.NOBODY, results=4, key=KEY), "Query"),
    (kinds.search(SYSTEM, "Patient", [], Subjects(["Patient/a", "Patient/b"]), results=2, key=KEY), ""),
    (kinds.write(PERSON, "create", "Observation", ONE), "PatientCreate"),
    (kinds.write(SYSTEM, "update", "Observation", ONE), "PatientUpdate"),
    (kinds.write(PERSON, "patch", "Observation", ONE), "PatientUpdate"),
    (kinds.write(PERSON, "delete", "Observation", ONE), "PatientDelete"),
    (kinds.disclosure(PERSON, "oat-centre-north", "consent", ["Observation"], ONE), "PrivacyDisclosure.Source"),
    (kinds.consent(PERSON, "oat-centre-north", permit=True, about=WITH_CONSENT), "AuthZconsent"),
    (kinds.consent(SYSTEM, "oat-centre-north", permit=False, about=WITH_CONSENT), "AuthZconsent"),
    (kinds.refusal(PERSON, "read", "Observation", "other-facility", ONE), ""),
    (kinds.break_glass(PERSON, "unconscious", ONE), ""),
    (kinds.export(PERSON, ["Patient"], results=7), ""),
    (kinds.sign_in(PERSON, "totp"), ""),
    (kinds.sign_in(STRANGER, "password", outcome=kinds.MINOR_FAILURE, why="wrong", tried="ana", key=KEY), ""),
    (kinds.unlock(PERSON, outcome=kinds.MINOR_FAILURE, why="wrong PIN"), ""),
    (kinds.sign_out(PERSON, "from afar", OF_ANA, sessions=3), ""),
    (kinds.view(PERSON, "cascade"), ""),
    (kinds.export(PERSON, ["MeasureReport"], results=1, page="file everything"), ""),
    (kinds.import_(OPERATOR, ["Patient"], results=7, refused=1), ""),
    (kinds.audit_read(PERSON, "search", ONE, filters=["person"], results=3), ""),
    (kinds.audit_review(PERSON, 7, "explained", "on-call", OF_ANA), ""),
    *((kinds.access_change(PERSON, change, OF_ANA), "") for change in kinds.CHANGES),
    (kinds.access_change(PERSON, "tablet-shut-out", Subjects(targets=["device/9"])), ""),
    (kinds.erasure(PERSON, "court-order", openings=1), ""),
    (kinds.new_key(PERSON, before="ab", now="cd"), ""),
]  # fmt: skip


def _fhir(event: AuditEvent) -> dict[str, Any]:
    return audit_event(seal(event.members, event.subjects), site=SITE)


@pytest.mark.parametrize(("event", "shape"), SHAPES, ids=lambda one: getattr(one, "kind", one))
def test_it_is_valid_and_claims_the_shape_it_has(event: AuditEvent, shape: str) -> None:
    said = _fhir(event)
    assert issues_of(said) == []
    claimed = (
        [f"https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.{shape}"] if shape else []
    )
    assert said.get("meta", {}).get("profile", []) == claimed
    assert said["recorded"] == "2026-03-01T12:00:00.000Z"


def _types(said: dict[str, Any]) -> list[str]:
    return [agent["type"]["coding"][0]["code"] for agent in said["agent"]]


def _codes(said: dict[str, Any]) -> tuple[str, list[str], str, str]:
    return said["type"]["code"], [one["code"] for one in said["subtype"]], said["action"], said["outcome"]


def test_a_read_by_a_person() -> None:
    said = _fhir(kinds.read(PERSON, "read", "Observation", ONE))
    assert _codes(said) == ("rest", ["read"], "R", "0")
    client, server, user = said["agent"]
    assert _types(said) == ["110152", "110153", "IRCP"]
    assert client["network"] == {"address": "10.0.3.17", "type": "2"}
    assert server["who"]["identifier"]["value"] == SITE
    assert (user["who"]["identifier"]["value"], user["requestor"]) == ("drita", True)
    assert user["role"][0]["coding"][0]["code"] == "nurse"
    assert user["purposeOfUse"][0]["coding"][0]["code"] == "TREAT"
    patient, data, request = said["entity"]
    assert (patient["what"]["reference"], patient["type"]["code"], patient["role"]["code"]) == (
        "Patient/amina",
        "1",
        "1",
    )
    assert (data["what"]["reference"], data["type"]["code"], data["role"]["code"]) == (
        "Observation/o1",
        "2",
        "4",
    )
    assert (request["type"]["code"], request["what"]["identifier"]["value"]) == ("XrequestId", "r-1")


def test_a_system_is_the_client_and_nobody_else_is_the_user() -> None:
    said = _fhir(kinds.read(SYSTEM, "read", "Observation", ONE))
    assert _types(said) == ["110152", "110153"]
    assert said["agent"][0]["who"]["identifier"]["value"] == "oat-centre-north"
    assert said["agent"][0]["requestor"] is True


def test_a_search_shows_what_was_asked_as_hashes_only() -> None:
    said = _fhir(
        kinds.search(
            PERSON, "Patient", [("family", "Hoxha")], Subjects(["Patient/amina"]), results=1, key=KEY
        )
    )
    assert _codes(said) == ("rest", ["search-type"], "E", "0")
    assert _types(said)[:2] == ["110153", "110152"]
    (query,) = [one["query"] for one in said["entity"] if "query" in one]
    assert b64decode(query).decode() == f"Patient?family={kinds.keyed(KEY, 'family', 'Hoxha')}"


@pytest.mark.parametrize(
    ("interaction", "action", "sides"),
    [("create", "C", ["110153", "110152"]), ("update", "U", ["110153", "110152"]), ("delete", "D", ["110150", "custodian"])],
)  # fmt: skip
def test_a_write(interaction: str, action: str, sides: list[str]) -> None:
    said = _fhir(kinds.write(PERSON, interaction, "Observation", ONE))
    assert _codes(said) == ("rest", [interaction], action, "0")
    assert _types(said) == [*sides, "AUT"]


def test_a_disclosure_names_source_and_recipient() -> None:
    said = _fhir(kinds.disclosure(PERSON, "oat-centre-north", "consent", ["Observation"], ONE))
    assert _codes(said) == ("110106", ["disclose"], "R", "0")
    source, recipient, _ = said["agent"]
    assert _types(said) == ["110153", "110152", "IRCP"]
    assert source["who"] == said["source"]["observer"]
    assert recipient["who"]["identifier"]["value"] == "oat-centre-north"
    assert all("network" in agent for agent in (source, recipient))


def test_what_a_consent_decided() -> None:
    said = _fhir(kinds.consent(PERSON, "oat-centre-north", permit=False, about=WITH_CONSENT))
    assert _codes(said) == ("110113", ["AuthZ-Consent"], "E", "8")
    assert _types(said) == ["110150", "authserver", "IRCP", "PROV"]
    assert said["agent"][1]["who"] == said["source"]["observer"]
    assert [one["type"]["code"] for one in said["entity"]] == ["1", "Consent"]


def test_a_refusal_says_which_rule_refused() -> None:
    said = _fhir(kinds.refusal(PERSON, "read", "Observation", "other-facility", ONE))
    assert (_codes(said), said["outcomeDesc"]) == (("110113", ["AuthZ-Role"], "E", "8"), "other-facility")


def test_who_was_erased_stands_there_by_a_digest() -> None:
    event = kinds.read(PERSON, "read", "Observation", ONE)
    sealed = erase(seal(event.members, event.subjects), "Patient/amina")
    said = audit_event(sealed, site=SITE)
    assert issues_of(said) == []
    assert "amina" not in str(said)
    assert len(said["entity"][0]["what"]["identifier"]["value"]) == 64


@pytest.mark.parametrize(
    ("change", "code"),
    [("role-granted", "110136"), ("password-changed", "110137"), ("tablet-shut-out", "110129")],
)
def test_a_change_of_access_is_a_security_alert_of_its_kind(change: str, code: str) -> None:
    said = _fhir(kinds.access_change(PERSON, change, OF_ANA))
    assert (_codes(said), said["outcomeDesc"]) == (("110113", [code], "U", "0"), change)
    assert _types(said) == ["110150", "authserver", "AUT"]
    target = said["entity"][0]
    assert target["what"] == {"identifier": {"value": "account/ana"}}
    assert (target["type"]["code"], target["role"]["code"]) == ("1", "11")


def test_a_tablet_is_no_user() -> None:
    said = _fhir(kinds.access_change(PERSON, "tablet-shut-out", Subjects(targets=["device/9"])))
    assert (said["entity"][0]["type"]["code"], said["entity"][0]["role"]["code"]) == ("2", "13")


def test_a_sign_in_a_sign_out_and_what_of_the_log_was_looked_at() -> None:
    assert _codes(_fhir(kinds.sign_in(PERSON, "passkey"))) == ("110114", ["110122"], "E", "0")
    assert _codes(_fhir(kinds.sign_out(PERSON, "button"))) == ("110114", ["110123"], "E", "0")
    said = _fhir(kinds.audit_read(PERSON, "search", ONE))
    assert (said["type"]["code"], said["action"], said["outcomeDesc"]) == ("110101", "R", "search")


def test_nobody_has_no_name() -> None:
    said = _fhir(kinds.sign_in(STRANGER, "password", outcome=kinds.MINOR_FAILURE, why="wrong"))
    assert said["agent"][2]["who"] == {"type": "Practitioner", "display": "nobody"}


def test_a_change_that_is_on_no_list_is_not_logged() -> None:
    with pytest.raises(ValueError, match="no such change"):
        kinds.access_change(PERSON, "something", OF_ANA)
