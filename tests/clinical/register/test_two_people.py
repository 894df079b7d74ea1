"""Two sign where the law asks for two, and where nobody said what it asks."""

import pytest
from dispensary import ANA, AT_NIGHT, BESA, BOTH, law

from clinical.protocols import NO_PROTOCOL
from clinical.register.errors import SamePerson, SecondPersonNeeded
from clinical.register.kind import Kind
from clinical.register.two_people import (
    ALONE,
    ALWAYS_TWO,
    TWO_PEOPLE,
    Act,
    Hands,
    Signed,
    not_set,
    signed,
    signed_as_given,
    takes_two,
)

EVERYTHING: list[Kind | Act] = [*Kind, *(act for act in Act if act is not Act.REPORT)]
ONE = Hands(ANA)
AT_NIGHT_MAY = {"issue", "dose", "re-dose", "spill", "remove", "close", "count", "pour"}
NAMES = {"transfer-in": "transfer_in"}


def one_is_enough(what: Kind | Act) -> dict[str, bool]:
    return {f"two_people_{what}": False}


@pytest.mark.parametrize("what", EVERYTHING)
def test_where_the_law_is_not_set_two_are_needed(what: Kind | Act) -> None:
    with pytest.raises(SecondPersonNeeded):
        signed(what, ONE, NO_PROTOCOL)
    assert signed(what, BOTH, NO_PROTOCOL) == Signed(ANA, BESA, single_handed=False)


@pytest.mark.parametrize("what", EVERYTHING)
def test_where_the_law_asks_for_two_two_are_needed(what: Kind | Act) -> None:
    with pytest.raises(SecondPersonNeeded):
        signed(what, ONE, law(**{f"two_people_{what}": True}))


@pytest.mark.parametrize("what", EVERYTHING)
def test_where_the_law_asks_for_one_one_is_enough_but_for_a_count_a_cup_and_the_end_of_a_discrepancy(
    what: Kind | Act,
) -> None:
    protocol = law(**one_is_enough(what))
    if what in ("count", "cup-back", "settle"):
        with pytest.raises(SecondPersonNeeded):
            signed(what, ONE, protocol)
    else:
        assert signed(what, ONE, protocol) == Signed(ANA, None, single_handed=False)


@pytest.mark.parametrize("what", EVERYTHING)
def test_alone_at_night_is_done_what_the_round_needs_and_is_marked(what: Kind | Act) -> None:
    if what in AT_NIGHT_MAY:
        assert signed(what, AT_NIGHT, NO_PROTOCOL) == Signed(ANA, None, single_handed=True)
    else:
        with pytest.raises(SecondPersonNeeded):
            signed(what, AT_NIGHT, NO_PROTOCOL)


def test_nobody_signs_twice() -> None:
    for hands in (Hands(ANA, ANA), Hands(ANA, ANA, alone=True)):
        with pytest.raises(SamePerson):
            signed(Kind.DOSE, hands, law(**one_is_enough(Kind.DOSE)))


def test_who_says_to_be_alone_and_has_somebody_sign_is_not_alone() -> None:
    assert signed(Kind.DOSE, Hands(ANA, BESA, alone=True), NO_PROTOCOL) == Signed(
        ANA, BESA, single_handed=False
    )


def test_a_dose_that_was_given_is_never_refused_and_marked_if_two_were_needed() -> None:
    assert signed_as_given(Kind.DOSE, ONE, NO_PROTOCOL) == Signed(ANA, None, single_handed=True)
    assert signed_as_given(Kind.DOSE, BOTH, NO_PROTOCOL) == Signed(ANA, BESA, single_handed=False)
    assert signed_as_given(Kind.DOSE, Hands(ANA, ANA), NO_PROTOCOL) == Signed(ANA, None, single_handed=True)
    enough = law(**one_is_enough(Kind.DOSE))
    assert signed_as_given(Kind.DOSE, ONE, enough) == Signed(ANA, None, single_handed=False)


def test_what_is_not_set_is_named() -> None:
    named = not_set(law(two_people_dose=True))
    assert f"{TWO_PEOPLE}.dose" not in named
    assert {f"{TWO_PEOPLE}.issue", f"{TWO_PEOPLE}.pour", f"{TWO_PEOPLE}.destroy"} <= set(named)
    assert not any(f"{TWO_PEOPLE}.{one}" in named for one in ALWAYS_TWO)
    assert all(takes_two(one, NO_PROTOCOL) for one in ALONE)


def test_one_is_enough_to_say_that_something_is_off() -> None:
    for protocol in (NO_PROTOCOL, law(two_people_report=True)):
        assert signed(Act.REPORT, ONE, protocol) == Signed(ANA, None, single_handed=False)
