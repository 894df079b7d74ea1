"""When two names are alike, in any script, spelling and order."""

import pytest

from clinical.people.birth_date import BirthLikeness, births_alike, swapped
from clinical.people.likeness import Likeness, alike, is_typo

SAME, SOUNDS, TYPO, NONE = Likeness.SAME, Likeness.SOUNDS, Likeness.TYPO, Likeness.NONE


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Đorđe Đurić", "Djordje Djuric", SAME),
        ("Đorđe Đurić", "Ђорђе Ђурић", SAME),
        ("Đorđe Đurić", "ĐURIĆ ĐORĐE", SAME),
        ("Đorđe Đurić", "Đorđe Gjurić", SOUNDS),
        ("Đorđe Đurić", "Dorde Duric", SOUNDS),
        ("Ѓорѓи Ќосев", "Gjorgji Kjosev", SAME),
        ("Ѕвездан Џамбаз", "Dzvezdan Džambaz", SAME),
        ("Ëngjëll Çela", "Engjell Cela", SAME),
        ("Enver Hoxha", "Enver Hodža", SOUNDS),
        ("Marko Petrović", "Marco Petrović", TYPO),
        ("Marko Petrović", "Marko Petroivć", TYPO),
        ("Marko Petrović", "Marko Petroić", TYPO),
        ("Marko Petrović", "Marko Petraković", NONE),
        ("Marko Petrović", "Marco Petrovid", NONE),
        ("Ana Maria Petrović", "Petrović Ana", SAME),
        ("Marko Petrović", "Petar Petrović", NONE),
        ("Ana Kovač", "Ena Kovač", NONE),
        ("Marko", "Marko", SAME),
        ("Marko", "Marko Petrović", NONE),
        ("", "", NONE),
        ("", "Marko", NONE),
    ],
)  # fmt: skip
def test_names(one: str, other: str, said: Likeness) -> None:
    assert alike(one, other) is said
    assert alike(other, one) is said


@pytest.mark.parametrize(
    ("one", "other"),
    [("marko", "marco"), ("marko", "makro"), ("marko", "mark"), ("marko", "marjko"), ("marko", "markox"), ("marko", "amarko")],
)  # fmt: skip
def test_one_slip(one: str, other: str) -> None:
    assert is_typo(one, other)
    assert is_typo(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("ana", "ena"), ("marko", "mrako x"), ("marko", "mroka"), ("marko", "mar")]
)
def test_more_than_one_slip_or_too_short_a_word(one: str, other: str) -> None:
    assert not is_typo(one, other)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("1984-05-03", "1984-05-03", BirthLikeness.SAME),
        ("1984-05-03", "1984-03-05", BirthLikeness.SWAPPED),
        ("1984-05-03", "1984-05-04", BirthLikeness.SLIP),
        ("1984-05-03", "1948-05-03", BirthLikeness.SLIP),
        ("1984-05-03", "1984-06-04", BirthLikeness.OTHER),
        ("1984-05-03", "1984", BirthLikeness.AS_FAR_AS_KNOWN),
        ("1984-05", "1984-05", BirthLikeness.AS_FAR_AS_KNOWN),
        ("1984-05-03", "1985", BirthLikeness.OTHER),
        ("1984-05-03", "1984-06", BirthLikeness.OTHER),
        ("", "1984", BirthLikeness.NOT_KNOWN),
        ("1984", "soon", BirthLikeness.NOT_KNOWN),
    ],
)
def test_dates_of_birth(one: str, other: str, said: BirthLikeness) -> None:
    assert births_alike(one, other) is said
    assert births_alike(other, one) is said


@pytest.mark.parametrize(
    ("born", "said"),
    [("1984-05-03", "1984-03-05"), ("1984-05-13", None), ("1984-05-05", None), ("1984-05", None), ("", None)],
)
def test_a_date_with_day_and_month_the_other_way_round(born: str, said: str | None) -> None:
    assert swapped(born) == said
