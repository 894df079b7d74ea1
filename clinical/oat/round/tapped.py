"""What stops a dose because of what was just tapped, for a tablet that cannot ask the server: by the same rules. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from clinical.oat.gap import AFTER, BETWEEN_PARTS, WHOLE_DAY
from clinical.oat.happened import Finding, Kind
from clinical.oat.product import products
from clinical.oat.stop import CARE, Stop
from clinical.oat.stops import after_spill, not_awake, too_soon
from clinical.protocols import Protocol

TAKEN = "taken"


def times_after(protocol: Protocol) -> Mapping[str, Mapping[str, timedelta]]:
    """By product how long after a dose of it nothing is given: of another part of the same order, and of anything else.

    A depot lasts longer than a list does: a whole day stands for it. Raises BadProtocol.
    """
    return {
        name: {code: protocol.duration(f"{parameter}.{code}") or WHOLE_DAY for code in products()}
        for name, parameter in (("between_parts", BETWEEN_PARTS), ("after", AFTER))
    }


def stops_of_a_tap(protocol: Protocol) -> Mapping[str, Stop]:
    """The stop of each finding with which a dose was withheld, that of a spill, and that of other doses of whoever has just had one
    (``taken``); whatever else was not taken stops nothing.

    Until when the findings hold the tablet reckons: from what was tapped, ``oat.recheck-after`` on; not set: for the rest of
    the day. How long after a dose: ``time_after``. Raises BadProtocol.
    """
    found: dict[str, Stop] = {finding: not_awake.found(finding, None, protocol) for finding in Finding}
    found |= {Kind.SPILLED: after_spill.STOP, TAKEN: too_soon.TAPPED}
    return {name: replace(stop, do_now=(*stop.do_now, *CARE)) for name, stop in found.items()}
