"""QTc, pregnancy, the gate to buprenorphine, depots, take-home doses: at and beside each limit."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
    MONTHLY,
    MORPHINE,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    ZONE,
    a_happened,
    a_law,
    a_proposal,
    an_order,
    mg,
    on,
)

from clinical.oat.checks import buprenorphine_gate, depot, pregnancy, qtc, take_home
from clinical.oat.cows import POINTS, Cows, Item
from clinical.oat.ecg import Ecg
from clinical.oat.happened import Happened, Kind
from clinical.oat.issue import Issue, Severity
from clinical.oat.order import OatOrder, Step, Weekday
from clinical.oat.proposal import OpioidKind, OtherOpioid
from clinical.protocols import NO_PROTOCOL, Protocol

LAW = a_law()
HIGH, MODERATE, LOW = Severity.HIGH, Severity.MODERATE, Severity.LOW
NOTHING = a_happened(Kind.REFUSED, SIX - ONE_DAY)
MINUTE = timedelta(minutes=1)


def new(*doses: int | str, **changes: object) -> OatOrder:
    return an_order(*doses, **{"id": "new", "start": DAY, **changes})  # type: ignore[arg-type]


# --- QTc


def qtcs(order: OatOrder, *ecgs: Ecg, law: Protocol = LAW, **changes: object) -> list[tuple[str, Severity]]:
    return [(one.code, one.severity) for one in qtc.check(a_proposal(order, ecgs=ecgs, **changes), law)]


@pytest.mark.parametrize(
    ("ms", "female", "severity"),
    [
        (450, False, None),
        (451, False, MODERATE),
        (451, True, None),
        (469, True, None),
        (470, True, MODERATE),
        (500, False, MODERATE),
        (500, True, MODERATE),
        (501, False, HIGH),
        (501, True, HIGH),
    ],
)
def test_the_qtc_has_bands(ms: int, female: bool, severity: Severity | None) -> None:
    found = qtcs(new(60), Ecg(on(-1), ms), female=female)
    assert found == ([("qtc", severity)] if severity else [])


@pytest.mark.parametrize(("dose", "needed"), [(50, False), ("50.5", True)])
def test_above_a_dose_an_ecg_is_needed(dose: int | str, needed: bool) -> None:
    assert qtcs(new(dose)) == ([("ecg-needed", MODERATE)] if needed else [])


@pytest.mark.parametrize(("days", "needed"), [(0, False), (365, False), (366, True)])
def test_an_ecg_grows_old(days: int, needed: bool) -> None:
    assert bool(qtcs(new(60), Ecg(on(-days), 400))) is needed
    assert qtcs(new(50), Ecg(on(-days), 400)) == []


def test_an_old_ecg_that_was_bad_is_told_too() -> None:
    assert qtcs(new(60), Ecg(on(-400), 510)) == [("ecg-needed", MODERATE), ("qtc", HIGH)]


def test_the_latest_ecg_counts_and_none_of_tomorrow() -> None:
    assert qtcs(new(60), Ecg(on(-9), 510), Ecg(on(-1), 400)) == []
    assert qtcs(new(60), Ecg(on(-1), 400), Ecg(on(-9), 510)) == []
    assert qtcs(new(60), Ecg(on(1), 510)) == [("ecg-needed", MODERATE)]


def test_buprenorphine_is_not_asked_for_it() -> None:
    assert qtcs(new(16, product=SUBLINGUAL), Ecg(on(-1), 510)) == []


def test_limits_of_the_qtc_that_nobody_set_are_told() -> None:
    proposal = a_proposal(new(1), ecgs=(Ecg(on(-1), 300, "Observation/e"),))
    needed, found = qtc.check(proposal, NO_PROTOCOL)
    assert needed.not_set == ("oat.ecg-above-mg.methadone", "oat.ecg-within")
    assert (found.severity, found.not_set, found.evidence) == (
        MODERATE, ("oat.qtc-stop-above", "oat.qtc-discuss-above"), ("Observation/e",),
    )  # fmt: skip
    assert dict(found.says.values) == {"ms": 300, "day": on(-1)}
    without_discuss = qtcs(new(60), Ecg(on(-1), 400), law=a_law(oat__qtc_discuss_above=None))
    assert without_discuss == [("qtc", MODERATE)]
    without_stop = qtcs(new(60), Ecg(on(-1), 400), law=a_law(oat__qtc_stop_above=None))
    assert without_stop == [("qtc", MODERATE)]
    without_own = a_law(oat__qtc_discuss_above__female=None)
    assert [qtcs(new(60), Ecg(on(-1), ms), law=without_own, female=True) != [] for ms in (450, 451)] == [
        False,
        True,
    ]


# --- pregnancy

OLD = an_order(60, id="old")


@pytest.mark.parametrize(
    ("order", "severity"),
    [
        (new(60), LOW),
        (new(61), LOW),
        (new(59), HIGH),
        (new(steps=(Step(DAY, on(1), mg(60)), Step(on(2), None, mg(55)))), HIGH),
        (new(steps=(Step(DAY, on(1), mg(60)), Step(on(2), None, mg(65)))), LOW),
        (new(steps=(Step(DAY, on(1), mg(60)), Step(on(2), on(3), mg(65)), Step(on(4), None, mg(60)))), HIGH),
    ],
)
def test_in_pregnancy_a_dose_that_falls_is_serious(order: OatOrder, severity: Severity) -> None:
    found = [one.severity for one in pregnancy.check(a_proposal(order, orders=(OLD,), pregnant=True), LAW)]
    assert found == [severity]
    assert not list(pregnancy.check(a_proposal(order, orders=(OLD,)), LAW))


def test_who_had_no_order_before_has_nothing_that_falls() -> None:
    (issue,) = pregnancy.check(a_proposal(new(10), pregnant=True), LAW)
    assert issue.severity is LOW


# --- the gate to buprenorphine


def score(total: int | None, ago: timedelta = MINUTE, id_: str = "s") -> Cows:
    """A scoring of that sum, one finding after the other; None: one is missing."""
    left, points = total or 0, {}
    for item in Item:
        points[item] = max(one for one in POINTS[item] if one <= left)
        left -= points[item]
    if total is None:
        del points[Item.PULSE]
    return Cows(id_, "p", SIX - ago, points)


def gate(
    *happened: Happened, law: Protocol = LAW, order: OatOrder | None = None, **changes: object
) -> list[Issue]:
    beginning = order or new(4, product=SUBLINGUAL)
    proposal = a_proposal(beginning, *(happened or (NOTHING,)), **{"scores": (score(9),), **changes})
    return list(buprenorphine_gate.check(proposal, law))


@pytest.mark.parametrize(("total", "passes"), [(0, False), (8, False), (9, True), (48, True), (None, False)])
def test_enough_withdrawal_has_to_be_there(total: int | None, passes: bool) -> None:
    found = gate(scores=(score(total),))
    assert (not found) is passes
    assert all(one.severity is HIGH for one in found)


@pytest.mark.parametrize(
    ("ago", "passes"), [(4 * HOUR, True), (4 * HOUR + MINUTE, False), (timedelta(), True), (-MINUTE, False)]
)
def test_a_score_is_fresh_for_a_while(ago: timedelta, passes: bool) -> None:
    assert (not gate(scores=(score(9, ago),))) is passes


def test_the_latest_score_counts_and_one_is_needed() -> None:
    assert gate(scores=())
    assert not gate(scores=(score(5, 2 * HOUR, "a"), score(9, HOUR, "b")))
    (issue,) = gate(scores=(score(9, 2 * HOUR, "a"), score(5, HOUR, "b")))
    assert (issue.evidence, dict(issue.says.values)) == (("Observation/b",), {"score": 5})


@pytest.mark.parametrize(
    ("kind", "hours"),
    [(OpioidKind.SHORT_ACTING, 12), (OpioidKind.LONG_ACTING, 24), (OpioidKind.METHADONE, 72)],
)
def test_enough_time_has_to_have_passed_after_another_opioid(kind: OpioidKind, hours: int) -> None:
    for ago, passes in ((hours * HOUR - MINUTE, False), (hours * HOUR, True)):
        found = gate(other_opioids=(OtherOpioid(kind, SIX - ago),))
        assert (not found) is passes
        if found:
            assert dict(found[0].says.values) == {"at": SIX - ago + hours * HOUR}


@pytest.mark.parametrize(
    ("product", "dose", "hours"),
    [
        (METHADONE, 30, 24),
        (METHADONE, "30.5", 72),
        (METHADONE, None, 72),
        (MORPHINE, 400, 24),
        (MORPHINE, 20, 24),
    ],
)
def test_after_a_dose_of_ours_too_and_less_after_little_methadone(
    product: object, dose: int | str | None, hours: int
) -> None:
    amount = None if dose is None else Decimal(dose)
    for ago, passes in ((hours * HOUR - MINUTE, False), (hours * HOUR, True)):
        assert (not gate(a_happened(at=SIX - ago, product=product, mg=amount))) is passes


def test_only_of_methadone_is_there_a_little() -> None:
    law = a_law(oat__buprenorphine_gate_after__long_acting="30 h")
    assert gate(a_happened(at=SIX - 27 * HOUR, product=MORPHINE, mg=Decimal(20)), law=law)


def test_a_dose_of_a_medicine_that_is_not_known_says_nothing_of_its_kind() -> None:
    assert not gate(a_happened(at=SIX - HOUR, product=None))


def test_little_methadone_counts_as_much_where_nobody_set_how_little() -> None:
    dose = a_happened(at=SIX - 30 * HOUR, mg=Decimal(20))
    assert not gate(dose)
    assert gate(dose, law=a_law(oat__buprenorphine_gate_methadone_low_mg=None))


def test_who_is_on_buprenorphine_has_passed_it() -> None:
    on_it = a_happened(at=SIX - ONE_DAY, product=SUBLINGUAL)
    assert not gate(on_it, scores=())
    assert not gate(on_it, scores=(), order=new(24, product=WEEKLY))
    assert gate(on_it, a_happened(at=SIX - HOUR), scores=())
    assert not gate(scores=(), order=new(60))


def test_for_a_later_day_the_time_is_reckoned_to_its_beginning() -> None:
    dose = a_happened(at=SIX - ONE_DAY)
    order = new(4, product=SUBLINGUAL, start=on(2))
    midnight = datetime(2026, 3, 12, tzinfo=ZONE)
    opens = SIX - ONE_DAY + 72 * HOUR
    assert opens > midnight
    assert gate(dose, order=order, scores=(score(9, SIX - midnight + HOUR),))
    later = new(4, product=SUBLINGUAL, start=on(3))
    fresh = score(9, SIX - datetime(2026, 3, 13, tzinfo=ZONE) + HOUR)
    assert not gate(dose, order=later, scores=(fresh,))
    assert gate(dose, order=later, scores=(score(9),))


def test_what_nobody_set_lets_nobody_pass_and_is_told() -> None:
    found = gate(law=NO_PROTOCOL, other_opioids=(OtherOpioid(OpioidKind.SHORT_ACTING, SIX - 99 * ONE_DAY),))
    assert [one.not_set for one in found] == [
        ("oat.buprenorphine-gate-cows-above", "oat.buprenorphine-gate-cows-within"),
        ("oat.buprenorphine-gate-after.short-acting",),
    ]
    assert all(one.severity is HIGH for one in found)
    no_limit = a_law(oat__buprenorphine_gate_cows_above=None)
    assert gate(law=no_limit, scores=(score(48),))


# --- depots

ON_BUPRENORPHINE = a_happened(at=SIX - ONE_DAY, product=SUBLINGUAL)


def depots(
    *happened: Happened, law: Protocol = LAW, product: object = WEEKLY, **changes: object
) -> list[tuple[Severity, dict[str, object]]]:
    order = new(24, **{"product": product, **changes})
    found = depot.check(a_proposal(order, *happened), law)
    return [(one.severity, dict(one.says.values)) for one in found]


def test_before_a_first_depot_buprenorphine_is_tried_under_the_tongue() -> None:
    assert depots(ON_BUPRENORPHINE) == []
    assert depots(NOTHING) == [(MODERATE, {})]
    assert depots(a_happened(at=SIX - ONE_DAY)) == [(MODERATE, {})]
    assert depots(a_happened(at=SIX - ONE_DAY, product=None)) == [(MODERATE, {})]
    assert depots(NOTHING, product=SUBLINGUAL) == []


@pytest.mark.parametrize(
    ("product", "days", "told"),
    [(WEEKLY, 4, True), (WEEKLY, 5, False), (WEEKLY, 9, False), (WEEKLY, 10, True), (MONTHLY, 20, True),
     (MONTHLY, 21, False), (MONTHLY, 35, False), (MONTHLY, 36, True), (WEEKLY, 1, True)],
)  # fmt: skip
def test_a_depot_is_ordered_as_often_as_it_is_made_for(product: object, days: int, told: bool) -> None:
    found = depots(ON_BUPRENORPHINE, product=product, interval_days=days)
    made_for = 7 if product is WEEKLY else 28
    assert found == ([(MODERATE, {"days": days, "made_for": made_for})] if told else [])


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (-2, (HIGH, {"day": on(-1)})),
        (-1, None),
        (1, None),
        (3, None),
        (4, (MODERATE, {"day": on(3)})),
    ],
)
def test_the_first_depot_of_an_order_comes_in_the_window_of_the_last(start: int, expected: object) -> None:
    """Given on day -6 it has run out on day 1: from day -1 to day 3."""
    last = a_happened(at=SIX - 6 * ONE_DAY, product=WEEKLY)
    assert depots(last, start=on(start)) == ([expected] if expected else [])


def test_of_several_depots_the_one_that_lasts_longest_counts() -> None:
    two = (
        a_happened(at=SIX - 6 * ONE_DAY, product=MONTHLY),
        a_happened(at=SIX - 6 * ONE_DAY, product=WEEKLY, id="b"),
    )
    assert depots(*two) == [(HIGH, {"day": on(20)})]


def test_a_window_that_nobody_set_is_none_and_is_told() -> None:
    last = a_happened(at=SIX - 6 * ONE_DAY, product=WEEKLY)
    (issue,) = depot.check(a_proposal(new(24, product=WEEKLY), last), NO_PROTOCOL)
    assert len(issue.not_set) == 2
    assert issue.by == issue.not_set


# --- take-home doses

SATURDAYS = frozenset({Weekday.SAT})


@pytest.mark.parametrize(("days", "told"), [(89, True), (90, False)])
def test_the_first_weeks_are_supervised(days: int, told: bool) -> None:
    by_dose = a_proposal(new(take_home=SATURDAYS), a_happened(at=SIX - days * ONE_DAY), ON_BUPRENORPHINE)
    by_induction = a_proposal(new(take_home=SATURDAYS, induction_start=on(-days)))
    for proposal in (by_dose, by_induction):
        found = list(take_home.check(proposal, LAW))
        assert bool(found) is told
        assert all(one.severity is MODERATE for one in found)


def test_without_take_home_nothing_is_weighed_and_without_a_dose_it_is() -> None:
    assert not list(take_home.check(a_proposal(new()), NO_PROTOCOL))
    assert list(take_home.check(a_proposal(new(take_home=SATURDAYS), NOTHING), LAW))
    undated = a_happened(at=SIX - 99 * ONE_DAY, day=None)
    assert list(take_home.check(a_proposal(new(take_home=SATURDAYS), undated), LAW))
    (issue,) = take_home.check(
        a_proposal(new(take_home=SATURDAYS), a_happened(at=SIX - 999 * ONE_DAY)), NO_PROTOCOL
    )
    assert issue.not_set == ("oat.supervised-at-least",)
