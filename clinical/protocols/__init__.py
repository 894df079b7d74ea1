"""What differs from country to country: parameters, each with its source and whether anybody approved it."""

from clinical.protocols.protocol import (
    NO_PROTOCOL,
    BadProtocol,
    Parameter,
    Protocol,
    Status,
    law_of,
    protocol_in,
    protocol_of,
)

__all__ = [
    "NO_PROTOCOL",
    "BadProtocol",
    "Parameter",
    "Protocol",
    "Status",
    "law_of",
    "protocol_in",
    "protocol_of",
]
