"""What movements left to be done at a facility, as the lists of single duties have it."""

from collections.abc import Iterator

from clinical.custody.consequences import Duty
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import Line

OPEN = """
SELECT d.patient_id, d.due_at FROM clinical.duty d
WHERE d.facility_id = %s AND NOT d.done AND d.duty = %s ORDER BY d.due_at LIMIT 1000
"""
OVERDUE = N_("overdue")
DUE = N_("due")


def duties(ward: Ward, duty: Duty) -> Iterator[Line]:
    """A line for each that is open. Nothing of it is to be done for somebody who died."""
    rows = ward.ask(OPEN, ward.facility, duty.value)
    living = set(ward.living({patient for patient, _ in rows}))
    for patient, due_at in rows:
        if patient not in living:
            continue
        late = due_at is not None and due_at < ward.at
        yield Line(patient, (Sentence(OVERDUE if late else DUE),), due_at)
