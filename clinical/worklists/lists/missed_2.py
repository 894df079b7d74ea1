"""Who missed 2 days in a row."""

from clinical.words import N_
from clinical.worklists.missed import missed
from clinical.worklists.worklist import ORDERS, Whom, Worklist

WORKLIST = Worklist(
    code="missed-2",
    title=N_("Missed 2 days"),
    to_do=N_("See the person today: the next missed day may need a prescriber."),
    whom=Whom.NURSE,
    about=ORDERS,
    find=lambda ward: missed(ward, 2, 2),
    place=30,
)
