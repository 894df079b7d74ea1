"""What of the controlled-drug register does not fit."""

from collections.abc import Iterator

from clinical.words import N_
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import NOBODY_KNOWN, About, Line, Whom, Worklist

OPEN = """
SELECT d.opened_at FROM clinical.register_book b JOIN clinical.register_discrepancy d ON d.book = b.id
WHERE b.facility = %s
    AND NOT EXISTS (SELECT FROM clinical.register_discrepancy_closing c WHERE c.discrepancy = d.id)
ORDER BY d.opened_at LIMIT 500
"""


def _find(ward: Ward) -> Iterator[Line]:
    for (opened_at,) in ward.ask(OPEN, ward.facility):
        yield Line(NOBODY_KNOWN, due_at=opened_at)


WORKLIST = Worklist(
    code="discrepancies",
    title=N_("Discrepancies of the register"),
    to_do=N_("Look into it, write down each step, and close it by two."),
    whom=Whom.EVERYBODY,
    about=About("stock register", of_nobody=True),
    find=_find,
    place=18,
    on_shift=True,
    page="/register/discrepancies?site=%s",
)
