"""Who leaves on the day of the list, when, and whether the dose is before it: the same words on the tablet, the pages and the sheet."""

from typing import Any

from clinical.oat.round.leaving import leaving_on
from clinical.oat.round.round_list import Now
from clinical.oat.round.situation import Presence
from services.shared.formats import clock_in
from services.shared.languages import N_, gettext

WORDS = {
    "before-departure": N_("leaves %(time)s: dose first"),
    "late-round": N_("leaves %(time)s: late round"),
}
UNDECIDED = N_("leaves %(time)s")


def leaving_json(presence: Presence, now: Now) -> dict[str, Any] | None:
    """The departure of the day, with its words; None: there is none that is ahead."""
    leaving = leaving_on(presence, now.day, now.zone)
    if leaving is None:
        return None
    words = gettext(WORDS.get(leaving.plan or "", UNDECIDED)) % {"time": clock_in(now.zone)(leaving.at)}
    return {"at": leaving.at.isoformat(), "plan": leaving.plan, "words": words}
