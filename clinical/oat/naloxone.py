"""When naloxone that somebody was given to take home is given anew: it is used, lost, or past its date.

What date stands on a box is not recorded; the protocol says after how long another is handed over.
"""

from datetime import date, timedelta

from clinical.protocols import Protocol

RENEW_AFTER = "oat.naloxone-renew-after"
ATC = "http://www.whocc.no/atc"
NALOXONE = "V03AB15"


def naloxone_due_on(handed_over: date, protocol: Protocol) -> date:
    """The civil day on which another is due. Nobody has set after how long: the day after. Raises BadProtocol."""
    after = protocol.days(RENEW_AFTER)
    return handed_over + timedelta(days=1 if after is None else after)
