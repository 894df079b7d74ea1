"""Which administrations are doses, given when and where, and what became of the others."""

from datetime import UTC, date, datetime

import pytest
from spec.oat_records import depot, every, names_order, order
from spec.world import ATC, ZONE, administration, episode_of_care, organization

from cascade import contract
from cascade.compute import open_database
from cascade.derive import codes, dose, facility, pseudonym, supply, treatment_order
from cascade.derive.cut import Cut
from cascade.sources.ndjson import Ndjson
from cascade.tables import PersonSource

KEY = b"sixteen bytes or more"
DATA_AS_OF = datetime(2099, 1, 1, tzinfo=UTC)

REASONS = "urn:throughcare:code-system:dose-reason"
UCUM = "http://unitsofmeasure.org"
OPIOID_DEPENDENCE = [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F11.22"}]}]


def concept(code, system=ATC):
    return {"coding": [{"system": system, "code": code}]}


@pytest.mark.parametrize("code", ["N07BC01", "N07BC02", "N07BC51"])
def test_the_medicines_of_oat_are_doses(derived, code):
    world = derived(administration("1", code=code))
    assert world.dose["atc"] == code


@pytest.mark.parametrize(
    "medicine",
    [
        concept("N02BE01"),
        concept("N07BC02", system="http://www.nlm.nih.gov/research/umls/rxnorm"),
        concept("n07bc02"),
        {"text": "methadone"},
        {"coding": [{"code": "N07BC02"}]},
    ],
)
def test_what_no_code_file_knows_is_unmapped(derived, medicine):
    world = derived(administration("1", medicationCodeableConcept=medicine))
    assert world.doses == []
    assert world.outcomes == {"unmapped": 1}


def test_atc_is_also_known_by_its_oid(derived):
    medicine = concept("N07BC02", system="urn:oid:2.16.840.1.113883.6.73")
    assert derived(administration("1", medicationCodeableConcept=medicine)).dose["atc"] == "N07BC02"


def test_any_coding_of_the_medicine_may_be_the_known_one(derived):
    medicine = {"coding": [{"system": "urn:x", "code": "1"}, {"system": ATC, "code": "N07BC01"}]}
    assert derived(administration("1", medicationCodeableConcept=medicine)).dose["atc"] == "N07BC01"


def test_the_account_names_the_first_code_of_a_medicine(derived):
    medicine = {"coding": [{"system": "urn:x", "code": "1"}, {"system": ATC, "code": "N07BC01"}]}
    world = derived(administration("1", medicationCodeableConcept=medicine), administration("2"))
    said = {(one.system, one.code, one.outcome): one.resources for one in world.account.lines}
    assert said == {("urn:x", "1", "used"): 1, (ATC, "N07BC02", "used"): 1}


def test_a_medicine_may_be_a_resource_of_its_own(derived):
    medication = {"resourceType": "Medication", "id": "m", "code": concept("N07BC02")}
    points = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m"}}
    assert derived(medication, administration("1", **points)).dose["atc"] == "N07BC02"


def test_a_medicine_may_be_contained(derived):
    medication = {"resourceType": "Medication", "id": "m", "code": concept("N07BC02")}
    other = {"resourceType": "Medication", "id": "n", "code": concept("N02BE01")}
    points = {"medicationCodeableConcept": None, "medicationReference": {"reference": "#m"}}
    world = derived(administration("1", contained=[other, medication], **points))
    assert world.dose["atc"] == "N07BC02"


def test_morphine_counts_only_where_the_reason_is_opioid_dependence(derived):
    pain = [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "R52"}]}]
    world = derived(
        administration("1", code="N02AA01", reasonCode=OPIOID_DEPENDENCE),
        administration("2", code="N02AA01", reasonCode=pain),
        administration("3", code="N02AA01"),
    )
    assert world.dose["atc"] == "N02AA01"
    assert world.outcomes == {"used": 1, "unmapped": 2}


def test_a_medicine_that_needs_no_reason_goes_before_one_that_does(derived):
    both = {"coding": [{"system": ATC, "code": "N02AA01"}, {"system": ATC, "code": "N07BC02"}]}
    assert derived(administration("1", medicationCodeableConcept=both)).dose["atc"] == "N07BC02"


def test_every_status_has_one_outcome(each_outcome):
    cases = [
        ("completed", 60, "used"),
        ("completed", None, "used"),
        ("completed", 0, "amount_zero"),
        ("not-done", None, "used"),
        ("stopped", 30, "used"),
        ("stopped", 0, "stopped_without_amount"),
        ("stopped", None, "stopped_without_amount"),
        ("in-progress", 60, "status_in-progress"),
        ("on-hold", 60, "status_on-hold"),
        ("entered-in-error", 60, "status_entered-in-error"),
        ("unknown", 60, "status_unknown"),
        ("given", 60, "status_not_in_fhir"),
        (None, 60, "status_missing"),
    ]
    each_outcome(
        "dose", [(administration("1", status=status, mg=mg), outcome) for status, mg, outcome in cases]
    )


def test_a_dose_begun_and_stopped_is_partial(derived):
    dose = derived(administration("1", status="stopped", mg=30)).dose
    assert (dose["status"], dose["given_mg"]) == ("partial", 30)


def test_a_dose_not_done_is_not_given_with_its_reason_and_without_an_amount(derived):
    refused = [concept("refused", system=REASONS)]
    dose = derived(administration("1", status="not-done", statusReason=refused)).dose
    assert (dose["status"], dose["reason"], dose["given_mg"]) == ("not_given", "refused", None)


@pytest.mark.parametrize("member", ["partOf", "supportingInformation"])
def test_a_dose_that_belongs_to_an_earlier_one_is_a_redose(derived, member):
    earlier = {member: [{"reference": "MedicationAdministration/1"}]}
    world = derived(
        administration("1", effective="2025-03-01T08:00:00Z"),
        administration("2", effective="2025-03-01T08:20:00Z", **earlier),
    )
    assert sorted(dose["status"] for dose in world.doses) == ["given", "redose"]


def test_other_supporting_information_does_not_make_a_redose(derived):
    vomit = {
        "supportingInformation": [{"reference": "Observation/1"}],
        "partOf": [{"reference": "Procedure/1"}],
    }
    assert derived(administration("1", **vomit)).dose["status"] == "given"


@pytest.mark.parametrize("where", ["resource", "dosage"])
def test_a_modifier_extension_may_mean_the_opposite_and_is_left_out(derived, where):
    modifier = {"modifierExtension": [{"url": "urn:example:not", "valueBoolean": True}]}
    other = modifier if where == "resource" else {"dosage": modifier}
    assert derived(administration("1", **other)).outcomes == {"modifier_extension": 1}


def test_a_dose_of_nobody_is_left_out(derived):
    assert derived(administration("1", subject={"reference": "Group/1"})).outcomes == {"no_person": 1}


def test_an_administration_without_an_id_is_left_out(derived):
    world = derived(administration("1") | {"id": None}, administration("1") | {"id": None})
    assert world.outcomes == {"no_id": 2}


@pytest.mark.parametrize(
    ("dose", "given_mg"),
    [
        ({"value": 60, "unit": "mg", "system": UCUM, "code": "mg"}, 60),
        ({"value": 0.06, "unit": "g", "system": UCUM, "code": "g"}, 60),
        ({"value": 400, "unit": "µg", "system": UCUM, "code": "ug"}, 0.4),
        ({"value": 60, "unit": "Mg"}, 60),
        ({"value": 6, "unit": "mL", "system": UCUM, "code": "mL"}, None),
        ({"value": 60}, None),
        ({"value": "sixty", "unit": "mg"}, None),
    ],
)
def test_only_a_mass_becomes_milligrams(derived, dose, given_mg):
    made = derived(administration("1", dosage={"dose": dose})).dose["given_mg"]
    assert made == (given_mg and pytest.approx(given_mg))


@pytest.mark.parametrize(
    ("effective", "first", "last"),
    [
        ("2025-03-31T21:59:59Z", date(2025, 3, 31), date(2025, 3, 31)),
        ("2025-03-31T22:00:00Z", date(2025, 4, 1), date(2025, 4, 1)),
        ("2025-03-31T23:30:00+02:00", date(2025, 3, 31), date(2025, 3, 31)),
        ("2025-01-31T22:59:59.999Z", date(2025, 1, 31), date(2025, 1, 31)),
        ("2025-01-31T23:00:00Z", date(2025, 2, 1), date(2025, 2, 1)),
        ("2025-03-30T00:59:59Z", date(2025, 3, 30), date(2025, 3, 30)),
        ("2025-03-29T23:30:00Z", date(2025, 3, 30), date(2025, 3, 30)),
        ("2025-10-26T00:30:00Z", date(2025, 10, 26), date(2025, 10, 26)),
        ("2025-06-30T21:59:60Z", date(2025, 6, 30), date(2025, 6, 30)),
        ("2025-03-31T23:30:00", date(2025, 3, 31), date(2025, 3, 31)),
        ("2025-03-31", date(2025, 3, 31), date(2025, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-02-30", None, None),
        ("last spring", None, None),
        (" infinity ", None, None),
        ("294247-01-10T04:00:54Z", None, None),
        (None, None, None),
    ],
)
def test_the_civil_day_is_the_facilitys_and_a_partial_date_says_only_what_it_says(
    derived, effective, first, last
):
    dose = derived(administration("1", effective=effective)).dose
    assert (dose["given_lo"], dose["given_hi"]) == (first, last)
    assert dose["given_on"] == (first if first == last else None)


def test_another_zone_gives_another_day(derived):
    late = administration("1", effective="2025-03-31T22:30:00Z")
    assert derived(late, zone="Europe/Tirane").dose["given_on"] == date(2025, 4, 1)
    assert derived(late, zone="Atlantic/Azores").dose["given_on"] == date(2025, 3, 31)


def test_a_period_counts_on_the_day_it_begins(derived):
    night = {"start": "2025-01-31T23:50:00+01:00", "end": "2025-02-01T00:05:00+01:00"}
    dose = derived(administration("1", effective=None, effectivePeriod=night)).dose
    assert dose["given_on"] == date(2025, 1, 31)
    assert dose["given_at"] == datetime(2025, 1, 31, 22, 50, tzinfo=UTC)


def test_a_period_without_a_begin_has_no_known_day(derived):
    until = {"end": "2025-02-01T00:05:00+01:00"}
    dose = derived(administration("1", effective=None, effectivePeriod=until)).dose
    assert (dose["given_on"], dose["given_lo"], dose["given_hi"]) == (None, None, None)


def encounter(id_, **members):
    return {"resourceType": "Encounter", "id": id_, "status": "in-progress"} | members


def location(id_, organization_id=None):
    managing = {"managingOrganization": {"reference": f"Organization/{organization_id}"}}
    return {"resourceType": "Location", "id": id_} | (managing if organization_id else {})


def in_locations(*ids):
    return [{"location": {"reference": f"Location/{id_}"}} for id_ in ids]


def test_the_facility_is_the_encounters_service_provider(derived):
    stay = encounter("e", serviceProvider={"reference": "Organization/north"}, location=in_locations("cell"))
    world = derived(
        organization("north"), location("cell", "south"), stay, administration("1", encounter="e")
    )
    assert world.facility_of(world.dose) == "DEMO north"


def test_without_a_service_provider_it_is_the_first_location_that_has_an_organization(derived):
    stay = encounter("e", location=in_locations("yard", "cell", "hospital"))
    places = [location("yard"), location("cell", "north"), location("hospital", "a")]
    world = derived(
        organization("north"), organization("a"), *places, stay, administration("1", encounter="e")
    )
    assert world.facility_of(world.dose) == "DEMO north"


def test_the_facility_is_the_episodes_managing_organization(derived):
    world = derived(
        organization("north"), episode_of_care("e", "amina", "north"), administration("1", episode="e")
    )
    assert world.facility_of(world.dose) == "DEMO north"


def test_an_encounter_and_an_episode_of_the_same_id_are_two(derived):
    world = derived(
        organization("north"),
        organization("south"),
        episode_of_care("e", "amina", "north"),
        encounter("e", serviceProvider={"reference": "Organization/south"}),
        administration("1", encounter="e"),
    )
    assert world.facility_of(world.dose) == "DEMO south"


@pytest.mark.parametrize(
    "resources",
    [
        [administration("1")],
        [administration("1", episode="not-in-the-source")],
        [administration("1", episode="e"), episode_of_care("e", "amina", None)],
        [administration("1", encounter="e"), encounter("e", location=in_locations("yard")), location("yard")],
        [administration("1", context={"reference": "#contained"})],
    ],
)
def test_a_place_the_record_does_not_say_is_the_unknown_facility(derived, resources):
    world = derived(*resources)
    assert world.dose["facility_key"] == "unknown"
    assert world.facility_of(world.dose) == "unknown"


def test_an_organization_that_is_not_in_the_source_is_a_facility_without_a_name(derived):
    world = derived(episode_of_care("e", "amina", "north"), administration("1", episode="e"))
    assert world.dose["facility_key"] in {
        one["facility_key"] for one in world.facilities if one["name"] is None
    }
    assert world.dose["facility_key"] != "unknown"


def test_a_facility_knows_its_kind_and_what_it_is_part_of(derived):
    prison = {
        "type": [concept("prison", system="urn:example:kind")],
        "partOf": {"reference": "Organization/top"},
    }
    facilities = {
        one["name"]: one for one in derived(organization("north", **prison), organization("top")).facilities
    }
    assert facilities["DEMO north"]["kind"] == "urn:example:kind|prison"
    assert facilities["DEMO north"]["parent_key"] == facilities["DEMO top"]["facility_key"]
    assert facilities["DEMO top"]["parent_key"] is None


def test_the_same_identifier_of_the_same_person_counts_once(derived):
    world = derived(
        administration("1", identifier="a"),
        administration("2", identifier="a", effective="2025-03-01T08:05:00+01:00"),
        administration("3", identifier="b"),
        administration("4", identifier="a", person="besa"),
    )
    assert world.outcomes == {"used": 3, "duplicate_identifier": 1}
    assert len({dose["person_key"] for dose in world.doses}) == 2


def test_of_a_dose_sent_twice_the_record_that_says_given_stays(derived):
    world = derived(
        administration("1", identifier="a", status="not-done", meta={"lastUpdated": "2025-03-01T08:00:00Z"}),
        administration("2", identifier="a", meta={"lastUpdated": "2025-03-01T09:00:00Z"}),
    )
    assert world.dose["status"] == "given"


def test_of_a_dose_sent_twice_the_first_recorded_stays(derived):
    world = derived(
        administration("1", identifier="a", meta={"lastUpdated": "2025-03-01T10:00:00+01:00"}),
        administration("2", identifier="a", meta={"lastUpdated": "2025-03-01T08:30:00Z"}),
    )
    assert world.dose["recorded_at"] == datetime(2025, 3, 1, 8, 30, tzinfo=UTC)


def test_the_order_of_several_identifiers_does_not_matter(derived):
    both = [{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}]
    world = derived(
        administration("1") | {"identifier": both}, administration("2") | {"identifier": both[::-1]}
    )
    assert world.outcomes == {"used": 1, "duplicate_identifier": 1}


def test_an_identifier_without_a_system_identifies_nothing(derived):
    local = {"identifier": [{"value": "1"}]}
    later = administration("2", effective="2025-03-02T08:00:00+01:00")
    assert derived(administration("1") | local, later | local).outcomes == {"used": 2}


def test_without_identifier_same_person_medicine_instant_and_amount_counts_once(derived):
    world = derived(
        administration("1", effective="2025-03-01T08:00:00+01:00"),
        administration("2", effective="2025-03-01T07:00:00Z"),
        administration("3", effective="2025-03-01T08:00:01+01:00"),
        administration("4", effective="2025-03-01T08:00:00+01:00", mg=30),
        administration("5", effective="2025-03-01T08:00:00+01:00", code="N07BC01"),
        administration("6", effective="2025-03-01T08:00:00+01:00", person="besa"),
    )
    assert world.outcomes == {"used": 5, "duplicate_event": 1}


def test_two_unknown_amounts_at_one_instant_are_one_event(derived):
    world = derived(administration("1", mg=None), administration("2", mg=None))
    assert world.outcomes == {"used": 1, "duplicate_event": 1}


def test_a_split_dose_known_only_to_the_day_is_two_doses(derived):
    world = derived(administration("1", effective="2025-03-01"), administration("2", effective="2025-03-01"))
    assert world.outcomes == {"used": 2}


def test_an_entered_in_error_record_does_not_hide_the_one_that_replaces_it(derived):
    world = derived(
        administration("1", identifier="a", status="entered-in-error"), administration("2", identifier="a")
    )
    assert world.outcomes == {"used": 1, "status_entered-in-error": 1}


def test_of_several_versions_of_one_record_the_last_updated_counts(derived):
    world = derived(
        administration("1", mg=60, meta={"lastUpdated": "2025-03-01T10:00:00+01:00"}),
        administration("1", mg=70, meta={"lastUpdated": "2025-03-01T09:30:00Z"}),
        administration("1", mg=80),
    )
    assert world.dose["given_mg"] == 70
    assert world.outcomes == {"used": 1, "older_version": 2}


def test_an_encounter_exported_twice_does_not_make_two_doses(derived):
    stay = encounter("e", serviceProvider={"reference": "Organization/north"})
    world = derived(
        organization("north"), organization("north"), stay, stay, administration("1", encounter="e")
    )
    assert len(world.doses) == 1
    assert world.account.outcomes("Encounter") == {"older_version": 1, "looked_up": 1}


def test_no_identifier_of_the_source_is_in_the_contract_tables(derived):
    world = derived(
        organization("org-secret"),
        episode_of_care("episode-secret", "patient-secret", "org-secret"),
        administration(
            "dose-secret", person="patient-secret", episode="episode-secret", identifier="id-secret"
        ),
    )
    names = {facility["name"] for facility in world.facilities}
    told = [
        value for row in (*world.doses, *world.facilities) for value in row.values() if value not in names
    ]
    assert not [value for value in told if "secret" in str(value)]


def not_done(id_="1", **other):
    return administration(id_, status="not-done", mg=None, **other)


@pytest.mark.parametrize(
    ("codings", "reason"),
    [
        *(
            ([(REASONS, code)], code.replace("-", "_"))
            for code in (
                [
                    "refused",
                    "absent",
                    "court",
                    "hospital",
                    "released",
                    "lockdown",
                    "no-stock",
                    "no-nurse",
                    "clinical",
                    "no-order",
                ]
            )
        ),
        ([("urn:example:reason", "refused")], "other"),
        ([("urn:example:reason", "4711"), (REASONS, "court")], "court"),
        ([(REASONS, "late")], "other"),
    ],
)
def test_why_a_dose_was_not_given_is_one_of_the_contracts_reasons(derived, codings, reason):
    said = [{"coding": [{"system": system, "code": code} for system, code in codings]}]
    assert derived(not_done(statusReason=said)).dose["reason"] == reason


def test_a_reason_in_words_alone_is_another_and_no_reason_is_none(derived):
    assert derived(not_done(statusReason=[{"text": "at work"}])).dose["reason"] == "other"
    assert derived(not_done()).dose["reason"] is None


def test_a_dose_given_has_no_reason_whatever_the_record_says(derived):
    assert (
        derived(administration("1", statusReason=[concept("refused", system=REASONS)])).dose["reason"] is None
    )


@pytest.mark.parametrize(
    ("dose", "orders", "covers_days"),
    [
        ({}, [], 1),
        (names_order("weekly"), [("weekly", 7)], 7),
        (names_order("monthly"), [("monthly", 28)], 28),
        (names_order("weekly") | depot(14), [("weekly", 7)], 14),
        (depot(28), [], 28),
        (depot(0), [], 1),
        (depot(90000000), [], 1),
        (names_order("daily"), [("daily", 1), ("weekly", 7)], 1),
        ({}, [("weekly", 7)], 7),
        ({}, [("weekly", 7), ("daily", 1)], 1),
        (names_order("not-there"), [("weekly", 7)], 7),
        (names_order("weekly") | {"status": "not-done"}, [("weekly", 7)], 1),
        (depot(28) | {"status": "not-done"}, [], 1),
    ],
)
def test_a_depot_covers_what_it_says_or_else_its_order(derived, dose, orders, covers_days):
    listed = [order(name, code="N07BC01", repeat=every(days)) for name, days in orders]
    given = administration("1", code="N07BC01", **dose)
    assert derived(given, *listed).dose["covers_days"] == covers_days


def test_an_order_of_other_days_another_person_or_another_medicine_does_not_make_a_depot(derived):
    world = derived(
        administration("1", code="N07BC01"),
        order("1", code="N07BC01", repeat=every(7), start="2025-03-02"),
        order("2", code="N07BC01", repeat=every(7), start="2025-01-01", end="2025-02-28"),
        order("3", code="N07BC01", repeat=every(7), person="besa"),
        order("4", code="N07BC02", repeat=every(7)),
    )
    assert world.dose["covers_days"] == 1


def test_only_buprenorphine_comes_as_a_depot(derived):
    weekly = order("weekly", code="N07BC02", repeat=every(7))
    assert derived(administration("1", **names_order("weekly")), weekly).dose["covers_days"] == 1


def test_two_sites_on_one_day_are_two_doses_and_one_covered_day(derived):
    world = derived(
        order(end="2025-03-01"),
        organization("north"),
        organization("clinic"),
        episode_of_care("n", "amina", "north"),
        episode_of_care("c", "amina", "clinic"),
        administration("1", episode="n", identifier="a"),
        administration("2", episode="c", identifier="b", effective="2025-03-01T16:00:00+01:00"),
    )
    assert {world.facility_of(dose) for dose in world.doses} == {"DEMO north", "DEMO clinic"}
    (covered,) = world.tables["coverage"]
    assert (covered["from_on"], covered["to_on"]) == (date(2025, 3, 1), date(2025, 3, 1))
    (giver,) = world.tables["last_giver"]
    assert (giver["from_on"], world.facility_of(giver)) == (date(2025, 3, 1), "DEMO clinic")
    assert [day["outcome"] for day in world.tables["due_day"]] == ["given"]


def test_a_dose_entered_in_error_is_none_and_its_day_is_not_recorded(derived):
    world = derived(order(end="2025-03-01"), administration("1", status="entered-in-error"))
    assert [day["outcome"] for day in world.tables["due_day"]] == ["not_recorded"]
    assert world.tables["coverage"] == []


@pytest.mark.parametrize("identifier", ["a", None])
def test_one_dose_in_two_records_of_one_human_counts_once(ndjson, identifier):
    records = [administration(id_, person=id_, identifier=identifier) for id_ in ("amina", "besa", "drita")]
    with open_database(ZONE) as connection:
        pseudonym.install(connection, KEY)
        codes.install(connection)
        Ndjson(ndjson(records)).load(connection)
        contract.make_empty(connection, PersonSource)
        connection.execute("""
            INSERT INTO person_source
            SELECT pseudonym('Patient/' || id), pseudonym('Patient/amina') FROM (VALUES ('amina'), ('besa')) AS one(id)
        """)
        for module in (facility, treatment_order, supply, dose):
            module.derive(connection, Cut(DATA_AS_OF, ZONE))
        people = connection.execute("""
            SELECT person_key = pseudonym('Patient/amina'), person_key = pseudonym('Patient/drita') FROM dose
        """).fetchall()
    assert sorted(people) == [(False, True), (True, False)]
