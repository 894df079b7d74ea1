"""Broken rules of HIV tests, diagnoses and antiretroviral treatment."""

from tests.services.demo.mutant import GIVEN_ALL_ALONG, Mutant, Rows, Text

COVERAGE = "cascade.derive.coverage"
TESTS = ("hiv_tests", "people_tested")

MUTANTS = (
    Mutant(
        "who was diagnosed abroad is not diagnosed here",
        ("diagnosed_abroad",),
        ("diagnosed",),
        (Rows("DELETE FROM diagnosis WHERE place = 'abroad'"),),
    ),
    Mutant(
        "treatment is a diagnosis",
        ("art_without_diagnosis",),
        ("on_art", "diagnosed"),
        (
            Rows("""
                INSERT INTO diagnosis
                SELECT min(record_key), person_key, min(facility_key), 'hiv', min(supplied_on), min(supplied_on),
                    min(supplied_on), 'confirmed', NULL, 'here'
                FROM supply WHERE line = 'art' GROUP BY person_key
            """),
        ),
    ),
    Mutant(
        "a refuted diagnosis stays one",
        ("refuted_positive",),
        ("new_diagnoses", "diagnosed", "linked"),
        (Rows("UPDATE diagnosis SET certainty = 'confirmed' WHERE certainty = 'refuted'"),),
    ),
    Mutant(
        "nobody asks whether HIV was known before a test",
        ("known_positive_retested",),
        TESTS,
        (Rows("DELETE FROM diagnosis"),),
    ),
    Mutant(
        "a test counts when it is performed, whether or not the result is given",
        ("result_next_quarter", "result_never"),
        TESTS,
        (Rows("UPDATE hiv_test SET returned_lo = performed_lo, returned_hi = performed_hi"),),
    ),
    Mutant(
        "medicine is late for at most 26 days",
        ("covered_to_27_days_before",),
        ("on_art",),
        (Rows("UPDATE coverage SET to_on = to_on - 2 WHERE from_on < to_on - 2"),),
    ),
    Mutant(
        "medicine is late for at most 27 days",
        ("covered_to_28_days_before",),
        ("on_art",),
        (Rows("UPDATE coverage SET to_on = to_on - 1 WHERE from_on < to_on - 1"),),
    ),
    Mutant(
        "medicine is late for up to 29 days",
        ("covered_to_29_days_before",),
        ("on_art",),
        (Rows("UPDATE coverage SET to_on = to_on + 1"),),
    ),
    Mutant(
        "what is in hand is lost at the next pick-up",
        ("early_pick_up",),
        ("on_art",),
        (
            Text(
                COVERAGE,
                "COVERAGE",
                "total + max(earliest - total + days) OVER one_after_the_other AS after_last",
                "earliest + days AS after_last",
            ),
        ),
    ),
    Mutant(
        "a supply lasts for no more than 30 days",
        ("ninety_days",),
        ("on_art",),
        (Text(COVERAGE, "COVERAGE", "days_assumed)), 366)", "days_assumed)), 30)"),),
    ),
    Mutant(
        "a supply that does not say for how many days is none",
        ("no_days_of_supply",),
        ("on_art",),
        (Text(COVERAGE, "COVERAGE", "coalesce(days, days_assumed)", "days"),),
    ),
    Mutant(
        "medicine taken under observation is not counted",
        ("directly_observed_only",),
        ("on_art",),
        (Text(COVERAGE, "COVERAGE", "kind = 'administered'", "false"),),
    ),
    Mutant(
        "what somebody is only said to take is not counted",
        ("statement_only",),
        ("on_art",),
        (Text(COVERAGE, "COVERAGE", "kind = 'stated'", "false"),),
    ),
    Mutant(
        "medicine counts only where the person is on the list",
        ("silent_transfer",),
        ("on_art",),
        (
            Rows("""
                DELETE FROM coverage WHERE line = 'art' AND person_key IN (
                    SELECT person_key FROM last_giver WHERE line = 'art' AND (person_key, facility_key) NOT IN (
                        SELECT person_key, facility_key FROM treatment WHERE line = 'art'))
            """),
        ),
    ),
    Mutant(
        "who gave the last antiretrovirals of all gave them all along",
        ("another_clinic_without_a_break",),
        ("on_art",),
        (Rows(GIVEN_ALL_ALONG),),
    ),
    Mutant(
        "a transfer ends treatment, wherever it goes",
        ("handed_over",),
        ("on_art",),
        (Rows("UPDATE treatment SET to_facility_key = NULL"),),
    ),
    Mutant(
        "who moved abroad is still here",
        ("moved_abroad",),
        ("on_art", "diagnosed"),
        (Rows("UPDATE treatment SET stop_reason = 'unknown' WHERE stop_reason = 'emigrated'"),),
    ),
    Mutant(
        "who stopped is late",
        ("stopped_treatment",),
        ("on_art",),
        (Rows("UPDATE treatment SET stop_reason = 'unknown' WHERE stop_reason = 'stopped'"),),
    ),
    Mutant(
        "medicine after an exposure is ART",
        ("post_exposure",),
        ("on_art",),
        (Rows("UPDATE coverage SET line = 'art' WHERE line = 'pep'"),),
    ),
    Mutant(
        "medicine before an exposure is ART",
        ("pre_exposure",),
        ("on_art",),
        (Rows("UPDATE coverage SET line = 'art' WHERE line = 'prep'"),),
    ),
    Mutant(
        "after a release nobody looks outside of prison",
        ("released_and_seen",),
        ("art_across_gate",),
        (
            Rows(
                "DELETE FROM supply WHERE facility_key IN (SELECT facility_key FROM facility WHERE setting = 'community')"
            ),
        ),
    ),
    Mutant(
        "medicine given at the release is not counted",
        ("released_with_medicine",),
        ("art_across_gate",),
        (Text(COVERAGE, "COVERAGE", "kind IN ('dispensed', 'release_supply')", "kind IN ('dispensed')"),),
    ),
)
