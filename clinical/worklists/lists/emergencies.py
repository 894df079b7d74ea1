"""Emergencies that nobody has signed: who it was is not known to the record yet."""

from collections.abc import Iterator

from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import DOSES, NOBODY_KNOWN, Line, Whom, Worklist

UNSIGNED = """
SELECT min(e.found_at) FROM clinical.round_emergency e
WHERE e.facility = %s AND NOT EXISTS (SELECT FROM clinical.round_emergency_signed s WHERE s.emergency = e.began)
GROUP BY e.began ORDER BY 1 LIMIT 100
"""
FOUND = N_("found %(at)s")


def _find(ward: Ward) -> Iterator[Line]:
    for (found_at,) in ward.ask(UNSIGNED, ward.facility):
        yield Line(NOBODY_KNOWN, (Sentence(FOUND, {"at": found_at}),), found_at)


WORKLIST = Worklist(
    code="emergencies",
    title=N_("Emergencies to be signed"),
    to_do=N_("Say who it was, and sign."),
    whom=Whom.EVERYBODY,
    about=DOSES,
    find=_find,
    place=8,
    on_shift=True,
    page="/round/emergency/sign?facility=%s",
)
