"""Whose last dose elsewhere is still to be verified with whoever gave it."""

from clinical.custody.consequences import Duty
from clinical.words import N_
from clinical.worklists.duties import duties
from clinical.worklists.worklist import DUTIES, Whom, Worklist

WORKLIST = Worklist(
    code="last-dose",
    title=N_("Last dose to be verified"),
    to_do=N_("Call who gave it, and ask for the day, the hour and the amount."),
    whom=Whom.NURSE,
    about=DUTIES,
    find=lambda ward: duties(ward, Duty.VERIFY_LAST_DOSE),
    place=25,
)
