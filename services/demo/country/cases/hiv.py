"""HIV tests, diagnoses and antiretroviral treatment."""

from datetime import date, timedelta

from services.demo.country import places
from services.demo.country.cases.by_hand import Case
from services.demo.country.days import at
from services.demo.country.facts import PatientRecord, Prescription

DAY = timedelta(days=1)
GRACE_DAYS = 28
"""Days after the end of coverage on which somebody still counts as on ART (reference tables, first measures)."""


def diagnosed_abroad(case: Case) -> None:
    """Diagnosed abroad ten years ago, on ART here: diagnosed, but no new diagnosis."""
    patient, abroad = case.person(), date(case.end.year - 10, 6, 15)
    case.diagnosis(patient, abroad, abroad=True)
    _treated_without_diagnosis(case, patient)


def art_without_diagnosis(case: Case) -> None:
    """On ART, and no diagnosis anywhere."""
    _treated_without_diagnosis(case, case.person())


def _treated_without_diagnosis(case: Case, patient: str) -> None:
    for n in range(4):
        case.supplied(patient, case.before(110 - 30 * n), 30)


def refuted_positive(case: Case) -> None:
    """A positive test, a provisional diagnosis, refuted three weeks later in the next version."""
    patient, tested = case.person(), case.before(60)
    case.test(patient, at(tested, "10:00"), "positive")
    first = case.diagnosis(patient, tested, certainty="provisional")
    refuted = tested + 21 * DAY
    case.again(first, at(refuted, "12:00"), certainty="refuted", refuted=refuted)
    case.test(patient, at(refuted, "10:00"), "negative", purpose="retest")
    case.days |= {"positive": tested, "refuted": refuted}


def known_positive_retested(case: Case) -> None:
    """Diagnosed last year, tested positive again at reception: neither a new diagnosis nor a positive test."""
    patient = case.person()
    case.diagnosis(patient, case.before(300))
    stay = case.stay(patient, places.WEST, at(case.before(40), "14:00"), at(case.before(12), "10:00"))
    case.test(patient, at(case.before(38), "10:00"), "positive", facility=stay.prison)


def result_next_quarter(case: Case) -> None:
    """Tested in one quarter, result given in the next: counted in the next."""
    patient = case.person()
    test = case.test(patient, at(case.before(3), "10:00"), "negative", returned=None)
    returned = at(case.end + 6 * DAY, "10:00")
    case.again(test, at(case.end + 6 * DAY, "11:00"), returned=returned)
    case.days["returned"] = returned.date()


def result_never(case: Case) -> None:
    """Tested, and the result never given: no test."""
    case.test(case.person(), at(case.before(20), "10:00"), "negative", returned=None)


def covered_to_27_days_before(case: Case) -> None:
    """Medicine ended 27 days before the end of the quarter: on ART."""
    _ended_before(case, GRACE_DAYS - 1)


def covered_to_28_days_before(case: Case) -> None:
    """Medicine ended 28 days before the end of the quarter: on ART, for the last day."""
    _ended_before(case, GRACE_DAYS)


def covered_to_29_days_before(case: Case) -> None:
    """Medicine ended 29 days before the end of the quarter: not on ART."""
    _ended_before(case, GRACE_DAYS + 1)


def _ended_before(case: Case, n: int) -> None:
    case.on_art(case.person(), case.before(n + 119), case.before(n))
    case.days["last_covered"] = case.before(n)


def early_pick_up(case: Case) -> None:
    """Thirty days fetched ten days early: the ten days in hand are added to the end, 27 days before the quarter's."""
    patient = case.person()
    case.diagnosis(patient, case.before(96))
    case.supplied(patient, case.before(86), 30)
    case.supplied(patient, case.before(66), 30)
    case.days["last_covered"] = case.before(27)


def ninety_days(case: Case) -> None:
    """One supply for 90 days covers the end of the quarter."""
    patient = case.person()
    case.diagnosis(patient, case.before(81))
    case.supplied(patient, case.before(80), 90)


def no_days_of_supply(case: Case) -> None:
    """Dispensed without saying for how many days, ten days before the end of the quarter."""
    patient = case.person()
    case.diagnosis(patient, case.before(11))
    case.supplied(patient, case.before(10), None)


def directly_observed_only(case: Case) -> None:
    """Nothing dispensed: every dose watched in prison, to the end of the quarter."""
    patient = case.person()
    stay = case.stay(patient, places.WEST, at(case.before(50), "14:00"), at(case.end + 3 * DAY, "10:00"))
    case.diagnosis(patient, case.before(49), facility=places.WEST)
    for n in range(45, -1, -1):
        case.supplied(
            patient, case.before(n), None, kind="administered", facility=places.WEST, context=stay.id
        )


def statement_only(case: Case) -> None:
    """Only a statement that they take it, from four months ago on and without an end."""
    patient = case.person()
    case.diagnosis(patient, case.before(120))
    case.supplied(patient, case.before(120), None, kind="stated")


def silent_transfer(case: Case) -> None:
    """Treated at the clinic, then at the hospital, and nobody wrote of a transfer: one person on ART."""
    patient = case.person()
    case.diagnosis(patient, case.before(150))
    case.programme(patient, "art", case.before(150))
    case.supplied(patient, case.before(150), 60)
    case.supplied(patient, case.before(85), 90, facility=places.HOSPITAL)


def another_clinic_without_a_break(case: Case) -> None:
    """Medicine from the clinic, and before it was used up, after the quarter, from the hospital: at its end the clinic's."""
    patient, moved = case.person(), case.end + 10 * DAY
    case.diagnosis(patient, case.before(20))
    case.supplied(patient, case.before(19), 60)
    case.supplied(patient, moved, 90, facility=places.HOSPITAL)
    case.days["moved"] = moved


def handed_over(case: Case) -> None:
    """The clinic closed the programme and named the hospital, a week before the end of the quarter: still on ART."""
    _left(case, "transferred-out", places.HOSPITAL)


def moved_abroad(case: Case) -> None:
    """The clinic closed the programme for a move abroad: neither on ART nor among the diagnosed of the country."""
    _left(case, "emigrated", None)


def stopped_treatment(case: Case) -> None:
    """Medicine ended ten days before the end of the quarter, and the programme three days later: stopped."""
    _left(case, "stopped", None)


def _left(case: Case, how: str, to: str | None) -> None:
    patient, left = case.person(), case.before(7)
    case.diagnosis(patient, case.before(100))
    programme = case.programme(patient, "art", case.before(100))
    case.supplied(patient, case.before(99), 90)
    case.again(programme, at(left, "14:00"), end=left, exit=how, to=to)
    case.days["left"] = left


def deported_with_medicine_in_hand(case: Case) -> None:
    """Deported five days before the end of the quarter with medicine for two months: gone."""
    patient, left = case.person(), case.before(5)
    case.stay(patient, places.WEST, at(case.before(45), "14:00"), at(left, "06:00"), exit="deported")
    case.diagnosis(patient, case.before(40), facility=places.WEST)
    case.supplied(patient, case.before(30), 90, facility=places.WEST)


def died_with_hiv(case: Case) -> None:
    """On ART, and died three days before the end of the quarter."""
    patient, died = case.person(), case.before(3)
    case.diagnosis(patient, case.before(60))
    case.supplied(patient, case.before(59), 90)
    record = next(one for one in case.country.facts if one.id == patient)
    assert isinstance(record, PatientRecord)
    case.again(record, at(died, "20:00"), died=died)


def released_and_seen(case: Case) -> None:
    """On ART in prison, released 80 days before the end of the quarter, and at the clinic on the twentieth day after."""
    patient, left = _released(case)
    case.supplied(patient, left + 20 * DAY, 60)


def released_with_medicine(case: Case) -> None:
    """On ART in prison, released with medicine for a month, and seen by nobody since."""
    patient, left = _released(case)
    case.supplied(patient, left, 30, facility=places.WEST, kind="release-supply")


def _released(case: Case) -> tuple[str, date]:
    patient, left = case.person(), case.before(80)
    case.stay(patient, places.WEST, at(left - 40 * DAY, "14:00"), at(left, "13:30"))
    case.diagnosis(patient, left - 35 * DAY, facility=places.WEST)
    case.supplied(patient, left - 30 * DAY, 30, facility=places.WEST)
    case.days["left"] = left
    return patient, left


def post_exposure(case: Case) -> None:
    """Antiretrovirals for 28 days after an exposure: not ART."""
    _prophylaxis(case, "pep", 28)


def pre_exposure(case: Case) -> None:
    """Antiretrovirals before an exposure: not ART."""
    _prophylaxis(case, "prep", 90)


def _prophylaxis(case: Case, reason: str, length: int) -> None:
    patient, day = case.person(), case.before(20)
    case.test(patient, at(day, "10:00"), "negative")
    asked = case.add(
        Prescription(
            id=f"{patient}-prescription-1", patient=patient, recorded_at=at(day, "10:45"),
            facility=places.HIV_CLINIC, drug="J05AR03", reason=reason, on=day,
        )
    )  # fmt: skip
    case.supplied(patient, day, length, line=reason, drug="J05AR03", prescription=asked.id)


CASES = (
    diagnosed_abroad,
    art_without_diagnosis,
    refuted_positive,
    known_positive_retested,
    result_next_quarter,
    result_never,
    covered_to_27_days_before,
    covered_to_28_days_before,
    covered_to_29_days_before,
    early_pick_up,
    ninety_days,
    no_days_of_supply,
    directly_observed_only,
    statement_only,
    silent_transfer,
    another_clinic_without_a_break,
    handed_over,
    moved_abroad,
    stopped_treatment,
    deported_with_medicine_in_hand,
    died_with_hiv,
    released_and_seen,
    released_with_medicine,
    post_exposure,
    pre_exposure,
)
