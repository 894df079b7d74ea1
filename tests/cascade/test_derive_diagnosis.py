"""Which Conditions are diagnoses of HIV or opioid dependence, since when, and how certain."""

from datetime import date

import pytest
from spec.hiv_records import CERTAINTY, ICD10, WHO, concept, diagnosis, extension
from spec.world import organization


def diagnoses(world):
    return world.tables["diagnosis"]


def outcomes(world):
    return dict(world.account.outcomes("Condition"))


def test_a_code_is_hiv_or_opioid_dependence_or_unmapped(each_outcome):
    cases = [
        ((ICD10, "B20"), "hiv"),
        ((ICD10, "B22.7"), "hiv"),
        ((ICD10, "B24"), "hiv"),
        ((ICD10, "Z21"), "hiv"),
        ((WHO, "HIV.B.DE116"), "hiv"),
        ((ICD10, "F11.2"), "opioid_dependence"),
        ((ICD10, "F11.22"), "opioid_dependence"),
        ((ICD10, "F11.1"), None),
        ((ICD10, "B25"), None),
        ((ICD10, "R75"), None),
        ((WHO, "HIV.B.DE117"), None),
        (("http://hl7.org/fhir/sid/icd-10-cm", "B20"), None),
    ]
    outcomes = [
        (diagnosis("1", code=concept(code)), "used" if condition else "unmapped") for code, condition in cases
    ]
    found = each_outcome("diagnosis", outcomes)
    assert sorted(row["condition"] for row in found) == sorted(
        condition for _, condition in cases if condition
    )


@pytest.mark.parametrize(
    ("said", "certainty"),
    [
        ("confirmed", "confirmed"),
        ("provisional", "provisional"),
        ("unconfirmed", "provisional"),
        ("differential", "provisional"),
        ("refuted", "refuted"),
        (None, "provisional"),
    ],
)
def test_a_diagnosis_has_its_certainty_and_the_refuted_ones_stay(derived, said, certainty):
    (row,) = diagnoses(derived(diagnosis("1", said)))
    assert row["certainty"] == certainty


def test_what_is_left_out_has_one_outcome(each_outcome):
    cases = [
        ({"verificationStatus": concept((CERTAINTY, "entered-in-error"))}, "status_entered-in-error"),
        ({"verificationStatus": concept((CERTAINTY, "sure"))}, "status_not_in_fhir"),
        ({"verificationStatus": concept(("urn:example:certainty", "confirmed"))}, "status_not_in_fhir"),
        ({"subject": {"reference": "Group/1"}}, "no_person"),
        ({"modifierExtension": [{"url": "urn:example:not"}]}, "modifier_extension"),
        ({"id": None}, "no_id"),
    ]
    each_outcome("diagnosis", [(diagnosis("1") | change, outcome) for change, outcome in cases])


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ({}, date(2025, 3, 1), date(2025, 3, 1)),
        ({"onsetDateTime": "2011"}, date(2011, 1, 1), date(2011, 12, 31)),
        ({"onsetDateTime": "2011-02"}, date(2011, 2, 1), date(2011, 2, 28)),
        ({"onsetDateTime": "2025-03-31T22:30:00Z"}, date(2025, 4, 1), date(2025, 4, 1)),
        ({"onsetDateTime": "2011", "recordedDate": "2025-03-09"}, date(2011, 1, 1), date(2011, 12, 31)),
        ({"onsetDateTime": None, "recordedDate": "2025-03-09"}, date(2025, 3, 9), date(2025, 3, 9)),
        ({"onsetDateTime": "long ago", "recordedDate": "2025-03-09"}, date(2025, 3, 9), date(2025, 3, 9)),
        ({"onsetDateTime": None, "onsetPeriod": {"start": "2024-05-05"}}, date(2024, 5, 5), date(2024, 5, 5)),
        ({"onsetDateTime": None}, None, None),
    ],
)
def test_the_day_is_that_of_the_onset_else_of_the_record(derived, said, first, last):
    (row,) = diagnoses(derived(diagnosis("1") | said))
    assert (row["diagnosed_lo"], row["diagnosed_hi"]) == (first, last)
    assert row["diagnosed_on"] == (first if first == last else None)


@pytest.mark.parametrize(
    ("certainty", "ended", "refuted_on"),
    [
        ("refuted", "2025-04-02", date(2025, 4, 2)),
        ("refuted", "2025-04", None),
        ("refuted", None, None),
        ("confirmed", "2025-04-02", None),
    ],
)
def test_a_refuted_one_has_the_day_it_was_refuted(derived, certainty, ended, refuted_on):
    (row,) = diagnoses(derived(diagnosis("1", certainty, abatementDateTime=ended)))
    assert row["refuted_on"] == refuted_on


@pytest.mark.parametrize(("said", "place"), [(True, "abroad"), (False, "here"), (None, "unknown")])
def test_a_diagnosis_made_abroad_keeps_its_place(derived, said, place):
    abroad = None if said is None else extension(diagnosed_abroad=("valueBoolean", said))
    (row,) = diagnoses(derived(diagnosis("1", extension=abroad)))
    assert row["place"] == place


def test_the_facility_is_the_one_that_recorded_it(derived):
    recorded = extension(recorded_by=("valueReference", {"reference": "Organization/clinic"}))
    world = derived(organization("clinic"), diagnosis("1", extension=recorded), diagnosis("2"))
    assert sorted(world.facility_of(row) for row in diagnoses(world)) == ["DEMO clinic", "unknown"]


def test_an_organization_that_was_not_read_is_a_facility_all_the_same(derived):
    recorded = extension(recorded_by=("valueReference", {"reference": "Organization/clinic"}))
    world = derived(diagnosis("1", extension=recorded))
    (row,) = diagnoses(world)
    assert row["facility_key"] in {one["facility_key"] for one in world.facilities} - {"unknown"}


def test_one_business_identifier_is_one_diagnosis_and_the_last_written_holds(derived):
    sent = {"identifier": [{"system": "urn:example:register", "value": "7"}]}
    world = derived(
        diagnosis("1", "confirmed", **sent, meta={"lastUpdated": "2025-03-02T00:00:00Z"}),
        diagnosis("2", "refuted", **sent, meta={"lastUpdated": "2025-03-03T00:00:00Z"}),
    )
    assert [row["certainty"] for row in diagnoses(world)] == ["refuted"]
    assert outcomes(world) == {"used": 1, "duplicate_identifier": 1}


def test_two_diagnoses_without_an_identifier_are_two(derived):
    assert len(diagnoses(derived(diagnosis("1"), diagnosis("2")))) == 2
