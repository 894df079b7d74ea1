"""A vendor's PKCS#11 library, loaded once for the program."""

import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

import pkcs11
from pkcs11 import PKCS11Error, Token

from services.shared.hsm.errors import ModuleUnusable, SeveralTokens, TokenAbsent
from services.shared.hsm.uri import TokenAddress

_loading = threading.Lock()


class Module:
    """The library is told that one thread at a time calls it, so whoever does holds ``lock``.

    ``started`` counts how often it was started: all that was got from it before the last time is void.
    """

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self.started = 1
        self._library = pkcs11.lib(str(path))

    def restart(self) -> None:
        """Let the library look anew at what is plugged in. Every session of this program with it ends."""
        self.started += 1
        with suppress(PKCS11Error):  # it may have ended by itself
            self._library.finalize()
        self._library.initialize()

    def token(self, address: TokenAddress) -> Token:
        """The token, as it is now. Raises TokenAbsent, SeveralTokens, PKCS11Error."""
        serial = address.serial.encode() if address.serial else None
        found = list(self._library.get_tokens(token_label=address.label, token_serial=serial))
        if not found:
            raise TokenAbsent(address.label)
        if len(found) > 1:
            raise SeveralTokens(address.label)
        return found[0]


def module_of(address: TokenAddress) -> Module:
    """The library of a token. Raises ModuleUnusable."""
    with _loading:
        try:
            return _module(address.module)
        except PKCS11Error:
            raise ModuleUnusable(address.label) from None


@cache
def _module(path: Path) -> Module:
    return Module(path)
