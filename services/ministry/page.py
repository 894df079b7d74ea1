"""What the dashboard shows, from a snapshot. Pure: no clock, no request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from cascade.account import ReadAccount
from cascade.figures import COLOURS, GREY, GRID, INK, Finding, finding
from cascade.monthly import Measure, measure
from cascade.tables import ALL_FACILITIES, UNKNOWN_FACILITY
from services.ministry.cube import MEASURE, Snapshot
from services.shared.languages import gettext as _

ADMINISTRATION = "MedicationAdministration"
COUNTED = "used"
UNMAPPED = "unmapped"
KEY_LETTERS = 4

PALETTE: Mapping[str, str] = {
    **{colour.lower(): f"--series-{nth}" for nth, colour in enumerate(COLOURS, start=1)},
    INK.lower(): "--ink",
    GREY.lower(): "--ink-quiet",
    GRID.lower(): "--line",
    "white": "--surface",
}


@dataclass(frozen=True)
class Facility:
    """A column of the table: one facility, or all of them together."""

    key: str
    name: str


@dataclass(frozen=True)
class Month:
    """A row of the table. A count that is None was not reported, which is not 0."""

    first_day: date
    counts: tuple[int | None, ...]


@dataclass(frozen=True)
class Silent:
    """A facility without any dose record in the last month, and the last month it had one."""

    name: str
    last_month: date


@dataclass(frozen=True)
class Reading:
    """What became of the administrations that were read."""

    read: int
    counted: int
    unmapped: int
    left_out: int


@dataclass(frozen=True)
class DashboardPage:
    """The dashboard with its one figure."""

    finding: Finding
    largest: Facility | None
    largest_people: int
    first_month: date
    last_month: date
    data_as_of: datetime
    computing: bool
    facilities: tuple[Facility, ...]
    reporting: int
    expected: int
    silent: tuple[Silent, ...]
    months: tuple[Month, ...]
    without_month: int
    reading: Reading
    definition: Measure
    figure: str
    csv: str

    @property
    def palette(self) -> Mapping[str, str]:
        """For each colour that the figure is drawn in, the page's own that stands for it."""
        return PALETTE


@dataclass(frozen=True)
class WaitingPage:
    """The dashboard while there is nothing to show: ``computing``, ``failed`` or ``empty``."""

    state: str


@dataclass(frozen=True)
class Cell:
    """One row of the measure's result."""

    month: date | None
    facility: Facility
    people: int


def dashboard(snapshot: Snapshot, *, computing: bool, figure: str, csv: str) -> DashboardPage | None:
    """The page for a snapshot; None if it counts no dose at all."""
    found = finding(snapshot.frame)
    if found is None:
        return None
    cells = cells_of(snapshot.frame)
    facilities = _facilities(cells)
    places = [facility for facility in facilities if facility.key not in (ALL_FACILITIES, UNKNOWN_FACILITY)]
    last_months = {place.key: max(_months_of(cells, place)) for place in places}
    silent = tuple(
        Silent(place.name, last_months[place.key]) for place in places if last_months[place.key] < found.month
    )
    largest, people = _largest(cells, found.month)
    return DashboardPage(
        finding=found,
        largest=largest,
        largest_people=people,
        first_month=snapshot.first_month,
        last_month=snapshot.last_month,
        data_as_of=snapshot.data_as_of,
        computing=computing,
        facilities=facilities,
        reporting=len(places) - len(silent),
        expected=len(places),
        silent=silent,
        months=_months(cells, facilities),
        without_month=sum(
            cell.people for cell in cells if cell.month is None and cell.facility.key == ALL_FACILITIES
        ),
        reading=reading(snapshot.account),
        definition=measure(MEASURE),
        figure=figure,
        csv=csv,
    )


def cells_of(frame: pd.DataFrame) -> tuple[Cell, ...]:
    """The rows of the result, with every facility by the name it is shown by."""
    rows = frame[["month", "facility_key", "facility_name", "people"]].itertuples(index=False, name=None)
    return tuple(
        Cell(
            None if pd.isna(month) else month.date(),
            Facility(key, facility_name(key, None if pd.isna(name) else name)),
            int(people),
        )
        for month, key, name, people in rows
    )


def facility_name(key: str, name: str | None) -> str:
    """How a facility is named: as the record names it, else as what is known of it."""
    if key == ALL_FACILITIES:
        return _("All facilities")
    if key == UNKNOWN_FACILITY:
        return _("Place not recorded")
    return name or f"{_('Facility')} {key[:KEY_LETTERS]}"


def reading(account: ReadAccount) -> Reading:
    """The account of the administrations, in three lines."""
    outcomes: Mapping[str, int] = account.outcomes(ADMINISTRATION)
    counted, unmapped = outcomes.get(COUNTED, 0), outcomes.get(UNMAPPED, 0)
    total = account.read(ADMINISTRATION)
    return Reading(total, counted, unmapped, total - counted - unmapped)


def _facilities(cells: Iterable[Cell]) -> tuple[Facility, ...]:
    """All facilities first, then by name; what has no known place last."""
    found = {cell.facility for cell in cells if cell.month is not None}
    order = {ALL_FACILITIES: 0, UNKNOWN_FACILITY: 2}
    return tuple(
        sorted(found, key=lambda facility: (order.get(facility.key, 1), facility.name, facility.key))
    )


def _months_of(cells: Iterable[Cell], facility: Facility) -> list[date]:
    return [cell.month for cell in cells if cell.month is not None and cell.facility == facility]


def _largest(cells: Iterable[Cell], month: date) -> tuple[Facility | None, int]:
    there = [cell for cell in cells if cell.month == month and cell.facility.key != ALL_FACILITIES]
    if len(there) < 2:
        return None, 0
    most = max(there, key=lambda cell: (cell.people, cell.facility.key))
    return most.facility, most.people


def _months(cells: Iterable[Cell], facilities: tuple[Facility, ...]) -> tuple[Month, ...]:
    """The newest month first."""
    people = {(cell.month, cell.facility.key): cell.people for cell in cells}
    months = sorted({month for month, _key in people if month is not None}, reverse=True)
    return tuple(
        Month(month, tuple(people.get((month, place.key)) for place in facilities)) for month in months
    )
