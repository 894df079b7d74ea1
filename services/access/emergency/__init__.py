"""Break-glass as it is kept: who opened whose record in an emergency, why, and what was said of it afterwards.

The rules are in ``services.access.decision.break_glass``. The database holds to them too.
"""

from services.access.emergency.errors import EmergencyError, NothingOpen, NotToReview, NotToYou
from services.access.emergency.opening import Opening, close, give_reason, open_card, open_of, open_whole, own
from services.access.emergency.reviewing import of_facilities, of_patient, review, to_review

__all__ = [
    "EmergencyError",
    "NotToReview",
    "NotToYou",
    "NothingOpen",
    "Opening",
    "close",
    "give_reason",
    "of_facilities",
    "of_patient",
    "open_card",
    "open_of",
    "open_whole",
    "own",
    "review",
    "to_review",
]
