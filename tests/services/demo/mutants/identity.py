"""Broken rules of who is who."""

from tests.services.demo.mutant import Mutant, Text, Value

PEOPLE = "cascade.derive.person_source"
CUT = "cascade.derive.cut"


def _as_it_is(column: str, many: bool) -> str:
    return column


MUTANTS = (
    Mutant(
        "links between records are not read",
        ("two_scripts_linked",),
        ("hiv_tests",),
        (
            Text(
                PEOPLE,
                "EDGES",
                "FROM patient WHERE id IS NOT NULL\n    ), named AS",
                "FROM patient WHERE false\n    ), named AS",
            ),
        ),
    ),
    Mutant(
        "a national identifier links nobody",
        ("same_national_id",),
        ("hiv_tests",),
        (
            Text(
                PEOPLE,
                "EDGES",
                "SELECT one, other, 'national_id' FROM named_first",
                "SELECT one, other, 'national_id' FROM named_first WHERE false",
            ),
        ),
    ),
    Mutant(
        "one day of birth and one sex make one person",
        ("same_name_same_birth",),
        ("hiv_tests",),
        (
            Text(
                PEOPLE,
                "EDGES",
                "UNION SELECT one, other, 'national_id' FROM named_first",
                "UNION SELECT one, other, 'national_id' FROM named_first"
                " UNION SELECT id, min(id) OVER (PARTITION BY birth_date, gender), 'name' FROM patient",
            ),
        ),
    ),
    Mutant(
        "the first version of a record holds for good",
        ("merged_then_unmerged",),
        ("hiv_tests",),
        (Text(CUT, "KEEP", "recorded_at DESC NULLS LAST, place DESC", "recorded_at, place"),),
        at_the_close=True,
    ),
    Mutant(
        "the ids of two systems are not kept apart",
        ("colliding_ids",),
        ("hiv_tests",),
        (Value("cascade.sources.several", "_named", _as_it_is),),
    ),
)
