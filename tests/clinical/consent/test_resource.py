"""A Consent as FHIR: through the gate, there and back, and read strictly where somebody else wrote it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from consenting import BY_COURT, BY_GUARDIAN, BY_PATIENT, NOON, a_consent
from hypothesis import given
from hypothesis import strategies as st

from clinical.consent import (
    ANY_CENTRE,
    EVERYTHING,
    Answer,
    Consent,
    Decider,
    Form,
    Given,
    Helper,
    NotConfirmed,
    Purpose,
    consents_of,
    decisions_in_force,
    flaw_of,
    is_granted,
    resource_of,
)
from clinical.consent.resource import contained_decider
from clinical.labels import Label, labels_of
from fhir_store.gate import check, issues_of
from fhir_store.json_text import parse

ZONE = ZoneInfo("Europe/Podgorica")
Json = dict[str, Any]

INSTANTS = st.integers(0, 10**6).map(lambda seconds: NOON + timedelta(seconds=seconds))
HELPERS = st.none() | st.sampled_from(list(Helper))


@st.composite
def consents(draw: st.DrawFn) -> Consent:
    purpose = draw(st.sampled_from(list(Purpose)))
    to_whom = {}
    if purpose is Purpose.HAND_OVER:
        to_whom = {
            "recipients": draw(
                st.frozensets(st.sampled_from(["Organization/a", "Organization/b", ANY_CENTRE]))
            ),
            "labels": draw(st.frozensets(st.sampled_from(sorted(EVERYTHING)))),
        }
    return a_consent(
        purpose,
        draw(st.sampled_from(list(Answer))),
        draw(INSTANTS),
        decided_by=draw(st.sampled_from([(), BY_PATIENT, BY_GUARDIAN, BY_GUARDIAN + BY_COURT])),
        capable=draw(st.booleans()),
        assented=draw(st.sampled_from([None, True, False])),
        given=Given(draw(st.sampled_from(list(Form))), draw(st.booleans()), draw(HELPERS), draw(HELPERS)),
        start=draw(st.none() | INSTANTS),
        end=draw(st.none() | INSTANTS),
        **to_whom,
    )


def held(resource: Any) -> Json:
    return dict(parse(json.dumps(resource)).value)


@given(consents())
def test_there_and_back_and_through_the_gate(consent: Consent) -> None:
    resource = held(resource_of(consent))
    check(resource) if _is_valid_period(consent) else None
    assert list(consents_of(resource, ZONE)) == [consent]


def _is_valid_period(consent: Consent) -> bool:
    return consent.start is None or consent.end is None or consent.start <= consent.end


def test_an_error_is_an_error() -> None:
    (back,) = consents_of(held(resource_of(a_consent(wrong=True))), ZONE)
    assert back.wrong


def written(**changes: Any) -> Json:
    resource = held(resource_of(a_consent()))
    return {name: part for name, part in {**resource, **changes}.items() if part is not None}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"dateTime": None}, "Consent.dateTime"),
        ({"patient": {"reference": "Group/g"}}, "Consent.patient.reference"),
        ({"performer": [{"reference": "Practitioner/p"}]}, "Consent.performer[0].reference"),
        ({"provision": None}, "Consent.provision"),
        ({"provision": {"securityLabel": [{"code": "HIV"}]}}, "Consent.provision.type"),
        ({"extension": None}, "Consent.extension"),
        ({"category": [{"text": "x"}]}, "Consent.category"),
    ],
)
def test_the_profile_asks_for_what_makes_an_answer(changes: Json, where: str) -> None:
    assert where in {one.expression for one in issues_of(written(**changes))}


def test_the_profile_knows_the_questions() -> None:
    unknown = {"coding": [{"system": "urn:throughcare:code-system:consent-purpose", "code": "anything"}]}
    assert [one.code for one in issues_of(written(category=[unknown]))] == ["code-invalid"]


def granted(resource: Json, on: datetime = NOON + timedelta(days=9)) -> bool:
    return is_granted(decisions_in_force(consents_of(resource, ZONE), on).get(Purpose.HAND_OVER), on)


PROVISION = resource_of(a_consent())["provision"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "rejected"},
        {"status": "inactive"},
        {"status": "proposed"},
        {"status": "draft"},
        {"status": "entered-in-error"},
        {"status": "whatever"},
        {"dateTime": None},
        {"performer": None},
        {"performer": [{"display": "somebody"}]},
        {"performer": [{"reference": "Practitioner/p"}]},
        {"provision": None},
        {"provision": {**PROVISION, "type": "deny"}},
        {"provision": {name: part for name, part in PROVISION.items() if name != "type"}},
        {"provision": {name: part for name, part in PROVISION.items() if name != "actor"}},
        {"provision": {name: part for name, part in PROVISION.items() if name != "securityLabel"}},
        {"category": [{"coding": [{"code": "hand-over"}]}]},
        {"extension": [{"url": "urn:throughcare:extension:consent-assent", "valueBoolean": False}]},
        {
            "extension": [
                {
                    "url": "urn:throughcare:extension:consent-given",
                    "extension": [{"url": "interpreter", "valueCode": "a friend"}],
                }
            ]
        },
    ],
)
def test_what_is_not_said_clearly_permits_nothing(changes: Json) -> None:
    assert granted(written())
    assert not granted(written(**changes))


def test_a_refusal_without_a_date_is_for_good() -> None:
    refused = written(status="rejected", dateTime=None)
    found = [*consents_of(refused, ZONE), *consents_of(written(), ZONE)]
    assert decisions_in_force(found, NOON)[Purpose.HAND_OVER].answer is Answer.REFUSED


def test_a_denial_of_another_maker_refuses_a_hand_over() -> None:
    foreign = written(category=[{"text": "privacy"}], provision={"type": "deny"})
    assert [one.answer for one in consents_of(foreign, ZONE)] == [Answer.REFUSED]
    assert list(consents_of(written(category=[{"text": "privacy"}]), ZONE)) == []


def test_a_day_is_a_day_where_the_facility_is() -> None:
    (back,) = consents_of(written(dateTime="2026-03-01"), ZONE)
    assert (back.at, back.surely_by) == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 1, 23, tzinfo=UTC),
    )


def test_the_last_day_of_a_period_is_in_it_and_an_instant_is_not() -> None:
    def until(end: str) -> Json:
        return written(provision={**PROVISION, "period": {"end": end}})

    last = date(2026, 3, 10)
    assert granted(until(last.isoformat()), on=datetime(2026, 3, 10, 22, 59, tzinfo=UTC))
    assert not granted(until(last.isoformat()), on=datetime(2026, 3, 10, 23, tzinfo=UTC))
    assert not granted(until("2026-03-10T12:00:00Z"), on=datetime(2026, 3, 10, 12, tzinfo=UTC))


def test_what_a_consent_allows_to_tell_it_does_not_tell() -> None:
    assert labels_of(written()) == frozenset()
    assert labels_of(held(resource_of(a_consent(Purpose.HIV_TEST, Answer.REFUSED)))) == {Label.HIV}
    entity = {"resourceType": "AuditEvent", "entity": [{"securityLabel": [{"code": "HIV"}]}]}
    assert labels_of(entity) == {Label.HIV}


def test_a_guardian_or_court_without_a_record_stands_in_the_consent_itself() -> None:
    names = {Decider.GUARDIAN: "G. DEMO", Decider.COURT: "Court of the North, 7/26"}
    by = tuple((one, contained_decider(one)) for one in names)
    written = {**resource_of(a_consent(decided_by=by), names), "id": "c"}
    check(parse(json.dumps(written).encode()).value)
    (read,) = consents_of(written, ZONE)
    assert read.decided_by == by
    assert "G. DEMO" in json.dumps(written)


def test_what_nobody_here_stands_for_does_not_count() -> None:
    assert is_granted(a_consent(), NOON)
    assert not is_granted(a_consent(confirmed=False), NOON)
    assert isinstance(flaw_of(a_consent(confirmed=False)), NotConfirmed)
    both = decisions_in_force([a_consent(), a_consent(confirmed=False)], NOON)
    assert not is_granted(both[Purpose.HAND_OVER], NOON)
