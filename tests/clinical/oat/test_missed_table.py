"""What missed days mean: the protocol's table, at and beside each of its limits."""

from decimal import Decimal
from typing import Any

import pytest
from oat import COMBINED, METHADONE, MONTHLY, MORPHINE, SUBLINGUAL, WEEKLY, a_law

from clinical.oat.missed_table import Level, Meaning, meaning_of, suggested_mg
from clinical.oat.product import Product, products
from clinical.protocols import NO_PROTOCOL, BadProtocol, Parameter, Protocol, Status

N, P, S = Level.NORMAL, Level.PRESCRIBER, Level.AUTO_SUSPENDED


@pytest.mark.parametrize(
    ("product", "induction", "levels"),
    [
        (METHADONE, False, [N, N, N, P, P, S, S]),
        (METHADONE, True, [N, N, P, P, P, S, S]),
        (SUBLINGUAL, False, [N, N, N, P, P, P, S]),
        (SUBLINGUAL, True, [N, N, P, P, P, P, S]),
        (COMBINED, False, [N, N, N, P, P, P, S]),
        (WEEKLY, False, [N, P, P, P, P, P, P]),
        (MONTHLY, False, [N, P, P, P, P, P, P]),
        (MORPHINE, False, [N, N, P, P, P, S, S]),
        (MORPHINE, True, [N, P, P, P, P, S, S]),
    ],
)
def test_each_product_has_its_limits(product: Product, induction: bool, levels: list[Level]) -> None:
    found = [meaning_of(days, product, a_law(), in_induction=induction) for days in range(7)]
    assert [one.level for one in found] == levels
    assert all(one.not_set == () for one in found)


@pytest.mark.parametrize("product", list(products().values()))
def test_without_a_table_a_prescriber_decides_from_the_first_missed_day_on(product: Product) -> None:
    found = [meaning_of(days, product, NO_PROTOCOL, in_induction=False) for days in (0, 1, 9)]
    assert [one.level for one in found] == [N, P, P]
    assert found[0].not_set == (f"oat.missed-days.{product.code}",)


def test_of_two_tables_the_stricter_counts_in_induction() -> None:
    law = a_law(oat__missed_days__induction__methadone_oral_solution=[{"from": 9, "means": "prescriber"}])
    assert [meaning_of(n, METHADONE, law, in_induction=True).level for n in (2, 3)] == [N, P]
    unset = a_law(oat__missed_days__induction__methadone_oral_solution=None)
    found = meaning_of(1, METHADONE, unset, in_induction=True)
    assert (found.level, found.not_set) == (P, ("oat.missed-days.induction.methadone-oral-solution",))
    assert meaning_of(1, METHADONE, unset, in_induction=False).level is N


def a_table(*rows: dict[str, Any]) -> Protocol:
    name = f"oat.missed-days.{METHADONE.code}"
    return Protocol({name: Parameter(list(rows), "x", Status.PROPOSED)})


REDUCED = {"from": 3, "means": "reduced", "percent": 50}


def test_a_reduced_dose_says_how_much_is_left() -> None:
    law = a_table(REDUCED, {"from": 4, "means": "reduced", "percent": 50, "at-most-mg": 40})
    half, capped = (meaning_of(n, METHADONE, law, in_induction=False) for n in (3, 4))
    assert half == Meaning(Level.REDUCED, 50)
    assert capped == Meaning(Level.REDUCED, 50, Decimal(40))
    assert [suggested_mg(Decimal(mg), half) for mg in (60, 81, 83, 100)] == [30, 40, 41, 50]
    assert [suggested_mg(Decimal(mg), capped) for mg in (78, 80, 82, 100)] == [39, 40, 40, 40]
    assert suggested_mg(Decimal(60), Meaning(Level.PRESCRIBER)) is None


DAYS = "each row says from how many days on, 1 or more."
MEANS = "each row means one of normal, reduced, prescriber, re-induction, auto-suspended."
BELONGS = "percent belongs to rows that mean reduced, and to no others."
PERCENT = "percent is a whole number from 1 to 99."
AT_MOST = "at-most-mg is a number."
ORDER = "the rows stand in the order of their days."
MILDER = "more missed days never mean less."


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"means": "normal"}], DAYS),
        ([{"from": 0, "means": "normal"}], DAYS),
        ([{"from": "3", "means": "normal"}], DAYS),
        ([{"from": True, "means": "normal"}], DAYS),
        ([{"from": 3}], MEANS),
        ([{"from": 3, "means": "maybe"}], MEANS),
        ([{"from": 3, "means": "reduced"}], BELONGS),
        ([{"from": 3, "means": "prescriber", "percent": 50}], BELONGS),
        ([{"from": 3, "means": "prescriber", "percent": 500}], BELONGS),
        ([{**REDUCED, "percent": 0}], PERCENT),
        ([{**REDUCED, "percent": 100}], PERCENT),
        ([{**REDUCED, "percent": "50"}], PERCENT),
        ([{**REDUCED, "at-most-mg": "x"}], AT_MOST),
        ([{"from": 3, "means": "normal"}, {"from": 3, "means": "prescriber"}], ORDER),
        ([{"from": 3, "means": "normal"}, {"from": 2, "means": "prescriber"}], ORDER),
        ([{"from": 3, "means": "prescriber"}, {"from": 4, "means": "normal"}], MILDER),
        ([{"from": 3, "means": "auto-suspended"}, {"from": 4, "means": "re-induction"}], MILDER),
    ],
)
def test_a_table_that_is_no_table_is_refused(rows: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(BadProtocol) as found:
        meaning_of(5, METHADONE, a_table(*rows), in_induction=False)
    assert str(found.value) == f"oat.missed-days.methadone-oral-solution: {says}"


def test_the_whole_of_a_percentage_is_allowed() -> None:
    for percent in (1, 99):
        law = a_table({**REDUCED, "percent": percent}, {"from": 9, "means": "reduced", "percent": percent})
        assert meaning_of(3, METHADONE, law, in_induction=False).percent == percent
