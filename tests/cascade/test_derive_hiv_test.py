"""Which Observations are HIV tests and offers of one, and what became of the others."""

from datetime import UTC, date, datetime

import pytest
from spec.hiv_records import (
    INCONCLUSIVE,
    LOINC,
    NEGATIVE,
    OURS,
    POSITIVE,
    WHO,
    assay,
    concept,
    extension,
    hiv_test,
    offer,
)
from spec.world import episode_of_care, organization


def runs(world):
    return world.tables["hiv_test"]


def outcomes(world):
    return dict(world.account.outcomes("Observation"))


def test_a_run_of_the_algorithm_is_a_test_with_the_day_it_was_done_and_the_day_it_was_returned(derived):
    (row,) = runs(derived(hiv_test("1", POSITIVE, issued="2025-04-02T08:00:00Z")))
    assert row["performed_at"] == datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert (row["performed_on"], row["performed_lo"], row["performed_hi"]) == (date(2025, 3, 1),) * 3
    assert (row["returned_on"], row["returned_lo"], row["returned_hi"]) == (date(2025, 4, 2),) * 3
    assert (row["outcome"], row["purpose"], row["self_test"]) == ("positive", "diagnostic", False)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (concept((WHO, POSITIVE)), "positive"),
        (concept((WHO, NEGATIVE)), "negative"),
        (concept((WHO, INCONCLUSIVE)), "inconclusive"),
        (concept(("urn:example:result", "1"), (WHO, POSITIVE)), "positive"),
        (concept(("urn:example:result", "1")), "unknown"),
        (concept((OURS + "assay-result", "reactive")), "unknown"),
        ({"text": "positive"}, "unknown"),
    ],
)
def test_only_an_outcome_that_a_code_file_knows_is_read(derived, value, outcome):
    (row,) = runs(derived(hiv_test("1", valueCodeableConcept=value)))
    assert row["outcome"] == outcome


@pytest.mark.parametrize("code", ["68961-2", "89365-1", "56888-1", "54086-4", "69668-2", "7917-8"])
def test_a_foreign_record_with_an_antibody_code_alone_is_a_test(derived, code):
    assert len(runs(derived(hiv_test("1", code=concept((LOINC, code)))))) == 1


def test_a_lone_assay_is_never_a_test(derived):
    world = derived(
        assay("1"), assay("2", code=concept((LOINC, "68961-2"), (OURS + "observation", "hiv-assay")))
    )
    assert runs(world) == []
    assert outcomes(world) == {"single_assay": 2}


def test_a_result_never_returned_has_no_day_of_return(derived):
    (row,) = runs(derived(hiv_test("1") | {"issued": None}))
    assert (row["returned_on"], row["returned_lo"], row["returned_hi"]) == (None, None, None)


@pytest.mark.parametrize("said", ["2025", "2025-03"])
def test_a_test_of_which_only_the_year_or_month_is_known_has_no_day(derived, said):
    (row,) = runs(derived(hiv_test("1", effectiveDateTime=said)))
    assert (row["performed_on"], row["performed_at"]) == (None, None)
    assert row["performed_lo"] == date(2025, 1 if said == "2025" else 3, 1)
    assert row["performed_hi"] == date(2025, *((12, 31) if said == "2025" else (3, 31)))


@pytest.mark.parametrize("member", ["effectiveInstant", "effectivePeriod"])
def test_the_time_may_be_an_instant_or_the_begin_of_a_period(derived, member):
    at = "2025-02-01T09:00:00+01:00"
    said = {"effectiveDateTime": None, member: {"start": at} if member == "effectivePeriod" else at}
    (row,) = runs(derived(hiv_test("1") | said))
    assert row["performed_on"] == date(2025, 2, 1)


def test_a_word_that_is_a_date_to_sql_is_none_here(derived):
    (row,) = runs(derived(hiv_test("1", effectiveDateTime="   infinity", issued="epoch      ")))
    assert (row["performed_at"], row["performed_lo"], row["returned_hi"]) == (None, None, None)


def test_every_status_has_one_outcome(each_outcome):
    cases = [
        ("final", "used"),
        ("amended", "used"),
        ("corrected", "used"),
        ("registered", "status_registered"),
        ("preliminary", "status_preliminary"),
        ("cancelled", "status_cancelled"),
        ("entered-in-error", "status_entered-in-error"),
        ("unknown", "status_unknown"),
        ("done", "status_not_in_fhir"),
    ]
    each_outcome("hiv_test", [(hiv_test("1", status=status), outcome) for status, outcome in cases])


def test_what_is_left_out_has_one_outcome(each_outcome):
    cases = [
        ({"status": None}, "status_missing"),
        ({"id": None}, "no_id"),
        ({"subject": {"reference": "Group/1"}}, "no_person"),
        ({"modifierExtension": [{"url": "urn:example:not"}]}, "modifier_extension"),
        ({"code": concept((LOINC, "24467-3"))}, "unmapped"),
    ]
    each_outcome("hiv_test", [(hiv_test("1") | change, outcome) for change, outcome in cases])


@pytest.mark.parametrize(
    ("said", "purpose"),
    [
        ("diagnostic", "diagnostic"),
        ("retest", "retest"),
        ("verification", "verification"),
        ("known-positive", "known_positive"),
        ("other", "diagnostic"),
    ],
)
def test_the_purpose_is_what_the_record_says(derived, said, purpose):
    (row,) = runs(derived(hiv_test("1", extension=extension(test_purpose=("valueCode", said)))))
    assert row["purpose"] == purpose


def test_an_extension_of_another_name_is_no_purpose(derived):
    other = [{"url": "urn:example:test-purpose", "valueCode": "verification"}]
    (row,) = runs(derived(hiv_test("1", extension=other)))
    assert row["purpose"] == "diagnostic"


def test_a_self_test_is_marked(derived):
    (row,) = runs(derived(hiv_test("1", method=concept((OURS + "test-method", "self-test")))))
    assert row["self_test"]


def test_one_business_identifier_is_one_test_and_the_corrected_one_holds(derived):
    sent = {"identifier": [{"system": "urn:example:lab", "value": "7"}]}
    late = {"meta": {"lastUpdated": "2025-03-05T00:00:00Z"}}
    world = derived(
        hiv_test("1", POSITIVE, status="corrected", **sent),
        hiv_test("2", NEGATIVE, **sent, **late),
        hiv_test("3", NEGATIVE, **sent, subject={"reference": "Patient/besa"}),
    )
    assert sorted(row["outcome"] for row in runs(world)) == ["negative", "positive"]
    assert outcomes(world) == {"used": 2, "duplicate_identifier": 1}


def test_of_two_equal_copies_the_one_written_last_holds(derived):
    sent = {"identifier": [{"system": "urn:example:lab", "value": "7"}]}
    world = derived(
        hiv_test("1", NEGATIVE, **sent, meta={"lastUpdated": "2025-03-02T00:00:00Z"}),
        hiv_test("2", POSITIVE, **sent, meta={"lastUpdated": "2025-03-03T00:00:00Z"}),
    )
    assert [row["outcome"] for row in runs(world)] == ["positive"]


def test_two_tests_of_one_person_on_one_day_are_two(derived):
    assert len(runs(derived(hiv_test("1"), hiv_test("2")))) == 2


def test_an_identifier_without_a_system_or_value_names_nothing(derived):
    half = [{"value": "7"}, {"system": "urn:example:lab"}, {"system": "urn:example:lab", "value": ""}]
    assert len(runs(derived(*(hiv_test(id_, identifier=half) for id_ in "12")))) == 2


def test_the_facility_is_the_performing_organization_then_that_of_the_encounter_then_unknown(derived):
    stay = {
        "resourceType": "Encounter",
        "id": "e",
        "status": "in-progress",
        "serviceProvider": {"reference": "Organization/prison"},
    }
    nurse = {"reference": "Practitioner/n"}
    world = derived(
        organization("prison"),
        stay,
        hiv_test(
            "1", performer=[nurse, {"reference": "Organization/lab"}], encounter={"reference": "Encounter/e"}
        ),
        hiv_test("2", performer=[nurse], encounter={"reference": "Encounter/e"}),
        hiv_test("3"),
        episode_of_care("e", "amina", "town"),
    )
    named = {one["facility_key"]: one["name"] for one in world.facilities}
    keys = [row["facility_key"] for row in runs(world)]
    assert sorted(named[key] or "" for key in keys) == ["", "", "DEMO prison"]
    assert keys.count("unknown") == 1


def test_an_offer_is_taken_or_refused(derived):
    world = derived(offer("1", "accepted"), offer("2", "refused", effectiveDateTime="2025-03"))
    rows = sorted(world.tables["test_offer"], key=lambda row: row["accepted"])
    assert [row["accepted"] for row in rows] == [False, True]
    assert (rows[0]["offered_on"], rows[0]["offered_lo"]) == (None, date(2025, 3, 1))
    assert rows[1]["offered_on"] == date(2025, 3, 1)
    assert runs(world) == []


def test_an_offer_of_which_nobody_says_what_became_of_it_is_none(derived):
    world = derived(offer("1", "pending"), offer("2", status="entered-in-error"))
    assert world.tables["test_offer"] == []
    assert outcomes(world) == {"answer_not_readable": 1, "status_entered-in-error": 1}
