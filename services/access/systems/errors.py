"""What can go wrong when a system signs in, or is registered to.

SigningIn
├── KeysNotUnderstood   a key set holds no key that can be used, or holds a secret
├── KeysNotFetched      the address of a key set does not answer with one
├── UnknownKey          no such key of that client
└── Refused             a request for a token is not granted: invalid_request
    ├── OtherGrant          unsupported_grant_type
    ├── NotTheClient        invalid_client
    └── NothingGranted      invalid_scope

Messages say what to do, and never carry anything that was sent.
"""

from typing import ClassVar


class SigningIn(Exception):
    """Anything that keeps a system from signing in, or from being registered to."""


class KeysNotUnderstood(SigningIn):
    """A key set holds no key that can be used, or holds a secret."""


class KeysNotFetched(SigningIn):
    """The address of a key set does not answer with one."""


class UnknownKey(SigningIn):
    """The client has no such key."""


class Refused(SigningIn):
    """A request for a token is not granted. RFC 6749, section 5.2."""

    error: ClassVar[str] = "invalid_request"
    status: ClassVar[int] = 400


class OtherGrant(Refused):
    """Another way to get a token than this server has."""

    error = "unsupported_grant_type"


class NotTheClient(Refused):
    """Whoever asks has not shown to be the client."""

    error = "invalid_client"
    status = 401


class NothingGranted(Refused):
    """Of what is asked for the client has nothing."""

    error = "invalid_scope"
