"""What stops a dose because of what was just tapped, for a tablet that cannot ask the server: by the same rules. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from clinical.oat.happened import Finding, Kind
from clinical.oat.stop import CARE, Stop
from clinical.oat.stops import after_spill, not_awake
from clinical.protocols import Protocol


def stops_of_a_tap(protocol: Protocol) -> Mapping[str, Stop]:
    """The stop of each finding with which a dose was withheld, and that of a spill; whatever else was not taken stops nothing.

    Until when the first two hold the tablet reckons: from what was tapped, ``oat.recheck-after`` on; not set: for the rest of
    the day. Raises BadProtocol.
    """
    found: dict[str, Stop] = {finding: not_awake.found(finding, None, protocol) for finding in Finding}
    found[Kind.SPILLED] = after_spill.STOP
    return {name: replace(stop, do_now=(*stop.do_now, *CARE)) for name, stop in found.items()}
