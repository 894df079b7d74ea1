"""Who left, or is about to leave, and has not been given naloxone."""

from clinical.custody.consequences import Duty
from clinical.words import N_
from clinical.worklists.duties import duties
from clinical.worklists.worklist import DUTIES, Whom, Worklist

WORKLIST = Worklist(
    code="naloxone",
    title=N_("Naloxone due"),
    to_do=N_("Hand it over with the briefing on overdose, and say so under Stays."),
    whom=Whom.NURSE,
    about=DUTIES,
    find=lambda ward: duties(ward, Duty.NALOXONE),
    place=36,
    on_shift=True,
)
