"""No dose now: not enough time has passed since an opioid agonist was taken, a depot included."""

from collections.abc import Iterable

from clinical.oat.attendance import Attendance
from clinical.oat.gap import earliest_after
from clinical.oat.happened import Happened
from clinical.oat.product import Product
from clinical.oat.release import Releaser
from clinical.oat.stop import Stop
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "too-soon"

DO_NOW = (Sentence(N_("Look for drowsiness and slow breathing; keep naloxone at hand")),)
TAPPED = Stop(
    CODE,
    Sentence(N_("Too soon after the dose that was just recorded here")),
    Releaser.NOBODY,
    DO_NOW,
)
"""What a tablet that cannot ask says of the other doses of whoever has just had one; it reckons until when."""


def stop(attendance: Attendance, protocol: Protocol) -> Stop | None:
    """Of several doses the one that lasts longest decides. Raises BadProtocol."""
    slot = attendance.slot
    if slot is None:
        return None
    record, zone = attendance.record, attendance.zone
    doses = _last_of_each(record.taken(attendance.at))
    found = (earliest_after(dose, slot, record, protocol, zone) for dose in doses)
    latest = max(found, key=lambda earliest: earliest.at, default=None)
    if latest is None or latest.at <= attendance.at:
        return None
    return Stop(
        CODE,
        Sentence(N_("Too soon after the last dose. The next can be given from %(at)s on"), {"at": latest.at}),
        Releaser.NOBODY,
        DO_NOW,
        until=latest.at,
        not_set=latest.not_set,
    )


def _last_of_each(taken: Iterable[Happened]) -> Iterable[Happened]:
    """Of doses that have to be followed by the same time the last: of one product, by one order, for as many days."""
    last: dict[tuple[Product | None, str | None, int | None], Happened] = {}
    for dose in sorted(taken, key=lambda dose: dose.latest_at):
        last[dose.product, dose.order, dose.covers_days] = dose
    return last.values()
