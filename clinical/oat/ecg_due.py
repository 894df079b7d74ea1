"""When an ECG is due under methadone: above a dose, where there is none or the last is too old.

Krantz and others, QTc interval screening in methadone treatment, 2009; EACS guidelines.
"""

from datetime import date, timedelta
from decimal import Decimal

from clinical.oat.ecg import Ecg
from clinical.protocols import Protocol

ECG_ABOVE = "oat.ecg-above-mg.methadone"
ECG_WITHIN = "oat.ecg-within"


def is_ecg_due(mg: Decimal, last: Ecg | None, day: date, protocol: Protocol) -> bool:
    """Whether a dose of methadone a day asks for another ECG on a civil day. Limits not set: each dose does, on each day.

    Raises BadProtocol.
    """
    above = protocol.decimal(ECG_ABOVE)
    if above is not None and mg <= above:
        return False
    by = None if last is None else ecg_due_by(last, protocol)
    return by is None or day > by


def ecg_due_by(last: Ecg, protocol: Protocol) -> date | None:
    """The last civil day for which an ECG is enough; None: nobody has set how long it is. Raises BadProtocol."""
    within = protocol.days(ECG_WITHIN)
    return None if within is None else last.day + timedelta(days=within)
