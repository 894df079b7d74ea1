"""Whether an order was stopped, or a hold set, near a disciplinary sanction: shown, so that somebody asks why."""

from collections.abc import Iterable
from datetime import date, timedelta

from clinical.custody.sanction import Sanction
from clinical.protocols import Protocol

NEAR = "oat.sanction-near"


def near_sanction(day: date, sanctions: Iterable[Sanction], protocol: Protocol) -> Sanction | None:
    """The sanction nearest to a civil day, within the protocol's days before and after it. Raises BadProtocol.

    What leads to a sanction comes before it, so both sides count. Nobody has set how near: every stop from a sanction on.
    """
    days = protocol.days(NEAR)
    found = [one for one in sanctions if _is_near(day, one, days)]
    return min(found, key=lambda one: (_apart(day, one), one.start), default=None)


def _is_near(day: date, sanction: Sanction, days: int | None) -> bool:
    if days is None:
        return day >= sanction.start
    return _apart(day, sanction) <= timedelta(days=days)


def _apart(day: date, sanction: Sanction) -> timedelta:
    last = sanction.end or sanction.start
    return max(sanction.start - day, day - last, timedelta())
