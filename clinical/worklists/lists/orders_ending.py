"""Who has no valid order a week from now: the last one ends before."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import ORDERS, Line, Whom, Worklist

WITHIN = timedelta(days=7)
"""As the list is called; the field asks for a week."""

# A telephone order is for one dose and carries nobody over. A draft that begins later is told of, and does not count.
RUNNING = """
SELECT o.patient_id, o.starts, o.ends, o.signature = 'signed' AND o.status IN ('active', 'on-hold') AS counts
FROM clinical.oat_order o
WHERE o.patient_id = ANY(%s) AND (o.ends IS NULL OR o.ends >= %s) AND o.unreadable IS NULL
    AND o.signature <> 'telephone' AND o.status IN ('active', 'on-hold', 'draft')
"""
ENDS = N_("the last order ends on %(day)s")
DRAFT = N_("a draft goes on from there: it has to be signed")

Days = list[tuple[date, date | None]]


def _find(ward: Ward) -> Iterator[Line]:
    signed: dict[str, Days] = defaultdict(list)
    drafts: dict[str, Days] = defaultdict(list)
    for patient, (starts, ends, counts) in ward.by_person(RUNNING, ward.held, ward.day):
        (signed if counts else drafts)[patient].append((starts, ends))
    for patient, orders in signed.items():
        last = last_day(orders, ward.day)
        if last is not None and last <= ward.day + WITHIN:
            yield _line(ward, patient, last, any(_reaches(one, last) for one in drafts[patient]))


def last_day(orders: Days, day: date) -> date | None:
    """The last day that is covered without a gap from a day on, at least the day before it; None: no end is set."""
    last = day - timedelta(days=1)
    for starts, ends in sorted(orders, key=lambda one: one[0]):
        if starts > last + timedelta(days=1):
            break
        if ends is None:
            return None
        last = max(last, ends)
    return last


def _reaches(order: tuple[date, date | None], last: date) -> bool:
    starts, ends = order
    return starts <= last + timedelta(days=1) and (ends is None or ends > last)


def _line(ward: Ward, patient: str, last: date, has_draft: bool) -> Line:
    by = datetime.combine(last, time.max, ward.reader.zone)
    says = [Sentence(ENDS, {"day": last}), *([Sentence(DRAFT)] if has_draft else [])]
    return Line(patient, tuple(says), by, 0 if last <= ward.day + timedelta(days=1) else 1)


WORKLIST = Worklist(
    code="orders-ending",
    title=N_("Orders that end within 7 days"),
    to_do=N_("A prescriber sees the person and orders on, changes the dose, or ends the treatment."),
    whom=Whom.PRESCRIBER,
    about=ORDERS,
    find=_find,
    place=26,
    on_shift=True,
)
