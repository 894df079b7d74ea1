"""What may be chosen: login names, passwords, PINs."""

import pytest

from services.access.people import login_names, password_rules, pin_rules
from services.access.people.common_passwords import COMMON
from services.access.people.errors import LoginRefused, PasswordRefused, PinRefused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana.Petrović", "ana.petrović"),
        ("\uff21\uff4e\uff41", "ana"),  # full-width letters of another keyboard
        (" STRASSE ", "strasse"),
        ("straße", "strasse"),
        ("Ксенија_1", "ксенија_1"),
    ],
)
def test_a_login_name_is_folded(typed: str, kept: str) -> None:
    assert login_names.accepted(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "ab", "a b c", "ana@prison", "x" * 65, "ana\0", "ana/..", "a\u202eb.c"]
)
def test_a_login_name_that_nobody_could_read_is_refused(typed: str) -> None:
    with pytest.raises(LoginRefused):
        login_names.accepted(typed)


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        ("x7 plum door", True),
        ("x7 plum doo", False),  # 11
        ("ab" * 64, True),
        ("ab" * 64 + "a", False),  # 129
        ("lozinka12345", False),
        ("LOZINKA12345", False),
        ("password12345", False),
        ("aaaaaaaaaaaa", False),
        ("ana.petrović", False),
        ("Ana.Petrović", False),
        ("дугачка шетња поред реке", True),
    ],
)
def test_a_password_is_long_and_not_tried_first(password: str, fine: bool) -> None:
    if fine:
        assert password_rules.accepted(password, "ana.petrović") == password
        return
    with pytest.raises(PasswordRefused) as refused:
        password_rules.accepted(password, "ana.petrović")
    assert password not in str(refused.value)


def test_a_letter_typed_in_two_ways_is_one() -> None:
    assert password_rules.accepted("cafe\u0301 by the river", "ana") == "caf\xe9 by the river"


def test_the_list_is_without_case() -> None:
    assert {word.casefold() for word in COMMON} == COMMON


@pytest.mark.parametrize(
    ("pin", "fine"),
    [
        ("480173", True),
        ("48017", False),
        ("480173480172", True),
        ("480173480173", False),
        ("112233", False),
        ("112232", False),
        ("112234", True),
        ("4801734801730", False),
        ("48017a", False),
        ("٤٨٠١٧٣", False),
        ("222222", False),
        ("123456", False),
        ("987654", False),
        ("890123", False),
        ("210987", False),
        ("121212", False),
        ("123123", False),
        ("12345678", False),
    ],
)
def test_a_pin_is_not_one_that_anybody_tries_first(pin: str, fine: bool) -> None:
    if fine:
        assert pin_rules.accepted(pin) == pin
        return
    with pytest.raises(PinRefused) as refused:
        pin_rules.accepted(pin)
    assert pin not in str(refused.value)
