"""What a recipient may get, at the instant of sending."""

import json
from datetime import timedelta

import pytest
from consenting import CENTRE, NOON, a_consent
from resources import a_dose, a_patient, a_stay, an_observation

from clinical.consent import ANY_CENTRE, EVERYTHING, Answer, Purpose
from clinical.disclosure import (
    Agreement,
    Queued,
    Way,
    agreement,
    at_sending,
    leaving,
    may_be_disclosed,
    way_out,
)
from clinical.disclosure.leaving import Sending
from clinical.labels import Label, tells_of_custody
from fhir_store.json_text import parse

HOUR = timedelta(hours=1)
HIV, ETH, PSY, R, N = Label.HIV, Label.ETH, Label.PSY, Label.R, Label.N
OTHER = "Organization/other"
PLAIN = an_observation("o")
FOR_HIV = a_consent(labels=frozenset({HIV, R}))


@pytest.mark.parametrize(
    ("agreed", "labels", "enough"),
    [
        ({HIV}, {HIV}, True),
        ({HIV}, {ETH}, False),
        ({HIV}, {HIV, ETH}, False),
        ({ETH}, {ETH, Label.OPIOIDUD}, True),
        ({Label.OPIOIDUD}, {ETH, Label.OPIOIDUD}, False),
        # What nobody labelled.
        ({HIV}, set(), False),
        ({HIV, R}, set(), True),
        # What only a person can read.
        ({HIV, R}, {R}, False),
        ({HIV, R}, {R, HIV}, False),
        (EVERYTHING - {PSY}, {R}, False),
        (EVERYTHING, {R}, True),
        (EVERYTHING, {R, HIV}, True),
        # Normal is still somebody's.
        (set(), {N}, False),
        (set(), set(), False),
        ({R}, {N}, True),
    ],
)
def test_an_agreement_is_enough_for_what_it_names(
    agreed: set[Label], labels: set[Label], enough: bool
) -> None:
    assert Agreement(frozenset(agreed)).covers(labels) is enough


@pytest.mark.parametrize(
    ("consents", "recipient", "labels"),
    [
        ([], CENTRE, frozenset()),
        ([a_consent()], CENTRE, EVERYTHING),
        ([a_consent()], OTHER, frozenset()),
        ([a_consent(recipients=frozenset({ANY_CENTRE}))], OTHER, EVERYTHING),
        ([a_consent(answer=Answer.REFUSED)], CENTRE, frozenset()),
        ([a_consent(Purpose.TREATMENT)], CENTRE, frozenset()),
        ([FOR_HIV], CENTRE, frozenset({HIV, R})),
        ([a_consent(), a_consent(at=NOON - HOUR, answer=Answer.WITHDRAWN)], CENTRE, EVERYTHING),
        ([a_consent(), a_consent(at=NOON + HOUR, answer=Answer.WITHDRAWN)], CENTRE, frozenset()),
    ],
)
def test_only_a_hand_over_that_names_the_recipient_opens_anything(
    consents: list, recipient: str, labels: frozenset[Label]
) -> None:
    assert agreement(consents, recipient, NOON + 2 * HOUR).labels == labels


def test_may_be_disclosed_by_labels_recipient_and_instant() -> None:
    assert may_be_disclosed(PLAIN, {HIV}, CENTRE, [FOR_HIV], NOON)
    assert may_be_disclosed(PLAIN, set(), CENTRE, [FOR_HIV], NOON)
    assert not may_be_disclosed(PLAIN, {ETH}, CENTRE, [FOR_HIV], NOON)
    assert not may_be_disclosed(PLAIN, {HIV}, OTHER, [FOR_HIV], NOON)
    assert not may_be_disclosed(PLAIN, {HIV}, CENTRE, [FOR_HIV], NOON - HOUR)


@pytest.mark.parametrize(
    "custody",
    [
        a_stay("s"),
        a_stay("s", **{"class": {"system": "urn:throughcare:code-system:encounter-class", "code": "absence-court"}}),
        {"resourceType": "Encounter", "class": {"code": "custody"}},
        {"resourceType": "Encounter", "meta": {"profile": ["urn:throughcare:profile:custody-stay|1.0.0"]}},
        {"resourceType": "Condition", "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "Z65.1"}]}},
        {"resourceType": "Organization", "type": [{"coding": [{"system": "urn:throughcare:code-system:facility-kind", "code": "pretrial-unit"}]}]},
    ],
)  # fmt: skip
def test_custody_never_goes_whatever_was_agreed(custody: dict) -> None:
    assert tells_of_custody(custody)
    assert not may_be_disclosed(custody, {N}, CENTRE, [a_consent()], NOON)


@pytest.mark.parametrize(
    "resource",
    [a_dose(), a_patient(), PLAIN, {**PLAIN, "meta": {"security": [{"code": "R"}]}}],
)
def test_what_is_only_restricted_is_not_custody(resource: dict) -> None:
    assert not tells_of_custody(resource)


def test_a_withdrawal_beats_the_queue() -> None:
    bundle = parse(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": a_patient("p1")}, {"resource": a_dose("d")}]})
    )  # fmt: skip
    queued = leaving(bundle, Sending(Agreement(EVERYTHING), OTHER, NOON))
    assert queued is not None
    waiting = Queued(queued, CENTRE, OTHER)
    withdrawn = a_consent(answer=Answer.WITHDRAWN, at=NOON + HOUR)
    assert at_sending(waiting, [a_consent()], NOON + 2 * HOUR) is not None
    assert at_sending(waiting, [a_consent(), withdrawn], NOON + 2 * HOUR) is None
    assert at_sending(waiting, [a_consent(end=NOON + HOUR)], NOON + 2 * HOUR) is None
    less = at_sending(waiting, [a_consent(labels=frozenset({R}))], NOON + 2 * HOUR)
    assert less is not None
    assert "N07BC02" in queued.text
    assert "N07BC02" not in less.text


@pytest.mark.parametrize(
    ("consents", "recipient", "reachable", "takes_letter", "way"),
    [
        ([a_consent()], CENTRE, True, True, Way(CENTRE, False)),
        ([a_consent()], CENTRE, False, True, Way(None, True)),
        ([a_consent()], OTHER, True, True, Way(None, True)),
        ([a_consent()], None, True, True, Way(None, True)),
        ([FOR_HIV], CENTRE, True, True, Way(CENTRE, True)),
        ([FOR_HIV], CENTRE, True, False, Way(CENTRE, False)),
        ([], CENTRE, True, True, Way(None, True)),
        ([a_consent(answer=Answer.REFUSED)], CENTRE, True, True, Way(None, True)),
        ([a_consent(answer=Answer.REFUSED)], CENTRE, True, False, Way(None, False)),
    ],
)
def test_without_consent_the_person_gets_a_sealed_letter(
    consents: list, recipient: str | None, reachable: bool, takes_letter: bool, way: Way
) -> None:
    assert way_out(consents, recipient, NOON, reachable, takes_letter) == way
