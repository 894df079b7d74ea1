"""Which MedicationRequests are orders of opioid agonist treatment, how often they ask for a dose, and when."""

from datetime import date

import pytest
from spec.oat_records import every, order
from spec.world import ATC, administration, organization

DEPENDENCE = [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F11.20"}]}]


def orders(world):
    return world.tables["treatment_order"]


def only(world):
    (one,) = orders(world)
    return one


def outcomes(world):
    return dict(world.account.outcomes("MedicationRequest"))


def test_an_order_has_person_place_medicine_and_days(derived):
    world = derived(
        organization("north"),
        order(requester="north", start="2025-03-01", end="2025-03-31"),
        administration("1"),
    )
    one = only(world)
    assert one["person_key"] == world.dose["person_key"]
    assert world.facility_of(one) == "DEMO north"
    assert (one["atc"], one["interval_days"], one["times"]) == ("N07BC02", 1, 1)
    assert (one["valid_from"], one["valid_to"]) == (date(2025, 3, 1), date(2025, 3, 31))
    assert outcomes(world) == {"used": 1}


def test_an_order_without_an_end_is_open(derived):
    assert only(derived(order()))["valid_to"] is None


@pytest.mark.parametrize(
    ("repeat", "interval_days", "times"),
    [
        (every(1), 1, 1),
        (every(1, frequency=None), 1, 1),
        (every(1, frequency=2), 1, 2),
        (every(24, "h"), 1, 1),
        (every(12, "h"), 1, 2),
        (every(8, "h"), 1, 3),
        (every(2), 2, 1),
        (every(7), 7, 1),
        (every(1, "wk"), 7, 1),
        (every(1, "wk", frequency=7), 1, 1),
        (every(28), 28, 1),
        (every(4, "wk"), 28, 1),
        (every(1, "mo"), 28, 1),
    ],
)
def test_how_often_a_dose_is_due(derived, repeat, interval_days, times):
    one = only(derived(order(repeat=repeat)))
    assert (one["interval_days"], one["times"]) == (interval_days, times)


def test_an_order_that_does_not_say_in_whole_days_how_often_is_left_out(each_outcome):
    repeats = [
        {"frequency": 1},
        every(1, "wk", frequency=3),
        every(1, "a"),
        every(0),
        every(-1),
        every(1e300),
        every(1, frequency=0),
        every(1, frequency=10**15),
        {"frequency": 1, "period": "often", "periodUnit": "d"},
    ]
    each_outcome("treatment_order", [(order(repeat=repeat), "timing_not_readable") for repeat in repeats])


def test_every_order_has_one_outcome(each_outcome):
    cases = [
        ({"status": "active"}, "used"),
        ({"status": "on-hold"}, "used"),
        ({"status": "cancelled"}, "status_cancelled"),
        ({"status": "draft"}, "status_draft"),
        ({"status": "entered-in-error"}, "status_entered-in-error"),
        ({"status": "unknown"}, "status_unknown"),
        ({"status": "ordered"}, "status_not_in_fhir"),
        ({"status": None}, "status_missing"),
        ({"intent": "plan"}, "not_an_order"),
        ({"intent": None}, "not_an_order"),
        ({"doNotPerform": True}, "do_not_perform"),
        ({"doNotPerform": False}, "used"),
        ({"modifierExtension": [{"url": "urn:example:not", "valueBoolean": True}]}, "modifier_extension"),
        ({"person": None}, "no_person"),
        ({"start": None}, "begin_not_readable"),
        ({"start": "last spring"}, "begin_not_readable"),
        ({"start": "0025-03-01"}, "begin_not_readable"),
        ({"end": "last spring"}, "end_not_readable"),
        ({"end": "2025-02-28"}, "ends_before_it_begins"),
    ]
    each_outcome("treatment_order", [(order(**other), outcome) for other, outcome in cases])


def test_a_request_of_another_medicine_is_only_looked_up(derived):
    world = derived(order(code="J05AR27"))
    assert orders(world) == []
    assert outcomes(world) == {"looked_up": 1}


def test_morphine_is_an_order_only_where_the_reason_is_opioid_dependence(derived):
    world = derived(order("1", code="N02AA01", reasonCode=DEPENDENCE), order("2", code="N02AA01"))
    assert only(world)["atc"] == "N02AA01"


@pytest.mark.parametrize("place", ["contained", "resource"])
def test_the_medicine_may_be_a_resource_of_its_own(derived, place):
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"coding": [{"system": ATC, "code": "N07BC01"}]},
    }
    inside = {"contained": [medication]} if place == "contained" else {}
    points = {"reference": "#m" if place == "contained" else "Medication/m"}
    world = derived(
        *([] if inside else [medication]),
        order(medicationCodeableConcept=None, medicationReference=points, **inside),
    )
    assert only(world)["atc"] == "N07BC01"


def test_without_a_validity_an_order_begins_on_the_day_it_was_written(derived):
    assert only(derived(order(start=None, authoredOn="2025-03-05T23:30:00Z")))["valid_from"] == date(
        2025, 3, 6
    )


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("2025-03-31", date(2025, 3, 31)),
        ("2025-03-31T00:00:00+02:00", date(2025, 3, 30)),
        ("2025-03-31T00:00:01+02:00", date(2025, 3, 31)),
        ("2025-03-30T03:00:00+02:00", date(2025, 3, 30)),
        ("2025-03", date(2025, 3, 31)),
    ],
)
def test_an_order_that_ends_at_midnight_has_nothing_of_the_next_day(derived, end, last):
    assert only(derived(order(end=end)))["valid_to"] == last


@pytest.mark.parametrize(
    ("status", "end", "written", "last"),
    [
        ("stopped", "2025-03-31", "2025-03-10T08:00:00Z", date(2025, 3, 10)),
        ("stopped", "2025-03-31", "2025-04-10T08:00:00Z", date(2025, 3, 31)),
        ("stopped", None, "2025-03-10T08:00:00Z", date(2025, 3, 10)),
        ("stopped", None, None, date(2025, 3, 1)),
        ("stopped", None, "2025-02-10T08:00:00Z", date(2025, 3, 1)),
        ("completed", "2025-03-31", "2025-03-10T08:00:00Z", date(2025, 3, 31)),
        ("completed", None, "2025-03-10T08:00:00Z", date(2025, 3, 10)),
        ("active", None, "2025-03-10T08:00:00Z", None),
    ],
)
def test_a_stopped_order_has_not_run_beyond_the_day_on_which_that_was_written(
    derived, status, end, written, last
):
    meta = {"lastUpdated": written} if written else None
    assert only(derived(order(status=status, end=end, meta=meta)))["valid_to"] == last


def test_an_order_whose_place_nobody_says_is_of_the_unknown_facility(derived):
    practitioner = {"reference": "Practitioner/p"}
    assert only(derived(order(requester=None) | {"requester": practitioner}))["facility_key"] == "unknown"


def test_without_an_organization_the_place_is_that_of_the_encounter(derived):
    stay = {
        "resourceType": "Encounter",
        "id": "stay",
        "status": "in-progress",
        "serviceProvider": {"reference": "Organization/north"},
    }
    world = derived(organization("north"), stay, order(encounter={"reference": "Encounter/stay"}))
    assert world.facility_of(only(world)) == "DEMO north"


def test_no_identifier_of_the_source_is_in_the_table(derived):
    world = derived(order("order-secret", person="patient-secret", requester="org-secret"))
    assert not [value for value in only(world).values() if "secret" in str(value)]
