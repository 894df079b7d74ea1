"""Why a movement cannot be recorded as it was told.

CustodyError
├── HeldHereAlready    a reception of somebody whose stay here is open
├── NotHeldHere        anything else of somebody whose stay here is not
├── AwayAlready        a second absence while one is open
├── NotAway            a return from where nobody went
├── BeforeItBegan      earlier than the stay or absence that it ends or changes
├── InTheFuture        what has happened cannot be ahead of now
├── AheadOnly          what is planned cannot be in the past
├── PlaceMissing       no room, or no facility to which somebody goes
└── DeadAlready        somebody who died is not moved
"""


class CustodyError(Exception):
    """A movement cannot be recorded so."""


class HeldHereAlready(CustodyError):
    """The stay here is open."""


class NotHeldHere(CustodyError):
    """There is no open stay here."""


class AwayAlready(CustodyError):
    """An absence from the stay is open."""


class NotAway(CustodyError):
    """No such absence from the stay is open."""


class BeforeItBegan(CustodyError):
    """It is earlier than the beginning of what it ends or changes."""


class InTheFuture(CustodyError):
    """It is ahead of now."""


class AheadOnly(CustodyError):
    """It is planned for the past."""


class PlaceMissing(CustodyError):
    """It says no place where it needs one."""


class DeadAlready(CustodyError):
    """The person died."""
