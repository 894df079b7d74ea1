"""Volumes, what was vomited or spilled, conversions, and what follows a dosing error."""

import math
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import (
    DAY,
    HOUR,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    a_happened,
    a_law,
    an_order,
    on,
)

from clinical.oat.conversion import DISPLAY_ONLY, Corresponding, depots_for
from clinical.oat.dosing_error import STEPS, WORDS, DosingError, errors_of, pathway
from clinical.oat.happened import Happened, Kind
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Releaser
from clinical.oat.slot import Slot, slots_on
from clinical.oat.spill import after_spill
from clinical.oat.stop import Stop
from clinical.oat.volume import NoConcentration, agrees, ml_of
from clinical.oat.vomited import after_vomiting
from clinical.protocols import NO_PROTOCOL, BadProtocol, Parameter, Protocol, Status
from clinical.words import Sentence

LAW = a_law()
SECOND = timedelta(seconds=1)

# --- volumes


@pytest.mark.parametrize(
    ("mg", "concentration", "ml"),
    [
        (60, 10, "6.00"),
        (60, 5, "12.00"),
        ("62.5", 10, "6.25"),
        (1, 3, "0.33"),
        (2, 3, "0.67"),
        ("0.05", 10, "0.01"),
    ],
)
def test_a_volume_is_made_by_the_concentration_of_the_container(
    mg: int | str, concentration: int, ml: str
) -> None:
    assert str(ml_of(Decimal(mg), Decimal(concentration))) == ml


@pytest.mark.parametrize("concentration", [0, -1])
def test_without_a_concentration_there_is_no_volume(concentration: int) -> None:
    with pytest.raises(NoConcentration):
        ml_of(Decimal(60), Decimal(concentration))


@pytest.mark.parametrize(
    ("ml", "expected"),
    [("6", True), ("6.004", True), ("6.005", False), ("5.995", True), ("6.01", False), ("5.99", False)],
)
def test_a_volume_agrees_as_far_as_it_can_be_measured(ml: str, expected: bool) -> None:
    assert agrees(Decimal(60), Decimal(ml), Decimal(10)) is expected


@given(st.decimals("0.5", 200, places=1), st.sampled_from([Decimal(1), Decimal(5), Decimal(10)]))
def test_a_volume_agrees_with_its_own_dose(mg: Decimal, concentration: Decimal) -> None:
    assert agrees(mg, ml_of(mg, concentration), concentration)


# --- vomited


def vomited(minutes: float, observed: bool | None = True) -> Happened:
    return a_happened(Kind.VOMITED, SIX + minutes * timedelta(minutes=1), observed=observed)


@pytest.mark.parametrize(
    ("minutes", "mg"),
    [(0, 163), (9, 163), (9.99, 163), (10, 81), (14, 81), (15, 0), (60, 0), (-1, 0), (-0.5, 0)],
)
def test_a_prescriber_may_authorise_less_the_later_it_was_vomited(minutes: float, mg: int) -> None:
    found = after_vomiting(a_happened(mg=Decimal(163)), vomited(minutes), LAW)
    assert found.at_most_mg == mg
    assert str(found.says) == (
        f"Vomited after {math.floor(minutes)} minutes: a prescriber may authorise at most {mg} mg"
    )


@pytest.mark.parametrize("observed", [False, None])
def test_what_nobody_saw_is_not_given_again_by_the_protocol(observed: bool | None) -> None:
    found = after_vomiting(a_happened(), vomited(1, observed), LAW)
    assert (found.at_most_mg, found.not_set) == (0, ())
    assert str(found.says) == "Nobody saw it: nothing is given again by the protocol"


def test_where_the_protocol_says_nothing_the_prescriber_decides() -> None:
    found = after_vomiting(a_happened(), vomited(1), NO_PROTOCOL)
    assert (found.at_most_mg, found.not_set) == (None, ("oat.vomited.methadone-oral-solution",))
    assert str(found.says) == "A prescriber decides whether to give again"
    assert after_vomiting(a_happened(mg=None), vomited(1), LAW).at_most_mg is None
    assert after_vomiting(a_happened(product=SUBLINGUAL), vomited(1), LAW).not_set == (
        "oat.vomited.buprenorphine-sublingual",
    )
    assert after_vomiting(a_happened(product=None), vomited(1), LAW).not_set == ("oat.vomited",)


@pytest.mark.parametrize(
    "rows",
    [
        [{"percent": 50}],
        [{"below-minutes": 10}],
        [{"below-minutes": 0, "percent": 50}],
        [{"below-minutes": 10, "percent": -1}],
        [{"below-minutes": 10, "percent": 101}],
        [{"below-minutes": "10", "percent": 50}],
        [{"below-minutes": 10, "percent": 50}, {"below-minutes": 10, "percent": 50}],
        [{"below-minutes": 10, "percent": 50}, {"below-minutes": 20, "percent": 51}],
    ],
)
def test_a_table_by_which_more_is_given_again_later_is_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(BadProtocol) as found:
        after_vomiting(a_happened(), vomited(1), a_law(oat__vomited__methadone_oral_solution=rows))
    says = (
        "each row says below-minutes, 1 or more, and percent, 0 to 100."
        if len(rows) == 1
        else "the rows stand in the order of their minutes, and percent never rises."
    )
    assert str(found.value) == f"oat.vomited.methadone-oral-solution: {says}"


def test_a_table_may_say_the_whole_and_nothing_and_the_same_again() -> None:
    rows = [
        {"below-minutes": 1, "percent": 100},
        {"below-minutes": 2, "percent": 100},
        {"below-minutes": 3, "percent": 0},
    ]
    law = a_law(oat__vomited__methadone_oral_solution=rows)
    assert [after_vomiting(a_happened(), vomited(n), law).at_most_mg for n in (0, 1, 2)] == [60, 60, 0]


# --- spilled


def spilled(mg: int | None, observed: bool | None = True) -> Happened:
    return a_happened(Kind.SPILLED, mg=None if mg is None else Decimal(mg), observed=observed)


@pytest.mark.parametrize(("lost", "at_most"), [(20, 20), (60, 60), (61, 60)])
def test_a_prescriber_may_authorise_what_was_seen_to_be_lost(lost: int, at_most: int) -> None:
    found = after_spill(spilled(lost), Decimal(60))
    assert found.at_most_mg == at_most
    assert str(found.says) == f"Spilled and seen: a prescriber may authorise at most {at_most} mg"


def test_what_nobody_saw_or_measured_is_not_poured_again_by_itself() -> None:
    for observed in (None, False):
        found = after_spill(spilled(20, observed), Decimal(60))
        assert (found.at_most_mg, str(found.says)) == (0, "Nobody saw the spill: it may have been swallowed")
    found = after_spill(spilled(None), Decimal(60))
    assert (found.at_most_mg, str(found.says)) == (
        None, "How much was spilled is not known: a prescriber decides",
    )  # fmt: skip


# --- conversions


@pytest.mark.parametrize(
    ("mg", "depots"),
    [
        ("1.9", []),
        (2, [8]),
        (6, [8]),
        (7, []),
        (8, [16, 64]),
        (10, [16, 64]),
        (12, [24, 96]),
        (24, [32, 128]),
        (26, [160]),
        (32, [160]),
        ("32.1", []),
    ],
)
def test_a_conversion_is_shown_and_says_that_it_is_for_orientation_only(
    mg: int | str, depots: list[int]
) -> None:
    shown = depots_for(Decimal(mg), LAW)
    assert [one.mg for one in shown.doses] == depots
    assert (shown.says, shown.not_set) == (DISPLAY_ONLY, ())


def test_a_conversion_names_its_products() -> None:
    assert depots_for(Decimal(8), LAW).doses == (
        Corresponding("buprenorphine-depot-weekly", Decimal(16)),
        Corresponding("buprenorphine-depot-monthly", Decimal(64)),
    )
    assert depots_for(Decimal(26), LAW).doses[0].product == "buprenorphine-depot-monthly"


def test_without_a_table_nothing_is_shown_and_a_bad_one_is_refused() -> None:
    shown = depots_for(Decimal(8), NO_PROTOCOL)
    assert (shown.doses, shown.not_set) == ((), ("oat.conversion.buprenorphine",))
    for rows in ([{"to-mg": 8, "weekly": 8}], [{"from-mg": 8, "weekly": 8}], [{"from-mg": "8", "to-mg": 9}]):
        with pytest.raises(BadProtocol, match="conversion"):
            depots_for(Decimal(8), a_law(oat__conversion__buprenorphine=rows))


# --- dosing errors

SLOT: Slot = slots_on([an_order()], DAY)[0]
NOBODY = TreatmentRecord()
STOP = Stop("held", Sentence("x"), Releaser.PRESCRIBER)


def errors(
    slot: Slot | None = SLOT, record: TreatmentRecord = NOBODY, *stops: Stop, **changes: object
) -> list[str]:
    dose = a_happened(**{"id": "new", "order": "order", "slot_day": DAY, "part": 1, **changes})  # type: ignore[arg-type]
    return [str(one) for one in errors_of(dose, slot, record, stops)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"mg": Decimal("59.5")}, []),
        ({"mg": Decimal("60.5")}, ["too-much"]),
        ({"mg": None}, []),
        ({"product": SUBLINGUAL}, ["wrong-medicine"]),
        ({"product": None}, []),
        ({"product": SUBLINGUAL, "mg": Decimal(99)}, ["wrong-medicine"]),
        ({"ml": Decimal(6), "concentration": Decimal(10)}, []),
        ({"ml": Decimal(12), "concentration": Decimal(10)}, ["wrong-concentration"]),
        ({"ml": Decimal(60), "concentration": Decimal(1)}, []),
        ({"ml": Decimal(120), "concentration": Decimal("0.5")}, []),
        ({"ml": Decimal(6), "concentration": Decimal(0)}, ["wrong-concentration"]),
        ({"ml": Decimal(6)}, []),
        ({"concentration": Decimal(5)}, []),
        ({"ml": Decimal(6), "concentration": Decimal(10), "mg": None}, []),
        ({"kind": Kind.REFUSED, "mg": Decimal(99)}, []),
    ],
)
def test_what_was_wrong_with_a_dose_is_told(changes: dict[str, object], found: list[str]) -> None:
    assert errors(**changes) == found  # type: ignore[arg-type]


def test_a_dose_without_a_slot_was_not_ordered() -> None:
    assert errors(None) == ["not-ordered"]


def test_a_dose_in_spite_of_a_stop_is_told_and_stands() -> None:
    assert errors(SLOT, NOBODY, STOP) == ["in-spite-of-a-stop"]
    assert errors(None, NOBODY, STOP) == ["not-ordered", "in-spite-of-a-stop"]


@pytest.mark.parametrize(
    ("before", "double"),
    [
        ({}, True),
        ({"kind": Kind.REFUSED}, False),
        ({"kind": Kind.ENTERED_IN_ERROR}, False),
        ({"slot_day": on(-1)}, False),
        ({"part": 2}, False),
        ({"id": "new"}, False),
        ({"at": SIX + 20 * HOUR}, True),
    ],
)
def test_a_second_dose_of_a_slot_is_a_double_one(before: dict[str, object], double: bool) -> None:
    other = a_happened(**{"id": "old", "order": "order", "slot_day": DAY, "part": 1, **before})  # type: ignore[arg-type]
    record = TreatmentRecord(happened=(other,))
    assert errors(SLOT, record) == (["double-dose"] if double else [])
    assert errors(SLOT, record, kind=Kind.RE_DOSE, about="old") == []


def test_a_dosing_error_opens_its_pathway() -> None:
    found = pathway(a_happened(), LAW)
    assert (found.steps, found.observe_until, found.not_set) == (STEPS, SIX + 24 * HOUR, ())
    undated = a_happened(surely_by=SIX + HOUR)
    assert pathway(undated, LAW).observe_until == SIX + 25 * HOUR


def test_how_long_to_watch_is_until_a_prescriber_ends_it_where_nobody_set_it() -> None:
    assert pathway(a_happened(), NO_PROTOCOL).not_set == ("oat.observe-after-error.methadone-oral-solution",)
    assert pathway(a_happened(product=WEEKLY), LAW).observe_until is None
    nameless = pathway(a_happened(product=None), LAW)
    assert (nameless.observe_until, nameless.not_set) == (None, ("oat.observe-after-error",))


def test_every_error_has_words_and_the_steps_say_what_has_to_be_done() -> None:
    assert set(WORDS) == set(DosingError)
    said = " ".join(str(step) for step in STEPS)
    for word in ("naloxone", "prescriber", "Tell the person"):
        assert word in said


def test_a_protocol_of_a_wrong_kind_is_refused() -> None:
    law = Protocol({"oat.observe-after-error.methadone-oral-solution": Parameter(24, "x", Status.PROPOSED)})
    with pytest.raises(BadProtocol):
        pathway(a_happened(), law)
