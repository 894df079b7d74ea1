"""Disclosure without consent: its own record, the least that serves, and the person is told."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from consenting import NOON

from clinical.disclosure import (
    Basis,
    Disclosure,
    NotYet,
    Refusal,
    Told,
    WhyNotTold,
    communication_of,
    disclosure_of,
    refusal_of,
    still_to_be_told,
)
from fhir_store.gate import check, issues_of
from fhir_store.json_text import parse

LATER = NotYet(WhyNotTold.WOULD_ENDANGER_SOMEBODY, date(2026, 3, 8))
RECORD = frozenset({"Condition/c", "Observation/o"})
ONE = Disclosure(
    patient="Patient/a",
    basis=Basis.COURT_ORDER,
    law="District court, order 12 of 2026",
    recipient="Organization/court",
    sent=("Condition/c",),
    decided_by="Practitioner/lead",
    at=NOON,
    told=Told(NOON),
)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"told": LATER}, None),
        ({"law": " "}, Refusal.NO_LEGAL_BASIS),
        ({"decided_by": ""}, Refusal.NO_DECIDER),
        ({"decided_by": "Organization/prison"}, Refusal.NO_DECIDER),
        ({"recipient": ""}, Refusal.NO_RECIPIENT),
        ({"sent": ()}, Refusal.NOTHING_SAID),
        ({"sent": ("Condition/c", "Observation/o")}, Refusal.EVERYTHING),
        ({"sent": ("Condition/c", "Observation/o", "Flag/f")}, Refusal.EVERYTHING),
        ({"sent": ("Patient/a",)}, Refusal.EVERYTHING),
        ({"sent": ("Patient/a/$everything",)}, Refusal.EVERYTHING),
        ({"sent": ("Observation?patient=a",)}, Refusal.EVERYTHING),
        ({"sent": ("Bundle/b",)}, Refusal.EVERYTHING),
        ({"sent": ("Composition/b/_history/2",)}, Refusal.EVERYTHING),
        ({"sent": ("everything",)}, Refusal.EVERYTHING),
        ({"told": None}, Refusal.NOT_TOLD),
        ({"told": replace(LATER, tell_by=date(2026, 2, 28))}, Refusal.NEVER_TOLD),
    ],
)
def test_it_needs_a_legal_basis_a_decider_and_the_least_content(
    changes: dict[str, Any], why: Refusal | None
) -> None:
    assert refusal_of(replace(ONE, **changes), RECORD) is why


def test_the_only_record_of_a_person_may_be_the_least() -> None:
    assert refusal_of(ONE, frozenset({"Condition/c"})) is None


@pytest.mark.parametrize("told", [Told(NOON), LATER])
@pytest.mark.parametrize("basis", list(Basis))
def test_there_and_back_and_through_the_gate(told: Told | NotYet, basis: Basis) -> None:
    disclosure = replace(ONE, told=told, basis=basis, sent=("Condition/c", "Observation/o"))
    resource = parse(json.dumps(communication_of(disclosure))).value
    check(resource)
    assert disclosure_of(resource) == disclosure


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reasonCode": None}, "Communication.reasonCode"),
        ({"reasonCode": [{"text": "an order"}]}, "Communication.reasonCode[0]"),
        ({"sender": None}, "Communication.sender"),
        ({"sender": {"reference": "Organization/prison"}}, "Communication.sender.reference"),
        ({"recipient": None}, "Communication.recipient"),
        ({"payload": None}, "Communication.payload"),
        ({"payload": [{"contentString": "the file"}]}, "Communication.payload[0].content.ofType(string)"),
        ({"sent": None}, "Communication.sent"),
        ({"extension": None}, "Communication.extension"),
        ({"subject": None}, "Communication.subject"),
    ],
)
def test_the_profile_asks_for_all_of_it(changes: dict[str, Any], where: str) -> None:
    resource = {**communication_of(ONE), **changes}
    resource = {name: part for name, part in resource.items() if part is not None}
    assert where in {one.expression for one in issues_of(parse(json.dumps(resource)).value)}


def test_who_was_not_told_yet_is_on_a_list_from_the_day_on() -> None:
    earlier = replace(ONE, told=replace(LATER, tell_by=LATER.tell_by - timedelta(days=3)))
    open_ = replace(ONE, told=LATER)
    assert still_to_be_told([ONE, open_, earlier], LATER.tell_by - timedelta(days=1)) == [earlier]
    assert still_to_be_told([ONE, open_, earlier], LATER.tell_by) == [earlier, open_]
