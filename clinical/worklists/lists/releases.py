"""Who is to be released within 30 days, and what is still missing for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clinical.people.same_person import records_of
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import RESTRICTED, About, Line, Whom, Worklist
from fhir_store.search import Context, parse_query, search

WITHIN = timedelta(days=30)
SOON, ONE_DAY = timedelta(days=7), timedelta(days=1)
MOST = 200

# Custody says it, or the stay has an end that has not come yet.
AHEAD = """
SELECT m.patient_id, min(m.at) FROM clinical.proposed_movement m
WHERE m.facility_id = %(facility)s AND m.state IN ('waiting', 'held') AND m.movement = 'release-planned'
    AND m.at > %(now)s AND m.at < %(until)s AND m.patient_id IS NOT NULL GROUP BY m.patient_id
UNION ALL
SELECT s.patient_id, min(s.ended_at) FROM clinical.stay s
WHERE s.facility_id = %(facility)s AND s.ended_at > %(now)s AND s.ended_at < %(until)s AND s.status = 'in-progress'
GROUP BY s.patient_id ORDER BY 2 LIMIT %(most)s
"""
ANSWERS = """
SELECT DISTINCT ON (h.patient_id) h.patient_id, h.granted AND h.counts AND (h.ends_at IS NULL OR h.ends_at > %s)
FROM clinical.hand_over_answer h WHERE h.patient_id = ANY(%s) ORDER BY h.patient_id, h.said_at DESC
"""
NALOXONE = "http://www.whocc.no/atc|V03AB15"
HANDED_OVER = ("status", "completed")
STANDS = ("status", "booked,pending,arrived,checked-in,fulfilled")
"""An appointment that is agreed: not cancelled, missed, or only proposed."""

RELEASE = N_("release on %(day)s")
NO_CONSENT = N_("not asked to whom the record may go, or nobody may have it")
NO_NALOXONE = N_("no naloxone handed over")
NO_APPOINTMENT = N_("no appointment after the release")
NOTHING_MISSING = N_("everything is prepared")


@dataclass(frozen=True)
class Prepared:
    """What there is for a release."""

    consent: bool
    naloxone: bool
    appointment: bool

    @property
    def missing(self) -> Iterator[Sentence]:
        """What there is not."""
        found = ((self.consent, NO_CONSENT), (self.naloxone, NO_NALOXONE), (self.appointment, NO_APPOINTMENT))
        yield from (Sentence(words) for there, words in found if not there)


def _find(ward: Ward) -> Iterator[Line]:
    soonest: dict[str, datetime] = {}
    for patient, at in _ahead(ward):
        soonest[patient] = min(at, soonest.get(patient, at))
    soonest = {patient: soonest[patient] for patient in ward.living(soonest)}
    answers = _answers(ward, soonest)
    for patient, at in soonest.items():
        missing = list(_prepared(ward, patient, at, answers).missing)
        day = at.astimezone(ward.reader.zone).date()
        says = (Sentence(RELEASE, {"day": day}), *(missing or [Sentence(NOTHING_MISSING)]))
        yield Line(patient, says, at, 0 if missing and at < ward.at + SOON else 1)


def _ahead(ward: Ward) -> list[tuple[str, datetime]]:
    until = datetime.combine(ward.day + WITHIN + ONE_DAY, time.min, ward.reader.zone)
    asked = {"facility": ward.facility, "now": ward.at, "until": until, "most": MOST}
    return [(patient, at) for patient, at in ward.reader.cursor.execute(AHEAD, asked).fetchall()]


def _answers(ward: Ward, patients: Mapping[str, datetime]) -> Mapping[str, bool]:
    """The latest answer of each, by whatever record."""
    found: dict[str, bool] = defaultdict(bool)
    whose = {record: one for one in patients for record in records_of(ward.reader.cursor, one)}
    for record, granted in ward.ask(ANSWERS, ward.at, sorted(whose)):
        found[whose[record]] |= bool(granted)
    return found


def _prepared(ward: Ward, patient: str, at: datetime, answers: Mapping[str, bool]) -> Prepared:
    records = sorted(records_of(ward.reader.cursor, patient))
    day = at.astimezone(ward.reader.zone).date().isoformat()
    return Prepared(
        answers.get(patient, False),
        any(_has(ward, one, "MedicationDispense", ("code", NALOXONE), HANDED_OVER) for one in records),
        any(_has(ward, one, "Appointment", ("date", f"ge{day}"), STANDS) for one in records),
    )


def _has(ward: Ward, record: str, type_: str, *criteria: tuple[str, str]) -> bool:
    """Whether somebody's record has one such: nothing of it is shown but that it is missing."""
    context = Context(ward.reader.zone, ward.reader.keyring)
    query = parse_query(type_, [*criteria, ("_count", "1")], context=context, patient=record)
    return bool(search(ward.reader.cursor, query).matches)


WORKLIST = Worklist(
    code="releases",
    title=N_("Releases within 30 days"),
    to_do=N_("Prepare what is missing: the hand-over, naloxone, an appointment within 72 hours."),
    whom=Whom.EVERYBODY,
    about=About("Encounter", RESTRICTED),
    find=_find,
    place=32,
)
