"""Doses of opioid agonist treatment: gaps, retention, and every way in which a dose is given, missed or told twice."""

from datetime import date, timedelta

from services.demo.country import places
from services.demo.country.cases.by_hand import Case
from services.demo.country.days import at, days

DAY = timedelta(days=1)


def gap_of_7_days(case: Case) -> None:
    """Seven uncovered days in the middle: one episode."""
    _gap(case, 7)


def gap_of_8_days(case: Case) -> None:
    """Eight uncovered days in the middle: two episodes."""
    _gap(case, 8)


def gap_of_28_days(case: Case) -> None:
    """28 uncovered days: one episode if 28 days are allowed, else two."""
    _gap(case, 28)


def gap_of_29_days(case: Case) -> None:
    """29 uncovered days: two episodes in either reading."""
    _gap(case, 29)


def _gap(case: Case, length: int) -> None:
    patient, first = case.person(), case.before(80)
    stopped = first + 19 * DAY
    away = days(stopped + DAY, stopped + length * DAY)
    case.on_oat(patient, first, case.end, skip=away)
    case.days |= {"last_before": stopped, "first_after": away[-1] + DAY}


def retained_182_days(case: Case) -> None:
    """182 days and no more: not retained at 183."""
    _retained(case, 182)


def retained_183_days(case: Case) -> None:
    """183 days and no more: retained at 183."""
    _retained(case, 183)


def _retained(case: Case, length: int) -> None:
    first = case.before(260)
    patient, last = case.person(), first + (length - 1) * DAY
    programme = case.on_oat(patient, first, last)
    case.again(programme, at(last + 2 * DAY, "12:00"), end=last, exit="stopped")
    case.days |= {"first": first, "last": last}


def depot(case: Case) -> None:
    """A depot every 28 days, the last one 27 days before the end of the quarter: its last day is the quarter's."""
    patient = case.person()
    programme = case.programme(patient, "oat", case.before(83))
    order = case.order(patient, case.before(83), drug="N07BC01", mg=96, interval_days=28)
    for n in (83, 55, 27):
        case.dose(patient, case.before(n), programme, drug="N07BC01", mg=96, order=order.id)


def depot_that_says_its_days(case: Case) -> None:
    """A depot without an order that says itself that it covers 28 days."""
    patient = case.person()
    programme = case.programme(patient, "oat", case.before(26))
    case.dose(patient, case.before(26), programme, drug="N07BC01", mg=64, covers_days=28)


def take_home(case: Case) -> None:
    """A dose watched on one day of the week and six taken home: covered every day, one day due a week."""
    patient = case.person()
    programme = case.programme(patient, "oat", case.before(62))
    order = case.order(patient, case.before(62))
    for n in range(62, -1, -7):
        case.dose(patient, case.before(n), programme, order=order.id)
        case.supplied(patient, case.before(n), 6, facility=places.HILL, line="oat", drug="N07BC02")


def split_dose(case: Case) -> None:
    """Morning and evening: one due day."""
    patient = case.person()
    programme = case.programme(patient, "oat", case.before(20))
    order = case.order(patient, case.before(20), mg=40, times=2)
    for day in days(case.before(20), case.end):
        for clock in ("09:00", "18:00"):
            case.dose(patient, at(day, clock), programme, mg=40, order=order.id)


def dose_given_again(case: Case) -> None:
    """Vomited after ten minutes and given again: one due day, given."""
    patient, again = case.person(), case.before(10)
    programme = case.on_oat(patient, case.before(20), case.end, skip=(again,))
    first = case.dose(patient, at(again, "09:00"), programme)
    case.dose(patient, at(again, "09:40"), programme, mg=30, redose_of=first.id)
    case.days["again"] = again


def entered_in_error(case: Case) -> None:
    """The only dose after a stop was entered in error, and taken back a week later: nothing was given."""
    patient, wrong = case.person(), case.before(5)
    programme = case.on_oat(patient, case.before(60), case.before(40))
    dose = case.dose(patient, wrong, programme)
    case.again(dose, at(wrong + 7 * DAY, "12:00"), void=True)
    case.days |= {"wrong": wrong, "taken_back": wrong + 7 * DAY}


def one_dose_from_two_systems(case: Case) -> None:
    """Every dose reported by two systems under one number, by the second as of the next day: given once, on the first.

    The last is eight days before the end of the quarter: not on OAT at its end.
    """
    patient = case.person()
    programme = case.programme(patient, "oat", case.before(22))
    order = case.order(patient, case.before(22), case.before(8))
    for n in range(22, 7, -1):
        for told_on in (case.before(n), case.before(n - 1)):
            case.dose(patient, told_on, programme, number=f"{patient}-{n}", order=order.id)


def two_sites_one_day(case: Case) -> None:
    """Dosed at two centres on one day: one due day, on OAT once."""
    patient, day = case.person(), case.before(9)
    case.on_oat(patient, case.before(30), case.end)
    guest = case.programme(patient, "oat", day, centre=places.HARBOUR)
    case.dose(patient, at(day, "15:00"), guest)
    case.days["twice"] = day


def another_centre_without_a_break(case: Case) -> None:
    """A depot on the hill and, when it has run out, one at the harbour, on no list in between: at the quarter's end the hill's."""
    patient, moved = case.person(), case.end + 8 * DAY
    hill = case.programme(patient, "oat", case.before(20))
    case.dose(patient, case.before(20), hill, drug="N07BC01", mg=96, covers_days=28)
    case.again(
        hill, at(case.before(5), "12:00"), end=case.before(5), exit="transferred-out", to=places.HARBOUR
    )
    harbour = case.programme(patient, "oat", moved, centre=places.HARBOUR)
    case.dose(patient, moved, harbour, drug="N07BC01", mg=96, covers_days=28)
    case.days["moved"] = moved


def doses_without_orders(case: Case) -> None:
    """A feed of doses given and nothing else: on OAT, nobody knows where, and no day is known to have been due."""
    patient = case.person()
    for day in days(case.before(40), case.end):
        case.dose(patient, day, None)


def missed_by_the_institution(case: Case) -> None:
    """Ten days, on five of which the prison could not: lockdown, no nurse, no stock, hospital, no order."""
    reasons = ("lockdown", "no-nurse", "no-stock", "hospital", "no-order")
    _missed(case, reasons)


def missed_by_the_person(case: Case) -> None:
    """Ten days, on five of which the person did not come or did not want, three of them a hold for that reason."""
    patient, first = _missed(case, ("absent", "refused", "absent", "absent", "absent"))
    case.hold(patient, first + 2 * DAY, first + 4 * DAY, "missed-doses")


def held_by_a_clinician(case: Case) -> None:
    """Ten days, on three of which a clinician held the order: seven due days."""
    patient, first = _missed(case, (None, None, None))
    case.hold(patient, first, first + 2 * DAY, "clinical")


def withheld_without_a_hold(case: Case) -> None:
    """Ten days, on two of which a clinician withheld the dose and set no hold: eight due days."""
    _missed(case, ("clinical", "clinical"))


def nothing_written_down(case: Case) -> None:
    """Ten days, on two of which nothing is written down: neither given nor missed."""
    _missed(case, (None, None))


def _missed(case: Case, reasons: tuple[str | None, ...]) -> tuple[str, date]:
    patient, first = case.person(), case.before(20)
    stay = case.stay(patient, places.WEST, at(case.before(25), "14:00"), at(case.before(3), "10:00"))
    away = days(first, first + (len(reasons) - 1) * DAY)
    order = case.in_prison(stay, first, first + 9 * DAY, skip=away)
    for day, reason in zip(away, reasons, strict=True):
        if reason:
            case.dose(patient, day, stay, status="not-given", reason=reason, order=order.id)
    case.days["first"] = first
    return patient, first


CASES = (
    gap_of_7_days,
    gap_of_8_days,
    gap_of_28_days,
    gap_of_29_days,
    retained_182_days,
    retained_183_days,
    depot,
    depot_that_says_its_days,
    take_home,
    split_dose,
    dose_given_again,
    entered_in_error,
    one_dose_from_two_systems,
    two_sites_one_day,
    another_centre_without_a_break,
    doses_without_orders,
    missed_by_the_institution,
    missed_by_the_person,
    held_by_a_clinician,
    withheld_without_a_hold,
    nothing_written_down,
)
