"""Receptions that are not whole: within a day the rest of the questions is asked."""

from clinical.custody.consequences import Duty
from clinical.words import N_
from clinical.worklists.duties import duties
from clinical.worklists.worklist import DUTIES, Whom, Worklist

WORKLIST = Worklist(
    code="reception",
    title=N_("Reception not whole"),
    to_do=N_("Ask what is left to be asked, and record it."),
    whom=Whom.NURSE,
    about=DUTIES,
    find=lambda ward: duties(ward, Duty.RECEPTION_SCREEN),
    place=24,
    on_shift=True,
)
