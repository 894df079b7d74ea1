"""Random secrets: tokens for cookies, and codes that people read from paper."""

import hashlib
import re
import secrets

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Those of Crockford's base 32: none that is taken for another one."""

READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})

GROUPS = 6
GROUP = 4
"""6 groups of 4 letters are 120 bits: a plain digest of them cannot be guessed backwards. ASVS 5.0, 6.5.2 asks for 112."""


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code that somebody copies from paper, such as ``7k2m-x09d-...``."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def code_digest(typed: str) -> bytes:
    """What is kept of a code, however it was typed."""
    return digest(re.sub(r"[^0-9a-z]", "", typed.lower()).translate(READ_AS))
