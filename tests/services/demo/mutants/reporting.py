"""Broken rules of what is written down late, changed, not sent, or hardly known."""

from tests.services.demo.mutant import Mutant, Rows, Text

MUTANTS = (
    Mutant(
        "what was written down after the data cut is known at it",
        ("written_down_late", "corrected_after_the_close"),
        ("hiv_tests",),
        (Text("cascade.derive.cut", "KEEP", "<= $data_as_of", "<= $data_as_of + INTERVAL 1 YEAR"),),
        at_the_close=True,
    ),
    Mutant(
        "an order is treatment",
        ("silent_centre",),
        ("oat_census",),
        (
            Rows("""
                INSERT INTO coverage SELECT person_key, 'oat', valid_from, coalesce(valid_to, '2099-12-31')
                FROM treatment_order
            """),
        ),
    ),
    Mutant(
        "a year is its first day",
        ("year_only",),
        ("diagnosed",),
        (Rows("UPDATE person SET birth_hi = birth_lo"),),
    ),
    Mutant(
        "whoever is received is offered a test",
        ("never_tested",),
        ("testing_steps",),
        (
            Rows("""
                INSERT INTO test_offer
                SELECT person_key, person_key, to_facility_key, moved_on, moved_on, moved_on, true
                FROM transition WHERE kind = 'reception'
            """),
        ),
    ),
)
