"""Which medicine went to a person: dispensed, at release, watched or stated; for treatment or prophylaxis."""

from datetime import date

import pytest
from spec.hiv_records import ICD10, OURS, concept, dispense, statement
from spec.world import ATC, administration, episode_of_care, organization

TLD = "J05AR27"
PROPHYLAXIS = [concept((OURS + "medication-reason", "pep"))]


def supplies(world):
    return world.tables["supply"]


def one(world):
    (row,) = supplies(world)
    return row


def request(id_, *reasons, **other):
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "status": "active",
        "subject": {"reference": "Patient/amina"},
        "medicationCodeableConcept": concept((ATC, TLD)),
        "reasonCode": [concept((OURS + "medication-reason", reason)) for reason in reasons],
    } | other


def of_order(*ids):
    return [{"reference": f"MedicationRequest/{id_}"} for id_ in ids]


@pytest.mark.parametrize("days", [30, 90])
def test_what_was_dispensed_has_its_days(derived, days):
    row = one(derived(dispense("1", days=days)))
    assert (row["line"], row["atc"], row["kind"]) == ("art", TLD, "dispensed")
    assert (row["supplied_on"], row["days"], row["days_assumed"]) == (date(2025, 3, 1), days, None)


@pytest.mark.parametrize(
    "atc",
    [
        "J05AR27",
        "J05AJ03",
        "J05AX12",
        "J05AR13",
        "J05AR25",
        "J05AR20",
        "J05AR03",
        "J05AR12",
        "J05AG03",
        "J05AE10",
    ],
)
def test_antiretrovirals_are_art(derived, atc):
    assert one(derived(dispense("1", atc)))["atc"] == atc


def test_other_medicines_are_unmapped(each_outcome):
    others = [
        ("J05AP55", "hepatitis C"),
        ("J05AP57", "hepatitis C"),
        ("J05AP54", "hepatitis C"),
        ("J05AE14", "hepatitis C, an older code"),
        ("J05AF10", "hepatitis B"),
        ("J05AE30", "COVID-19"),
        ("J05AB01", "herpes"),
        ("J05AH02", "influenza"),
        ("N02BE01", "pain"),
    ]
    each_outcome("supply", [(dispense("1", atc), "unmapped") for atc, _ in others])


@pytest.mark.parametrize(
    ("days_supply", "days"),
    [
        ({"value": 30}, 30),
        ({"value": 30, "unit": "days"}, 30),
        ({"value": 4, "unit": "weeks", "code": "wk"}, 28),
        ({"value": 3, "unit": "mo"}, None),
        ({"value": 0, "unit": "d"}, None),
        ({"value": -30, "unit": "d"}, None),
        ({"unit": "d"}, None),
        (None, None),
    ],
)
def test_days_that_are_not_said_are_taken_from_a_parameter(derived, days_supply, days):
    row = one(derived(dispense("1", days=None, daysSupply=days_supply)))
    assert (row["days"], row["days_assumed"]) == (days, None if days else 30)


@pytest.mark.parametrize(
    ("reason", "line", "assumed"), [("art", "art", 30), ("pep", "pep", 28), ("prep", "prep", 30)]
)
def test_the_reason_of_the_order_says_whether_it_is_prophylaxis(derived, reason, line, assumed):
    row = one(derived(request("r", reason), dispense("1", days=None, authorizingPrescription=of_order("r"))))
    assert (row["line"], row["days_assumed"]) == (line, assumed)


def test_the_first_order_that_gives_a_reason_says_it(derived):
    given = dispense("1", authorizingPrescription=of_order("not-in-the-source", "silent", "p", "q"))
    world = derived(request("silent"), request("p", "pep"), request("q", "prep"), given)
    assert one(world)["line"] == "pep"


def test_an_order_alone_is_no_supply(derived):
    assert supplies(derived(request("r", "art"))) == []


@pytest.mark.parametrize("make", [statement, administration])
def test_a_statement_or_administration_says_its_own_reason(derived, make):
    given = make("1", reasonCode=PROPHYLAXIS, medicationCodeableConcept=concept((ATC, TLD)))
    assert one(derived(given))["line"] == "pep"


def test_medicine_given_at_release_is_release_supply(derived):
    row = one(derived(dispense("1", type=concept((OURS + "dispense-type", "release-supply")))))
    assert row["kind"] == "release_supply"


def test_art_that_is_only_watched_is_a_day_for_each_time(derived):
    days = ["2025-03-01", "2025-03-02"]
    world = derived(*(administration(day, code=TLD, effective=f"{day}T08:00:00+01:00") for day in days))
    rows = supplies(world)
    assert {(row["kind"], row["days"], row["line"]) for row in rows} == {("administered", 1, "art")}
    assert sorted(row["supplied_on"] for row in rows) == [date(2025, 3, 1), date(2025, 3, 2)]
    assert world.doses == []
    assert world.outcomes == {"used": 2}


def test_each_administration_is_a_dose_or_a_supply_or_neither(derived):
    world = derived(
        administration("1", code=TLD),
        administration("2"),
        administration("3", code="N02BE01"),
        administration("4", code=TLD, status="not-done"),
    )
    assert (len(world.doses), len(supplies(world))) == (1, 1)
    assert world.outcomes == {"used": 2, "unmapped": 1, "status_not-done": 1}


def test_an_amount_of_zero_is_no_supply(derived):
    world = derived(administration("1", code=TLD, mg=0), dispense("2", quantity={"value": 0}))
    assert supplies(world) == []
    assert world.outcomes == world.account.outcomes("MedicationDispense") == {"amount_zero": 1}


def test_an_art_administration_without_an_id_is_told_once(derived):
    world = derived(administration("1", code=TLD) | {"id": None})
    assert world.outcomes == {"no_id": 1}


def test_art_that_is_only_stated_has_a_first_and_perhaps_a_last_day(derived):
    world = derived(
        statement("1"),
        statement("2", effectivePeriod={"start": "2025-01-01", "end": "2025-02-10"}),
    )
    rows = sorted(supplies(world), key=lambda row: row["supplied_on"])
    assert {(row["kind"], row["days"], row["days_assumed"]) for row in rows} == {("stated", None, None)}
    assert [row["until_on"] for row in rows] == [date(2025, 2, 10), None]


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ({"effectivePeriod": {"start": "2025-03-01", "end": "2025-05"}}, date(2025, 5, 1)),
        ({"effectivePeriod": {"start": "2025-03-10", "end": "2025-03"}}, date(2025, 3, 10)),
        ({"effectivePeriod": {"start": "2025-03-10", "end": "2025"}}, date(2025, 3, 10)),
        ({"effectivePeriod": {"start": "2025-03-10"}, "status": "completed"}, date(2025, 3, 10)),
        ({"effectivePeriod": None, "effectiveDateTime": "2025-03-10"}, date(2025, 3, 10)),
        ({"effectivePeriod": {"start": "2025-03-10"}, "status": "intended"}, None),
    ],
)
def test_the_last_day_of_a_statement_is_the_first_that_it_can_have_been(derived, said, until):
    assert one(derived(statement("1") | said))["until_on"] == until


def test_every_status_has_one_outcome(each_outcome):
    cases = [
        (dispense, "MedicationDispense", "completed", "used"),
        (dispense, "MedicationDispense", "preparation", "status_preparation"),
        (dispense, "MedicationDispense", "cancelled", "status_cancelled"),
        (dispense, "MedicationDispense", "declined", "status_declined"),
        (dispense, "MedicationDispense", "stopped", "status_stopped"),
        (dispense, "MedicationDispense", "entered-in-error", "status_entered-in-error"),
        (dispense, "MedicationDispense", "active", "status_not_in_fhir"),
        (statement, "MedicationStatement", "active", "used"),
        (statement, "MedicationStatement", "completed", "used"),
        (statement, "MedicationStatement", "intended", "used"),
        (statement, "MedicationStatement", "not-taken", "status_not-taken"),
        (statement, "MedicationStatement", "stopped", "status_stopped"),
        (statement, "MedicationStatement", "entered-in-error", "status_entered-in-error"),
    ]
    each_outcome("supply", [(made("1", status=status), outcome) for made, _, status, outcome in cases])


@pytest.mark.parametrize("made", [dispense, statement])
def test_what_is_left_out_has_one_outcome(each_outcome, made):
    cases = [
        ({"status": None}, "status_missing"),
        ({"id": None}, "no_id"),
        ({"subject": {"reference": "Group/1"}}, "no_person"),
        ({"modifierExtension": [{"url": "urn:example:not"}]}, "modifier_extension"),
    ]
    each_outcome("supply", [(made("1") | change, outcome) for change, outcome in cases])


@pytest.mark.parametrize("code", ["N07BC01", "N07BC02", "N07BC51"])
def test_oat_that_is_taken_home_is_a_supply_of_oat(derived, code):
    row = one(derived(dispense("1", code, days=7)))
    assert (row["line"], row["atc"], row["kind"], row["days"]) == ("oat", code, "dispensed", 7)


def test_take_home_oat_of_unknown_length_is_one_dose(derived):
    assert one(derived(dispense("1", "N07BC02", days=None)))["days_assumed"] == 1


def test_morphine_is_taken_home_as_oat_only_where_the_order_is_for_opioid_dependence(derived):
    dependence = {"reasonCode": [concept((ICD10, "F11.2"))]}
    world = derived(
        request("r", **dependence),
        dispense("1", "N02AA01", authorizingPrescription=of_order("r")),
        dispense("2", "N02AA01"),
    )
    assert one(world)["line"] == "oat"
    assert world.account.outcomes("MedicationDispense") == {"used": 1, "unmapped": 1}


def test_a_medicine_may_be_a_resource_of_its_own_or_contained(derived):
    medication = {"resourceType": "Medication", "id": "m", "code": concept((ATC, TLD))}
    points = {"medicationCodeableConcept": None}
    world = derived(
        medication,
        dispense("1", **points, medicationReference={"reference": "Medication/m"}) | points,
        statement("2", contained=[medication], medicationReference={"reference": "#m"}) | points,
    )
    assert {row["atc"] for row in supplies(world)} == {TLD}
    assert len(supplies(world)) == 2


def test_one_business_identifier_is_one_supply_and_the_stronger_evidence_holds(derived):
    sent = {"identifier": [{"system": "urn:example:pharmacy", "value": "7"}]}
    later = {"meta": {"lastUpdated": "2025-03-03T00:00:00Z"}}
    world = derived(statement("1", **sent, **later), dispense("2", **sent), dispense("3", **sent))
    assert one(world)["kind"] == "dispensed"
    assert world.account.outcomes("MedicationStatement") == {"duplicate_identifier": 1}
    assert world.account.outcomes("MedicationDispense") == {"used": 1, "duplicate_identifier": 1}


def test_of_copies_with_one_identifier_the_one_written_last_holds(derived):
    sent = {"identifier": [{"system": "urn:example:pharmacy", "value": "7"}]}
    world = derived(
        dispense("1", days=90, **sent, meta={"lastUpdated": "2025-03-02T00:00:00Z"}),
        dispense("2", days=30, **sent, meta={"lastUpdated": "2025-03-03T00:00:00Z"}),
    )
    assert one(world)["days"] == 30


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({}, 1),
        ({"whenHandedOver": "2025-03-01T10:00:01+01:00"}, 2),
        ({"daysSupply": {"value": 60, "unit": "d"}}, 2),
        ({"quantity": {"value": 30}}, 2),
        ({"medicationCodeableConcept": concept((ATC, "J05AR03"))}, 2),
        ({"subject": {"reference": "Patient/besa"}}, 2),
        ({"identifier": [{"system": "urn:example:pharmacy", "value": "7"}]}, 2),
    ],
)
def test_without_an_identifier_the_same_person_medicine_time_and_amount_count_once(derived, change, rows):
    world = derived(dispense("1"), dispense("2") | change)
    assert len(supplies(world)) == rows
    assert world.account.outcomes("MedicationDispense").get("duplicate_event", 0) == 2 - rows


def test_two_supplies_of_which_no_day_is_known_are_two(derived):
    unknown = {"whenHandedOver": "2025-03"}
    assert len(supplies(derived(dispense("1", **unknown), dispense("2", **unknown)))) == 2


def test_the_facility_is_the_dispensing_organization_then_that_of_the_context_then_unknown(derived):
    episode = {"context": {"reference": "EpisodeOfCare/e"}}
    world = derived(
        organization("clinic"),
        organization("pharmacy"),
        episode_of_care("e", "amina", "clinic"),
        dispense("1", performer=[{"actor": {"reference": "Organization/pharmacy"}}], **episode),
        dispense("2", days=60, **episode),
        dispense("3", days=90),
    )
    found = {row["days"]: world.facility_of(row) for row in supplies(world)}
    assert found == {30: "DEMO pharmacy", 60: "DEMO clinic", 90: "unknown"}


def test_the_facility_of_a_statement_is_the_organization_that_says_it(derived):
    world = derived(
        organization("clinic"), statement("1", informationSource={"reference": "Organization/clinic"})
    )
    assert world.facility_of(one(world)) == "DEMO clinic"


def test_an_organization_that_was_not_read_is_a_facility_all_the_same(derived):
    world = derived(
        dispense("1", performer=[{"actor": {"reference": "Organization/pharmacy"}}]),
        statement("2", informationSource={"reference": "Organization/clinic"}),
    )
    keys = {row["facility_key"] for row in supplies(world)}
    assert len(keys) == 2
    assert keys == {one["facility_key"] for one in world.facilities} - {"unknown"}


def test_a_hand_over_in_a_month_or_year_is_a_span(derived):
    row = one(derived(dispense("1", whenHandedOver="2024")))
    assert (row["supplied_on"], row["supplied_lo"], row["supplied_hi"]) == (
        None,
        date(2024, 1, 1),
        date(2024, 12, 31),
    )
