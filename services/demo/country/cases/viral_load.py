"""Viral loads at every limit; everybody here has been on ART for over a year."""

from datetime import timedelta
from typing import Any

from services.demo.country.cases.by_hand import Case
from services.demo.country.days import at, later
from services.demo.country.facts import ViralLoad

DAY = timedelta(days=1)


def _loaded(case: Case, **known: Any) -> ViralLoad:
    patient = case.person()
    case.on_art(patient, max(case.calendar.first, case.before(420)), case.end + 20 * DAY, step=90)
    return case.load(patient, case.before(45), **known)


def copies_50(case: Case) -> None:
    """50 copies/mL."""
    _loaded(case, value=50)


def copies_199(case: Case) -> None:
    """199 copies/mL: below 200."""
    _loaded(case, value=199)


def copies_200(case: Case) -> None:
    """200 copies/mL: not below 200."""
    _loaded(case, value=200)


def copies_999(case: Case) -> None:
    """999 copies/mL: below 1000."""
    _loaded(case, value=999)


def copies_1000(case: Case) -> None:
    """1000 copies/mL: suppressed if 1000 itself is, else not."""
    _loaded(case, value=1000)


def below_40_as_text(case: Case) -> None:
    """The text "<40"."""
    _loaded(case, text="<40")


def below_1000(case: Case) -> None:
    """Below a limit of 1000: suppressed at 1000, unknown at 200."""
    _loaded(case, value=1000, comparator="<")


def not_detected(case: Case) -> None:
    """The word not-detected."""
    _loaded(case, word="not-detected")


def invalid(case: Case) -> None:
    """An invalid result: nobody was tested."""
    _loaded(case, word="invalid")


def logarithm(case: Case) -> None:
    """3.2 as a logarithm: 1585 copies/mL."""
    _loaded(case, value=3.2, log10=True)


def amended(case: Case) -> None:
    """30 copies/mL, amended to 30 000 after the quarter was closed."""
    first = _loaded(case, value=30)
    told = at(case.end + 12 * DAY, "09:00")
    case.again(first, told, value=30000, status="amended")
    case.days["amended"] = told.date()


def two_on_one_day(case: Case) -> None:
    """5000 in the morning and 80 in the afternoon of one day: the later specimen counts."""
    first = _loaded(case, value=5000)
    afternoon = later(first.collected, timedelta(hours=6))
    case.add(
        ViralLoad(
            id=f"{first.patient}-load-2", patient=first.patient, recorded_at=later(first.recorded_at, timedelta(hours=1)),
            facility=first.facility, collected=afternoon, resulted=first.resulted, value=80,
        )
    )  # fmt: skip


def collected_before_resulted_after(case: Case) -> None:
    """Taken before the end of the quarter, result after it: counted once it is known."""
    patient = case.person()
    case.on_art(patient, max(case.calendar.first, case.before(420)), case.end + 20 * DAY, step=90)
    load = case.load(patient, case.before(3), value=60)
    case.days["resulted"] = load.resulted.date()


def thirteen_months_ago(case: Case) -> None:
    """The last viral load is thirteen months old: not tested."""
    patient = case.person()
    case.on_art(patient, max(case.calendar.first, case.before(420)), case.end + 20 * DAY, step=90)
    case.load(patient, case.before(396), value=20)


def five_months_on_art(case: Case) -> None:
    """On ART for five months, with a viral load: too short to be counted."""
    patient = case.person()
    case.on_art(patient, case.before(150), case.end + 20 * DAY, step=90)
    case.load(patient, case.before(20), value=20)


CASES = (
    copies_50,
    copies_199,
    copies_200,
    copies_999,
    copies_1000,
    below_40_as_text,
    below_1000,
    not_detected,
    invalid,
    logarithm,
    amended,
    two_on_one_day,
    collected_before_resulted_after,
    thirteen_months_ago,
    five_months_on_art,
)
