"""The value sets and code systems that can be asked: those that the store holds, then those of R4 itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_store import definitions
from fhir_store.errors import NotHeld
from fhir_store.terminology.systems import System

Resource = Mapping[str, Any]
Lookup = Callable[[str, str | None], Resource | None]
"""A parsed resource by its canonical address and version (None: the newest); None if it is not held."""

R4 = "4.0.1"


@dataclass(frozen=True)
class Terminology:
    """What can be asked."""

    stored_value_set: Lookup
    stored_code_system: Lookup

    def value_set(self, canonical: str) -> Resource:
        """By its address, perhaps with ``|version``. Raises NotHeld."""
        url, _, version = canonical.partition("|")
        found = self.stored_value_set(url, version or None) or _official(url, version)
        if found is None:
            raise NotHeld("value set", canonical)
        return found

    def code_system(self, url: str, version: str | None = None) -> System | None:
        """As far as it is held; None if it is not."""
        found = self.stored_code_system(url, version)
        return System(found) if found else None

    def whole_code_system(self, url: str, version: str | None = None) -> System:
        """Raises NotHeld if it is not held, or is not held with every concept."""
        found = self.code_system(url, version)
        if found is None or not found.is_whole:
            raise NotHeld("code system", f"{url}|{version}" if version else url)
        return found


def _official(url: str, version: str) -> Resource | None:
    """A value set that R4 enumerates for a required binding."""
    codes = definitions.value_set(url) if version in ("", R4) else None
    if codes is None:
        return None
    include = [
        {"system": system, "concept": [{"code": code} for code in listed]} for system, listed in codes.items()
    ]
    return {
        "resourceType": "ValueSet",
        "url": url,
        "version": R4,
        "status": "active",
        "compose": {"include": include},
    }
