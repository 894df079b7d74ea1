"""All checks at once: what signing asks for, and how it is stored."""

from datetime import timedelta

import pytest
from oat import DAY, ONE_DAY, SIX, a_happened, a_law, a_proposal, an_order, held, on

from clinical.oat.checks import checks, issues_of
from clinical.oat.ecg import Ecg
from clinical.oat.happened import Kind
from clinical.oat.issue import SEVERITY_WORDS, Issue, Severity
from clinical.oat.issue_resource import Signed, detected_issue_of
from clinical.oat.medicine import Medicine
from clinical.protocols import NO_PROTOCOL
from clinical.words import Sentence
from fhir_store.gate import issues_of as issues_of_gate

LAW = a_law()
CLEAN = {"ecgs": (Ecg(on(-1), 400),)}


def test_an_ordinary_order_has_nothing_to_weigh() -> None:
    assert issues_of(a_proposal(an_order(id="new", start=DAY), **CLEAN), LAW) == ()


def test_every_check_is_in_the_list() -> None:
    files = [check.__module__.rpartition(".")[2] for check in checks()]
    assert files == [
        "buprenorphine_gate", "ceiling", "change", "depot", "end_date", "first_dose", "gap", "given_today", "interaction",
        "missed_days", "overlap", "pregnancy", "qtc", "take_home", "titration", "unverified_dose",
    ]  # fmt: skip


def asked(issue_severity: Severity, **law: object) -> list[tuple[bool, bool, bool]]:
    """Of issues of a severity: whether a reason is asked for, a second prescriber, and whether that is not set."""
    proposal = a_proposal(
        an_order(130, id="new", start=DAY, end=None),
        orders=(an_order(125, id="old", end=on(3)),),
        ecgs=(Ecg(on(-1), 460),),
    )
    found = issues_of(proposal, a_law(**law))
    return [
        (one.needs_reason, one.needs_second, f"oat.second-prescriber.{one.code}" in one.not_set)
        for one in found
        if one.severity is issue_severity
    ]


def test_a_serious_one_asks_for_a_reason_and_as_the_protocol_says_for_a_second_prescriber() -> None:
    assert asked(Severity.HIGH) == [(True, True, False), (True, False, False)]
    assert asked(Severity.HIGH, oat__second_prescriber__ceiling=False)[0] == (True, False, False)
    assert asked(Severity.HIGH, oat__second_prescriber__ceiling=None)[0] == (True, True, True)


def test_one_to_be_weighed_asks_for_a_reason_alone_and_one_to_know_for_nothing() -> None:
    assert asked(Severity.MODERATE) == [(True, True, False)]
    assert asked(Severity.MODERATE, oat__second_prescriber__qtc=None) == [(True, False, False)]
    assert asked(Severity.LOW) == [(False, False, False)]
    assert asked(Severity.LOW, oat__second_prescriber__overlap=True) == [(False, True, False)]


def test_the_most_serious_are_told_first() -> None:
    found = issues_of(a_proposal(an_order(130, id="new", start=DAY, end=None)), LAW)
    assert [(one.severity, one.code) for one in found] == [
        (Severity.HIGH, "ceiling"), (Severity.HIGH, "end-date"), (Severity.MODERATE, "ecg-needed"),
    ]  # fmt: skip


def test_with_nothing_set_more_is_weighed_never_less() -> None:
    beginning = a_proposal(
        an_order(25, id="new", start=DAY, end=on(20)), a_happened(Kind.REFUSED, SIX - ONE_DAY), **CLEAN
    )
    assert [one.code for one in issues_of(beginning, LAW)] == ["first-dose"]
    assert [one.code for one in issues_of(beginning, NO_PROTOCOL)] == [
        "first-dose",
        "ceiling",
        "ecg-needed",
        "qtc",
    ]


SIGNED = Signed(SIX, "dr-a", "known for years at this dose", "dr-b")


@pytest.mark.parametrize(
    ("signed", "authors"),
    [
        (SIGNED, ["Practitioner/dr-a", "Practitioner/dr-b"]),
        (Signed(SIX, "dr-a"), ["Practitioner/dr-a"]),
    ],
)
def test_an_issue_is_stored_with_who_signed_and_why(signed: Signed, authors: list[str]) -> None:
    medicine = Medicine("J05AG03", DAY, None, "MedicationStatement/e")
    (issue,) = issues_of(a_proposal(medicines=(medicine,), **CLEAN), LAW)
    resource = held(detected_issue_of(issue, "p", "new", signed))
    assert issues_of_gate(resource) == []
    assert resource["severity"] == "high"
    assert resource["implicated"] == [{"reference": "MedicationRequest/new"}]
    assert resource["evidence"] == [{"detail": [{"reference": "MedicationStatement/e"}]}]
    assert resource["detail"].startswith("Efavirenz: ")
    assert [one["author"]["reference"] for one in resource["mitigation"]] == authors
    assert [one["action"].get("text", "") for one in resource["mitigation"]] == [signed.reason] * len(authors)


def test_an_issue_without_evidence_is_stored_too() -> None:
    bare = Issue("gap", Severity.MODERATE, Sentence("x"))
    resource = held(detected_issue_of(bare, "p", "new", SIGNED))
    assert issues_of_gate(resource) == []
    assert "evidence" not in resource
    assert set(SEVERITY_WORDS) == set(Severity)


def test_the_checks_look_at_no_clock() -> None:
    later = a_proposal(an_order(id="new", start=DAY), at=SIX + timedelta(days=400), **CLEAN)
    assert [one.code for one in issues_of(later, LAW)] == ["ecg-needed"]
