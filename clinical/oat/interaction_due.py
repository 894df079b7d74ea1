"""Interactions that a prescriber has to look at on a day, because another medicine was begun or stopped under a standing order."""

from collections.abc import Iterable, Iterator
from datetime import date

from clinical.oat.interaction import Hit, Phase, hits_of
from clinical.oat.issue import Severity
from clinical.oat.medicine import Medicine
from clinical.oat.product import Agonist


def to_be_looked_at(
    agonist: Agonist, medicines: Iterable[Medicine], day: date, signed_on: date | None
) -> Iterator[Hit]:
    """From the day on which it was begun or stopped for as long as its window runs.

    What has no window as long as it is taken: until an order is signed again, since that was weighed then.

    Args:
        agonist: of the standing order.
        medicines: what else is taken or was.
        day: the civil day.
        signed_on: the civil day on which a prescriber last signed an order; None: that is not known.
    """
    for hit in hits_of(agonist, medicines, day):
        if hit.phase is Phase.STOPPED or hit.pair.watch is not None:
            if hit.last is None or day <= hit.last:
                yield hit
        elif hit.pair.severity is not Severity.LOW and (signed_on is None or signed_on < hit.medicine.start):
            yield hit
