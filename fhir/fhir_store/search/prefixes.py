"""The two letters before an ordered value that say how it is compared. http://hl7.org/fhir/R4/search.html#prefix"""

import re

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")

NEARLY = "0.1"
"""How far off a value may be for ``ap``, as a part of the value; for dates, of the time from it to now."""

_WRITTEN = re.compile(f"({'|'.join(PREFIXES)})?(.*)", re.DOTALL)


def prefixed(value: str) -> tuple[str, str]:
    """The prefix, ``eq`` where there is none, and the rest."""
    written = _WRITTEN.fullmatch(value)
    assert written is not None
    return written[1] or "eq", written[2]
