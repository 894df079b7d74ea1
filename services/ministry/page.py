"""What the cascade page shows, from a view. Pure: no clock, no request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cascade import measures
from cascade.account import ReadAccount
from cascade.confidential_view import ConfidentialView
from cascade.measures import Measure
from services.ministry.drawing.palette import PALETTE
from services.ministry.figures import figures
from services.ministry.numbers import Numbers
from services.ministry.places import Place, places
from services.ministry.reporting import Reporting, records_end_on, reporting
from services.ministry.section import Section

COUNTED = ("used",)


@dataclass(frozen=True)
class Read:
    """What became of the resources of one type that were read."""

    resource_type: str
    read: int
    used: int
    other: Mapping[str, int]


@dataclass(frozen=True)
class Definition:
    """A measure as its module states it, with each figure's numerator and denominator in words."""

    measure: Measure
    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class CascadePage:
    """The page."""

    period_end: date
    data_as_of: datetime
    computing: bool
    reporting: Reporting
    records_end_on: date | None
    """The day after which there are no records, where figures say nothing of later days; None if they are fresh."""
    community: tuple[Place, ...]
    sections: tuple[Section, ...]
    definitions: Mapping[str, Definition]
    read: tuple[Read, ...]
    handling: str

    @property
    def palette(self) -> Mapping[str, str]:
        """For each colour that a figure is drawn in, the page's own that stands for it."""
        return PALETTE


@dataclass(frozen=True)
class WaitingPage:
    """The page while there is nothing to show: ``computing``, ``failed`` or ``empty``."""

    state: str


def cascade_page(view: ConfidentialView, *, computing: bool, handling: str) -> CascadePage | None:
    """The page of a view; None if no quarter of the records is whole."""
    if not view.shown.quarters:
        return None
    sections = all_sections(view)
    return CascadePage(
        period_end=view.period_end,
        data_as_of=view.data_as_of,
        computing=computing,
        reporting=reporting(view),
        records_end_on=records_end_on(view),
        community=places(view, "community"),
        sections=sections,
        definitions={
            name: definition(name) for one in sections for name in one.measures if name in measures.names()
        },
        read=tuple(_read(view.account)),
        handling=handling,
    )


def all_sections(view: ConfidentialView) -> tuple[Section, ...]:
    """Every figure of a view, in the order of the page."""
    numbers = Numbers(view)
    return tuple(figure.section(numbers) for figure in figures())


def definition(name: str) -> Definition:
    """A measure, with each of its figures as statuses over statuses."""
    stated = measures.measure(name)
    return Definition(
        stated,
        tuple(
            (figure.title, " + ".join(figure.counted), " + ".join(figure.among or ()))
            for figure in stated.figures.values()
        ),
    )


def _read(account: ReadAccount) -> Iterator[Read]:
    """The account by type of resource; what was not a resource is last, without a type."""
    types = sorted({line.resource_type or "" for line in account.lines}, key=lambda name: (not name, name))
    for name in types:
        outcomes = dict(account.outcomes(name or None))
        used = sum(outcomes.pop(outcome, 0) for outcome in COUNTED)
        yield Read(name, account.read(name or None), used, dict(sorted(outcomes.items())))
