"""In and out of custody; everybody here is on OAT, so that each move shows in the doses."""

from datetime import date, datetime, timedelta

from services.demo.country import places
from services.demo.country.cases.by_hand import Case
from services.demo.country.days import at, later
from services.demo.country.facts import PatientRecord

NORTH, SOUTH, WEST = places.PRETRIAL_NORTH, places.SOUTH, places.WEST
DAY = timedelta(days=1)


def same_day_transfer(case: Case) -> None:
    """Moved from one prison to another within the day: no release, no reception."""
    patient, moved = case.person(), case.before(40)
    one = case.stay(
        patient, NORTH, at(case.before(70), "14:00"), at(moved, "10:00"), exit="transfer", to=WEST
    )
    two = case.stay(patient, WEST, at(moved, "15:30"), at(case.before(5), "11:00"), entry="transfer")
    case.in_prison(one, case.before(69), moved)
    case.in_prison(two, moved + DAY, case.before(5))
    case.days["moved"] = moved


def court_overnight(case: Case) -> None:
    """In court over night: still held by the prison, two rounds missed for the institution's reason."""
    patient, court = case.person(), case.before(30)
    stay = case.stay(patient, NORTH, at(case.before(60), "14:00"), at(case.before(2), "11:00"))
    case.absence(stay, "court", at(court, "07:30"), at(court + DAY, "17:00"))
    order = case.in_prison(stay, case.before(59), case.before(2), skip=(court, court + DAY))
    for day in (court, court + DAY):
        case.dose(patient, day, stay, status="not-given", reason="court", order=order.id)
    case.days["court"] = court


def unplanned_release(case: Case) -> None:
    """Let go from court without notice, and dosed at the centre on the third day after."""
    patient, left = case.person(), case.before(50)
    stay = case.stay(
        patient, NORTH, at(case.before(90), "14:00"), at(left, "13:00"), exit="release-unplanned"
    )
    case.in_prison(stay, case.before(89), left)
    case.on_oat(patient, left + 3 * DAY, case.before(1))
    case.days["left"] = left


def rearrested_same_day(case: Case) -> None:
    """Released in the morning and received again in the evening of the same day."""
    _rearrested(case, 0)


def rearrested_within_28_days(case: Case) -> None:
    """Released, dosed once outside, and received again after 20 days."""
    _rearrested(case, 20)


def _rearrested(case: Case, after: int) -> None:
    patient, left = case.person(), case.before(60)
    one = case.stay(patient, NORTH, at(case.before(80), "14:00"), at(left, "10:00"))
    back = left + after * DAY
    two = case.stay(patient, NORTH, at(back, "20:00"), at(case.before(10), "10:00"))
    case.in_prison(one, case.before(79), left)
    if after:
        case.dose(patient, left + DAY, case.programme(patient, "oat", left + DAY))
    case.in_prison(two, back + DAY, case.before(10))
    case.days |= {"left": left, "back": back}


def deported(case: Case) -> None:
    """Deported from prison: in no denominator of continuity."""
    patient, left = case.person(), case.before(35)
    stay = case.stay(patient, WEST, at(case.before(65), "14:00"), at(left, "06:00"), exit="deported")
    case.in_prison(stay, case.before(64), left - DAY)
    case.days["left"] = left


def died_in_custody(case: Case) -> None:
    """Died in prison, known to the hour."""
    patient, died = case.person(), case.before(25)
    stay = case.stay(patient, SOUTH, at(case.before(65), "14:00"), at(died, "03:10"), exit="death")
    case.in_prison(stay, case.before(64), died - DAY)
    case.again(_record(case, patient), at(died, "09:00"), died=at(died, "03:00"))
    case.days["died"] = died


def deported_in_the_last_week(case: Case) -> None:
    """Dosed to four days before the end of the quarter, and deported the day after: not on OAT at its end."""
    patient, left = case.person(), case.before(3)
    stay = case.stay(patient, WEST, at(case.before(45), "14:00"), at(left, "06:00"), exit="deported")
    case.in_prison(stay, case.before(44), left - DAY)


def died_in_the_last_week(case: Case) -> None:
    """Died outside, three days before the end of the quarter, with a depot for a month: not on OAT at its end."""
    patient, died = case.person(), case.before(3)
    programme = case.programme(patient, "oat", case.before(10))
    case.dose(patient, case.before(10), programme, drug="N07BC01", mg=96, covers_days=28)
    case.again(_record(case, patient), at(died, "20:00"), died=died)
    case.days["died"] = died


def died_on_an_unknown_day(case: Case) -> None:
    """Known to have died, and not when: doses stay due, of an order that nobody closed, until the death is written down."""
    patient, last = case.person(), case.before(80)
    programme = case.programme(patient, "oat", case.before(120))
    order = case.order(patient, case.before(120))
    case.daily(programme, case.before(120), last, order=order.id)
    case.again(_record(case, patient), at(case.before(20), "09:00"), dead_of_unknown_day=True)
    case.days["last_dose"] = last


def _record(case: Case, patient: str) -> PatientRecord:
    record = next(one for one in case.country.facts if one.id == patient)
    assert isinstance(record, PatientRecord)
    return record


def never_closed(case: Case) -> None:
    """A stay that nobody closed, and doses at the centre a year later."""
    patient = case.person()
    entered = at(max(case.calendar.first, case.before(400)), "14:00")
    stay = case.stay(patient, NORTH, entered, None)
    case.in_prison(stay, entered.date() + DAY, entered.date() + 20 * DAY)
    case.on_oat(patient, case.before(30), case.before(0))


def double_stay(case: Case) -> None:
    """Two prisons say that they hold the same person: the stay that began later holds, marked as a conflict."""
    patient = case.person()
    case.stay(patient, SOUTH, at(case.before(60), "14:00"), None)
    two = case.stay(patient, WEST, at(case.before(30), "14:00"), at(case.end + 10 * DAY, "10:00"))
    case.in_prison(two, case.before(29), case.end + 10 * DAY)


def pretrial_to_sentenced(case: Case) -> None:
    """Sentenced during a stay, without moving."""
    patient, entered, sentenced = case.person(), at(case.before(70), "14:00"), at(case.before(35), "12:00")
    legal = (("pretrial", entered), ("sentenced", sentenced))
    stay = case.stay(patient, WEST, entered, at(case.end + 20 * DAY, "10:00"), legal=legal)
    case.in_prison(stay, case.before(69), case.end + 20 * DAY)
    case.days["sentenced"] = sentenced.date()


def half_past_eleven_on_quarter_end(case: Case) -> None:
    """Received, dosed and tested at 23:30 on the last day of a quarter: in that quarter, and in prison at its end."""
    patient, moment = case.person(), at(case.end, "23:20")
    stay = case.stay(patient, NORTH, moment, at(case.end + 15 * DAY, "10:00"))
    case.dose(patient, at(case.end, "23:30"), stay)
    case.test(patient, at(case.end, "23:30"), "negative", facility=NORTH, returned=at(case.end, "23:50"))
    case.in_prison(stay, case.end + DAY, case.end + 15 * DAY)
    case.days["quarter_end"] = case.end


def night_of_the_clock_change(case: Case) -> None:
    """Doses at 23:30 before, and at 01:30 and 03:30 of the night in which the clocks go from 02:00 to 03:00."""
    patient, night = case.person(), case.calendar.clock_change
    stay = case.stay(patient, NORTH, at(night - DAY, "23:00"), at(night, "04:00"), exit="release-unplanned")
    for moment in _clock_change(night):
        case.dose(patient, moment, stay)
    case.days["night"] = night


def _clock_change(night: date) -> tuple[datetime, ...]:
    before = at(night, "01:30")
    return at(night - DAY, "23:30"), before, later(before, timedelta(hours=1))


CASES = (
    same_day_transfer,
    court_overnight,
    unplanned_release,
    rearrested_same_day,
    rearrested_within_28_days,
    deported,
    died_in_custody,
    deported_in_the_last_week,
    died_in_the_last_week,
    died_on_an_unknown_day,
    never_closed,
    double_stay,
    pretrial_to_sentenced,
    half_past_eleven_on_quarter_end,
    night_of_the_clock_change,
)
