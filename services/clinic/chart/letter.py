"""What stands in the letter by which somebody else goes on with the treatment, and as what it is printed.

It names no prison, no number of one, and no reason why a dose was missed: whoever reads it is told the doses, not where
somebody was. Of other medicines and of allergies it has what the reader may read and the recipient may get.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.chart.days import MARK_WORDS, MISSED, Mark, treatment_days
from clinical.chart.next_dose import next_dose
from clinical.consent import Consent, consents_of
from clinical.disclosure.letter import in_letter
from clinical.labels import Label
from clinical.oat.day_close import last_closed
from clinical.oat.happened import KIND_WORDS, Happened, Kind
from clinical.oat.hold import WORDS as HOLD_WORDS
from clinical.oat.hold import holds_on
from clinical.oat.naloxone import handed_over_of
from clinical.oat.order import OatOrder, OrderStatus, Signature
from clinical.oat.product import product_of
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.follow_up import TASK_WORDS, RoundTask
from clinical.people import Identity, NumberKind
from clinical.people.details import details_of
from clinical.record_line import record_line
from clinical.safety_set import Known, card_of
from fhir_store.chronicle import chronicle_of
from fhir_store.read import Stored, read
from fhir_store.search import Context, parse_query, search
from fhir_store.sql import Sql
from services.access.decision import Form
from services.access.decision.one_by_one import Shown, shown_one_by_one
from services.clinic.asking import Asking
from services.clinic.confirmations import Version, confirmed
from services.clinic.consents import PORTION, law
from services.clinic.reading import Patient, parsed
from services.clinic.sentences import amount
from services.shared.formats import clock_in, fhir_dates_in, moments_in
from services.shared.formats import day as day_words
from services.shared.languages import N_, current_language, gettext
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parents[1] / "sheets" / "letter.typ"

DAYS = 14
MOST = 100
NALOXONE = "http://www.whocc.no/atc|V03AB15"
CURRENT = frozenset({"active", "on-hold", "intended", "completed"})

TOLD = frozenset({NumberKind.NATIONAL, NumberKind.UIC})
"""Numbers that say nothing of where somebody was."""

TASKS = (
    "SELECT DISTINCT t.what FROM clinical.round_task t WHERE t.patient_id = ANY(%s) AND NOT t.done ORDER BY 1"
)

WORDS = {
    "title": N_("For whoever goes on with the treatment"),
    "cover": N_("For this person alone"),
    "sealed": N_("Sealed. Only the person opens it, or gives it to whom they want."),
    "last": N_("Last dose"),
    "orders": N_("Orders"),
    "no-orders": N_("No order is valid."),
    "doses": N_("Doses of the last 14 days"),
    "know": N_("To know"),
    "medicines": N_("Other medicines"),
    "open": N_("Still open"),
    "nothing-open": N_("Nothing."),
    "signed": N_("Signed"),
    "telephone": N_("Telephone for questions"),
    "page": N_("Page"),
}
COLUMNS = (N_("Day"), N_("Time"), N_("What"))
NAME, BORN, NUMBER = N_("Name"), N_("Born"), N_("Number")
ALLERGIES, NALOXONE_GIVEN, NEXT = N_("Allergies"), N_("Naloxone handed over"), N_("Next dose is due")
NOT_RECORDED, NOT_IN_LETTER = N_("none recorded"), N_("not part of this letter")
NO_DOSE, NOT_TAKEN = N_("No dose is recorded."), N_("not taken")
SEEN = N_("Recorded where it was given, by health staff.")
SEEN_SWALLOWED = N_("Recorded where it was given, by health staff who saw it taken.")
CONFIRMED = N_("Taken elsewhere, as the person says and whoever gave it has confirmed.")
CLAIMED = N_("As the person says. Nobody has confirmed it: not verified.")
TOLD_ELSEWHERE = N_("Told by another health service, and not verified here.")
OF_ORDER = N_("%(medicine)s, %(mg)s mg a day, from %(first)s until %(last)s")
WITHOUT_END = N_("no end set")
NOT_SIGNED = N_("telephone order of %(day)s, not countersigned yet")
PRINTED = N_("Printed %(at)s")
DEMO = N_("DEMO: an invented person")


@dataclass(frozen=True)
class Letter:
    """What stands in a letter.

    Attributes:
        others: other medicines, each as a line.
        allergies: None: they are not part of it.
        naloxone: the day on which it was last handed over, as FHIR writes it; empty: never.
        references: literal references to the records that were read for it, besides doses and orders.
    """

    identity: Identity = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    born: str = field(repr=False)
    record: TreatmentRecord = field(repr=False)
    others: tuple[str, ...] = field(repr=False)
    allergies: tuple[str, ...] | None = field(repr=False)
    naloxone: str
    tasks: tuple[RoundTask, ...]
    references: tuple[str, ...] = field(repr=False)


def every_consent(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], patient: Patient
) -> list[tuple[str, Consent]]:
    """Every answer of the person with a reference to its Consent, whether or not the reader may see it.

    It decides what may leave: an answer that the reader does not see is not passed over.
    """
    stored, after = list[Stored](), None
    while True:
        page = chronicle_of(
            cursor, asking.keyring, patient.records, ("Consent",), Sql("true"), PORTION, after
        )
        stored += page.resources
        if page.after is None:
            break
        after = page.after
    known = confirmed(connection, [one.id for one in stored])
    return [
        (f"Consent/{one.id}", replace(consent, confirmed=Version(one.id, one.version) in known))
        for one in stored
        for consent in consents_of(parsed(one), asking.zone)
    ]


def letter_of(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    record: TreatmentRecord,
    may_hold: frozenset[Label] | None,
) -> Letter:
    """What stands in a letter that may hold records of some labels; None: it is the person's own, of all that is read."""
    details = details_of(parsed(read(cursor, asking.keyring, "Patient", patient.id)))
    medicines = [
        one
        for one in _shown(asking, cursor, patient, ("MedicationRequest", "MedicationStatement"), may_hold)
        if one.resource.get("status") in CURRENT and product_of(one.resource) is None
    ]
    allergies = _shown(asking, cursor, patient, ("AllergyIntolerance",), may_hold)
    dispensed = _shown(asking, cursor, patient, ("MedicationDispense",), may_hold, ("code", NALOXONE))
    naloxone = [one for one in dispensed if handed_over_of(one.resource, asking.zone)]
    handed = max((str(one.resource.get("whenHandedOver", "")) for one in naloxone), default="")
    return Letter(
        patient.identity,
        tuple(one.value for one in details.numbers if one.kind in TOLD),
        details.born,
        record,
        tuple(dict.fromkeys(record_line(one.resource).text for one in medicines)),
        _allergies(asking, allergies, may_hold),
        handed,
        tuple(_tasks(cursor, patient)),
        tuple(f"{one.stored.type}/{one.stored.id}" for one in (*medicines, *allergies, *naloxone)),
    )


def _tasks(cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[RoundTask]:
    for (what,) in cursor.execute(TASKS, (list(patient.records),)).fetchall():
        yield RoundTask(what)


def _shown(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    types: Iterable[str],
    may_hold: frozenset[Label] | None,
    *criteria: tuple[str, str],
) -> list[Shown]:
    """What the reader may read whole and the recipient may get."""
    everything = Context(asking.zone, asking.keyring)
    stored = [
        one
        for record in patient.records
        for type_ in types
        for one in search(
            cursor,
            parse_query(type_, [*criteria, ("_count", str(MOST))], context=everything, patient=record),
        ).matches
    ]
    shown = shown_one_by_one(cursor, patient.actor, asking.day, stored)
    return [
        one
        for one in shown
        if one.form is Form.WHOLE and (may_hold is None or in_letter(one.labels, may_hold))
    ]


def _allergies(
    asking: Asking, shown: Sequence[Shown], may_hold: frozenset[Label] | None
) -> tuple[str, ...] | None:
    """None where the recipient gets nothing that nobody labelled: that there are none must not be read out of it."""
    if may_hold is not None and not in_letter(frozenset(), may_hold):
        return None
    card = card_of((Known(one.resource, None) for one in shown), asking.at, asking.zone)
    return tuple(one.text for one in card.allergies)


# --- as it is printed


def letter_sheet(asking: Asking, letter: Letter, *, sealed: bool, demo: bool) -> bytes:
    """The letter as PDF, in the language of the request. Raises BadProtocol."""
    locale = current_language().locale
    taken = [one for one in letter.record.taken(asking.at) if one.was_taken]
    return pdf(
        TEMPLATE,
        {
            "lang": locale.language,
            "rtl": locale.text_direction == "rtl",
            "sealed": sealed,
            "name": letter.identity.name,
            "demo": gettext(DEMO) if demo else "",
            "head": _table(_head(asking, letter)),
            "last": _last(asking, taken[-1]) if taken else gettext(NO_DOSE),
            "verified": gettext(_verified(letter.record, taken[-1])) if taken else "",
            "orders": list(_orders(asking, letter.record)),
            "columns": [gettext(one) for one in COLUMNS],
            "doses": list(_doses(asking, letter.record)),
            "know": _table(_know(asking, letter)),
            "medicines": list(letter.others),
            "open": list(_open(asking, letter)),
            "printed": gettext(PRINTED) % {"at": moments_in(asking.zone)(asking.at)},
            "words": {name: gettext(words) for name, words in WORDS.items()},
        },
    )


def _table(lines: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"what": gettext(what), "says": says} for what, says in lines]


def _head(asking: Asking, letter: Letter) -> Iterator[tuple[str, str]]:
    yield NAME, letter.identity.name
    if letter.born:
        yield BORN, fhir_dates_in(asking.zone)(letter.born)
    for number in letter.numbers:
        yield NUMBER, number


def _last(asking: Asking, dose: Happened) -> str:
    """Day, time, mg and medicine."""
    when = moments_in(asking.zone)(dose.occurred_at)
    if dose.surely_by is not None and dose.day is not None:
        when = day_words(dose.day)
    mg = f"{amount(dose.mg)} mg" if dose.mg is not None else ""
    return ", ".join(filter(None, (when, mg, gettext(dose.product.name) if dose.product else "")))


def _verified(record: TreatmentRecord, dose: Happened) -> str:
    if record.unverified(dose):
        return CLAIMED
    if any(claim.id == dose.id for claim in record.claims):
        return CONFIRMED
    if dose.facility is None:
        return TOLD_ELSEWHERE
    return SEEN_SWALLOWED if dose.observed else SEEN


def _orders(asking: Asking, record: TreatmentRecord) -> Iterator[str]:
    for one in record.orders:
        if _counts(one, asking.day):
            said = {
                "medicine": gettext(one.product.name),
                "mg": amount(one.mg_on(max(asking.day, one.start))),
                "first": day_words(one.start),
                "last": day_words(one.end) if one.end else gettext(WITHOUT_END),
            }
            yield gettext(OF_ORDER) % said


def _counts(order: OatOrder, day: date) -> bool:
    running = order.status in (OrderStatus.ACTIVE, OrderStatus.ON_HOLD)
    return running and order.signature is Signature.SIGNED and (order.end is None or order.end >= day)


def _doses(asking: Asking, record: TreatmentRecord) -> Iterator[dict[str, str]]:
    """The last days, the newest first. Why nothing was taken is not said."""
    closed = last_closed(asking.at, asking.zone, law(asking))
    first = asking.day - timedelta(days=DAYS - 1)
    for day in reversed(treatment_days(record, first, asking.day, closed, law(asking))):
        taken = [one for one in record.known_events if one.day == day.day and one.was_taken]
        if not taken:
            yield {"day": day_words(day.day), "time": "", "says": gettext(_without(day.mark))}
        for one in sorted(taken, key=lambda each: each.occurred_at):
            time = "" if one.surely_by is not None else clock_in(asking.zone)(one.occurred_at)
            yield {"day": day_words(day.day), "time": time, "says": _taken(one)}


def _taken(dose: Happened) -> str:
    """How much, and what is to be said of it besides that it was given."""
    kind = gettext(KIND_WORDS[dose.kind])
    if dose.mg is None:
        return kind
    mg = f"{amount(dose.mg)} mg"
    return mg if dose.kind is Kind.GIVEN else f"{mg} ({kind})"


def _without(mark: Mark) -> str:
    """What is said of a day on which nothing was taken: whose reason it was is not."""
    return NOT_TAKEN if mark in MISSED else MARK_WORDS[mark]


def _know(asking: Asking, letter: Letter) -> Iterator[tuple[str, str]]:
    ahead = next_dose(letter.record, asking.day, law(asking))
    if ahead:
        yield NEXT, f"{day_words(ahead[0])}, {amount(ahead[1].mg)} mg"
    if letter.allergies is None:
        yield ALLERGIES, gettext(NOT_IN_LETTER)
    else:
        yield ALLERGIES, ", ".join(letter.allergies) or gettext(NOT_RECORDED)
    handed = fhir_dates_in(asking.zone)(letter.naloxone) if letter.naloxone else ""
    yield NALOXONE_GIVEN, handed or gettext(NOT_RECORDED)


def _open(asking: Asking, letter: Letter) -> Iterator[str]:
    for hold in holds_on(letter.record.holds, asking.day):
        yield gettext(HOLD_WORDS[hold.reason])
    for task in letter.tasks:
        yield gettext(TASK_WORDS[task])
    for order in letter.record.orders:
        if order.telephone and order.telephone.countersigned_at is None:
            yield gettext(NOT_SIGNED) % {"day": day_words(order.telephone.day)}
