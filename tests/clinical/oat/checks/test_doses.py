"""First doses, titration, ceilings, changes, missed days and claims: at and beside each limit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
    MORPHINE,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    a_happened,
    a_law,
    a_proposal,
    an_order,
    mg,
    on,
)

from clinical.oat.alcohol import AlcoholUse
from clinical.oat.begun_anew import is_begun_anew
from clinical.oat.checks import ceiling, change, first_dose, missed_days, titration, unverified_dose
from clinical.oat.claim import Call, Claim, Outcome
from clinical.oat.happened import Happened, Kind
from clinical.oat.issue import Severity
from clinical.oat.medicine import Medicine
from clinical.oat.order import OatOrder, OrderStatus, Signature, Step
from clinical.oat.proposal import Proposal
from clinical.protocols import NO_PROTOCOL

LAW = a_law()
NOTHING = a_happened(Kind.REFUSED, SIX - ONE_DAY)
HIGH, MODERATE = Severity.HIGH, Severity.MODERATE


def new(*doses: int | str, **changes: object) -> OatOrder:
    return an_order(*doses, **{"id": "new", "start": DAY, **changes})  # type: ignore[arg-type]


def last(days: int, **changes: object) -> Happened:
    return a_happened(at=SIX - days * ONE_DAY, **changes)


# --- who begins


@pytest.mark.parametrize(
    ("proposal", "anew"),
    [
        (a_proposal(new()), False),
        (a_proposal(new(), NOTHING), True),
        (a_proposal(new(59, induction_start=DAY)), True),
        (a_proposal(new(60, induction_start=DAY)), False),
        (a_proposal(new(61, induction_start=DAY)), False),
        (a_proposal(new(60, induction_start=DAY), last(1, mg=None)), True),
        (a_proposal(new(60, induction_start=DAY), last(5)), False),
        (a_proposal(new(60, induction_start=DAY), last(6)), True),
        (a_proposal(new(induction_start=on(-1))), False),
        (a_proposal(new(), last(5)), False),
        (a_proposal(new(), last(6)), True),
        (a_proposal(new(8, product=SUBLINGUAL)), True),
        (a_proposal(new(8, product=SUBLINGUAL), last(1, product=WEEKLY)), False),
        (a_proposal(new(), last(1, product=None)), True),
        (a_proposal(new(), last(2), last(1, product=SUBLINGUAL)), True),
    ],
)
def test_who_never_had_it_or_not_for_long_begins(proposal: Proposal, anew: bool) -> None:
    assert is_begun_anew(proposal, LAW) is anew


# --- first doses


def first_doses(order: OatOrder, law: object = LAW, **changes: object) -> list[tuple[Severity, str]]:
    proposal = a_proposal(order, NOTHING, **changes)
    return [(one.severity, one.says.text) for one in first_dose.check(proposal, law)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dose", "low", "expected"),
    [
        (15, True, None),
        ("15.5", True, (HIGH, first_dose.ABOVE_LOW)),
        (20, False, None),
        ("20.5", False, (MODERATE, first_dose.ABOVE_USUAL)),
        (30, False, (MODERATE, first_dose.ABOVE_USUAL)),
        ("30.5", False, (HIGH, first_dose.ABOVE_CAP)),
        ("30.5", True, (HIGH, first_dose.ABOVE_CAP)),
        (30, True, (HIGH, first_dose.ABOVE_LOW)),
    ],
)
def test_a_first_dose_has_its_limits(dose: int | str, low: bool, expected: object) -> None:
    assert first_doses(new(dose), low_tolerance=low) == ([expected] if expected else [])


SEDATIVE = Medicine("N05BA01", on(-30), None, "MedicationRequest/s")


@pytest.mark.parametrize(("dose", "expected"), [(20, []), ("20.5", [(HIGH, first_dose.WITH_SEDATIVES)])])
def test_beside_sedatives_the_usual_first_dose_is_the_most(dose: int | str, expected: object) -> None:
    assert first_doses(new(dose), medicines=(SEDATIVE,)) == expected
    proposal = a_proposal(new(25), NOTHING, medicines=(SEDATIVE,))
    (issue,) = first_dose.check(proposal, LAW)
    assert issue.evidence == ("MedicationRequest/s",)
    other = Medicine("J05AG03", on(-30), None, "MedicationRequest/e")
    assert first_doses(new(25), medicines=(other,)) == [(MODERATE, first_dose.ABOVE_USUAL)]


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (["not-daily"], True),
        (["every-day"], True),
        (["every-day-withdrawal"], True),
        (["intoxicated"], True),
        (["none"], False),
        (["every-day", "none"], False),
        (["none", "every-day"], True),
        ([], False),
    ],
)
def test_beside_alcohol_too_the_usual_first_dose_is_the_most(said: list[str], counts: bool) -> None:
    answers = tuple(
        AlcoholUse(code, SIX - ONE_DAY / 2 + n * timedelta(hours=1), f"Observation/{n}")
        for n, code in enumerate(said)
    )
    (issue,) = first_dose.check(a_proposal(new("20.5"), NOTHING, alcohol=answers[::-1]), LAW)
    expected = (HIGH, first_dose.WITH_SEDATIVES) if counts else (MODERATE, first_dose.ABOVE_USUAL)
    assert (issue.severity, issue.says.text) == expected
    assert issue.evidence == ((answers[-1].reference,) if counts else ())
    assert not list(first_dose.check(a_proposal(new(20), NOTHING, alcohol=answers), LAW))


def test_the_doses_of_the_whole_first_day_count() -> None:
    assert first_doses(new(15, 15)) == [(MODERATE, first_dose.ABOVE_USUAL)]
    assert first_doses(new(20, 15)) == [(HIGH, first_dose.ABOVE_CAP)]


def test_the_first_day_with_a_dose_counts() -> None:
    later = (Step(on(2), None, mg(35)),)
    assert first_doses(new(steps=later)) == [(HIGH, first_dose.ABOVE_CAP)]
    older = (Step(on(-9), on(-1), mg(10)), Step(DAY, on(1), mg(35)), Step(on(2), None, mg(99)))
    assert a_proposal(new(steps=older)).first_mg == 35
    assert a_proposal(new(steps=(Step(on(-9), None, mg(10)),))).first_mg == 10
    assert a_proposal(new(steps=())).first_mg == 0
    assert a_proposal(new(steps=())).highest_mg == 0
    assert a_proposal(new(steps=older)).highest_mg == 99


def test_where_nobody_set_the_most_any_first_dose_is_weighed_and_that_is_told() -> None:
    (issue,) = first_dose.check(a_proposal(new(1), NOTHING), NO_PROTOCOL)
    assert (issue.severity, issue.not_set) == (HIGH, ("oat.first-dose-cap.methadone-oral-solution",))
    assert first_doses(new(100, product=MORPHINE))[0][0] is HIGH


def test_who_goes_on_has_no_first_dose() -> None:
    assert not list(first_dose.check(a_proposal(new(90)), LAW))


def test_the_limit_and_its_parameter_are_told() -> None:
    (issue,) = first_dose.check(a_proposal(new(40), NOTHING), LAW)
    assert (issue.says.values, issue.by) == (
        {"mg": Decimal(30)},
        ("oat.first-dose-cap.methadone-oral-solution",),
    )
    (usual,) = first_dose.check(a_proposal(new(25), NOTHING), LAW)
    assert (usual.says.values, usual.by) == (
        {"mg": Decimal(20)}, ("oat.first-dose-usual.methadone-oral-solution",),
    )  # fmt: skip


# --- titration


def titrations(*steps: tuple[int, int | str], induction: bool = True, law: object = LAW) -> list[str]:
    """Each step as (first day, mg)."""
    found = tuple(
        Step(on(first), on(steps[n + 1][0] - 1) if n + 1 < len(steps) else None, mg(dose))
        for n, (first, dose) in enumerate(steps)
    )
    order = new(steps=found, induction_start=DAY if induction else None)
    known = NOTHING if induction else last(1)
    return [issue.by[0].split(".")[1] for issue in titration.check(a_proposal(order, known), law)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([(0, 20)], []),
        ([(0, 20), (3, 30)], []),
        ([(0, 20), (3, "30.5")], ["titration-step"]),
        ([(0, 20), (2, 30)], ["titration-not-before"]),
        ([(0, 20), (2, 31)], ["titration-step", "titration-not-before"]),
        ([(0, 20), (1, 10)], []),
        ([(0, 20), (1, 20)], []),
        ([(0, 20), (3, 30), (5, 31)], ["titration-not-before"]),
        ([(0, 20), (3, 30), (4, 29), (5, 30)], ["titration-not-before"]),
    ],
)
def test_a_dose_rises_by_steps_and_not_too_often(steps: list[tuple[int, int | str]], told: list[str]) -> None:
    assert titrations(*steps) == told


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([(0, 20), (3, 30), (6, 40), (7, 50)], ["titration-not-before"]),
        ([(0, 20), (2, 30), (4, 40), (6, 50)], ["titration-not-before"] * 3),
        (
            [(0, 20), (2, 30), (4, 40), (6, "50.5")],
            ["titration-not-before"] * 3 + ["titration-step", "titration-weekly"],
        ),
        ([(0, 20), (7, 50)], ["titration-step"]),
        ([(0, 20), (7, 51)], ["titration-step", "titration-weekly"]),
        ([(0, 20), (8, 51)], ["titration-step", "titration-weekly"]),
        ([(0, 20), (1, 30), (9, "60.5")], ["titration-not-before", "titration-step", "titration-weekly"]),
        ([(0, 20), (1, 30), (9, 60)], ["titration-not-before", "titration-step"]),
        ([(0, 20), (13, 51)], ["titration-step", "titration-weekly"]),
        ([(0, 20), (14, 51)], ["titration-step"]),
    ],
)
def test_in_induction_a_week_has_its_most(steps: list[tuple[int, int | str]], told: list[str]) -> None:
    assert sorted(titrations(*steps)) == sorted(told)


def test_after_induction_a_week_has_none_and_the_first_of_several_is_told() -> None:
    assert "titration-weekly" not in titrations((0, 20), (7, 99), induction=False)
    assert titrations((0, 20), (3, 60), (6, 99)).count("titration-weekly") == 1


def test_what_nobody_set_is_not_checked() -> None:
    assert titrations((0, 20), (1, 99), law=NO_PROTOCOL) == []


def test_the_day_and_the_rise_are_told() -> None:
    steps = (Step(DAY, on(2), mg(20)), Step(on(3), None, mg(60)))
    step, week = titration.check(a_proposal(new(steps=steps, induction_start=DAY), NOTHING), LAW)
    assert dict(step.says.values) == {"day": on(3), "mg": 10}
    assert dict(week.says.values) == {"day": on(3), "rise": 40, "mg": 30}
    assert (step.severity, week.severity) == (MODERATE, HIGH)
    early = (Step(DAY, on(1), mg(20)), Step(on(2), None, mg(25)))
    (found,) = titration.check(a_proposal(new(steps=early), NOTHING), LAW)
    assert dict(found.says.values) == {"day": on(2), "days": 3}


# --- ceilings


@pytest.mark.parametrize(
    ("doses", "told"), [((120,), False), (("120.5",), True), ((60, 60), False), ((60, 61), True)]
)
def test_a_day_has_its_most(doses: tuple[int | str, ...], told: bool) -> None:
    found = list(ceiling.check(a_proposal(new(*doses)), LAW))
    assert bool(found) is told
    if found:
        assert (found[0].severity, found[0].says.values) == (HIGH, {"mg": 120})


def test_the_highest_step_counts() -> None:
    steps = (Step(DAY, on(1), mg(20)), Step(on(2), on(3), mg(130)), Step(on(4), None, mg(20)))
    assert list(ceiling.check(a_proposal(new(steps=steps)), LAW))


def test_where_nobody_set_the_most_any_dose_is_weighed() -> None:
    (issue,) = ceiling.check(a_proposal(new(1)), NO_PROTOCOL)
    assert (issue.severity, issue.not_set) == (MODERATE, ("oat.ceiling.methadone-oral-solution",))


# --- changes

OLD = an_order(60, id="old")


@pytest.mark.parametrize(
    ("dose", "change_by"), [(60, None), (70, None), ("70.5", "10.5"), (50, None), ("49.5", "10.5"), (100, 40)]
)
def test_a_change_beyond_the_threshold_is_weighed(dose: int | str, change_by: int | str | None) -> None:
    found = list(change.check(a_proposal(new(dose), orders=(OLD,)), LAW))
    if change_by is None:
        assert found == []
    else:
        (issue,) = found
        values = {"mg": Decimal(change_by), "before": Decimal(60), "after": Decimal(dose)}
        assert (issue.severity, dict(issue.says.values), issue.not_set) == (MODERATE, values, ())


def test_up_and_down_have_a_threshold_each() -> None:
    law = a_law(oat__change_up__methadone_oral_solution=5, oat__change_down__methadone_oral_solution=20)
    told = [
        [one.by for one in change.check(a_proposal(new(dose), orders=(OLD,)), law)]
        for dose in (65, 66, 40, 39)
    ]
    up, down = ("oat.change-up.methadone-oral-solution",), ("oat.change-down.methadone-oral-solution",)
    assert told == [[], [up], [], [down]]
    texts = [next(change.check(a_proposal(new(dose), orders=(OLD,)), law)).says.text for dose in (66, 39)]
    assert texts == [change.SAYS[change.UP], change.SAYS[change.DOWN]]


def test_where_nobody_set_it_any_change_is_weighed() -> None:
    proposal = a_proposal(new("60.5"), orders=(OLD,))
    (issue,) = change.check(proposal, NO_PROTOCOL)
    assert issue.not_set == ("oat.change-up.methadone-oral-solution",)
    assert not list(change.check(a_proposal(new(60), orders=(OLD,)), NO_PROTOCOL))


@pytest.mark.parametrize(
    "old",
    [
        an_order(10, id="old", end=on(-2)),
        an_order(10, id="old", start=DAY),
        an_order(10, id="old", status=OrderStatus.CANCELLED),
        an_order(10, id="old", status=OrderStatus.DRAFT, signature=Signature.UNSIGNED),
        an_order(10, id="new"),
    ],
)
def test_it_is_compared_with_the_order_of_the_day_before(old: OatOrder) -> None:
    assert a_proposal(new(60), orders=(old,)).previous_mg is None
    assert not list(change.check(a_proposal(new(60), orders=(old,)), LAW))


def test_an_order_that_has_ended_since_is_compared_too() -> None:
    stopped = an_order(10, id="old", end=on(-1), status=OrderStatus.STOPPED)
    assert a_proposal(new(60), orders=(stopped,)).previous_mg == 10
    two = (an_order(10, id="old"), an_order(40, id="later", start=on(-3)))
    assert a_proposal(new(60), orders=two).previous_mg == 40
    silent = an_order(id="old", steps=(Step(on(-30), on(-5), mg(9)),))
    assert a_proposal(new(60), orders=(silent,)).previous_mg is None


def test_between_two_agonists_amounts_are_not_compared() -> None:
    proposal = a_proposal(new(8, product=SUBLINGUAL), orders=(OLD,))
    assert not list(change.check(proposal, LAW))
    nothing = a_proposal(new(99), NOTHING, orders=(OLD,))
    assert list(change.check(nothing, LAW))


# --- missed days


@pytest.mark.parametrize(
    ("days", "severity"), [(1, None), (3, None), (4, MODERATE), (5, MODERATE), (6, HIGH)]
)
def test_a_dose_that_goes_on_after_missed_days_is_weighed(days: int, severity: Severity | None) -> None:
    found = list(missed_days.check(a_proposal(new(), last(days)), LAW))
    assert [(one.severity, dict(one.says.values)) for one in found] == (
        [(severity, {"days": days - 1})] if severity else []
    )


def test_an_order_that_begins_anew_has_nothing_to_weigh() -> None:
    assert not list(missed_days.check(a_proposal(new(20, induction_start=DAY), last(9)), LAW))
    assert not list(missed_days.check(a_proposal(new(start=on(-9)), NOTHING), LAW))


@pytest.mark.parametrize(("dose", "told"), [(30, False), ("30.5", True), (60, True)])
def test_a_dose_reduced_as_the_table_says_is_not_weighed(dose: int | str, told: bool) -> None:
    rows = [{"from": 3, "means": "reduced", "percent": 50}]
    law = a_law(oat__missed_days__methadone_oral_solution=rows)
    found = list(missed_days.check(a_proposal(new(dose), last(4), orders=(OLD,)), law))
    assert bool(found) is told
    if found:
        assert (found[0].severity, dict(found[0].says.values)) == (MODERATE, {"days": 3, "mg": 30})
    alone = list(missed_days.check(a_proposal(new(dose), last(4)), law))
    assert alone  # Half of itself: there is no order before with which it could be compared.


def test_in_induction_the_stricter_table_holds() -> None:
    order = new(induction_start=on(-5))
    assert [list(missed_days.check(a_proposal(order, last(n)), LAW)) != [] for n in (2, 3)] == [False, True]


def test_a_table_that_nobody_set_is_told() -> None:
    (issue,) = missed_days.check(a_proposal(new(), last(2)), NO_PROTOCOL)
    assert issue.not_set == ("oat.missed-days.methadone-oral-solution",)


# --- claims


def a_claim(*outcomes: Outcome) -> Claim:
    calls = tuple(Call(SIX, outcome) for outcome in outcomes)
    return Claim("c", "p", SIX - HOUR, METHADONE, Decimal(80), SIX - ONE_DAY, None, on(-1), calls)


@pytest.mark.parametrize(("dose", "told"), [(15, False), ("15.5", True), (80, True)])
def test_while_nobody_has_confirmed_it_the_claimed_dose_is_not_ordered(dose: int | str, told: bool) -> None:
    found = list(unverified_dose.check(a_proposal(new(dose), NOTHING, claims=(a_claim(),)), LAW))
    assert bool(found) is told
    if found:
        assert (found[0].severity, dict(found[0].says.values)) == (HIGH, {"mg": 15})
        assert "80" not in str(found[0].says)


def test_a_confirmed_claim_is_a_last_dose_like_any_other() -> None:
    confirmed = a_proposal(new(80), NOTHING, claims=(a_claim(Outcome.CONFIRMED),))
    assert not list(unverified_dose.check(confirmed, LAW))
    assert not is_begun_anew(confirmed, LAW)
    assert is_begun_anew(a_proposal(new(80), NOTHING, claims=(a_claim(),)), LAW)


def test_a_cap_that_nobody_set_allows_nothing() -> None:
    (issue,) = unverified_dose.check(a_proposal(new(1), NOTHING, claims=(a_claim(),)), NO_PROTOCOL)
    assert issue.not_set == ("oat.unverified-cap.methadone-oral-solution",)
    assert dict(issue.says.values) == {}
