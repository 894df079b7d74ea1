"""What is to be done after a dose: a dosing error, a possible double dose, a failed mouth check, a dose that was vomited."""

from collections.abc import Iterator

from clinical.oat.round.follow_up import TASK_WORDS, RoundTask
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import DOSES, Line, Whom, Worklist

OPEN = """
SELECT t.patient_id, t.what, t.due_at FROM clinical.round_task t
JOIN fhir_store.current_resource c ON (c.type, c.id) = (t.source_type, t.source_id)
WHERE t.patient_id = ANY(%s) AND NOT t.done AND c.facility = %s ORDER BY t.due_at LIMIT 500
"""


def _find(ward: Ward) -> Iterator[Line]:
    for patient, (what, due_at) in ward.by_person(OPEN, ward.known, ward.facility):
        yield Line(patient, (Sentence(TASK_WORDS[RoundTask(what)]),), due_at)


WORKLIST = Worklist(
    code="after-doses",
    title=N_("To be done after a dose"),
    to_do=N_("Go through the steps, or let a prescriber decide."),
    whom=Whom.EVERYBODY,
    about=DOSES,
    find=_find,
    place=10,
    on_shift=True,
    page="/round/conflicts?facility=%s",
)
