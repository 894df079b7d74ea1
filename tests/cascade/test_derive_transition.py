"""Receptions, transfers between prisons and releases."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from spec import drawn_stays, worlds
from spec.custody_records import custody
from spec.derivations import cut, derived_rows
from spec.setting_at_twin import settings_at

from examples import examples

EXAMPLES = examples(6)


def moves(world, at="2025-06-30"):
    return sorted(
        derived_rows("transition", world, cut(at)), key=lambda one: (one.person_key, one.moved_at, one.kind)
    )


def check(expect, *, at="2025-06-30", **tables):
    """Contract rows in; the expected moves out."""
    headings, wanted = worlds.expected(expect)
    assert worlds.shown(moves(worlds.world(**tables), at), headings) == wanted


def test_who_came_from_liberty_and_went_to_liberty_was_received_and_released():
    check(
        stay="""
        person | facility     | start            | end              | legal_status | entry_reason | exit_reason
        -------+--------------+------------------+------------------+--------------+--------------+----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-31 23:30 | sentenced    | liberty      | release_planned
        besa   | prison south | 2025-03-01 14:00 |                  |              |              |
        """,
        expect="""
        person | kind      | moved_on   | from_facility_key | to_facility_key | exit_reason     | legal_status | next_custody_on
        -------+-----------+------------+-------------------+-----------------+-----------------+--------------+----------------
        amina  | reception | 2025-03-01 |                   | prison north    |                 | sentenced    |
        amina  | release   | 2025-03-31 | prison north      |                 | release_planned | sentenced    |
        besa   | reception | 2025-03-01 |                   | prison south    |                 |              |
        """,
    )  # fmt: skip


def test_the_legal_status_is_the_one_after_a_reception_and_before_a_release(derived):
    legal = (("pretrial", None), ("sentenced", "2025-03-10"))
    world = derived(custody(end="2025-03-31T10:00:00+02:00", way_out="release-planned", legal=legal))
    found = {move["kind"]: move["legal_status"] for move in world.tables["transition"]}
    assert found == {"reception": "pretrial", "release": "sentenced"}


@pytest.mark.parametrize(
    ("exit_reason", "entry_reason", "kinds"),
    [
        ("transfer", "transfer", ["transfer"]),
        ("transfer", "liberty", ["transfer"]),
        ("transfer", "", ["transfer"]),
        ("unknown", "liberty", ["transfer"]),
        ("", "", ["transfer"]),
        ("release_planned", "transfer", ["transfer"]),
        ("release_planned", "liberty", ["reception", "release"]),
        ("release_unplanned", "", ["reception", "release"]),
        ("escape", "recall", ["reception", "release"]),
        ("death", "liberty", ["reception"]),
    ],
)
def test_within_a_day_the_reasons_say_whether_it_was_a_transfer(exit_reason, entry_reason, kinds):
    world = worlds.world(
        stay=f"""
        person | facility     | start            | end              | entry_reason   | exit_reason
        -------+--------------+------------------+------------------+----------------+--------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 10:00 |                | {exit_reason}
        amina  | prison south | 2025-03-10 15:30 |                  | {entry_reason} |
        """
    )
    found = moves(world)
    assert sorted(one.kind for one in found[1:]) == kinds
    assert {one.moved_on for one in found[1:]} == {date(2025, 3, 10)}


@pytest.mark.parametrize(
    ("entered", "kinds"),
    [
        ("2025-03-30 09:59", ["transfer"]),
        ("2025-03-30 10:59", ["transfer"]),
        ("2025-03-30 11:00", ["transfer"]),
        ("2025-03-30 11:01", ["reception", "release"]),
    ],
)
def test_a_transfer_is_at_most_24_hours_on_its_way_also_when_the_clocks_change(entered, kinds):
    world = worlds.world(
        stay=f"""
        person | facility     | start            | end              | exit_reason
        -------+--------------+------------------+------------------+------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-29 10:00 | transfer
        amina  | prison south | {entered}        |                  |
        """
    )
    assert sorted(one.kind for one in moves(world)[1:]) == kinds


def test_a_transfer_says_from_where_to_where_and_why():
    check(
        stay="""
        person | facility     | start            | end              | legal_status | exit_reason
        -------+--------------+------------------+------------------+--------------+----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 22:00 | pretrial     | transfer
        amina  | prison south | 2025-03-11 09:00 | 2025-03-20 10:00 | sentenced    | release_planned
        """,
        expect="""
        kind      | moved_on   | from_facility_key | to_facility_key | exit_reason     | legal_status
        ----------+------------+-------------------+-----------------+-----------------+-------------
        reception | 2025-03-01 |                   | prison north    |                 | pretrial
        transfer  | 2025-03-10 | prison north      | prison south    | transfer        | pretrial
        release   | 2025-03-20 | prison south      |                 | release_planned | sentenced
        """,
    )


def test_a_release_tells_when_custody_began_again():
    check(
        stay="""
        person | facility     | start            | end              | exit_reason
        -------+--------------+------------------+------------------+------------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 10:00 | release_unplanned
        amina  | prison north | 2025-03-10 20:00 | 2025-03-15 10:00 | release_unplanned
        amina  | prison south | 2025-04       | 2025-05-01 10:00 | release_planned
        amina  | prison south | 2025-07-01 10:00 |                  |
        """,
        expect="""
        kind      | moved_on   | next_custody_on
        ----------+------------+----------------
        reception | 2025-03-01 |
        release   | 2025-03-10 | 2025-03-10
        reception | 2025-03-10 |
        release   | 2025-03-15 | 2025-04-01
        release   | 2025-05-01 |
        """,
    )


def test_nobody_is_released_by_dying():
    check(
        person="""
        person | died
        -------+-----------
        besa   | 2025-03-10
        drita  | 2025-03-10
        """,
        stay="""
        person | facility     | start            | end              | exit_reason
        -------+--------------+------------------+------------------+----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 03:10 | death
        besa   | prison north | 2025-03-01 14:00 | 2025-03-12 10:00 | unknown
        drita  | prison north | 2025-03-01 14:00 | 2025-03-10 10:00 | release_planned
        drita  | prison south | 2025-04-01 14:00 |                  |
        """,
        expect="""
        person | kind      | moved_on
        -------+-----------+-----------
        amina  | reception | 2025-03-01
        besa   | reception | 2025-03-01
        drita  | reception | 2025-03-01
        drita  | release   | 2025-03-10
        """,
    )


def test_who_is_held_elsewhere_is_not_released():
    check(
        stay="""
        person | facility     | start            | end              | exit_reason
        -------+--------------+------------------+------------------+----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-31 10:00 | deported
        amina  | prison south | 2025-03-10 14:00 | 2025-03-20 10:00 | release_planned
        besa   | prison north | 2025-03-01 14:00 | 2025-03-10 15:00 | release_planned
        besa   | prison south | 2025-03-10 14:00 |                  |
        drita  | prison north | 2025-03-01 14:00 | 2025-03-10 15:00 | release_planned
        drita  | prison north | 2025-03-05 14:00 | 2025-03-20 10:00 | release_planned
        """,
        expect="""
        person | kind      | moved_on   | from_facility_key | to_facility_key | exit_reason
        -------+-----------+------------+-------------------+-----------------+----------------
        amina  | reception | 2025-03-01 |                   | prison north    |
        amina  | transfer  | 2025-03-10 | prison north      | prison south    | unknown
        amina  | release   | 2025-03-31 | prison north      |                 | deported
        besa   | reception | 2025-03-01 |                   | prison north    |
        besa   | transfer  | 2025-03-10 | prison north      | prison south    | unknown
        drita  | reception | 2025-03-01 |                   | prison north    |
        drita  | release   | 2025-03-20 | prison north      |                 | release_planned
        """,
    )


def test_who_was_never_let_go_and_is_then_in_another_prison_was_transferred():
    check(
        stay="""
        person | facility     | start            | end              | entry_reason | exit_reason
        -------+--------------+------------------+------------------+--------------+----------------
        amina  | prison north | 2024-03-01 14:00 |                  |              |
        amina  | prison south | 2025-03-10 14:00 | 2025-03-20 10:00 | liberty      | release_planned
        """,
        expect="""
        kind      | moved_on   | from_facility_key | exit_reason
        ----------+------------+-------------------+----------------
        reception | 2024-03-01 |                   |
        transfer  | 2025-03-10 | prison north      | unknown
        release   | 2025-03-20 | prison south      | release_planned
        """,
    )


def test_days_are_enough_and_months_are_not():
    check(
        stay="""
        person | facility     | start            | end              | entry_reason | exit_reason
        -------+--------------+------------------+------------------+--------------+----------------
        amina  | prison north | 2025-03-01       | 2025-03-10       |              | release_planned
        amina  | prison north | 2025-03-10       | 2025-03-20       | liberty      | transfer
        amina  | prison south | 2025-03-20       | 2025-03-31       |              | release_planned
        besa   | prison north | 2025-02          | 2025-04          |              | release_planned
        drita  | prison north | 2025-03-01       | 2025-04          |              | transfer
        drita  | prison south | 2025-04-20       |                  |              |
        """,
        expect="""
        person | kind      | moved_on   | from_facility_key | next_custody_on
        -------+-----------+------------+-------------------+----------------
        amina  | reception | 2025-03-01 |                   |
        amina  | release   | 2025-03-10 | prison north      | 2025-03-10
        amina  | reception | 2025-03-10 |                   |
        amina  | transfer  | 2025-03-20 | prison north      |
        amina  | release   | 2025-03-31 | prison south      |
        drita  | reception | 2025-03-01 |                   |
        drita  | transfer  | 2025-04-20 | prison north      |
        """,
    )


def test_a_release_of_a_day_is_at_its_beginning_and_never_before_the_stay():
    world = worlds.world(
        stay="""
        person | facility     | start            | end        | exit_reason
        -------+--------------+------------------+------------+----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 | release_planned
        besa   | prison north | 2025-03-10 14:00 | 2025-03-10 | release_planned
        """
    )
    releases = [one for one in moves(world) if one.kind == "release"]
    assert [f"{one.moved_at:%d %H:%M}" for one in releases] == ["10 00:00", "10 14:00"]


def test_what_lies_after_the_cut_nobody_knows():
    check(
        at="2025-03-10 12:00",
        stay="""
        person | facility     | start            | end              | exit_reason
        -------+--------------+------------------+------------------+----------------
        amina  | prison north | 2025-03-01 14:00 | 2025-03-10 12:00 | release_planned
        amina  | prison north | 2025-03-10 12:01 |                  |
        besa   | prison north | 2025-03-01 14:00 | 2025-03-10 12:01 | release_planned
        """,
        expect="""
        person | kind      | moved_on   | next_custody_on
        -------+-----------+------------+----------------
        amina  | reception | 2025-03-01 |
        amina  | release   | 2025-03-10 |
        besa   | reception | 2025-03-01 |
        """,
    )


def test_absences_and_programmes_are_no_moves():
    check(
        stay="""
        person | facility     | kind          | start            | end              | exit_reason
        -------+--------------+---------------+------------------+------------------+---------------
        amina  | prison north | absence_court | 2025-03-01 14:00 | 2025-03-10 10:00 | unknown
        amina  | clinic       | community_oat | 2025-03-01       | 2025-03-10       | programme_exit
        """,
        expect="kind | moved_on",
    )


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_stays.WORLDS, drawn_stays.CUTS)
def test_who_is_released_is_not_in_prison_after_it_but_by_a_reception(world, at):
    found = moves(world, at)
    received = {(one.person_key, one.moved_at) for one in found if one.kind == "reception"}
    held = [one for one in settings_at(world, cut(at).data_as_of) if one.setting == "prison"]
    for one in found:
        if one.kind != "release" or (one.person_key, one.moved_at) in received:
            continue
        # A release of a day is put at its beginning, and who is released on it is held up to its end.
        day_over = one.moved_at + timedelta(days=1, hours=1)
        assert not [
            stay
            for stay in held
            if stay.person_key == one.person_key and stay.from_at <= one.moved_at
            and ((stay.to_at is None and day_over <= cut(at).data_as_of) or (stay.to_at and stay.to_at > day_over))
        ]  # fmt: skip
