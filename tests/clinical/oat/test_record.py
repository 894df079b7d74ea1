"""What is known of one person's treatment."""

from datetime import timedelta
from decimal import Decimal

from oat import DAY, HOUR, METHADONE, MONTHLY, ONE_DAY, SIX, SUBLINGUAL, WEEKLY, a_happened, an_order, on

from clinical.oat.claim import Call, Claim, Outcome
from clinical.oat.happened import Kind
from clinical.oat.record import TreatmentRecord

SECOND = timedelta(seconds=1)


def a_claim(*outcomes: Outcome) -> Claim:
    calls = tuple(Call(SIX, outcome) for outcome in outcomes)
    return Claim("c", "p", SIX, METHADONE, Decimal(60), SIX - 2 * ONE_DAY, None, on(-2), calls)


def test_depots_run_out_and_what_is_taken_every_day_does_not() -> None:
    doses = (
        a_happened(at=SIX, product=WEEKLY),
        a_happened(at=SIX + HOUR, product=MONTHLY),
        a_happened(at=SIX + 2 * HOUR, product=WEEKLY),
        a_happened(at=SIX - ONE_DAY),
        a_happened(at=SIX - 3 * ONE_DAY, product=SUBLINGUAL, covers_days=2),
        a_happened(Kind.REFUSED, SIX - 9 * ONE_DAY, product=WEEKLY),
        a_happened(at=SIX - 30 * ONE_DAY, product=WEEKLY, day=None),
    )
    assert TreatmentRecord(happened=doses).runs_out() == {DAY: on(28), on(-3): on(-1)}


def test_how_long_a_dose_lasts_its_record_says_first_then_its_order() -> None:
    record = TreatmentRecord(orders=(an_order(24, product=WEEKLY, interval_days=6),))
    assert record.lasts_days(a_happened(product=WEEKLY, order="order", covers_days=5)) == 5
    assert record.lasts_days(a_happened(product=WEEKLY, order="order")) == 6
    assert record.lasts_days(a_happened(product=WEEKLY, order="another")) == 7
    assert record.lasts_days(a_happened(product=WEEKLY)) == 7
    assert record.lasts_days(a_happened(product=None)) == 1


def test_what_was_taken_is_in_the_order_in_which_it_was() -> None:
    late, early = a_happened(at=SIX), a_happened(at=SIX - HOUR)
    refused = a_happened(Kind.REFUSED, SIX - 2 * HOUR)
    assert TreatmentRecord(happened=(late, refused, early)).taken(SIX) == (early, late)


def test_a_dose_a_day_ahead_was_taken_and_one_beyond_is_a_slip_of_the_pen() -> None:
    ahead, beyond = a_happened(at=SIX + 25 * HOUR), a_happened(at=SIX + 25 * HOUR + SECOND)
    assert TreatmentRecord(happened=(ahead, beyond)).taken(SIX) == (ahead,)


def test_a_claimed_dose_is_taken_and_known_only_once_somebody_confirmed_it() -> None:
    for outcomes, taken, known in (
        ([], 1, 0),
        ([Outcome.CONFIRMED], 1, 1),
        ([Outcome.NOT_KNOWN], 0, 0),
    ):
        record = TreatmentRecord(claims=(a_claim(*outcomes),))
        assert (len(record.taken(SIX)), len(record.known_doses)) == (taken, known)
