"""Why a token does not do what it is asked.

::

    TokenUnusable
    ├── BindingMissing      python-pkcs11 is not installed
    ├── ModuleUnusable      the vendor's library does not load
    ├── TokenAbsent         no token of that name
    ├── SeveralTokens       more than one
    ├── NoGcm               it has no AES-GCM
    ├── PinUnreadable       no PIN can be read from the file
    ├── PinOpen             everybody can read it
    ├── PinNotSet           the token has none yet
    ├── PinRefused          it is the wrong one
    ├── PinNearlyLocked     one more wrong one locks it; not tried
    ├── PinLocked           it is locked
    ├── SeveralKeys         more than one key of that name
    ├── KeyUnfit            one that could leave the token, or is no AES-256
    └── TokenSilent         it was there and does not answer any more
"""

from typing import ClassVar


class TokenUnusable(Exception):
    """The token that wraps the keys cannot be used. The message says what to do and holds no secret."""

    says: ClassVar[str]

    def __init__(self, token: str) -> None:
        """``token`` is its label."""
        super().__init__(self.says.format(token=token))


class BindingMissing(TokenUnusable):
    says = "Keys in a token need the library python-pkcs11: pip install 'throughcare[hsm]'"


class ModuleUnusable(TokenUnusable):
    says = (
        'The PKCS#11 library of the token "{token}" does not load. Install it, and set module-path in RECORD_KEYS to '
        "its file."
    )


class TokenAbsent(TokenUnusable):
    says = (
        'The token "{token}" is not there. Plug it in or start what reaches it, check token (and serial) in RECORD_KEYS '
        "and that this program's user may use it, then start again."
    )


class SeveralTokens(TokenUnusable):
    says = 'Several tokens are called "{token}". Add serial=... to RECORD_KEYS, or take the others out.'


class NoGcm(TokenUnusable):
    says = (
        'The token "{token}" cannot do AES-GCM, by which keys are wrapped. Take one whose list of mechanisms '
        "(pkcs11-tool -M) has AES-GCM."
    )


class PinUnreadable(TokenUnusable):
    says = (
        'No PIN can be read for the token "{token}". The file of pin-source in RECORD_KEYS must hold it in one line and '
        "be readable by this program's user."
    )


class PinOpen(TokenUnusable):
    says = (
        'Everybody can read the PIN of the token "{token}". chmod o= the file of pin-source in RECORD_KEYS.'
    )


class PinNotSet(TokenUnusable):
    says = (
        'The token "{token}" has no PIN yet. Set one with its vendor\'s tool (pkcs11-tool --init-pin), write it into the '
        "file of pin-source in RECORD_KEYS, and start again."
    )


class PinRefused(TokenUnusable):
    says = (
        'The token "{token}" refused the PIN. It was tried once and is not tried again, since a few wrong ones lock the '
        "token. Correct the file of pin-source in RECORD_KEYS, then start again."
    )


class PinNearlyLocked(TokenUnusable):
    says = (
        'One more wrong PIN locks the token "{token}", so it was not tried. Check the file of pin-source in RECORD_KEYS, '
        "sign in to the token once by hand (pkcs11-tool --login), then start again."
    )


class PinLocked(TokenUnusable):
    says = (
        'The PIN of the token "{token}" is locked. Who has its security officer\'s PIN sets a new one (pkcs11-tool '
        "--init-pin); write that into the file of pin-source in RECORD_KEYS, then start again."
    )


class SeveralKeys(TokenUnusable):
    says = (
        'The token "{token}" holds several keys of one name, so that nobody can tell which is meant. Give each installation '
        "an object of its own in RECORD_KEYS."
    )


class KeyUnfit(TokenUnusable):
    says = (
        'The key in the token "{token}" is no AES key of 256 bits that never leaves it. Let the program make its own: name '
        "another object in RECORD_KEYS and, if keys are wrapped by this one, move them there by throughcare key rotate."
    )


class TokenSilent(TokenUnusable):
    says = (
        'The token "{token}" does not answer any more, and signing in to it once more did not help. Check that it is plugged '
        "in and reachable; what is open stays open until the program is stopped."
    )
