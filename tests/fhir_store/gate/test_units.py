"""UCUM by syntax."""

import pytest

from fhir_store.gate.units import LONGEST_UNIT, is_unit


@pytest.mark.parametrize(
    "code",
    [
        "1",
        "%",
        "mg",
        "mL",
        "mg/mL",
        "mg/d",
        "ms",
        "d",
        "/uL",
        "/mm3",
        "{copies}/mL",
        "[IU]/mL",
        "{score}",
        "{}",
        "cells/uL",
        "10*3/uL",
        "10*9/L",
        "10^6",
        "mm[Hg]",
        "m[H2O]",
        "kg/m2",
        "m/s2",
        "s-1",
        "mL/min/{1.73_m2}",
        "mL/min/(173.10*-2.m2)",
        "(a.b)/(c.d)",
        "((mg))",
        "/(kg.d)",
        "ug{FEU}/mL",
        "mmol/L{x}",
        "Cel",
        "[degF]",
        "a_j",
        "B[10.nV]",
        "[in_i'H2O]",
        "4.[pi]",
        "10.mg",
        "{%}",
        "U/(2.h)",
        "g.m/(s2.mol)",
    ],
)
def test_units_are_units(code: str) -> None:
    assert is_unit(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "mg per day",
        "mg/",
        "mg//mL",
        "mg.",
        ".mg",
        "mg..mL",
        "µg",
        "mg/mL)",
        "(mg/mL",
        "()",
        "{a",
        "a}",
        "[IU",
        "IU]",
        "{a{b}}",
        "{é}",
        "mg\n",
        "m²",
        "1,5.mg",
        "mg*mL",
        "m" * (LONGEST_UNIT + 1),
    ],
)
def test_what_is_no_unit_is_none(code: str) -> None:
    assert not is_unit(code)
