"""Who gave the last of a person's medicine, and since when."""

from hypothesis import HealthCheck, given, settings
from spec import drawn_oat, worlds
from spec.derivations import cut, derived_rows
from spec.last_giver_twin import last_givers
from spec.world import administration, episode_of_care, organization

from examples import examples

EXAMPLES = examples(6)
WORLDS = drawn_oat.worlds_of(dose=drawn_oat.DOSES, supply=drawn_oat.SUPPLIES)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLDS, drawn_oat.CUT_DAYS)
def test_last_givers_agree_with_their_twin(world, cut_day):
    assert derived_rows("last_giver", world, cut(str(cut_day))) == last_givers(world, cut_day)


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLDS, drawn_oat.CUT_DAYS, drawn_oat.CUT_DAYS)
def test_what_is_given_later_changes_no_earlier_row(world, one, other):
    earlier, later = sorted((one, other))
    known_later = derived_rows("last_giver", world, cut(str(later)))
    known_earlier = derived_rows("last_giver", world, cut(str(earlier)))
    assert known_earlier == [row for row in known_later if row.from_on <= earlier]


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLDS, drawn_oat.CUT_DAYS)
def test_whoever_is_covered_has_been_given_medicine_by_then(world, cut_day):
    begun = {
        (one.person_key, one.line, row.from_on)
        for row in derived_rows("coverage", world, cut(str(cut_day)))
        for one in derived_rows("last_giver", world, cut(str(cut_day)))
        if (one.person_key, one.line) == (row.person_key, row.line) and one.from_on <= row.from_on
    }
    covered = derived_rows("coverage", world, cut(str(cut_day)))
    assert begun == {(row.person_key, row.line, row.from_on) for row in covered}


def check(expect, *, cut_day="2025-06-30", **tables):
    """Contract rows in; both derivation and twin must give the expected changes."""
    world, at = worlds.world(**tables), cut(cut_day)
    found = derived_rows("last_giver", world, at)
    headings, wanted = worlds.expected(expect)
    assert worlds.shown(found, headings) == wanted
    assert found == last_givers(world, at.day)


def test_a_row_begins_where_another_facility_gives_and_not_where_the_same_gives_again():
    check(
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        amina  | prison   | 2025-03-02
        amina  | clinic   | 2025-03-03
        amina  | clinic   | 2025-04-20
        amina  | prison   | 2025-04-21
        """,
        expect="""
        person | line | from_on    | facility
        -------+------+------------+---------
        amina  | oat  | 2025-03-01 | prison
        amina  | oat  | 2025-03-03 | clinic
        amina  | oat  | 2025-04-21 | prison
        """,
    )


def test_what_is_handed_over_counts_from_that_day_and_not_from_the_first_day_that_it_covers():
    check(
        supply="""
        person | facility | line | supplied   | days
        -------+----------+------+------------+-----
        amina  | clinic   | art  | 2025-01-01 | 90
        amina  | hospital | art  | 2025-03-22 | 90
        besa   | clinic   | oat  | 2025-03-01 | 2
        """,
        expect="""
        person | line | from_on    | facility
        -------+------+------------+---------
        amina  | art  | 2025-01-01 | clinic
        amina  | art  | 2025-03-22 | hospital
        besa   | oat  | 2025-03-01 | clinic
        """,
    )


def test_a_statement_counts_from_the_first_sure_day_and_yields_to_who_gives_within_it():
    check(
        cut_day="2025-03-31",
        supply="""
        person | facility | kind         | supplied   | until on
        -------+----------+--------------+------------+-----------
        amina  | clinic   | stated       | 2025-02    |
        amina  | prison   | administered | 2025-03-10 |
        besa   | clinic   | stated       | 2025-04-01 |
        drita  | clinic   | stated       | 2025-02    | 2025-02-10
        """,
        expect="""
        person | line | from_on    | facility
        -------+------+------------+---------
        amina  | art  | 2025-02-28 | clinic
        amina  | art  | 2025-03-10 | prison
        """,
    )


def test_of_two_sites_on_one_day_the_later_by_the_hour_gave_last_and_then_one_that_is_known():
    check(
        dose="""
        person | facility | given
        -------+----------+-----------------
        amina  | prison   | 2025-03-01 08:00
        amina  | clinic   | 2025-03-01 16:00
        amina  | unknown  | 2025-03-01 16:00
        besa   | clinic   | 2025-03-01 16:00
        besa   | prison   | 2025-03-01
        drita  | unknown  | 2025-03-01
        drita  | clinic   | 2025-03-01
        edona  | clinic   | 2025-03-01
        edona  | prison   | 2025-03-01
        flora  | unknown  | 2025-03-01 17:00
        flora  | clinic   | 2025-03-01 16:00
        """,
        expect="""
        person | facility
        -------+---------
        amina  | clinic
        besa   | clinic
        drita  | clinic
        edona  | prison
        flora  | unknown
        """,
    )


def test_a_depot_given_before_lasts_longer_but_was_not_given_last():
    check(
        dose="""
        person | facility | given      | covers days
        -------+----------+------------+------------
        amina  | prison   | 2025-03-01 | 28
        amina  | clinic   | 2025-03-10 | 1
        """,
        expect="""
        person | from_on    | facility
        -------+------------+---------
        amina  | 2025-03-01 | prison
        amina  | 2025-03-10 | clinic
        """,
    )


def test_what_covers_nothing_says_nothing_of_who_gave():
    check(
        dose="""
        person | facility | given      | status
        -------+----------+------------+----------
        amina  | prison   | 2025-03-01 | not_given
        besa   | prison   | 2025-03    | given
        drita  | prison   | 2025-07-01 | given
        """,
        supply="""
        person | facility | supplied   | days
        -------+----------+------------+-----
        edona  | clinic   | 2025-03-01 |
        """,
        expect="person | facility",
    )


def test_the_lines_of_a_person_are_apart():
    check(
        dose="""
        person | facility | given
        -------+----------+-----------
        amina  | prison   | 2025-03-01
        amina  | prison   | 2025-03-03
        """,
        supply="""
        person | facility | line | supplied   | days
        -------+----------+------+------------+-----
        amina  | clinic   | art  | 2025-03-02 | 30
        """,
        expect="""
        person | line | from_on    | facility
        -------+------+------------+---------
        amina  | oat  | 2025-03-01 | prison
        amina  | art  | 2025-03-02 | clinic
        """,
    )


def test_from_records_two_centres_one_after_the_other_are_two_rows_of_one_stretch(derived):
    world = derived(
        organization("north"),
        organization("clinic"),
        episode_of_care("n", "amina", "north"),
        episode_of_care("c", "amina", "clinic"),
        administration("1", episode="n", identifier="a", effective="2025-03-01T08:00:00+01:00"),
        administration("2", episode="c", identifier="b", effective="2025-03-02T08:00:00+01:00"),
    )
    givers = sorted(world.tables["last_giver"], key=lambda one: one["from_on"])
    assert [(str(one["from_on"]), world.facility_of(one)) for one in givers] == [
        ("2025-03-01", "DEMO north"),
        ("2025-03-02", "DEMO clinic"),
    ]
    assert len(world.tables["coverage"]) == 1
