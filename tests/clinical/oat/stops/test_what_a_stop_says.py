"""What the screen says of each stop, word for word: why, what to do now, and how the person is cared for."""

import pytest
from oat import DAY, HOUR, METHADONE, ONE_DAY, SIX, a_happened, a_law, an_attendance, an_order, on

from clinical.oat.attendance import Attendance, Whereabouts
from clinical.oat.claim import Claim
from clinical.oat.happened import Finding, Kind
from clinical.oat.hold import Hold, HoldReason
from clinical.oat.order import OrderStatus, Signature, TelephoneOrder
from clinical.oat.stop import CARE, PREGNANT
from clinical.oat.stops import rules
from clinical.protocols import Protocol

LAW = a_law()
HALF = a_law(oat__missed_days__methadone_oral_solution=[{"from": 3, "means": "reduced", "percent": 50}])
ANEW = a_law(oat__missed_days__methadone_oral_solution=[{"from": 3, "means": "re-induction"}])
OF_SLOT = {"order": "order", "slot_day": DAY, "part": 1}
ENDED = (an_order(end=on(-1)),)
DRAFT = an_order(status=OrderStatus.DRAFT, signature=Signature.UNSIGNED)
NOT_READ_BACK = TelephoneOrder(SIX, DAY, 1, read_back=False)
SPOKEN = an_order(signature=Signature.TELEPHONE, prescriber="dr-a", telephone=NOT_READ_BACK)
CLAIM = Claim("c", "p", SIX - HOUR, METHADONE, None)
HOLD = Hold("h", "p", HoldReason.QTC, DAY)


def missed(days: int) -> Attendance:
    return an_attendance(a_happened(at=SIX - (days + 1) * ONE_DAY))


NALOXONE = "Look at breathing, wakefulness and pupils; keep naloxone at hand"
AGAIN = "Put the person back on the list, to be looked at again"
ORDER = "Ask the prescriber for an order, or for a telephone order where the law allows it"
WHO = "Make sure who this is: photo, name, birth date, number"
WHERE = "Ask where the last dose was given"

SAID = [
    (
        "already-recorded", an_attendance(a_happened(**OF_SLOT)), LAW,
        "This dose is recorded as given already",
        ["Look at who recorded it, when and where", "If a second dose was taken, record what happened"],
    ),
    (
        "too-soon", an_attendance(a_happened(at=SIX - HOUR)), LAW,
        "Too soon after the last dose. The next can be given from 2026-03-10 20:00:00+00:00 on",
        ["Look for drowsiness and slow breathing; keep naloxone at hand"],
    ),
    (
        "not-awake", an_attendance(found=Finding.SEDATED), LAW,
        "Sedated. Nothing is given until the person is awake", [NALOXONE, AGAIN],
    ),
    (
        "not-awake", an_attendance(found=Finding.INTOXICATED), LAW,
        "Intoxicated. Nothing is given until the person is not any more", [NALOXONE, AGAIN],
    ),
    (
        "missed-days", missed(3), HALF,
        "Days missed in a row: 3. The dose has to be reduced by a prescriber",
        ["The protocol's dose for the prescriber to consider: 30 mg"],
    ),
    ("missed-days", missed(3), LAW, "Days missed in a row: 3. A prescriber has to see the person first", []),
    ("missed-days", missed(3), ANEW, "Days missed in a row: 3. Treatment has to be begun anew", []),
    (
        "missed-days", missed(5), LAW,
        "Days missed in a row: 5. The order is suspended; treatment has to be begun anew", [],
    ),
    ("held", an_attendance(holds=(HOLD,)), LAW, "On hold: The QT interval is too long", ["Read who set the hold, and why"]),
    ("no-order", an_attendance(orders=()), LAW, "No order is valid today", [ORDER]),
    (
        "no-order", an_attendance(orders=ENDED), LAW,
        "No order is valid today. The last one ended on 2026-03-09", [ORDER],
    ),
    (
        "no-order", an_attendance(order=an_order(status=OrderStatus.STOPPED)), LAW, "The order is over", [ORDER],
    ),
    ("unsigned", an_attendance(order=DRAFT), LAW, "The order is not signed", ["Ask the prescriber to sign it"]),
    (
        "telephone-order", an_attendance(order=SPOKEN), LAW,
        "The dose was not read back to the prescriber", ["Ask the prescriber to sign an order"],
    ),
    (
        "unverified-dose", an_attendance(claims=(CLAIM,)), LAW,
        "The last dose elsewhere is not verified. The claimed dose is not given",
        [
            "Call who is said to have treated the person, and write the call down",
            "A prescriber can order at most 15 mg until it is verified",
        ],
    ),
    (
        "after-spill", an_attendance(a_happened(Kind.SPILLED, **OF_SLOT)), LAW,
        "The dose was spilled. A prescriber decides whether another is given",
        ["Tell the prescriber how much was spilled, and who saw it"],
    ),
    (
        "dosed-today", an_attendance(a_happened(order="another", slot_day=DAY)), LAW,
        "A dose of today was taken already, by another order or elsewhere: 60 mg",
        [
            "Look at who recorded it, when and where",
            "Tell the prescriber what was taken today and what this order would add",
        ],
    ),
    *(
        ("elsewhere", an_attendance(whereabouts=where), LAW, f"The record says that this person {said}", [WHO, WHERE])
        for where, said in (
            (Whereabouts.COURT, "is at court"),
            (Whereabouts.HOSPITAL, "is in hospital"),
            (Whereabouts.TRANSFERRED, "was transferred"),
            (Whereabouts.RELEASED, "was released"),
            (Whereabouts.ELSEWHERE, "is elsewhere"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "attendance", "law", "says", "do_now"), SAID)
def test_a_stop_says_why_and_what_to_do_now(
    code: str, attendance: Attendance, law: Protocol, says: str, do_now: list[str]
) -> None:
    stop = rules()[code](attendance, law)
    assert stop
    assert str(stop.says) == says
    assert [str(one) for one in stop.do_now] == do_now


def test_every_stop_is_said_here() -> None:
    assert {one[0] for one in SAID} == set(rules())


def test_what_everybody_gets_who_is_stopped() -> None:
    assert [str(one) for one in CARE] == [
        "Ask how the person is and score the withdrawal (COWS)",
        "Treat the symptoms of withdrawal by the protocol",
        "Call the prescriber on call",
    ]
    assert str(PREGNANT) == "Pregnant: call the prescriber at once. Withdrawal endangers the pregnancy"
