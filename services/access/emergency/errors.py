"""What can go wrong with emergency access.

Forbidden
└── EmergencyError
    ├── NotToYou        not to who guards or administers, or treats nobody
    ├── NothingOpen     it has ended, or was never theirs
    └── NotToReview     not theirs to review: of another facility, their own, or judged already

A message says what to do; it never repeats what was given.
"""

from services.shared.errors import Forbidden
from services.shared.languages import N_


class EmergencyError(Forbidden):
    """Something about emergency access cannot be done."""


class NotToYou(EmergencyError):
    """Only who treats opens a record in an emergency, and nobody who guards or administers."""

    message = N_("Only clinical staff open a record in an emergency. Call the nurse or doctor on duty.")


class NothingOpen(EmergencyError):
    """The opening has ended, or is somebody else's."""

    title = N_("The emergency access has ended")
    message = N_("It ends after 2 hours, or when you close it. If the emergency goes on, open the card anew.")


class NotToReview(EmergencyError):
    """Nobody reviews their own, that of another facility, or what was judged already."""

    title = N_("This is not yours to review")
    message = N_("Nobody reviews their own emergency access: another medical lead of the facility does.")
