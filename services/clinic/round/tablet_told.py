"""What a tablet tells of itself when it asks who is there: how much it keeps unsent, and whether its browser keeps its storage."""

from fastapi import Request

from services.access.people.devices import note_told
from services.clinic.round.actors import OnRound

UNSENT, PERSISTED = "X-Tablet-Unsent", "X-Tablet-Persisted"
MOST_DIGITS = 6


def note_tablet(request: Request, on: OnRound) -> None:
    """Keep it for whoever sees to the tablets. Of a browser that is none, or that tells nothing, nothing is kept."""
    device, unsent = on.asking.who.session.device, request.headers.get(UNSENT, "")
    if device is None or not (unsent.isascii() and unsent.isdigit() and len(unsent) <= MOST_DIGITS):
        return
    with on.asking.database.transaction() as connection:
        persisted = request.headers.get(PERSISTED) == "yes"
        note_told(connection, device, on.asking.at, unsent=int(unsent), persisted=persisted)
