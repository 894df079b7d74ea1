"""What a resource is found by: one small class for each kind of index value, and the numbers of parameters.

``param`` is the name of a search parameter, or the name with a modifier that has index values of its own:
``code:text``, ``subject:identifier``, ``identifier:of-type``. What is not said is empty.
"""

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from zlib import crc32


class TokenValue(NamedTuple):
    """A code in a system, an identifier, or true and false. For ``:of-type``: ``system|code`` of the type, and value."""

    param: str
    system: str
    code: str


class StringValue(NamedTuple):
    """A text as it was written."""

    param: str
    text: str


class UriValue(NamedTuple):
    """A URI as it was written."""

    param: str
    uri: str


class ReferenceValue(NamedTuple):
    """A resource here has ``target_type`` and ``target_id``; any other literal is whole in ``url``."""

    param: str
    target_type: str = ""
    target_id: str = ""
    url: str = ""


class DateValue(NamedTuple):
    """From ``low`` to before ``high``, in UTC; None is an open end."""

    param: str
    low: datetime | None
    high: datetime | None


class QuantityValue(NamedTuple):
    """From ``low`` to ``high``, both included; None is an open end. A number has no system, code and unit."""

    param: str
    system: str
    code: str
    unit: str
    low: Decimal | None
    high: Decimal | None


SimpleValue = TokenValue | StringValue | UriValue | ReferenceValue | DateValue | QuantityValue


class CompositeValue(NamedTuple):
    """A code and what stands beside it in the same element. The ``param`` of both parts is empty."""

    param: str
    code: TokenValue
    beside: SimpleValue


IndexValue = SimpleValue | CompositeValue


@cache
def param_id(type_: str, param: str) -> int:
    """The number of a parameter of a resource type in the index: the same in every database and for ever.

    A test holds that no two parameters of FHIR R4 share one.
    """
    unsigned = crc32(f"{type_}.{param}".encode())
    return unsigned - 2**32 if unsigned >= 2**31 else unsigned
