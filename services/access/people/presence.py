"""A code that shows that whoever stands here is in possession of an account.

Whoever makes an account knows its activation code, and might have used it. So a medical lead who grants a clinical
role, and whoever confirms a grant, types the code that the account's holder reads from their own screen. Pure.
"""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from services.access.people.keys import CredentialKeys

LIFETIME = timedelta(minutes=10)
"""A code is taken for so long at least, and for twice that at most. Proposed."""

DIGITS = 8


def presence_code(keys: CredentialKeys, account: UUID, at: datetime) -> str:
    """The code that the holder of an account sees in a session of theirs."""
    return _code(keys, account, _period(at))


def is_present(keys: CredentialKeys, account: UUID, typed: str, at: datetime) -> bool:
    """Whether the code was read from a session of the account a short time ago."""
    code = "".join(typed.split()).encode(errors="replace")
    periods = (_period(at), _period(at) - 1)
    return any(hmac.compare_digest(_code(keys, account, period).encode(), code) for period in periods)


def _period(at: datetime) -> int:
    return int(at.timestamp() // LIFETIME.total_seconds())


def _code(keys: CredentialKeys, account: UUID, period: int) -> str:
    hashed = hmac.new(keys.presence, f"{account}|{period}".encode(), sha256).digest()
    return f"{int.from_bytes(hashed) % 10**DIGITS:0{DIGITS}d}"
