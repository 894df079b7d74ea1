"""The synchroniser token of a session: what a form of ours carries and another site's cannot. Pure.

It is drawn from the session's token, so it changes with it, and tells nothing about it.
"""

import hmac
from hashlib import sha256

PURPOSE = b"throughcare csrf"


def csrf_token(session_token: str) -> str:
    """The token that forms of this session carry."""
    return hmac.new(session_token.encode(), PURPOSE, sha256).hexdigest()


def is_csrf_token(session_token: str, given: str) -> bool:
    """Whether a request carries the token of its session."""
    return hmac.compare_digest(csrf_token(session_token).encode(), given.encode(errors="replace"))
