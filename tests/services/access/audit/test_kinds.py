"""What is logged in clear leads to no patient; what does lead there is sealed or hashed with a key."""

import json
from collections.abc import Callable

import pytest
from audit_events import KEY, NOON, NURSE, circumstances

from services.access.audit import kinds
from services.access.audit.event import check, read, seal
from services.access.audit.kinds import AuditEvent, Circumstances, Subjects

AMINA = Subjects(["Patient/amina"], ["Observation/o1"], ["Consent/c1"])
AT = circumstances(request="r-1", address="10.0.3.17")

EVERY: dict[str, Callable[[], AuditEvent]] = {
    "sign-in": lambda: kinds.sign_in(AT, "totp", outcome=kinds.MINOR_FAILURE, tried="amina.h", key=KEY),
    "read": lambda: kinds.read(AT, "read", "Observation", AMINA),
    "search": lambda: kinds.search(AT, "Patient", [("family", "Hoxha")], AMINA, results=3, key=KEY),
    "write": lambda: kinds.write(AT, "update", "Observation", AMINA),
    "export": lambda: kinds.export(AT, ["Patient"], results=7, about=AMINA),
    "disclosure": lambda: kinds.disclosure(AT, "oat-centre-north", "court-order", ["Patient"], AMINA),
    "break-glass": lambda: kinds.break_glass(AT, "unconscious", AMINA),
    "consent": lambda: kinds.consent(AT, "oat-centre-north", permit=False, about=AMINA),
    "refusal": lambda: kinds.refusal(AT, "read", "Observation", "other-facility", AMINA),
    "unlock": lambda: kinds.unlock(AT),
    "sign-out": lambda: kinds.sign_out(AT, "button", AMINA),
    "access-change": lambda: kinds.access_change(AT, "role-granted", AMINA, granted="nurse"),
    "view": lambda: kinds.view(AT, "cascade"),
    "import": lambda: kinds.import_(AT, ["Patient"], results=7, refused=0),
    "audit-read": lambda: kinds.audit_read(AT, "search", AMINA, filters=["person"], results=3),
    "audit-review": lambda: kinds.audit_review(AT, 7, "explained", "on-call", AMINA),
    "erasure": lambda: kinds.erasure(AT, "court-order", openings=4),
    "new-key": lambda: kinds.new_key(AT, before=None, now="ab" * 32),
}


@pytest.mark.parametrize("kind", EVERY)
def test_an_event_of_each_kind_can_be_sealed_and_says_who_did_what_when(kind: str) -> None:
    event = EVERY[kind]()
    sealed = seal(event.members, event.subjects)
    check(sealed, sealed.leaf())
    said = read(sealed.body).members
    assert (said["kind"], said["actor"]) == (kind, {"kind": "account", "name": "drita", "role": "nurse"})
    assert (said["at"], said["request"], said["facility"]) == ("2026-03-01T12:00:00.000Z", "r-1", "north")
    assert said["outcome"] in ("0", "4", "8")
    assert (event.kind, event.actor, event.facility, event.at) == (kind, "account/drita", "north", NOON)
    assert len(said["about"]) == len(event.subjects)


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_that_leads_to_a_patient_is_in_clear(kind: str) -> None:
    event = EVERY[kind]()
    written = seal(event.members, event.subjects).body + repr(event).encode()
    for leads_there in (b"amina", b"Observation/o1", b"Consent/c1", b"Hoxha"):
        assert leads_there not in written


def test_each_subject_says_what_it_is() -> None:
    event = EVERY["read"]()
    assert event.subjects == ("Patient/amina", "Observation/o1", "Consent/c1")
    assert event.members["about"] == ["patient", "resource", "consent"]


def test_whoever_has_the_key_can_ask_whether_a_value_was_searched_for() -> None:
    (asked,) = json.loads(json.dumps(EVERY["search"]().members["criteria"]))
    assert asked == {"name": "family", "value": kinds.keyed(KEY, "family", "Hoxha")}
    assert asked["value"] != kinds.keyed(bytes(32), "family", "Hoxha"), "without the key nobody can"
    assert asked["value"] != kinds.keyed(KEY, "given", "Hoxha")


def test_what_is_not_known_is_left_out() -> None:
    event = kinds.read(Circumstances(NURSE, NOON), "read", "Patient", kinds.NOBODY)
    assert {"purpose", "facility", "request", "address"}.isdisjoint(event.members)
