"""Of what is asked for a client gets what it has: letters, types and conditions meet."""

import pytest

from services.access.scopes import parse_scopes

LABORATORY = "system/Observation.rs?category=laboratory"


@pytest.mark.parametrize(
    ("granted", "asked", "met"),
    [
        ("system/*.cruds", "system/Patient.rs", "system/Patient.rs"),
        ("system/Patient.rs", "system/*.cruds", "system/Patient.rs"),
        ("system/Patient.rs", "system/Patient.cruds", "system/Patient.rs"),
        ("system/Patient.rs", "system/Observation.rs", ""),
        ("system/Patient.c", "system/Patient.rs", ""),
        (LABORATORY, "system/Observation.rs", LABORATORY),
        ("system/Observation.rs", LABORATORY, LABORATORY),
        (LABORATORY, LABORATORY, LABORATORY),
        (
            LABORATORY,
            "system/Observation.r?status=final",
            "system/Observation.r?category=laboratory&status=final",
        ),
        (
            "system/Patient.rs system/Observation.rs",
            "system/*.r",
            "system/Patient.r system/Observation.r",
        ),
        ("system/*.cruds", "system/Patient.r system/steward", "system/Patient.r"),
        ("system/*.cruds system/steward", "system/Patient.r", "system/Patient.r"),
        (
            "system/*.cruds system/steward",
            "system/Patient.r system/steward",
            "system/Patient.r system/steward",
        ),
    ],
)
def test_what_is_asked_for_meets_what_is_granted(granted: str, asked: str, met: str) -> None:
    assert str(parse_scopes(granted).meet(parse_scopes(asked))) == met


@pytest.mark.parametrize("scope", ["system/*.cruds", LABORATORY, "system/Patient.rs system/steward"])
def test_scopes_are_written_as_they_are_read(scope: str) -> None:
    assert str(parse_scopes(scope)) == scope
    assert parse_scopes(str(parse_scopes(scope))) == parse_scopes(scope)


def test_a_condition_is_no_whole_type() -> None:
    scopes = parse_scopes(LABORATORY)
    assert not scopes.allow("r", "Observation")
    assert scopes.conditions("r", "Observation") == ((("category", "laboratory"),),)
    assert scopes.conditions("r", "Patient") == ()


def test_a_whole_type_has_no_condition() -> None:
    scopes = parse_scopes(f"{LABORATORY} system/*.r")
    assert scopes.allow("r", "Observation")
    assert scopes.conditions("r", "Observation") == ()
    assert scopes.conditions("s", "Observation") == ((("category", "laboratory"),),)
