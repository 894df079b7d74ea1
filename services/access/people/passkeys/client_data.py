"""What the browser states about a ceremony."""

import json


def is_framed(client_data: bytes) -> bool:
    """Whether the ceremony ran in a frame of another site's page: ours are in none."""
    try:
        stated = json.loads(client_data)
    except ValueError:
        return True
    return not isinstance(stated, dict) or stated.get("crossOrigin") is True
