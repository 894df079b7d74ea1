"""Who could be taken for somebody else in one facility."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical.people import Details
from clinical.people.two_people import PROPOSED_COMMON_FROM, Taken, marks, taken_for

ONE = Details("Marko", "Petrović", "Jovan", "1984-05-03")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Details("Марко", "Петровић"), Taken.SAME_NAME),
        (Details("Petrović", "Marko"), Taken.SAME_NAME),
        (Details("Marco", "Petrović"), Taken.SIMILAR_NAME),
        (Details("Marko", "Petroviq"), Taken.SIMILAR_NAME),
        (Details("Petar", "Petrović", "Jovan", "1990"), Taken.SAME_FAMILY_AND_FATHER),
        (Details("Petar", "Petrovid", "Jovan", "1990"), Taken.SAME_FAMILY_AND_FATHER),
        (Details("Petar", "Petrović", "Jovam", "1990"), Taken.SAME_FAMILY_AND_FATHER),
        (Details("Petar", "Petrović", "Luka", "1984"), Taken.SAME_FAMILY_AND_YEAR),
        (Details("Petar", "Petrovid", "Jovam", "1990"), None),
        (Details("Petar", "Petrović", "Luka", "1985"), None),
        (Details("Petar", "Petrović"), None),
        (Details("Marko", "Kovač", "Jovan", "1984-05-03"), None),
        (Details(), None),
    ],
)
def test_why_one_could_be_taken_for_the_other(other: Details, why: Taken | None) -> None:
    assert taken_for(ONE, other) is why
    found = marks({"a": ONE, "b": other})
    assert [found[one].why for one in sorted(found)] == ([why, why] if why else [])


def test_both_are_marked_with_each_other_and_the_strongest_reason_counts() -> None:
    people = {"a": ONE, "b": replace(ONE), "c": replace(ONE, given="Petar"), "d": Details("Ana", "Kovač")}
    found = marks(people)
    assert {one: mark.others for one, mark in found.items()} == {
        "a": ("b", "c"),
        "b": ("a", "c"),
        "c": ("a", "b"),
    }
    assert found["a"].why is Taken.SAME_NAME
    assert found["c"].why is Taken.SAME_FAMILY_AND_FATHER


@pytest.mark.parametrize(
    ("many", "marked"), [(PROPOSED_COMMON_FROM - 1, True), (PROPOSED_COMMON_FROM, False)]
)
def test_a_family_name_that_many_have_tells_nobody_by_the_birth_year(many: int, marked: bool) -> None:
    given_names = [
        a + b
        for a in ("Bor", "Dav", "Fil", "Zin", "Luk")
        for b in ("anko", "ejmir", "islav", "oljub", "utin")
    ]
    people = {name: Details(name, "Demo", "", "1984") for name in given_names[:many]}
    assert bool(marks(people)) is marked


NAMES = st.sampled_from(
    ["Marko", "Marco", "Mark", "Petar", "Petra", "Đorđe", "Djordje", "Ana", "Ana Maria", ""]
)
FAMILIES = st.sampled_from(
    ["Petrović", "Petrovid", "Петровић", "Petrovic Kovač", "Kovač", "Kovač-Petrović", ""]
)
YEARS = st.sampled_from(["1984", "1984-02", "1985", ""])


@given(st.lists(st.builds(Details, NAMES, FAMILIES, NAMES, YEARS), max_size=12))
def test_all_at_once_finds_what_comparing_every_two_finds(people: list[Details]) -> None:
    by_id = {str(nth): one for nth, one in enumerate(people)}
    pairs = [pair for pair in combinations(by_id, 2) if taken_for(by_id[pair[0]], by_id[pair[1]])]
    found = marks(by_id)
    assert {tuple(sorted((one, other))) for one, mark in found.items() for other in mark.others} == {
        tuple(sorted(pair)) for pair in pairs
    }
