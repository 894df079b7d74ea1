"""What happened as FHIR: through the gate, there and back, and as others write it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, METHADONE, MONTHLY, SIX, SUBLINGUAL, WEEKLY, ZONE, a_happened, held
from resources import a_dose

from clinical.oat.happened import OF_KIND, Entry, Finding, Happened, Kind, Reason, Source, Whose
from clinical.oat.happened_resource import happened_of, in_error, resource_of
from clinical.oat.product import products
from fhir_store.gate import issues_of

AMOUNTS = st.none() | st.decimals(min_value="0.01", max_value=200, places=2)
PEOPLE = st.none() | st.sampled_from(["nurse-a", "nurse-b"])
WRITTEN = st.sampled_from([kind for kind in Kind if kind not in (Kind.VOMITED, Kind.ENTERED_IN_ERROR)])


@st.composite
def doses(draw: st.DrawFn) -> Happened:
    kind = draw(WRITTEN)
    taken = kind in (Kind.GIVEN, Kind.PARTIAL, Kind.RE_DOSE, Kind.MOUTH_CHECK_FAILED)
    mg = draw(AMOUNTS) if taken or kind is Kind.SPILLED else None
    measured = taken and mg is not None
    slot_day = draw(st.none() | st.just(DAY))
    return a_happened(
        kind,
        SIX + timedelta(seconds=draw(st.integers(0, 3600))),
        product=draw(st.sampled_from(list(products().values()))),
        reason=draw(st.sampled_from(sorted(OF_KIND[kind]))) if kind in OF_KIND else None,
        finding=draw(st.none() | st.sampled_from(list(Finding))),
        mg=mg,
        ml=draw(AMOUNTS) if measured else None,
        concentration=draw(AMOUNTS) if measured else None,
        container=draw(st.none() | st.just("B-17")) if measured else None,
        order=draw(st.none() | st.just("order")),
        order_version=draw(st.none() | st.just("3")) if slot_day else None,
        slot_day=slot_day,
        part=draw(st.integers(1, 2)) if slot_day else None,
        about="first" if kind is Kind.RE_DOSE else None,
        covers_days=draw(st.none() | st.just(7)),
        context=draw(st.none() | st.just("Encounter/stay")),
        facility=draw(st.none() | st.just("prison")),
        given_by=draw(PEOPLE),
        recorded_by=draw(PEOPLE),
        witness=draw(PEOPLE),
        single_handed=draw(st.booleans()),
        observed=draw(st.none() | st.booleans()),
        entry=draw(st.sampled_from(list(Entry))),
        event=draw(st.none() | st.just("7d8b5a0e-0000-4000-8000-000000000001")),
    )


@given(doses())
def test_there_and_back_and_through_the_gate(one: Happened) -> None:
    resource = held(resource_of(one))
    assert issues_of(resource) == []
    assert happened_of(resource, ZONE) == one


def test_what_was_vomited_is_an_observation_about_a_dose_that_stays_given() -> None:
    one = a_happened(
        Kind.VOMITED,
        product=None,
        mg=None,
        ml=Decimal(150),
        about="dose",
        observed=True,
        recorded_by="nurse-a",
    )
    resource = held(resource_of(one))
    assert issues_of(resource) == []
    assert resource["resourceType"] == "Observation"
    assert happened_of(resource, ZONE) == one


def read(resource: dict[str, Any], **more: Any) -> Happened:
    found = happened_of(held(resource), ZONE, **more)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [Kind.GIVEN, Kind.VOMITED])
def test_an_error_keeps_all_that_it_was(kind: Kind) -> None:
    resource = resource_of(a_happened(kind, about="dose"))
    wrong = in_error(resource)
    assert read(wrong).kind is Kind.ENTERED_IN_ERROR
    assert {name for name in resource if resource[name] != wrong[name]} == {"status"}
    assert not read(wrong).was_taken


def reason(code: str) -> list[dict[str, Any]]:
    return [{"coding": [{"system": "urn:throughcare:code-system:dose-reason", "code": code}]}]


@pytest.mark.parametrize(
    ("code", "kind", "whose"),
    [
        ("refused", Kind.REFUSED, Whose.PATIENT),
        ("absent", Kind.ABSENT, Whose.PATIENT),
        ("court", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("hospital", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("released", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("lockdown", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("no-stock", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("no-nurse", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("no-order", Kind.NOT_AVAILABLE, Whose.INSTITUTION),
        ("spilled", Kind.SPILLED, Whose.INSTITUTION),
        ("clinical", Kind.WITHHELD, Whose.CLINICIAN),
        ("sanction", Kind.NOT_AVAILABLE, None),
    ],
)
def test_whose_reason_it_was_is_told_by_its_code(code: str, kind: Kind, whose: Whose | None) -> None:
    found = read(a_dose(status="not-done", statusReason=reason(code), dosage=None) | {"dosage": {}})
    assert (found.kind, found.whose, found.was_taken) == (kind, whose, False)


def test_every_reason_belongs_to_one_kind() -> None:
    assert sorted(code for codes in OF_KIND.values() for code in codes) == sorted(Reason)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, Kind.GIVEN),
        ({"status": "stopped"}, Kind.PARTIAL),
        ({"status": "in-progress"}, Kind.PARTIAL),
        ({"partOf": [{"reference": "MedicationAdministration/first"}]}, Kind.RE_DOSE),
        ({"supportingInformation": [{"reference": "MedicationAdministration/first"}]}, Kind.RE_DOSE),
        ({"status": "not-done"}, Kind.NOT_AVAILABLE),
    ],
)
def test_what_others_write_is_read_by_its_status(changes: dict[str, Any], kind: Kind) -> None:
    found = read(a_dose(**changes))
    assert (found.kind, found.product, found.facility, found.source("prison")) == (
        kind, METHADONE, None, Source.FHIR,
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "on-hold"},
        {"status": "unknown"},
        {"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]},
        {"dosage": {"modifierExtension": [{"url": "urn:x"}], "dose": {"value": 1, "unit": "mg"}}},
        {"medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR27"}]}},
        {"medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02AA01"}]}},
        {"subject": {"reference": "Group/g"}},
        {"effectiveDateTime": ""},
    ],
)
def test_what_says_nothing_about_this_treatment_is_left_out(changes: dict[str, Any]) -> None:
    assert happened_of(held(a_dose(**changes)), ZONE) is None


def test_another_observation_is_left_out() -> None:
    other = resource_of(a_happened(Kind.VOMITED)) | {"code": {"coding": [{"code": "dose-vomited"}]}}
    assert happened_of(held(other), ZONE) is None


@pytest.mark.parametrize(
    ("said", "day", "first", "surely_by"),
    [
        ("2026-03-10T06:10:00+01:00", date(2026, 3, 10), datetime(2026, 3, 10, 5, 10, tzinfo=UTC), None),
        ("2026-03-10T23:30:00Z", date(2026, 3, 11), datetime(2026, 3, 10, 23, 30, tzinfo=UTC), None),
        ("2026-03-10", DAY, datetime(2026, 3, 9, 23, tzinfo=UTC), datetime(2026, 3, 10, 23, tzinfo=UTC)),
        ("2026-03", None, datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)),
    ],
)
def test_a_day_without_a_time_is_known_to_be_over_at_its_end(
    said: str, day: date | None, first: datetime, surely_by: datetime | None
) -> None:
    found = read(a_dose(at=said))
    assert (found.day, found.occurred_at, found.surely_by) == (day, first, surely_by)
    assert found.latest_at == (surely_by or first)


def test_a_day_without_a_time_stays_a_day() -> None:
    assert resource_of(read(a_dose(at="2026-03-10")))["effectiveDateTime"] == "2026-03-10"


def test_a_period_begins_with_its_first_moment() -> None:
    resource = a_dose(effectivePeriod={"start": "2026-03-10T05:00:00Z"})
    del resource["effectiveDateTime"]
    assert read(resource).occurred_at == SIX


BUPRENORPHINE = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N07BC01"}]}


def test_a_depot_is_told_by_its_order_or_by_the_days_that_it_covers() -> None:
    plain = a_dose(medicationCodeableConcept=BUPRENORPHINE)
    of_order = plain | {"request": {"reference": "MedicationRequest/order"}}
    covers = plain | {"extension": [{"url": "urn:throughcare:extension:covers-days", "valuePositiveInt": 28}]}
    assert read(plain).product is SUBLINGUAL
    assert read(of_order, ordered={"order": WEEKLY}).product is WEEKLY
    assert read(of_order, ordered={"order": METHADONE}).product is SUBLINGUAL
    assert read(covers).product is MONTHLY


def test_a_dose_of_nothing_was_not_taken() -> None:
    dose = {"value": 0, "unit": "mg", "code": "mg"}
    assert not read(a_dose(dosage={"dose": dose})).was_taken
    assert read(a_dose(dosage={"dose": dose | {"value": "0.5"}})).was_taken
    assert read(a_dose(dosage={"text": "some", "dose": {"unit": "mL"}})).was_taken


def test_a_record_is_ours_if_it_was_made_in_this_facility() -> None:
    one = a_happened(facility="prison")
    assert [one.source("prison"), one.source("centre")] == [Source.OURS, Source.OTHER_FACILITY]


def test_who_gave_it_is_told_from_who_witnessed_it() -> None:
    found = read(a_dose(performer=[{"actor": {"reference": "Practitioner/a"}}]))
    assert (found.given_by, found.witness) == ("a", None)


def test_a_slot_is_known_by_order_day_and_number() -> None:
    one = a_happened(order="order", slot_day=DAY, part=2)
    assert one.slot == ("order", DAY, 2)
    assert a_happened(order="order", slot_day=DAY).slot == ("order", DAY, 1)
    assert a_happened(order="order").slot is None
    assert a_happened(slot_day=DAY).slot is None
