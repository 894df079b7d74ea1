"""Who missed 3 days in a row or more."""

from clinical.words import N_
from clinical.worklists.missed import missed
from clinical.worklists.worklist import ORDERS, Whom, Worklist

WORKLIST = Worklist(
    code="missed-3",
    title=N_("Missed 3 days or more"),
    to_do=N_("A prescriber sees the person before the next dose: tolerance has fallen."),
    whom=Whom.PRESCRIBER,
    about=ORDERS,
    find=lambda ward: missed(ward, 3),
    place=28,
    on_shift=True,
)
