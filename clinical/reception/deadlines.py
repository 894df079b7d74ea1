"""By when it has to be asked, as the country's protocol says. Not set: at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinical.protocols import Protocol
from clinical.protocols.protocol import Status
from clinical.reception.question import Part

WITHIN = {Part.SAFETY: "reception.safety-within", Part.REST: "reception.rest-within"}
AT_ONCE = timedelta()


@dataclass(frozen=True)
class Deadline:
    """When a part is due.

    Attributes:
        at: the instant.
        is_set: whether the protocol says it; else it is due at once.
        is_proposed: whether nobody has approved it.
    """

    at: datetime
    is_set: bool
    is_proposed: bool


def deadlines(arrived_at: datetime, protocol: Protocol) -> dict[Part, Deadline]:
    """Of each part. Raises BadProtocol."""
    return {part: _deadline(arrived_at, name, protocol) for part, name in WITHIN.items()}


def _deadline(arrived_at: datetime, name: str, protocol: Protocol) -> Deadline:
    within, parameter = protocol.duration(name), protocol.parameters.get(name)
    return Deadline(
        arrived_at + (AT_ONCE if within is None else within),
        within is not None,
        parameter is not None and parameter.status is Status.PROPOSED,
    )
