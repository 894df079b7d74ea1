"""Who is shown as perhaps the same person, and who is not."""

from dataclasses import replace
from typing import Any

import pytest

from clinical.people import Details, Number, NumberKind
from clinical.people.duplicates import Points, Probable, Why, findings, points_of, probable
from clinical.protocols import Parameter, Protocol, Status, protocol_of

NEW = Details("Đorđe", "Đurić", "Petar", "1984-05-03", "male", (Number(NumberKind.NATIONAL, "0305984"),))


def known(**other: Any) -> Details:
    """The same person, but for what is named, and without the number."""
    return replace(NEW, **{"numbers": (), **other})


def shown(one: Details, points: Points | None = None) -> Probable | None:
    return next(iter(probable(NEW, {"p1": one}, points or Points())), None)


@pytest.mark.parametrize(
    "one",
    [
        known(),
        known(given="Ђорђе", family="Ђурић"),
        known(given="Djordje", family="Gjuric", born="1984-03-05"),
        known(given="Djordje", family="Duric", born="1984", father=""),
        known(born="", father="Petar"),
        known(given="Đurić", family="Đorđe", born="1984-05-08", father=""),
        known(given="Somebody", family="Else", father="", born="", numbers=NEW.numbers),
        known(given="Somebody", family="Else", others=("Đorđe Đurić",), father=""),
        known(born="", father=""),
        known(given="Đorđa", born="", father=""),
        known(sex="female", born="1984", father=""),
    ],
    ids=["all the same", "Cyrillic", "sounds, swapped", "only the year", "no birth", "order, a slip", "a number", "a former name", "name alone", "a slip alone", "other sex"],
)  # fmt: skip
def test_is_shown(one: Details) -> None:
    assert shown(one) is not None


@pytest.mark.parametrize(
    "one",
    [
        known(given="Petar", born="1990-01-01"),
        known(given="Marko", family="Kovač", father="Jovan"),
        known(father="Jovan", born="1990-01-01"),
        known(given="", family="", father="", born="1984-05-03"),
        known(born="1990-01-01", father=""),
        known(given="Đorđa", born="1984", father="", sex="female"),
        Details(),
    ],
    ids=["a brother", "somebody else", "another father and birth", "born that day", "another date of birth", "a slip and another sex", "nothing known"],
)  # fmt: skip
def test_is_not_shown(one: Details) -> None:
    assert shown(one) is None


def test_it_is_shown_from_so_many_points_on() -> None:
    one = known(father="")
    points = Points(same_name=25, same_birth=25)
    for least, is_shown in ((49, True), (50, True), (51, False)):
        assert (shown(one, replace(points, shown_from=least)) is not None) is is_shown


def test_the_likeliest_comes_first_and_says_why() -> None:
    people = {"far": known(born="1984", father=""), "near": known()}
    found = probable(NEW, people, Points())
    assert [one.patient for one in found] == ["near", "far"]
    assert found[0].why == (Why.SAME_NAME, Why.SAME_FATHER, Why.SAME_BIRTH)
    assert found[0].points == 40 + 20 + 25


def test_what_is_not_known_speaks_neither_for_nor_against() -> None:
    assert list(findings(Details("Đorđe", "Đurić"), NEW)) == [Why.SAME_NAME]


def test_a_number_of_another_kind_is_another_number() -> None:
    one = Details(numbers=(Number(NumberKind.PRISON, "0305984"),))
    assert Why.SAME_NUMBER not in findings(one, NEW)


def test_a_number_whose_kind_nobody_says_may_be_of_any_kind_but_a_cards_code() -> None:
    unsaid = Details(numbers=(Number(NumberKind.OTHER, "0305984"),))
    assert list(findings(unsaid, NEW)) == [Why.SAME_NUMBER]
    assert list(findings(unsaid, Details(numbers=(Number(NumberKind.CODE, "0305984"),)))) == []


def test_the_protocol_says_how_much_each_counts() -> None:
    said = Protocol({"people.duplicates.same-name": Parameter(7, "a test", Status.PROPOSED)})
    assert points_of(said) == Points(same_name=7)
    assert points_of(protocol_of("demonstration")) == Points()


def test_nobodys_name_is_in_what_is_printed_of_them() -> None:
    assert "Đ" not in repr(NEW)
    assert "0305984" not in repr(NEW)
