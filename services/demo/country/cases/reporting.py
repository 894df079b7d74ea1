"""What is written down late, changed after the close, not sent, or hardly known."""

from datetime import timedelta

from services.demo.country import places
from services.demo.country.cases.by_hand import Case
from services.demo.country.days import Year, at
from services.demo.country.writing_down import quarter_closed

DAY = timedelta(days=1)


def written_down_late(case: Case) -> None:
    """Tested in the quarter, written down 45 days after its end: in it only for whoever looks later."""
    patient, told = case.person(), at(case.end + 45 * DAY, "12:00")
    case.test(patient, at(case.before(4), "10:00"), "negative", recorded_at=told)
    case.days["written"] = told.date()


def corrected_after_the_close(case: Case) -> None:
    """A test that read negative when the quarter was closed, and positive since."""
    patient, told = case.person(), at(quarter_closed(case.end) + 20 * DAY, "12:00")
    first = case.test(patient, at(case.before(15), "10:00"), "negative")
    case.again(first, told, outcome="positive")
    case.days["corrected"] = told.date()


def silent_centre(case: Case) -> None:
    """On OAT at a centre that is to report and has sent nothing for two quarters: nobody knows."""
    patient, last = case.person(), case.calendar.silent_from - DAY
    first = last - 60 * DAY
    programme = case.programme(patient, "oat", first, centre=places.LAKE)
    order = case.order(patient, first, facility=places.LAKE)
    case.daily(programme, first, last, order=order.id)
    case.days["last_report"] = last


def year_only(case: Case) -> None:
    """Of the birth and of the diagnosis no more than the year is known."""
    human = case.human()
    patient = case.record(human, given="Lira", birth=Year(1984))
    case.diagnosis(patient, Year(case.end.year - 3))
    case.test(
        patient, Year(case.end.year - 1), "positive", returned=None, recorded_at=at(case.before(9), "10:00")
    )


def never_tested(case: Case) -> None:
    """In prison for half of a year, offered a test by nobody: like most people."""
    patient = case.person("Luan", sex="male")
    case.stay(patient, places.SOUTH, at(case.before(180), "14:00"), at(case.before(1), "10:00"))


CASES = (written_down_late, corrected_after_the_close, silent_centre, year_only, never_tested)
