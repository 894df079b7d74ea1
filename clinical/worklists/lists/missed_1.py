"""Who missed 1 day."""

from clinical.words import N_
from clinical.worklists.missed import missed
from clinical.worklists.worklist import ORDERS, Whom, Worklist

WORKLIST = Worklist(
    code="missed-1",
    title=N_("Missed 1 day"),
    to_do=N_("Ask why, and whether they come today."),
    whom=Whom.NURSE,
    about=ORDERS,
    find=lambda ward: missed(ward, 1, 1),
    place=32,
)
