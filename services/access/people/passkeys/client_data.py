"""What a browser sends, before it is believed."""

import json

from webauthn.helpers.exceptions import WebAuthnException

MALFORMED = (WebAuthnException, ValueError, KeyError, RecursionError)
"""What the library raises on bytes that no authenticator sends; found by changing good answers at random."""


def is_framed(client_data: bytes) -> bool:
    """Whether the ceremony ran in a frame of another site's page: ours are in none."""
    try:
        stated = json.loads(client_data)
    except ValueError:
        return True
    return not isinstance(stated, dict) or stated.get("crossOrigin") is True
