"""What came of a step of signing in: to be answered, and to be logged by whoever asked."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from services.access.people.sessions import Begun


class Method(StrEnum):
    """How somebody has proved who they are."""

    CODE = "password and one-time code"
    RECOVERY_CODE = "password and recovery code"
    SECURITY_KEY = "password and security key"
    PASSKEY = "passkey"
    ACTIVATION = "activation code"
    PROVIDER = "identity provider, by two factors"
    PROVIDER_AND_CODE = "identity provider and one-time code"
    PROVIDER_AND_RECOVERY_CODE = "identity provider and recovery code"
    PROVIDER_AND_SECURITY_KEY = "identity provider and security key"
    DEMO = "demonstration: nothing was asked"


AFTER_PROVIDER = {
    Method.CODE: Method.PROVIDER_AND_CODE,
    Method.RECOVERY_CODE: Method.PROVIDER_AND_RECOVERY_CODE,
    Method.SECURITY_KEY: Method.PROVIDER_AND_SECURITY_KEY,
}
"""What a second factor is called where an identity provider has vouched for the first one."""


class Why(StrEnum):
    """Why somebody was refused: for the log. Whoever was refused is told the same in every case."""

    LOGIN_OR_PASSWORD = "unknown login or wrong password"  # noqa: S105
    SIGN_IN_OVER = "the sign-in was begun too long ago, or is over"
    TOO_MANY_CODES = "too many codes in one sign-in"
    WRONG_CODE = "wrong code"
    USED_CODE = "code used before"
    ACTIVATION_CODE = "unknown login or wrong activation code"
    PASSKEY = "passkey not accepted"
    PASSKEY_COPIED = "the passkey's counter went back: there may be a copy of it"
    NOT_BEGUN_HERE = "a provider's answer to a sign-in that this browser has not begun, or that is over"
    PROVIDER_REFUSED = "the identity provider refused"
    NOT_STATED = "what the identity provider states does not hold"
    SECOND_PERSON = "unknown login, or wrong PIN or password, of whoever was to sign second"
    NOT_LINKED = "no account is linked to this subject of the identity provider"


@dataclass(frozen=True)
class SignedIn:
    """A session has begun."""

    account: UUID
    method: Method
    begun: Begun
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)
    """To be shown this once, after an activation."""


@dataclass(frozen=True)
class SecondFactorNeeded:
    """The password was right; the ticket continues this sign-in within minutes."""

    account: UUID
    ticket: str = field(repr=False)
    codes: bool
    """Whether the account has a token that shows codes."""
    security_keys: bool


@dataclass(frozen=True)
class Refused:
    """Not let in. ``account`` is for the log, where it is known whose it would have been."""

    why: Why
    account: UUID | None = None


@dataclass(frozen=True)
class TryLater:
    """Too many tries: nothing was looked at. The same for a login name without account."""

    wait: timedelta
