"""The page of one person: who it is, the days of the treatment as a picture and a table, the grid of a month, and notes.

Everything is asked by POST: no address holds whose page it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
from fastapi import APIRouter, Request, Response

from clinical.chart.days import MARK_WORDS, Bin, bins, treatment_days
from clinical.chart.mar import MarDay, mar_of, month_after, month_before
from clinical.chart.note import LONGEST
from clinical.oat.day_close import last_closed
from clinical.oat.happened import KIND_WORDS, REASON_WORDS, Happened
from clinical.oat.hold import WORDS as HOLD_WORDS
from clinical.oat.record import TreatmentRecord
from clinical.oat.shapes import known_day
from services.access.decision import asks_purpose
from services.access.decision.one_by_one import treating
from services.access.pages.forms import Field
from services.clinic.actors import Clinician, Reader
from services.clinic.asking import Asking
from services.clinic.chart.banner import Banner, banner_of
from services.clinic.chart.drawing import Picture, Stretch, events_of, picture
from services.clinic.chart.notes import NoteLine, correct_note, keep_note, notes_of
from services.clinic.chart.periodic import (
    HANDED,
    MEASURED,
    TAKEN_BACK,
    Periodic,
    hand_over,
    keep_ecg,
    periodic_of,
    take_back,
)
from services.clinic.chart.treatment import treatment_of
from services.clinic.consent_keeping import somebody
from services.clinic.consents import law
from services.clinic.find_page import PEOPLE
from services.clinic.movement_words import ABSENCES
from services.clinic.openings import REASON_CHOICES, Choice, OpeningLine, opening_line
from services.clinic.permitted import may_make
from services.clinic.reading import Patient, log_shown, names_of
from services.clinic.record_page import PURPOSE_CHOICES
from services.clinic.rooms import rooms_of
from services.clinic.round.staff import account_names
from services.clinic.sentences import amount
from services.clinic.stays import StayLine, facilities_of, stay_lines
from services.clinic.ways_on import WaysOn, ways_on
from services.shared.errors import BadRequest
from services.shared.languages import N_, gettext
from services.shared.pages import Pages

CHART = f"{PEOPLE}/chart"

NINETY = "90"
SPANS: Mapping[str, str] = {
    NINETY: N_("90 days"),
    "30": N_("30 days"),
    "365": N_("a year"),
    "all": N_("the whole time"),
}
"""How much of the time is drawn."""

MOST_BINS = 120
MOST_DAYS = 366 * 20
"""Beyond that it is a slip of the pen in somebody's record."""

TENTH = Decimal("0.1")

KEPT, CORRECTED = N_("The note is kept."), N_("Corrected. What was written before stays in the record.")


@dataclass(frozen=True)
class BinRow:
    """A row of the table twin. Words wait for their translation."""

    first: date
    last: date
    ordered: str
    taken: str
    marks: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class HappenedLine:
    """What happened with a dose, in a cell of the grid. Words wait for their translation."""

    words: str
    taken: bool
    mg: str
    at: datetime
    only_day: bool
    by: str
    reason: str
    single_handed: bool


@dataclass(frozen=True)
class CellLine:
    """A planned dose in the grid."""

    medicine: str
    mg: str
    happened: tuple[HappenedLine, ...]
    open: bool
    ahead: bool


@dataclass(frozen=True)
class MarRow:
    """A day of the grid."""

    day: date
    cells: tuple[CellLine, ...]
    others: tuple[HappenedLine, ...]


@dataclass(frozen=True)
class ChartPage:
    """The page."""

    patient: str
    banner: Banner
    doses_by: str
    doses_here: bool
    span: str
    spans: tuple[Choice, ...]
    picture: Picture | None
    rows: tuple[BinRow, ...]
    month: date
    before: date
    after: date | None
    mar: tuple[MarRow, ...]
    periodic: Periodic
    notes: tuple[NoteLine, ...]
    may_note: bool
    new_note: str
    longest: int
    purposes: tuple[Choice, ...]
    in_care: bool
    opening: OpeningLine | None
    reasons: tuple[Choice, ...]
    ways: WaysOn
    may_print: bool
    said: str = ""


@dataclass(frozen=True)
class Zoom:
    """How much is shown, as it was asked: a code of ``SPANS``, and any day of the month of the grid."""

    span: str = NINETY
    month: date | None = None


def chart_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=CHART, include_in_schema=False)

    @router.post("")
    def chart(
        request: Request, asking: Reader, person: Field = "", span: Field = "", month: Field = ""
    ) -> Response:
        return chart_answer(pages, asking, person, _zoom(span, month))

    @router.post("/note")
    def note(
        request: Request, asking: Clinician, person: Field = "", note: Field = "", text: Field = ""
    ) -> Response:
        asking.database.run(
            lambda connection: keep_note(asking, connection, somebody(asking, connection, person), note, text)
        )
        return chart_answer(pages, asking, person, Zoom(), KEPT)

    @router.post("/note/correct")
    def correct(
        request: Request, asking: Clinician, person: Field = "", note: Field = "", text: Field = ""
    ) -> Response:
        asking.database.run(
            lambda connection: correct_note(
                asking, connection, somebody(asking, connection, person), note, text
            )
        )
        return chart_answer(pages, asking, person, Zoom(), CORRECTED)

    _periodic_routes(router, pages)
    return router


def _periodic_routes(router: APIRouter, pages: Pages) -> None:
    @router.post("/naloxone")
    def naloxone(request: Request, asking: Clinician, person: Field = "", entry: Field = "") -> Response:
        asking.database.run(
            lambda connection: hand_over(asking, connection, somebody(asking, connection, person), entry)
        )
        return chart_answer(pages, asking, person, Zoom(), HANDED)

    @router.post("/ecg")
    def ecg(
        request: Request,
        asking: Clinician,
        person: Field = "",
        entry: Field = "",
        day: Field = "",
        qtc: Field = "",
    ) -> Response:
        asking.database.run(
            lambda connection: keep_ecg(
                asking, connection, somebody(asking, connection, person), entry, day, qtc
            )
        )
        return chart_answer(pages, asking, person, Zoom(), MEASURED)

    @router.post("/take-back")
    def back(
        request: Request, asking: Clinician, person: Field = "", kind: Field = "", entry: Field = ""
    ) -> Response:
        asking.database.run(
            lambda connection: take_back(
                asking, connection, somebody(asking, connection, person), kind, entry
            )
        )
        return chart_answer(pages, asking, person, Zoom(), TAKEN_BACK)


def _zoom(span: str, month: str) -> Zoom:
    if span and span not in SPANS:
        raise BadRequest
    try:
        return Zoom(span or NINETY, date.fromisoformat(month) if month else None)
    except ValueError:
        raise BadRequest from None


def chart_answer(pages: Pages, asking: Asking, id_: str, zoom: Zoom, said: str = "") -> Response:
    """The page of somebody in care, or opened whole in an emergency. Raises NobodyHere, RecordClosed."""
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, id_)
        treated_at = treating(cursor, patient.actor, id_, asking.day)
        record = treatment_of(asking, cursor, patient)
        banner = banner_of(asking, cursor, patient, treated_at)
        stays = _stays(asking, cursor, patient)
        drawn = _drawn(asking, record, zoom.span)
        month = (zoom.month or asking.day).replace(day=1)
        mar = mar_of(record, month, law(asking)) if record.orders or record.happened else []
        names = account_names(cursor, (one.given_by or "" for one in record.happened))
        notes = notes_of(asking, connection, cursor, patient)
        periodic = periodic_of(asking, cursor, patient, treated_at)
        site = names_of(asking, cursor, patient.actor, [banner.doses_by] if banner.doses_by else [])
    opened = patient.opened
    page = ChartPage(
        id_,
        banner,
        site.get(banner.doses_by or "", banner.doses_by or ""),
        banner.doses_by in treated_at,
        zoom.span,
        tuple(Choice(code, words) for code, words in SPANS.items()),
        _picture(asking, record, drawn, stays) if drawn else None,
        tuple(_bin_row(one) for one in reversed(drawn)),
        month,
        month_before(month),
        month_after(month) if month_after(month) <= asking.day else None,
        tuple(_mar_row(one, names, asking.day) for one in mar),
        periodic,
        tuple(notes),
        may_make(patient.actor, id_, treated_at, "Observation"),
        str(uuid4()),
        LONGEST,
        PURPOSE_CHOICES if asks_purpose(patient.actor, id_) else (),
        patient.in_care,
        opened and opening_line(opened, asking.at, asking.who.account.id, patient.identity, {}),
        REASON_CHOICES,
        ways_on(asking, patient, treated_at),
        may_make(patient.actor, id_, treated_at, "MedicationAdministration"),
        said,
    )
    log_shown(asking, patient, "$chart", len(record.happened) + len(record.orders) + len(notes))
    return pages.render(asking.request, "clinic/chart.html", page)


def _stays(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[StayLine]:
    every = facilities_of(asking, cursor, patient)
    names = names_of(asking, cursor, patient.actor, every)
    return stay_lines(asking, cursor, patient, names, rooms_of(cursor, sorted(every)))


def _drawn(asking: Asking, record: TreatmentRecord, span: str) -> list[Bin]:
    """The parts of the time that are drawn; none where the reader sees nothing of the treatment."""
    begins = _begins(record)
    if begins is None:
        return []
    oldest = asking.day - timedelta(days=MOST_DAYS if span == "all" else int(span) - 1)
    first = max(begins, oldest) if span == "all" else oldest
    closed = last_closed(asking.at, asking.zone, law(asking))
    return bins(treatment_days(record, min(first, asking.day), asking.day, closed, law(asking)), MOST_BINS)


def _begins(record: TreatmentRecord) -> date | None:
    days = [
        *(one.start for one in record.orders),
        *(one.day for one in record.happened if one.day is not None),
    ]
    return min(days, default=None)


def _picture(
    asking: Asking, record: TreatmentRecord, drawn: Sequence[Bin], stays: Sequence[StayLine]
) -> Picture:
    first, last = drawn[0].first, drawn[-1].last
    return picture(
        drawn,
        [
            Stretch(begins, _day(asking, one.ended), one.facility)
            for one in stays
            if (begins := _day(asking, one.began))
        ],
        list(_away(asking, stays)),
        [Stretch(one.start, one.end, gettext(HOLD_WORDS[one.reason])) for one in record.holds],
        events_of(record.happened, record.orders, first, last),
    )


def _away(asking: Asking, stays: Sequence[StayLine]) -> Iterator[Stretch]:
    for stay in stays:
        for one in stay.absences:
            begins = _day(asking, one.began)
            if begins and one.status != "planned":
                yield Stretch(begins, _day(asking, one.ended), gettext(ABSENCES.get(one.kind, one.kind)))


def _day(asking: Asking, written: str) -> date | None:
    """The civil day of a date as FHIR writes it; None if there is none, or no day is known."""
    return known_day(written, asking.zone) if written else None


def _bin_row(one: Bin) -> BinRow:
    return BinRow(
        one.first,
        one.last,
        amount(one.ordered_mg) if one.ordered_mg is not None else "",
        amount(one.taken_mg.quantize(TENTH)) if one.taken_mg is not None else "",
        tuple((MARK_WORDS[mark], count) for mark, count in sorted(one.marks.items())),
        tuple(REASON_WORDS[reason] for reason in one.reasons),
    )


def _mar_row(one: MarDay, names: Mapping[str, str], today: date) -> MarRow:
    return MarRow(
        one.day,
        tuple(
            CellLine(
                cell.slot.order.product.name,
                amount(cell.slot.mg),
                tuple(_happened(each, names) for each in cell.happened),
                one.day == today,
                one.day > today,
            )
            for cell in one.cells
        ),
        tuple(_happened(each, names) for each in one.others),
    )


def _happened(one: Happened, names: Mapping[str, str]) -> HappenedLine:
    return HappenedLine(
        KIND_WORDS[one.kind],
        one.was_taken,
        amount(one.mg) if one.mg is not None else "",
        one.occurred_at,
        one.surely_by is not None,
        names.get(one.given_by or "", ""),
        REASON_WORDS[one.reason] if one.reason else "",
        one.single_handed,
    )
