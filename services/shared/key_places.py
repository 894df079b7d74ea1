"""Where the keys lie that open the record: a folder of this machine, or a token."""

from pathlib import Path
from typing import NamedTuple

from services.shared.hsm.uri import SCHEME, TokenUri, token_uri

KeyPlace = Path | TokenUri


class KeyPlaces(NamedTuple):
    """``now`` is where new versions are made; ``before`` is where older ones are still found while they move."""

    now: KeyPlace
    before: KeyPlace | None = None


def key_place(written: str | Path | TokenUri) -> KeyPlace:
    """The place that a setting names. Raises ValueError."""
    if isinstance(written, str):
        return token_uri(written) if written.startswith(SCHEME) else Path(written)
    return written
