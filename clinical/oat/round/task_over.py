"""What was asked for after a record that was entered in error: nobody has to do it any more."""

import json
from collections.abc import Iterator

from clinical.oat.happened import Happened
from clinical.oat.round.follow_up import RoundTask
from clinical.oat.round.recording import Recording, saved_in
from clinical.oat.round.tasks import cancelled, tasks_about
from fhir_store.read import read_many
from fhir_store.write import Saved

OVER_WITH_IT = frozenset(
    {RoundTask.DOSING_ERROR, RoundTask.DIVERSION, RoundTask.RE_DOSE, RoundTask.LOOK_AGAIN}
)
"""Two who recorded one dose are settled by whoever looks at both."""


def over(
    recording: Recording, record: Happened, which: frozenset[RoundTask] = OVER_WITH_IT
) -> Iterator[Saved]:
    """Cancel the open Tasks about a record. Raises what ``author.approve`` raises."""
    ids = [
        id_
        for what in sorted(which)
        for id_ in tasks_about(recording.cursor, record.patient, what, [record.id])
    ]
    stored = read_many(recording.cursor, recording.store.keyring, [("Task", id_) for id_ in ids])
    changed = [(cancelled(json.loads(one.text)), id_) for (_, id_), one in stored.items()]
    if changed:
        yield from saved_in(recording, changed)
