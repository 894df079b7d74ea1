"""Who reports, and the day on which the records end: what a figure cannot say of itself."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from cascade.confidential_view import ConfidentialView
from cascade.plan import last_whole_quarter
from services.ministry.places import Place, newest_report_on, places
from services.ministry.rules import records_are_old


@dataclass(frozen=True)
class Reporting:
    """Which facilities that are to report did so in the last quarter, or later."""

    expected: int
    reporting: int
    silent: tuple[Place, ...]


def reporting(view: ConfidentialView) -> Reporting:
    """Who is silent: no event of any kind since the last quarter began."""
    since = view.shown.quarters[-1].first
    expected = [place for place in places(view) if place.expected]
    silent = tuple(
        place for place in expected if place.last_report_on is None or place.last_report_on < since
    )
    return Reporting(len(expected), len(expected) - len(silent), silent)


def records_end_on(view: ConfidentialView) -> date | None:
    """The day of the newest record of a view, if it is so old that what is shown after it is missing, not zero.

    Its age is told from the last quarter that was over at the data cut, which is not always shown: of records that ended
    long ago an earlier one is (cascade.plan.last_quarter_to_show).
    """
    zone = ZoneInfo(view.shown.quarters[-1].zone)
    wanted = last_whole_quarter(view.data_as_of.astimezone(zone).date())
    newest = newest_report_on(view)
    return newest if newest is not None and records_are_old(newest, wanted) else None
