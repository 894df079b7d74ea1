"""Who has missed days in a row, as the lists of 1, 2, and 3 or more have them."""

from collections.abc import Iterator

from clinical.oat.round.row import Row, State
from clinical.words import N_, Sentence
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import Line

MISSED = N_("%(days)s days in a row without a dose")
MISSED_ONE = N_("1 day without a dose")
INSTITUTION = N_("of them for a reason of the institution: %(days)s")
LAST = N_("last dose %(at)s")
NO_DOSE = N_("no dose known before")
PREGNANT = N_("pregnant")


def missed(ward: Ward, least: int, most: int | None = None) -> Iterator[Line]:
    """Everybody whose doses the facility gives and who missed so many days up to the last that has closed; most first.

    Once the dose of today is taken nobody is missed any more: they leave the list.
    """
    worst: dict[str, Row] = {}
    for row in ward.rows:
        if row.presence.doses_here and row.missed and row.state is not State.DONE:
            before = worst.get(row.patient)
            worst[row.patient] = row if before is None or row.missed > before.missed else before
    for row in worst.values():
        if row.missed >= least and (most is None or row.missed <= most):
            yield Line(row.patient, tuple(_says(row)), rank=(0 if row.pregnant else 1_000) - row.missed)


def _says(row: Row) -> Iterator[Sentence]:
    yield Sentence(MISSED, {"days": row.missed}) if row.missed > 1 else Sentence(MISSED_ONE)
    if row.missed_by_institution:
        yield Sentence(INSTITUTION, {"days": row.missed_by_institution})
    yield Sentence(LAST, {"at": row.last.occurred_at}) if row.last else Sentence(NO_DOSE)
    if row.pregnant:
        yield Sentence(PREGNANT)
