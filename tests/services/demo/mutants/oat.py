"""Broken rules of opioid agonist treatment."""

from tests.services.demo.mutant import GIVEN_ALL_ALONG, Mutant, Rows, Text, Value

EPISODE = "cascade.derive.oat_episode"
DOSE = "cascade.derive.dose"
DUE = "cascade.derive.due_day"

MUTANTS = (
    Mutant(
        "7 uncovered days end an episode",
        ("gap_of_7_days",),
        ("oat_starts",),
        (Value(EPISODE, "GAPS", {"gap_7": 6, "gap_28": 28}),),
    ),
    Mutant(
        "8 uncovered days do not end an episode",
        ("gap_of_8_days",),
        ("oat_starts",),
        (Value(EPISODE, "GAPS", {"gap_7": 8, "gap_28": 28}),),
    ),
    Mutant(
        "28 uncovered days end an episode of the longer reading",
        ("gap_of_28_days",),
        ("oat_starts",),
        (Value(EPISODE, "GAPS", {"gap_7": 7, "gap_28": 27}),),
    ),
    Mutant(
        "29 uncovered days do not end an episode of the longer reading",
        ("gap_of_29_days",),
        ("oat_starts",),
        (Value(EPISODE, "GAPS", {"gap_7": 7, "gap_28": 29}),),
    ),
    Mutant(
        "the day after the last covered one is still retained",
        ("retained_182_days",),
        ("oat_retention",),
        (Rows("UPDATE oat_episode SET last_covered_on = last_covered_on + 1"),),
    ),
    Mutant(
        "the first day is day 0",
        ("retained_183_days",),
        ("oat_retention",),
        (Rows("UPDATE oat_episode SET last_covered_on = last_covered_on - 1"),),
    ),
    Mutant(
        "a depot covers one day unless it says more itself",
        ("depot",),
        ("oat_census", "missed_doses"),
        (Text(DOSE, "DOSE", "coalesce(covers_days, interval_days, 1)", "coalesce(covers_days, 1)"),),
    ),
    Mutant(
        "what a dose says of the days that it covers is not read",
        ("depot_that_says_its_days",),
        ("oat_census",),
        (Text(DOSE, "DOSE", "coalesce(covers_days, interval_days, 1)", "coalesce(interval_days, 1)"),),
    ),
    Mutant(
        "take-home doses are not counted",
        ("take_home",),
        ("oat_census", "missed_doses"),
        (
            Text(
                "cascade.derive.supply",
                "SUPPLY",
                "WHERE outcome = 'used'",
                "WHERE outcome = 'used' AND line <> 'oat'",
            ),
        ),
    ),
    Mutant(
        "each part of a split dose is due",
        ("split_dose",),
        ("missed_doses",),
        (
            Rows("""
                INSERT INTO due_day SELECT due_day.* FROM due_day JOIN treatment_order AS ordered
                    ON ordered.person_key = due_day.person_key AND times > 1
                    AND due_on BETWEEN valid_from AND coalesce(valid_to, due_on)
            """),
        ),
    ),
    Mutant(
        "a dose given again after vomiting is one more due day",
        ("dose_given_again",),
        ("missed_doses",),
        (
            Rows("""
                INSERT INTO due_day BY NAME
                SELECT person_key, given_on AS due_on, timezone('Europe/Podgorica', given_on + TIME '12:00') AS noon_at,
                    facility_key, 'given' AS outcome
                FROM dose WHERE status = 'redose'
            """),
        ),
    ),
    Mutant(
        "a dose entered in error counts",
        ("entered_in_error",),
        ("oat_census",),
        (
            Text(DOSE, "OUTCOMES", "'entered-in-error', ", ""),
            Text(DOSE, "OUTCOMES", "NOT IN ('completed'", "NOT IN ('entered-in-error', 'completed'"),
        ),
    ),
    Mutant(
        "one dose told by two systems under one number counts twice",
        ("one_dose_from_two_systems",),
        ("oat_census",),
        (Text(DOSE, "SAME_IDENTIFIER", "identifier IS NOT NULL", "false"),),
    ),
    Mutant(
        "each site that gave a dose on a day makes a due day",
        ("two_sites_one_day",),
        ("missed_doses",),
        (
            Rows("""
                INSERT INTO due_day BY NAME
                SELECT person_key, given_on AS due_on, timezone('Europe/Podgorica', given_on + TIME '12:00') AS noon_at,
                    min(facility_key) AS facility_key, 'given' AS outcome FROM dose
                GROUP BY person_key, given_on HAVING count(DISTINCT facility_key) > 1
            """),
        ),
    ),
    Mutant(
        "who gave the last dose of all gave them all along",
        ("another_centre_without_a_break",),
        ("oat_census",),
        (Rows(GIVEN_ALL_ALONG),),
    ),
    Mutant(
        "a dose given was due, ordered or not",
        ("doses_without_orders",),
        ("missed_doses",),
        (
            Rows("""
                INSERT INTO due_day BY NAME
                SELECT DISTINCT person_key, given_on AS due_on,
                    timezone('Europe/Podgorica', given_on + TIME '12:00') AS noon_at, facility_key, 'given' AS outcome
                FROM dose ANTI JOIN treatment_order USING (person_key) WHERE status = 'given'
            """),
        ),
    ),
    Mutant(
        "a dose given nobody knows where does not count",
        ("doses_without_orders",),
        ("oat_census",),
        (
            Rows("""
                DELETE FROM coverage WHERE (person_key, line) IN (
                    SELECT person_key, line FROM last_giver WHERE facility_key = 'unknown')
            """),
        ),
    ),
    Mutant(
        "every missed dose is laid at the person's door",
        ("missed_by_the_institution", "court_overnight"),
        ("missed_doses",),
        (Rows("UPDATE due_day SET outcome = 'absent' WHERE outcome NOT IN ('given', 'not_recorded')"),),
    ),
    Mutant(
        "every missed dose is laid at the institution's door",
        ("missed_by_the_person",),
        ("missed_doses",),
        (Rows("UPDATE due_day SET outcome = 'no_nurse' WHERE outcome NOT IN ('given', 'not_recorded')"),),
    ),
    Mutant(
        "days held because of missed doses are not due",
        ("missed_by_the_person",),
        ("missed_doses",),
        (Text(DUE, "DUE_DAY", "FROM hold WHERE reason = 'clinical'", "FROM hold"),),
    ),
    Mutant(
        "days that a clinician held stay due",
        ("held_by_a_clinician",),
        ("missed_doses",),
        (Text(DUE, "DUE_DAY", "FROM hold WHERE reason = 'clinical'", "FROM hold WHERE false"),),
    ),
    Mutant(
        "a dose that a clinician withheld was missed",
        ("withheld_without_a_hold",),
        ("missed_doses",),
        (Text(DUE, "DUE_DAY", "WHERE outcome <> 'clinical'", ""),),
    ),
    Mutant(
        "what nobody wrote down was missed",
        ("nothing_written_down",),
        ("missed_doses",),
        (Rows("UPDATE due_day SET outcome = 'absent' WHERE outcome = 'not_recorded'"),),
    ),
)
