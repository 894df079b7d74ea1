"""Each issue whole: its code, how bad it is, what it says, the records and parameters behind it. All of it is stored."""

from decimal import Decimal
from types import ModuleType

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
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

from clinical.oat.checks import (
    buprenorphine_gate,
    ceiling,
    change,
    depot,
    end_date,
    first_dose,
    gap,
    given_today,
    missed_days,
    pregnancy,
    qtc,
    take_home,
    titration,
    unverified_dose,
)
from clinical.oat.claim import Call, Claim, Outcome
from clinical.oat.cows import POINTS, Cows, Item
from clinical.oat.ecg import Ecg
from clinical.oat.happened import Kind
from clinical.oat.issue import Issue, Severity
from clinical.oat.order import OatOrder, Step, Weekday
from clinical.oat.proposal import OpioidKind, OtherOpioid, Proposal
from clinical.protocols import NO_PROTOCOL, Protocol

LAW = a_law()
NOTHING = a_happened(Kind.REFUSED, SIX - ONE_DAY)
HIGH, MODERATE, LOW = Severity.HIGH, Severity.MODERATE, Severity.LOW
OF_METHADONE = "methadone-oral-solution"


def new(*doses: int | str, **changes: object) -> OatOrder:
    return an_order(*doses, **{"id": "new", "start": DAY, **changes})  # type: ignore[arg-type]


def rising(*steps: tuple[int, int, int | str]) -> OatOrder:
    """Each step as (first day, last day, mg), in an induction."""
    found = tuple(Step(on(first), on(last), mg(dose)) for first, last, dose in steps)
    return new(steps=found, induction_start=DAY)


def claimed() -> Claim:
    return Claim(
        "c",
        "p",
        SIX - HOUR,
        METHADONE,
        Decimal(80),
        SIX - ONE_DAY,
        None,
        on(-1),
        (Call(SIX, Outcome.NOT_REACHED),),
    )


def ecg(qtc_ms: int) -> dict[str, object]:
    return {"ecgs": (Ecg(on(-3), qtc_ms, "Observation/e"),)}


def scored(total: int) -> Cows:
    """Half an hour ago."""
    points = dict.fromkeys(Item, 0)
    for item in Item:
        points[item] = max(one for one in POINTS[item] if one <= total)
        total -= points[item]
    return Cows("s", "p", SIX - HOUR / 2, points)


def little() -> Cows:
    return scored(5)


def enough() -> Cows:
    return scored(20)


HEROIN = OtherOpioid(OpioidKind.SHORT_ACTING, SIX - HOUR)
TABLETS = new(8, product=SUBLINGUAL)


def line(issue: Issue) -> str:
    """Everything of it that is not empty."""
    told = {"evidence": issue.evidence, "by": issue.by, "not set": issue.not_set}
    more = [f"{name} {' '.join(values)}" for name, values in told.items() if values]
    source = [f"source {issue.source}"] if issue.source else []
    return " | ".join([f"{issue.code} {issue.severity}", str(issue.says), *more, *source])


CASES = [
    (
        buprenorphine_gate,
        a_proposal(TABLETS, NOTHING),
        LAW,
        [
            "buprenorphine-gate high | Score the withdrawal (COWS) right before the first dose | by oat.buprenorphine-gate-cows-above oat.buprenorphine-gate-cows-within"
        ],
    ),
    (
        buprenorphine_gate,
        a_proposal(TABLETS, NOTHING, scores=(little(),)),
        LAW,
        [
            "buprenorphine-gate high | COWS 5: too little withdrawal for a first dose of buprenorphine | evidence Observation/s | by oat.buprenorphine-gate-cows-above oat.buprenorphine-gate-cows-within"
        ],
    ),
    (
        buprenorphine_gate,
        a_proposal(TABLETS, NOTHING, scores=(enough(),), other_opioids=(HEROIN,)),
        LAW,
        [
            "buprenorphine-gate high | Another opioid was taken: buprenorphine can be begun from 2026-03-10 16:00:00+00:00 on | by oat.buprenorphine-gate-after.short-acting"
        ],
    ),
    (
        buprenorphine_gate,
        a_proposal(TABLETS, NOTHING, scores=(enough(),), other_opioids=(HEROIN,)),
        a_law(oat__buprenorphine_gate_after__short_acting=None),
        [
            "buprenorphine-gate high | Nobody has set how long after another opioid buprenorphine may be begun | not set oat.buprenorphine-gate-after.short-acting"
        ],
    ),
    (
        ceiling,
        a_proposal(new(121)),
        LAW,
        [
            "ceiling high | The dose is more than the protocol's most: 120 mg | by oat.ceiling.methadone-oral-solution"
        ],
    ),
    (
        ceiling,
        a_proposal(new(1)),
        NO_PROTOCOL,
        [
            "ceiling moderate | Nobody has set how much a dose may be | not set oat.ceiling.methadone-oral-solution"
        ],
    ),
    (
        change,
        a_proposal(new("60.5"), orders=(an_order(60, id="old"),)),
        NO_PROTOCOL,
        [
            "change moderate | The dose rises by 0.5 mg at once, from 60 mg to 60.5 mg | by oat.change-up.methadone-oral-solution | not set oat.change-up.methadone-oral-solution"
        ],
    ),
    (
        change,
        a_proposal(new(100), orders=(an_order(60, id="old"),)),
        LAW,
        [
            "change moderate | The dose rises by 40 mg at once, from 60 mg to 100 mg | by oat.change-up.methadone-oral-solution"
        ],
    ),
    (
        depot,
        a_proposal(new(24, product=WEEKLY), NOTHING),
        LAW,
        [
            "depot moderate | No buprenorphine is known to have been taken: a test dose under the tongue comes first | source NHS Borders; Medscape UK: 4 mg under the tongue and an hour before the first depot"
        ],
    ),
    (
        depot,
        a_proposal(new(24, product=WEEKLY, start=on(-2)), a_happened(at=SIX - 6 * ONE_DAY, product=WEEKLY)),
        LAW,
        [
            "depot high | The last depot lasts: the next can be given from 2026-03-09 on | by oat.window-before.buprenorphine-depot-weekly oat.window-after.buprenorphine-depot-weekly"
        ],
    ),
    (
        end_date,
        a_proposal(new(end=None)),
        LAW,
        ["end-date high | The order has no end"],
    ),
    (
        end_date,
        a_proposal(new(end=on(-1))),
        LAW,
        ["end-date high | The order ends before it begins"],
    ),
    (
        end_date,
        a_proposal(new(end=on(900))),
        LAW,
        [
            "end-date moderate | The order is longer than the protocol has it: 90 days at most | by oat.order-at-most"
        ],
    ),
    (
        first_dose,
        a_proposal(new(16), NOTHING, low_tolerance=True),
        LAW,
        [
            "first-dose high | The first dose is more than the protocol has it where tolerance is low or not known: 15 mg | by oat.first-dose-low-tolerance.methadone-oral-solution"
        ],
    ),
    (
        first_dose,
        a_proposal(new(31), NOTHING),
        LAW,
        [
            "first-dose high | The first dose is more than the protocol's most: 30 mg | by oat.first-dose-cap.methadone-oral-solution"
        ],
    ),
    (
        gap,
        a_proposal(new(start=on(3)), orders=(an_order(id="old", start=on(-9), end=on(1)),)),
        LAW,
        ["gap moderate | No valid order on 2026-03-12 | evidence MedicationRequest/old"],
    ),
    (
        given_today,
        a_proposal(new(), a_happened(at=SIX - HOUR)),
        LAW,
        ["given-today moderate | A dose of today is recorded already: begin the order tomorrow"],
    ),
    (
        missed_days,
        a_proposal(new(), a_happened(at=SIX - 4 * ONE_DAY)),
        LAW,
        ["missed-days moderate | Days missed in a row: 3. See the person before the dose goes on"],
    ),
    (
        missed_days,
        a_proposal(new(), a_happened(at=SIX - 9 * ONE_DAY)),
        LAW,
        ["missed-days high | Days missed in a row: 8. The protocol begins treatment anew"],
    ),
    (
        missed_days,
        a_proposal(new(24, product=WEEKLY), a_happened(at=SIX - 30 * ONE_DAY, product=WEEKLY)),
        LAW,
        ["missed-days moderate | Days missed in a row: 21. See the person before the dose goes on"],
    ),
    (
        pregnancy,
        a_proposal(new(), pregnant=True),
        LAW,
        ["pregnancy low | Pregnant: renew the order before it ends; the dose may have to rise or be split"],
    ),
    (
        pregnancy,
        a_proposal(new(40), pregnant=True, orders=(an_order(60, id="old"),)),
        LAW,
        ["pregnancy high | Pregnant: the dose falls. Withdrawal endangers the pregnancy"],
    ),
    (
        qtc,
        a_proposal(new(120)),
        LAW,
        [
            "ecg-needed moderate | An ECG is needed: there is none, or the last is too old | by oat.ecg-above-mg.methadone oat.ecg-within"
        ],
    ),
    (
        qtc,
        a_proposal(new(30), **ecg(451)),
        LAW,
        [
            "qtc moderate | QTc 451 ms on 2026-03-07: talk about it with the person, and take ECGs more often | evidence Observation/e | by oat.qtc-discuss-above"
        ],
    ),
    (
        qtc,
        a_proposal(new(30), **ecg(501)),
        LAW,
        [
            "qtc high | QTc 501 ms on 2026-03-07: weigh to reduce or stop, and another medicine | evidence Observation/e | by oat.qtc-stop-above"
        ],
    ),
    (
        qtc,
        a_proposal(new(30), **ecg(400)),
        NO_PROTOCOL,
        [
            "ecg-needed moderate | An ECG is needed: there is none, or the last is too old | by oat.ecg-above-mg.methadone oat.ecg-within | not set oat.ecg-above-mg.methadone oat.ecg-within",
            "qtc moderate | QTc 400 ms on 2026-03-07: talk about it with the person, and take ECGs more often | evidence Observation/e | by oat.qtc-discuss-above | not set oat.qtc-stop-above oat.qtc-discuss-above",
        ],
    ),
    (
        take_home,
        a_proposal(new(take_home=frozenset({Weekday.SAT})), NOTHING),
        LAW,
        [
            "take-home moderate | Take-home doses: the protocol has the first weeks supervised | by oat.supervised-at-least"
        ],
    ),
    (
        take_home,
        a_proposal(new(take_home=frozenset({Weekday.SAT})), NOTHING),
        NO_PROTOCOL,
        [
            "take-home moderate | Take-home doses: the protocol has the first weeks supervised | by oat.supervised-at-least | not set oat.supervised-at-least"
        ],
    ),
    (
        titration,
        a_proposal(rising((0, 1, 20), (2, 99, 60)), NOTHING),
        LAW,
        [
            "titration moderate | The rise on 2026-03-12 is more than the protocol has it: 10 mg | by oat.titration-step.methadone-oral-solution",
            "titration moderate | The rise on 2026-03-12 comes earlier than the protocol has it: 3 days after the one before | by oat.titration-not-before.methadone-oral-solution",
            "titration high | By 2026-03-12 the dose has risen by 40 mg within a week. The protocol's most is 30 mg | by oat.titration-weekly.methadone-oral-solution",
        ],
    ),
    (
        unverified_dose,
        a_proposal(new(80), NOTHING, claims=(claimed(),)),
        LAW,
        [
            "unverified-dose high | The last dose elsewhere is not verified: 15 mg at most | by oat.unverified-cap.methadone-oral-solution"
        ],
    ),
    (
        unverified_dose,
        a_proposal(new(80), NOTHING, claims=(claimed(),)),
        NO_PROTOCOL,
        [
            "unverified-dose high | The last dose elsewhere is not verified, and nobody has set how much may be given | by oat.unverified-cap.methadone-oral-solution | not set oat.unverified-cap.methadone-oral-solution"
        ],
    ),
]


@pytest.mark.parametrize(("check", "proposal", "law", "lines"), CASES)
def test_an_issue_is_told_and_stored_whole(
    check: ModuleType, proposal: Proposal, law: Protocol, lines: list[str]
) -> None:
    assert [line(one) for one in check.check(proposal, law)] == lines
