"""How a person is named in a line."""

from typing import Any

import pytest

from clinical.people import identity_of

V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"


def a_number(value: str, code: str | None = None, **more: Any) -> dict[str, Any]:
    typed = {"type": {"coding": [{"system": V2, "code": code}]}} if code else {}
    return {"system": "urn:x", "value": value, **typed, **more}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([{"given": ["Ana", "Maria"], "family": "Kovač"}], "Ana Maria Kovač"),
        ([{"text": "Ana K."}], "Ana K."),
        ([{"use": "nickname", "text": "Anči"}, {"use": "official", "family": "Kovač"}], "Kovač"),
        ([{"use": "old", "family": "Perić"}, {"family": "Kovač"}], "Kovač"),
        ([], ""),
    ],
)
def test_the_name_is_the_one_that_is_used(names: list[dict[str, Any]], said: str) -> None:
    assert identity_of({"name": names}).name == said


def test_a_prison_number_comes_before_that_of_the_state() -> None:
    assert identity_of({"identifier": [a_number("1", "NI"), a_number("2")]}).number == "2"
    assert identity_of({"identifier": [a_number("1", "NI")]}).number == "1"
    assert identity_of({"identifier": [a_number("1", use="old"), {"system": "urn:x"}]}).number == ""


def test_of_the_birth_only_the_year_is_said() -> None:
    assert identity_of({"birthDate": "1984-03-02"}).born == "1984"
    assert identity_of({}).born == ""


def test_nothing_of_it_stands_in_its_representation() -> None:
    one = identity_of({"name": [{"family": "Kovač"}], "identifier": [a_number("77")], "birthDate": "1984"})
    assert repr(one) == "Identity()"
