"""What is still out of the safe although its round is over."""

from collections.abc import Iterator

from clinical.words import N_
from clinical.worklists.ward import Ward
from clinical.worklists.worklist import NOBODY_KNOWN, About, Line, Whom, Worklist

# Over once it was closed, or its day has passed.
OUT = """
SELECT c.closed_at FROM clinical.register_issue i
LEFT JOIN clinical.round r ON r.facility = i.facility AND r.day = i.round_on AND r.session = i.session
LEFT JOIN clinical.round_closing c ON c.round = r.id
WHERE i.facility = %s AND i.closed_by IS NULL AND (i.round_on < %s OR c.round IS NOT NULL)
ORDER BY i.round_on, c.closed_at LIMIT 500
"""


def _find(ward: Ward) -> Iterator[Line]:
    for (closed_at,) in ward.ask(OUT, ward.facility, ward.day):
        yield Line(NOBODY_KNOWN, due_at=closed_at)


WORKLIST = Worklist(
    code="not-counted-back",
    title=N_("Containers of a round that is over"),
    to_do=N_("Put back the cups that nobody had, measure what is left, and count the container back."),
    whom=Whom.EVERYBODY,
    about=About("stock register", of_nobody=True),
    find=_find,
    place=19,
    on_shift=True,
    page="/register?site=%s",
)
